"""A draft's choices in plain words: the ways of deciding, who votes, how many are needed, what still hinders it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.proposals.words import text_name
from app.votes import rules
from app.votes.ballots import words as told
from app.votes.models import Vote
from app.web.sentences import sentence

Options = list[tuple[str, str, str | None]]
WAYS = {  # the five that everybody is offered
    "yes_no": _l("ひとつの ことに、賛成か 反対かを 聞きます。"),
    "consent": _l("わけの ある反対が ひとつも なければ、決まります。"),
    "approval": _l("よいと思うものを いくつでも えらび、いちばん多いものに なります。"),
    "schulze": _l("よい順に 番号を つけ、ほかの どれにも 負けないものに なります。"),
    "equal_shares": _l("ほしいものを えらび、みんなの お金を 公平に 分けます。"),
}
FURTHER = {  # under くわしい
    "choose_one": _l("ひとつだけ えらび、いちばん多いものに なります。"),
    "irv": _l("順番をつけ、いちばん少ないものを ひとつずつ はずします。"),
    "stv": _l("順番をつけ、いくつかを 公平に えらびます。"),
    "score": _l("0から 5まで 点をつけ、たした点が いちばん多いものに なります。"),
    "star": _l("点をつけ、さいごに 上の ふたつを くらべます（STAR）。"),
    "greedy": _l("ほしい人が 多いものから、お金が ある あいだ 決めます。"),
}
EFFECTS = {
    "ask": _l("みんなの考えを 聞きます。決めるのは べつの人です。"),
    "choose": _l("えらばれたものを もとに 決めます。"),
    "decide": _l("この投票で 決まります。"),
}
EFFECT_FROM = {
    "choose": _l("「えらぶ」は、段階 2からの 地域で できます。"),
    "decide": _l("「きめる」は、段階 3からの 地域で できます。"),
}
ELECTORATES = {
    "residents": _l("住民だけ"),
    "friends": _l("地域の外から関わる人だけ"),
    "both": _l("住民と 地域の外から関わる人"),
    "double": _l("りょうほうの 多数が いる"),
}
ELECTORATE_HINTS = {
    "both": _l("いっしょに 数えます。"),
    "double": _l("住民でも、地域の外から関わる人でも、多いときだけ とおります。どちらも 10人以上のとき できます。"),
}
SECRECIES = {
    "usual": (_l("ふつう"), _l("だれが 何を えらんだかは、ほかの会員には 見えません。")),
    "open": (_l("見える"), _l("名前と こたえと わけが、会員に 見えます。")),
}
QUORUMS = {
    "approval": (_l("賛成が 名簿の 何%以上"), _l("来ないことで 止める人が 出ません。ふつうは これです。")),
    "participation": (_l("投票した人が 名簿の 何%以上"), _l("「どちらでもない」も 数えます。")),
    "attendance": (_l("出席・書面・委任を あわせて 名簿の 何%以上"), _l("総会の 投票だけで 使えます。")),
    "objection": (_l("反対が 何人までなら とおる"), _l("その人数より 多いと とおりません。")),
    "none": (_l("人数は 決めない"), None),
}
THRESHOLDS = {
    "1/2": _l("半分より多い"),
    "2/3": _l("3分の2より多い"),
    "3/4": _l("4分の3より多い"),
}
TIES = {
    "lots_public": (_l("みんなの知る数で くじを引く"), _l("どの数を 使うかを、先に 書いておきます。")),
    "lots_witnessed": (_l("立会人 2人が くじを引く"), _l("引いた順番を 記録に のこします。")),
}
COMPLETIONS = {
    "add1+greedy": _l("もう一度 分け、さいごは 多い順"),
    "add1": _l("もう一度 分ける"),
    "none": _l("使わない"),
}


def ways() -> Options:
    """The five ways, in words."""
    return [(name, told.method_name(name), str(hint)) for name, hint in WAYS.items()]


def further() -> Options:
    """The rest, under くわしい."""
    return [(name, told.method_name(name), str(hint)) for name, hint in FURTHER.items()]


def effects(stage: int) -> Options:
    """What a vote may do here."""
    return [(name, told.effect_name(name), str(EFFECTS[name])) for name in rules.effects(stage)]


def effects_later(stage: int) -> list[str]:
    """What it may not do yet, and from which stage on."""
    return [str(text) for name, text in EFFECT_FROM.items() if name not in rules.effects(stage)]


def electorates(vote: Vote) -> Options:
    """Who may be asked; each group for itself only where all can say is yes or no."""
    no = set() if vote.method in rules.MOTIONS else {"double"}
    return [
        (name, str(text), _hint(ELECTORATE_HINTS.get(name))) for name, text in ELECTORATES.items() if name not in no
    ]


def secrecies() -> Options:
    return [(name, str(text), str(hint)) for name, (text, hint) in SECRECIES.items()]


def quorums(vote: Vote, *, gathered: bool) -> Options:
    """The kinds that fit this vote."""
    no = {"attendance"} if not gathered else set()
    no |= set() if vote.method in rules.MOTIONS else {"objection"}
    return [(name, str(text), _hint(hint)) for name, (text, hint) in QUORUMS.items() if name not in no]


def thresholds() -> list[tuple[str, str]]:
    return [(name, str(text)) for name, text in THRESHOLDS.items()]


def ties() -> Options:
    return [(name, str(text), str(hint)) for name, (text, hint) in TIES.items()]


def completions() -> list[tuple[str, str]]:
    return [(name, str(text)) for name, text in COMPLETIONS.items()]


def _hint(text: object) -> str | None:
    return None if text is None else str(text)


def hindrances(codes: Sequence[str], unfinished: Sequence[str]) -> list[tuple[str, str]]:
    """(where it is put right: `question`, `options`, `terms`, `proposal` or "", a sentence) for each."""
    return [(PLACES.get(code, "terms"), _sentence(code, unfinished)) for code in codes]


PLACES = {
    "vote_options_few": "options",
    "vote_options_many": "options",
    "vote_costs_missing": "options",
    "vote_budget_small": "options",
    "vote_proposal_unfinished": "proposal",
    "proposal_not_talking": "proposal",
    "vote_roll_empty": "terms",
}


def _sentence(code: str, unfinished: Sequence[str]) -> str:
    if code == "vote_proposal_unfinished":
        names = "、".join(_("返事を まっている意見") if one == "answers" else text_name(one) for one in unfinished)
        return _("提案に まだ ないもの：%(names)s", names=names)
    return sentence(code)


def roll_words(roll: rules.Roll) -> str:
    """名簿 210人（住民 180人、地域の外から関わる人 30人）."""
    said = ngettext("名簿は いま %(num)s人です。", "名簿は いま %(num)s人です。", roll.size)
    parts = _("住民 %(residents)s · 地域の外から関わる人 %(friends)s", residents=roll.residents, friends=roll.friends)
    return f"{said} {parts}" if roll.residents and roll.friends else said


def quorum_line(vote: Vote, roll: rules.Roll) -> str:
    """How many that would be today, with 以上 or まで in words."""
    needed = rules.quorum_needed(vote, roll.size)
    values = {"percent": vote.quorum_percent, "roll": roll.size, "needed": needed}
    if vote.quorum == "none":
        return _("成立に必要な人数は 決めません。")
    if vote.quorum == "objection":
        return _("反対が %(needed)s人までなら とおります。%(needed)s人より多いと とおりません。", **values)
    who = {
        "approval": _("賛成した人") if vote.method in rules.MOTIONS else _("決まるものを えらんだ人"),
        "participation": _("投票した人"),
        "attendance": _("出席・書面・委任を あわせた人"),
    }[vote.quorum]
    return _("%(who)sが %(needed)s人以上（名簿 %(roll)s人の %(percent)s%%）", who=who, **values)
