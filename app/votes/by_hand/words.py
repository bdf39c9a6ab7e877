"""What the desk and the papers say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.votes.ballots.words import OPINIONS, STANDS
from app.votes.by_hand import rules
from app.votes.by_hand.piles import typed
from app.votes.models import Vote, VoteOption
from app.web.filters import plain

USED = {  # told at the desk, when an envelope comes after another door was used
    "phone": _l("もう スマホで 投票しています。この紙は 数えません。"),
    "assisted": _l("もう 手伝いの人と 投票しています。この紙は 数えません。"),
    "paper": _l("もう 封筒を 受けとっています。この紙は 数えません。"),
    "proxy": _l("もう 委任された人が 投票しています。この紙は 数えません。"),
}
MARK = {  # what to do with a pencil
    "yes_no": _l("ひとつだけ、四角に ○を 書いてください。"),
    "consent": _l("ひとつだけ、四角に ○を 書いてください。反対のときは、わけも 書いてください。"),
    "choose_one": _l("ひとつだけ、四角に ○を 書いてください。"),
    "approval": _l("よいと思うもの すべての 四角に ○を 書いてください。いくつでも かまいません。"),
    "schulze": _l("よいと思う順に、四角に 1、2、3と 書いてください。書かない ものが あっても かまいません。"),
    "irv": _l("よいと思う順に、四角に 1、2、3と 書いてください。書かない ものが あっても かまいません。"),
    "stv": _l("よいと思う順に、四角に 1、2、3と 書いてください。書かない ものが あっても かまいません。"),
    "score": _l("ひとつずつ、四角に 0から 5までの 点を 書いてください。"),
    "star": _l("ひとつずつ、四角に 0から 5までの 点を 書いてください。"),
    "equal_shares": _l("ほしいもの すべての 四角に ○を 書いてください。いくつでも かまいません。"),
    "greedy": _l("ほしいもの すべての 四角に ○を 書いてください。いくつでも かまいません。"),
}
KEYS = {  # how one ballot is typed
    "sets": _l("○の ついた番号を 打ちます。れい 「1 3」。白票は 0。"),
    "orders": _l("1番に した番号から 順に 打ちます。れい 「3 1 2」。同じ順位は 「3 1=2」。白票は 0。"),
    "points": _l("上から 順に 点を 打ちます。れい 「5 0 3」。空いた四角は 「-」。白票は 0。"),
    "consent": _l("よい は 1、反対は 2と わけ、みまもる は 3。れい 「2 お金が たりない」。白票は 0。"),
}
REASONS = (  # why somebody is helped
    ("eyes", _l("字が 読みにくい")),
    ("hands", _l("手が うごかしにくい")),
    ("no_phone", _l("スマホが ない")),
    ("other", _l("べつの わけ")),
)
BALLOT_SIZES = ((4, "few"), (8, "some"), (14, "many"), (30, "crowd"))  # up to so many lines on one A4
MOST_LINES = 30  # on one A4; more go on, numbered through, on sheets of their own


def keys_hint(vote: Vote) -> str:
    """How a ballot of this method is typed."""
    kind = "consent" if vote.method == "consent" else "sets"
    kind = "orders" if vote.method in typed.ORDERS else "points" if vote.method in typed.POINTS else kind
    return str(KEYS[kind])


def lines(vote: Vote, options: Sequence[VoteOption]) -> list[tuple[str, str]]:
    """What stands on the paper: (value, text) from top to bottom."""
    if vote.method == "yes_no":
        return [(value, str(text)) for value, text in OPINIONS]
    if vote.method == "consent":
        order = {"consent": 1, "objection": 2, "stand_aside": 3}
        return [(value, str(text)) for value, text, _hint in sorted(STANDS, key=lambda one: order[one[0]])]
    return [(one.name, plain(one, "name")) for one in options]


def counted_lines(vote: Vote, options: Sequence[VoteOption]) -> list[tuple[str, str]]:
    """The lines of a pile that is typed as sums."""
    if vote.method == "yes_no":
        return lines(vote, options)
    return [*lines(vote, options), ("abstain", _("白票（なにも 書いていない）"))]


def said(vote: Vote, options: Sequence[VoteOption], choice: Any) -> str:
    """A ballot in words, for whoever has typed it."""
    names = {one.name: plain(one, "name") for one in options} | {"consent": _("よい"), "stand_aside": _("みまもる")}
    if choice in ("abstain", [], {}):
        return _("白票")
    if isinstance(choice, dict) and "objection" in choice:
        return f"{_('反対')} · {choice['objection']}"
    if isinstance(choice, dict):
        return " · ".join(f"{names[name]} {points}" for name, points in choice.items())
    if isinstance(choice, list) and vote.method in typed.ORDERS:
        ranks = [[one] if isinstance(one, str) else one for one in choice]
        return " · ".join(f"{place} {' = '.join(names[name] for name in rank)}" for place, rank in enumerate(ranks, 1))
    return " · ".join(names[name] for name in choice) if isinstance(choice, list) else names.get(choice, choice)


def sheets(found: Sequence[tuple[str, str]]) -> list[Sequence[tuple[str, str]]]:
    """The lines of a ballot by sheet of A4, about as many on each."""
    number = -(-len(found) // MOST_LINES)
    most = -(-len(found) // number)
    return [found[start : start + most] for start in range(0, len(found), most)]


def size(vote: Vote, options: Sequence[VoteOption]) -> str:
    """How large the lines of a ballot are, so that all stand on one A4; an objection needs room for its reason."""
    count = 6 if vote.method == "consent" else len(options)
    return next((name for most, name in BALLOT_SIZES if count <= most), "crowd")


def is_counted(vote: Vote) -> bool:
    """Whether a pile is typed as sums rather than ballot by ballot."""
    return vote.method in rules.COUNTED
