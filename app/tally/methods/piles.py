"""Ballots in piles, one for each option still in the running: how IRV and STV move votes, exactly.

A parcel is ballots of one weight. Where a ballot ranks several options equally, it is divided into equal parts,
one on each of their piles; when one of them leaves, its part goes on to the others of that rank, then to the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from ..election import Exact

Parcel = list[tuple[Any, int]]  # ballots and how many of each
ONE = Fraction(1)


class Piles:
    """The votes of every continuing option; `exhausted` is the weight of what names none of them any more."""

    def __init__(self, groups: dict[Any, int], options: Iterable[int]) -> None:
        self.continuing = set(options)
        self.piles: dict[int, dict[Fraction, Parcel]] = {one: {} for one in self.continuing}
        self.votes: dict[int, Exact] = dict.fromkeys(self.continuing, 0)
        self.held: dict[int, Exact] = {}
        self.exhausted: Exact = 0
        self._deal(ONE, list(groups.items()))

    def close(self, option: int) -> None:
        """An elected option gets no more votes; it still has those on its pile."""
        self.continuing.discard(option)

    def remove(self, option: int, keep: Fraction = ONE) -> tuple[dict[int, Exact], Exact]:
        """Takes an option out and hands its votes on at `keep` of their weight; what each got, and what ran out.

        What is not handed on stays `held` by the option.
        """
        self.close(option)
        before, ran_out = dict(self.votes), self.exhausted
        pile = self.piles.pop(option)
        if stays := _whole(self.votes.pop(option) * (1 - keep)):
            self.held[option] = stays
        for weight, parcel in pile.items():
            self._deal(weight * keep, parcel)
        got = {one: _whole(self.votes[one] - before[one]) for one in sorted(self.continuing)}
        return {one: more for one, more in got.items() if more}, _whole(self.exhausted - ran_out)

    def _deal(self, weight: Fraction, parcel: Parcel) -> None:
        """Puts ballots of one weight onto the piles of their best continuing options."""
        sums: dict[int, dict[int, int]] = {}  # parts a ballot is divided into, option, ballots
        piles, ran_out = self.piles, 0
        shares = {1: {one: pile.setdefault(weight, []) for one, pile in piles.items() if one in self.continuing}}
        for line in parcel:
            ballot, count = line
            best = self._best(ballot)
            parts = len(best)
            if not parts:
                ran_out += count
                continue
            if parts not in shares:
                shares[parts] = {one: piles[one].setdefault(weight / parts, []) for one in self.continuing}
            totals = sums.setdefault(parts, {})
            for one in best:
                shares[parts][one].append(line)
                totals[one] = totals.get(one, 0) + count
        for parts, totals in sums.items():
            for one, count in totals.items():
                self.votes[one] = _whole(self.votes[one] + count * weight / parts)
        self.exhausted = _whole(self.exhausted + ran_out * weight)

    def _best(self, ballot: Any) -> tuple[int, ...]:
        """The continuing options of its first rank that has any."""
        continuing = self.continuing
        for rank in ballot:
            if isinstance(rank, int):
                if rank in continuing:
                    return (rank,)
            elif best := tuple(one for one in rank if one in continuing):
                return best
        return ()


def _whole(number: Exact) -> Exact:
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number
