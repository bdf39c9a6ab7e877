"""Which names are drawn, and where two witnesses disagree. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.tally import Election
from app.votes.choices import BUDGETS

ROUNDS = ("irv", "stv", "star")  # a later round may find others equal, whoever they are


def may_tie_later(election: Election) -> set[str]:
    """The names that a later step of the same count may have to draw for: one order then settles them all."""
    if election.method in ROUNDS:
        return set(election.options)
    return _alike(election) if election.method in BUDGETS else set()


def _alike(election: Election) -> set[str]:
    """Projects with as many supporters and the same cost as another: nothing but lots tells them apart."""
    supporters: Counter[str] = Counter()
    for count, ballot in election.ballots:
        for name in ballot if isinstance(ballot, list) else ():
            supporters[name] += count
    told = {name: (supporters[name], election.costs[name]) for name in election.options if supporters[name]}
    many = Counter(told.values())
    return {name for name, one in told.items() if many[one] > 1}


def first_difference(one: Sequence[str], other: Sequence[str]) -> int | None:
    """The place, from 1, from which two orders of the same names are unlike; None where they are the same."""
    return next((place for place, pair in enumerate(zip(one, other, strict=True), 1) if pair[0] != pair[1]), None)
