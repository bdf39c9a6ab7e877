"""Numbers of a count as bars, paper and phone apart where nobody can be found out by it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.votes.choices import LISTS, SCORED

ADDS = ("yes_no", "consent", "choose_one", *LISTS, "score")  # what paper and phone say adds up
APART_FROM = 10  # ballots of a door: fewer are never shown by themselves
FEW_PARTS = 12  # a fraction with a larger denominator is shown as a decimal
ORDER = {"yes_no": ("yes", "no", "abstain"), "consent": ("consent", "stand_aside", "objection")}
Count = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """One answer: its `number` as people read it, and how wide its parts are, in percent of the widest as text.

    `by_paper` and `by_phone` are None where paper is not shown apart; then `phone` is the whole bar.
    """

    name: str
    number: str
    phone: str
    paper: str = "0"
    by_phone: int | None = None
    by_paper: int | None = None
    won: bool = False


def bars(method: str, count: Count, paper: Mapping[str, int] | None = None) -> list[Bar]:
    """The bars of one count; `paper`: how much of each number came on paper, or None to show only sums."""
    totals = {name: Fraction(str(value)) for name, value in count["totals"].items()}
    winners = list(count["winners"] or count.get("leading", ())) if method not in ORDER else []
    order = [name for name in ORDER.get(method, _ranked(totals, winners)) if name in totals]
    widest = max([*totals.values(), Fraction(1)])
    return [_bar(name, totals[name], widest, name in winners, paper) for name in order]


def _ranked(totals: Mapping[str, Fraction], winners: Sequence[str]) -> list[str]:
    """Winners in the order in which they won, then the others by their numbers."""
    rest = [name for name in totals if name not in winners]
    return [*winners, *sorted(rest, key=lambda name: -totals[name])]


def _bar(name: str, number: Fraction, widest: Fraction, won: bool, paper: Mapping[str, int] | None) -> Bar:
    if paper is None:
        return Bar(name, exact(number), _percent(number, widest), won=won)
    on_paper = paper.get(name, 0)
    parts = _percent(number - on_paper, widest), _percent(Fraction(on_paper), widest)
    return Bar(name, exact(number), *parts, by_phone=int(number) - on_paper, by_paper=on_paper, won=won)


def _percent(part: Fraction, whole: Fraction) -> str:
    return f"{float(part * 100 / whole):.2f}".rstrip("0").rstrip(".")


def exact(value: Any) -> str:
    """12, 25 1/2 (never parted at the end of a line); what has a long denominator as 15.64, rounded to two places."""
    number = Fraction(str(value))
    whole, rest = divmod(number, 1)
    if not rest:
        return str(whole)
    if rest.denominator > FEW_PARTS:
        return f"{float(number):.2f}"
    return f"{whole}\u00a0{rest}" if whole else str(rest)


def paper_of(method: str, piles: Iterable[Iterable[tuple[int, Any]]]) -> dict[str, int]:
    """How much of each number came on paper, from the piles as two people typed them."""
    sums: dict[str, int] = {}
    for pile in piles:
        for count, choice in pile:
            for name, points in _says(method, choice).items():
                sums[name] = sums.get(name, 0) + count * points
    return sums


def _says(method: str, choice: Any) -> dict[str, int]:
    if method in SCORED:
        return dict(choice) if isinstance(choice, dict) else {}
    if isinstance(choice, dict):
        return {"objection": 1}
    return dict.fromkeys(choice, 1) if isinstance(choice, list) else {str(choice): 1}


def is_apart(method: str, by_way: Mapping[str, int]) -> bool:
    """Whether paper may be shown beside the rest: each has ten ballots, so that neither tells on a few people."""
    paper = by_way.get("paper", 0)
    return method in ADDS and paper >= APART_FROM and sum(by_way.values()) - paper >= APART_FROM


def duels(count: Count, names: Sequence[str]) -> list[tuple[str, str, int, int]]:
    """Every pair of options with how many ballots rank each of them higher."""
    wins = count.get("pairwise", {})
    return [
        (one, other, wins[one][other], wins[other][one])
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if one in wins
    ]
