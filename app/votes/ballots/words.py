"""What a vote is, in plain words: its effect, how it is counted, how many are enough, who sees what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.members.models import Membership
from app.proposals.words import effect_name as effect_name
from app.votes import choices, rules
from app.votes.models import Vote, VoteOption
from app.web.filters import day, isolated, plain, time

EFFECT_SENTENCES = {
    "ask": _l("みんなの考えを きく投票です。"),
    "choose": _l("みんなで えらぶ投票です。えらんだものを もとに きめます。"),
    "decide": _l("この投票で きまります。"),
}
METHOD_NAMES = {
    "yes_no": _l("はい・いいえ"),
    "consent": _l("反対がなければ決まる"),
    "choose_one": _l("ひとつ えらぶ"),
    "approval": _l("えらぶ（いくつでも）"),
    "schulze": _l("順番をつける"),
    "irv": _l("順番をつける（へらしていく）"),
    "stv": _l("順番をつけて いくつか えらぶ"),
    "score": _l("点をつける"),
    "star": _l("点をつけて さいごに くらべる"),
    "equal_shares": _l("予算を分ける"),
    "greedy": _l("予算を分ける（多い順）"),
}
ASKED = {  # what to do with the ballot
    "yes_no": _l("ひとつ えらんでください。"),
    "consent": _l("ひとつ えらんでください。"),
    "choose_one": _l("ひとつ えらんでください。"),
    "approval": _l("よいと思うものを いくつでも えらんでください。"),
    "schulze": _l("よいと思う順に 番号を つけてください。つけない ものが あっても かまいません。"),
    "irv": _l("よいと思う順に 番号を つけてください。つけない ものが あっても かまいません。"),
    "stv": _l("よいと思う順に 番号を つけてください。つけない ものが あっても かまいません。"),
    "score": _l("ひとつずつ、0から 5まで 点を つけてください。"),
    "star": _l("ひとつずつ、0から 5まで 点を つけてください。"),
    "equal_shares": _l("ほしいものを いくつでも えらんでください。"),
    "greedy": _l("ほしいものを いくつでも えらんでください。"),
}
HOW = {  # sentences, in the order in which the count goes
    "consent": (_l("わけの ある反対が ひとつも なければ きまります。"), _l("みまもる は、反対では ありません。")),
    "choose_one": (_l("いちばん多く えらばれたものに なります。"),),
    "approval": (
        _l("えらんだ人の 数を、ひとつずつ 数えます。"),
        _l("いちばん多く えらばれたものに なります。"),
    ),
    "schulze": (
        _l("ふたつずつ くらべて、どちらを 上に した人が 多いかを 数えます。"),
        _l("ほかの どれにも 負けないものに なります。じゃんけんのように まわるときは、強い勝ちから 見ます。"),
        _l("この数え方を シュルツ方式と いいます。"),
    ),
    "irv": (
        _l("1番に した人を 数えます。"),
        _l("半分より多いものが なければ、いちばん少ないものを ひとつ はずし、その票を つぎの順番へ うつします。"),
        _l("半分より多いものが 出るまで くりかえします。"),
    ),
    "stv": (
        _l("当選に いる票の 数を 先に きめます。"),
        _l("その数に とどいたものが きまり、あまった票は つぎの順番へ うつります。"),
        _l("とどくものが なければ、いちばん少ないものを ひとつ はずして うつします。"),
    ),
    "score": (_l("点を たして、いちばん多いものに なります。"),),
    "star": (
        _l("点を たして、多い ふたつを のこします。"),
        _l("ふたつの うち、上の点を つけた人が 多いほうに なります。"),
    ),
    "equal_shares": (
        _l("予算を 人数で わり、ひとりずつ 同じ お金を もちます。"),
        _l("えらんだ人の お金を あわせて、買えるものから きまります。ひとりの はらう分が 少ないものが 先です。"),
        _l("だれの お金が なにに なったかを、あとで 見せます。"),
    ),
    "greedy": (
        _l("えらんだ人が 多いものから きまります。"),
        _l("のこりの お金で 足りないものは とばします。"),
    ),
}
ELECTORATES = {
    "residents": _l("住民が 投票します。"),
    "friends": _l("地域の外から関わる人が 投票します。"),
    "both": _l("住民と、地域の外から関わる人が いっしょに 投票します。"),
    "double": _l("住民と 地域の外から関わる人の、どちらでも 多いときだけ とおります。"),
}
TIES = {
    "lots_public": _l("同じ数のときは、前もって きめた みんなの知る数で くじを引きます。"),
    "lots_witnessed": _l("同じ数のときは、ふたりの立会人が くじを引きます。"),
}
FRACTION_NAMES = {Fraction(2, 3): _l("3分の2"), Fraction(3, 4): _l("4分の3"), Fraction(3, 5): _l("5分の3")}
USED = {  # through which door the line was used, told to its owner
    "phone": _l("もう 投票しています。"),
    "assisted": _l("もう 手伝いの人と いっしょに 投票しています。"),
    "paper": _l("もう 紙で 投票しています。"),
    "proxy": _l("もう 委任した人が 投票しています。"),
}
WAYS = {"phone": _l("スマホ"), "assisted": _l("手伝い"), "paper": _l("紙"), "proxy": _l("委任")}
PARTS = {"resident": _l("住民"), "friend": _l("地域の外から関わる人")}
OPINIONS = (("yes", _l("賛成")), ("no", _l("反対")), ("abstain", _l("どちらでもない")))
STANDS = (
    ("consent", _l("よい"), None),
    ("stand_aside", _l("みまもる"), _l("さんせいでは ないけれど、反対は しません")),
    ("objection", _l("反対"), _l("わけを 下に 書いてください")),
)
NO_BREAK = "\u00a0"


def how_counted(vote: Vote) -> list[str]:
    """How it is counted, a sentence for each step, with what decides a tie."""
    steps = _motion(vote) if vote.method == "yes_no" else [str(one) for one in HOW[vote.method]]
    if vote.seats > 1:
        steps.append(_("%(seats)sつ きまります。", seats=vote.seats))
    steps.append(_("同じ数のときは、とおりません。") if vote.method == "yes_no" else str(TIES[vote.ties]))
    return steps


def _motion(vote: Vote) -> list[str]:
    share = Fraction(vote.threshold)
    if share == Fraction(1, 2):
        steps = [_("賛成が 反対より 多ければ とおります。")]
    else:
        part = str(FRACTION_NAMES.get(share, f"{share.numerator}/{share.denominator}"))
        steps = [_("賛成が、賛成と反対を あわせた数の %(part)sより 多ければ とおります。", part=part)]
    return [*steps, _("どちらでもない は、投票した人の 数にだけ 入ります。")]


def quorum_words(vote: Vote) -> str | None:
    """成立に必要な人数, with 以上 or まで; None where the vote asks for none."""
    if vote.quorum == "none":
        return None
    if vote.quorum == "objection":
        return _quorum_of_objections(vote.objections)
    values: dict[str, Any] = {"roll": vote.roll_size or 0, "percent": vote.quorum_percent}
    values["needed"] = rules.quorum_needed(vote, values["roll"])
    if vote.quorum == "approval" and vote.method in choices.MOTIONS:
        return _("賛成が %(needed)s人以上（名簿 %(roll)s人の %(percent)s%%）", **values)
    if vote.quorum == "approval":
        return _("きまるものを えらんだ人が %(needed)s人以上（名簿 %(roll)s人の %(percent)s%%）", **values)
    if vote.quorum == "attendance":
        return _("出席・書面・委任を あわせて %(needed)s人以上（名簿 %(roll)s人の %(percent)s%%）", **values)
    return _("投票した人が %(needed)s人以上（名簿 %(roll)s人の %(percent)s%%）", **values)


def _quorum_of_objections(most: int) -> str:
    if not most:
        return _("反対が ひとりでも いると とおりません")
    return ngettext("反対が %(num)s人まで なら とおります", "反対が %(num)s人まで なら とおります", most)


def effect_sentence(effect: str) -> str:
    """What becomes of the answers."""
    return str(EFFECT_SENTENCES[effect])


def method_name(method: str) -> str:
    """はい・いいえ, 順番をつける …"""
    return str(METHOD_NAMES[method])


def electorate_words(electorate: str) -> str:
    """Who votes."""
    return str(ELECTORATES[electorate])


def decides(vote: Vote) -> str:
    """Who decides in the end; people write a name there, or a sentence."""
    return _("さいごに 決める人：%(who)s", who=isolated(vote.decider))


def secrecy_sentence(vote: Vote) -> str:
    """ひとり1票, and who sees it."""
    if vote.secrecy == "open":
        return _("ひとり1票。名前と こたえが 会員に 見えます。")
    return _("ひとり1票。ほかの会員には 見えません。")


def extension_words(vote: Vote) -> str:
    """The one extension that was fixed beforehand."""
    return ngettext(
        "投票した人が 足りなければ、1回だけ %(num)s日 のばします。",
        "投票した人が 足りなければ、1回だけ %(num)s日 のばします。",
        vote.extension_days,
    )


def days_left(ends_at: datetime, at: datetime) -> str:
    """あと2日; on the last day あと3時間."""
    left = ends_at - at
    if left >= timedelta(days=1):
        return ngettext("あと%(num)s日", "あと%(num)s日", left.days)
    hours = max(1, ceil(left / timedelta(hours=1)))
    return ngettext("あと%(num)s時間", "あと%(num)s時間", hours)


def ways_words(by_way: Mapping[str, int]) -> str:
    """うち 紙 22 · 委任 3; nothing where everybody voted by phone."""
    told = [f"{WAYS[way]} {by_way[way]}" for way in ("paper", "proxy", "assisted") if by_way.get(way)]
    if not told:
        return ""
    return _("（うち %(ways)s）", ways=" · ".join(told)).replace(" ", NO_BREAK)


def percent(used: int, roll: int) -> str:
    """30.5%, rounded half up, worked out in whole numbers."""
    tenths = (used * 2000 + roll) // (2 * roll) if roll else 0
    return f"{tenths // 10}.{tenths % 10}%"


def turnout_words(used: int, roll: int) -> str:
    """投票率 30.5%（64 / 210人）."""
    return _("投票率 %(percent)s（%(used)s / %(roll)s人）", percent=percent(used, roll), used=used, roll=roll)


def used_words(way: str) -> str:
    """Through which door the line was used."""
    return str(USED[way])


def yen(amount: int) -> str:
    """180,000円 / 180,000 yen."""
    return _("%(yen)s円", yen=f"{amount:,}")


def moment(at: datetime) -> str:
    """12月14日(月) 正午."""
    return f"{day(at)} {time(at)}"


def names(vote: Vote, options: Sequence[VoteOption]) -> dict[str, str]:
    """What may stand on a ballot, as its page calls it; names that people gave stand isolated."""
    if vote.method == "yes_no":
        return {key: str(text) for key, text in OPINIONS}
    if vote.method == "consent":
        return {"abstain": _("白票")} | {key: str(text) for key, text, _hint in STANDS}
    return {"abstain": _("白票")} | {one.name: isolated(plain(one, "name")) for one in options}


def cards(vote: Vote, options: Sequence[VoteOption]) -> list[tuple[str, str, str | None]]:
    """(value, text, hint) of each answer that one chooses by a tap."""
    if vote.method == "yes_no":
        return [(key, str(text), None) for key, text in OPINIONS]
    if vote.method == "consent":
        return [(key, str(text), str(hint) if hint else None) for key, text, hint in STANDS]
    found = [
        (str(one.number), isolated(plain(one, "name")), isolated(one.about) if one.about else None) for one in options
    ]
    return [*found, ("0", _("どれも えらばない（白票）"), None)] if vote.method == "choose_one" else found


def asked(vote: Vote) -> str:
    """What to do with the ballot."""
    limit = choices.settings(vote).get("limit")
    if vote.method == "approval" and limit:
        return ngettext("%(num)sつまで えらべます。", "%(num)sつまで えらべます。", limit)
    return str(ASKED[vote.method])


def giver_words(giver: Membership) -> str:
    """○○さんの分."""
    return _("%(name)sさんの分", name=isolated(giver.name))


def for_words(giver: Membership) -> str:
    """Told to whoever votes for somebody else."""
    return _("%(name)sさんに かわって 投票します。聞いている とおりに えらんでください。", name=isolated(giver.name))
