"""What the stages, the deciders and the parts of a proposal are called."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.events.words import field_name
from app.projects.money.words import yen
from app.proposals import rules
from app.proposals.models import DECIDERS, Proposal

STAGE_NAMES = {
    "draft": _l("下書き"),
    "support": _l("応援を あつめています"),
    "talk": _l("話し合い"),
    "vote": _l("投票"),
    "doing": _l("やっています"),
    "reported": _l("カタチに なりました"),
    "rested": _l("やすんでいます"),
}
FILTER_NAMES = {
    "": _l("ぜんぶ"),
    "support": _l("応援を あつめている"),
    "talk": _l("話し合い"),
    "vote": _l("投票"),
    "doing": _l("やっている"),
    "reported": _l("カタチに なった"),
    "rested": _l("やすんでいる"),
}
DECIDER_NAMES = {
    "members": _l("会員みんな"),
    "office": _l("事務局"),
    "city": _l("市や町"),
    "company": _l("会社"),
    "group": _l("やる人たち"),
}
STEP_NAMES = {
    "wish": _l("想い"),
    "support": _l("応援"),
    "talk": _l("話し合い"),
    "vote": _l("投票"),
    "doing": _l("やってみる"),
    "shape": _l("カタチ"),
}
STEP_STATES = {"done": _l("すみました"), "now": _l("いま ここ"), "ahead": _l("これから")}
TEXT_NAMES = {
    "title": _l("題名"),
    "title_en": _l("題名（英語）"),
    "wish": _l("想い"),
    "purpose": _l("なんの ために"),
    "own_part": _l("自分で できること"),
    "region_part": _l("地域で できること"),
    "others_part": _l("市や会社に たのむこと"),
    "field": _l("しゅるい"),
    "cost_yen": _l("かかる お金（円）"),
    "cost_note": _l("お金の つかい道"),
    "decider": _l("さいごに 決める人"),
    "decider_note": _l("決める人の 名前や 係"),
    "first_steps": _l("さいしょに すること"),
    "answers": _l("返事を 待っている 意見"),
}
NEWS = {
    "support": _l("また 応援を あつめています。"),
    "talk": _l("応援が そろって、話し合いが はじまりました。"),
    "vote": _l("投票が はじまりました。"),
    "doing": _l("投票で 決まりました。これから やってみます。"),
    "reported": _l("カタチに なりました。どうなったかを 読んでください。"),
    "rested": _l("いまは やすんでいます。わけを 読んでください。"),
}
EFFECT_NAMES = {"ask": _l("きく"), "choose": _l("えらぶ"), "decide": _l("きめる")}
EFFECT_MEANINGS = {
    "ask": _l("みんなの投票は「きく」。みんなの声を 聞いて、決める人が 決めます。"),
    "choose": _l("みんなの投票は「えらぶ」。えらんだものを もとに 決めます。"),
    "decide": _l("みんなの投票は「きめる」。投票で 決まります。"),
}
LAYERS = ("own_part", "region_part", "others_part")
STEP_FIELDS = {  # the three steps of the form, with their fields
    "idea": ("title", "wish", "field", "title_en"),
    "layers": ("purpose", *LAYERS),
    "deciding": ("cost_yen", "cost_note", "decider", "decider_note", "first_steps", "project_id"),
}


def stage_name(stage: str) -> str:
    """What stands behind いま."""
    return str(STAGE_NAMES[stage])


def decider_name(decider: str) -> str:
    """会員みんな / All members."""
    return str(DECIDER_NAMES[decider])


def text_name(name: str) -> str:
    """自分で できること / What we do ourselves."""
    return str(TEXT_NAMES[name])


def effect_name(effect: str) -> str:
    """きく / Consult."""
    return str(EFFECT_NAMES[effect])


def effect_means(effect: str) -> str:
    """みんなの投票は「きく」。… / A vote of all members: Consult. …"""
    return str(EFFECT_MEANINGS[effect])


def decider_options() -> list[tuple[str, str, str | None]]:
    """(value, name, nothing) of each, for the form."""
    return [(value, str(DECIDER_NAMES[value]), None) for value in DECIDERS]


def filters() -> list[tuple[str, str]]:
    """(value, name) of the board's filters, in their order."""
    return [(value, str(FILTER_NAMES[value])) for value in ("", *rules.FILTERS)]


def dots(proposal: Proposal) -> list[tuple[rules.Dot, str, str]]:
    """The way from 想い to カタチ: each point with its name and in words how it stands."""
    points = rules.dots(proposal.stage, has_talked=proposal.talk_at is not None)
    return [(dot, str(STEP_NAMES[dot.name]), str(STEP_STATES[dot.state])) for dot in points]


def news(proposal: Proposal) -> str:
    """What became of it, in one sentence."""
    if proposal.stage == "talk" and proposal.decided_at is not None:
        return _("投票が おわって、また 話しあっています。")
    return str(NEWS[proposal.stage])


def shown(name: str, text: str) -> str:
    """A text that stands for a choice or an amount, as people read it."""
    if not text:
        return _("まだ 書いていません")
    if name == "field":
        return field_name(text)
    return decider_name(text) if name == "decider" else yen(int(text))
