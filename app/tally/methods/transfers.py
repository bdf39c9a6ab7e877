"""IRV, the runoff of two, and STV: votes that move on, one step at a time."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..election import Exact
from ..quorum import HALF, part
from ..sheet import Sheet
from .piles import Piles


class _Count:
    """One count by transfers: piles, and what every option had in the rounds before."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.piles = Piles(sheet.groups, range(len(sheet.options)))
        self.history: list[dict[int, Exact]] = []

    def round(self, **more: Any) -> dict[str, Any]:
        """Writes the votes as they stand now."""
        votes = self.piles.votes | self.piles.held
        self.history.append(votes)
        self.sheet.totals.update(votes)
        self.sheet.exhausted = self.piles.exhausted
        return self.sheet.write(counts=self.sheet.named(votes), exhausted=self.piles.exhausted, **more)

    def lowest(self) -> int:
        return self._one(sorted(self.piles.continuing), "elimination", low=True)

    def highest(self, among: list[int]) -> int:
        return self._one(among, "surplus", low=False)

    def _one(self, among: list[int], step: str, *, low: bool) -> int:
        """The lowest or highest of some; a tie looks back through the rounds before, the latest first, then lots."""
        tied = first = _at_edge(among, self.piles.votes, low=low)
        for number in range(len(self.history) - 1, 0, -1):
            if len(tied) == 1:
                break
            past = self.history[number - 1]
            before, tied = tied, _at_edge(tied, past, low=low)
            if len(tied) == 1:
                counts = self.sheet.named({one: past[one] for one in before})
                self.sheet.tie(first, step, "earlier round", tied, earlier=number, counts=counts)
        return tied[0] if len(tied) == 1 else self.sheet.lots(tied, step, lose=low)[0]

    def eliminate(self, line: dict[str, Any], option: int) -> None:
        line["eliminated"] = self.sheet.options[option]
        self.transfer(line, option)

    def transfer(self, line: dict[str, Any], option: int, keep: Fraction = Fraction(1)) -> None:
        got, ran_out = self.piles.remove(option, keep)
        moved = {"from": self.sheet.options[option], "weight": keep, "to": self.sheet.named(got), "exhausted": ran_out}
        line["transfers"] = [moved]


def _at_edge(among: list[int], votes: dict[int, Exact], *, low: bool) -> list[int]:
    edge = min(votes[one] for one in among) if low else max(votes[one] for one in among)
    return sorted(one for one in among if votes[one] == edge)


def irv(sheet: Sheet) -> None:
    """Drops the one lowest option until one has more than half of the votes that still count."""
    if not sheet.voting:
        return
    count = _Count(sheet)
    while True:
        active = sum(count.piles.votes.values())
        line = count.round(sign=">", needed=active * HALF)
        over = [one for one, votes in count.piles.votes.items() if votes * 2 > active]
        if over or len(count.piles.continuing) == 1:
            sheet.winners = over or list(count.piles.continuing)
            line["elected"] = sheet.names(sheet.winners)
            return
        count.eliminate(line, count.lowest())


def runoff(sheet: Sheet) -> None:
    """More than `threshold` (half) of the first choices wins; otherwise the two at the top, by who is ranked higher."""
    if not sheet.voting:
        return
    count = _Count(sheet)
    bar = part(sheet.rule.get("threshold", HALF), "threshold") * sheet.voting
    line = count.round(sign=">", needed=bar)
    votes = dict(count.piles.votes)
    over = [one for one in votes if votes[one] > bar]
    if over or len(votes) == 1:
        sheet.winners = sheet.best(over or votes, votes.__getitem__, "seat")
        line["elected"] = sheet.names(sheet.winners)
        return
    two = sheet.best(votes, votes.__getitem__, "runoff", 2)
    sheet.winners = []
    line["finalists"] = sheet.names(two)
    final = Piles(sheet.groups, two)
    sheet.exhausted = final.exhausted
    last = sheet.write(counts=sheet.named(final.votes), exhausted=final.exhausted)
    sheet.totals.update(final.votes)
    sheet.winners = _of_two(sheet, final.votes, votes)
    last["elected"] = sheet.names(sheet.winners)


def _of_two(sheet: Sheet, final: dict[int, Exact], first: dict[int, Exact]) -> list[int]:
    one, other = sorted(final)
    if final[one] != final[other]:
        return [max(final, key=final.__getitem__)]
    if first[one] != first[other]:
        winner = max(final, key=first.__getitem__)
        sheet.tie([one, other], "seat", "earlier round", [winner], earlier=1)
        return [winner]
    return sheet.lots([one, other], "seat")


def stv(sheet: Sheet) -> None:
    """Droop quota; every surplus goes on at (votes − quota) ÷ votes of its weight; else the one lowest drops."""
    quota = sheet.voting // (sheet.seats + 1) + 1
    sheet.details["quota"] = quota
    if not sheet.voting:
        return
    count = _Count(sheet)
    waiting: list[int] = []  # elected, their surplus not yet handed on
    while True:
        line = count.round(quota=quota)
        _elect(sheet, count, line, quota, waiting)
        if len(sheet.winners) >= sheet.seats or not count.piles.continuing:
            return
        if waiting:
            one = count.highest(waiting)
            waiting.remove(one)
            votes = count.piles.votes[one]
            count.transfer(line, one, Fraction(votes - quota) / votes)
            line["surplus"] = votes - quota
        else:
            count.eliminate(line, count.lowest())


def _elect(sheet: Sheet, count: _Count, line: dict[str, Any], quota: int, waiting: list[int]) -> None:
    """Whoever has reached the quota; and all who are left once they are no more than the free seats."""
    votes = count.piles.votes
    running = sorted(count.piles.continuing)
    free = sheet.seats - len(sheet.winners)
    new = [one for one in running if votes[one] >= quota or len(running) <= free]
    new.sort(key=lambda one: -votes[one])
    sheet.winners = sheet.winners + new
    waiting += [one for one in new if votes[one] > quota]
    for one in new:
        count.piles.close(one)
    line["elected"] = sheet.names(new)
