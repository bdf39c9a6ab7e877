"""Votes that move, and points, against a count that takes every ballot by itself, as people do at a table."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tally import Election, tally
from tests.tally.ballots import count
from tests.tally.test_properties import elections

pytestmark = pytest.mark.rules


class Paper:
    """One ballot at the table: what it still weighs, and on whose piles (several where a rank is shared) it lies."""

    def __init__(self, ranking, running):
        self.ranks = [rank if isinstance(rank, list) else [rank] for rank in ranking]
        self.parts = {}
        self._lay(Fraction(1), running)

    def _lay(self, weight, running):
        for rank in self.ranks:
            if best := [one for one in rank if one in running]:
                for one in best:
                    self.parts[one] = self.parts.get(one, 0) + weight / len(best)
                return

    def leave(self, option, running, keep=Fraction(1)):
        if option in self.parts:
            self._lay(self.parts.pop(option) * keep, running)


class Table:
    """A count by hand; `lots` decides as the rule's order does, the first of it winning."""

    def __init__(self, election):
        self.election, self.lots = election, election.rule["lots"]["order"]
        self.running, self.past = set(election.options), []
        singles = [ballot for number, ballot in election.ballots for _ in range(number) if ballot]
        self.papers = [Paper(ranking, self.running) for ranking in singles]

    def votes(self):
        return {one: sum((paper.parts.get(one, Fraction(0)) for paper in self.papers), Fraction(0)) for one in self.all}

    @property
    def all(self):
        return set(self.election.options)

    def pick(self, among, sign):
        """The lowest (1) or highest (-1): now, then in the rounds before, the latest first, then by lot."""
        for votes in [self.past[-1], *self.past[-2::-1]]:
            edge = min(sign * votes[one] for one in among)
            among = [one for one in among if sign * votes[one] == edge]
        return sorted(among, key=self.lots.index)[-1 if sign > 0 else 0]

    def leave(self, option, keep=Fraction(1)):
        self.running.discard(option)
        for paper in self.papers:
            paper.leave(option, self.running, keep)


def by_hand_irv(election):
    table = Table(election)
    if not table.papers:
        return ()
    while True:
        table.past.append(table.votes())
        counted = {one: table.past[-1][one] for one in table.running}
        for one, votes in counted.items():
            if 2 * votes > sum(counted.values()) or len(counted) == 1:
                return (one,)
        table.leave(table.pick(list(table.running), 1))


def by_hand_stv(election):
    table = Table(election)
    quota = len(table.papers) // (election.seats + 1) + 1
    elected, waiting = [], []
    while table.papers:
        votes = table.votes()
        table.past.append(votes)
        running = [one for one in election.options if one in table.running]
        free = election.seats - len(elected)
        new = [one for one in running if votes[one] >= quota or len(running) <= free]
        elected += sorted(new, key=lambda one: -votes[one])
        waiting += [one for one in new if votes[one] > quota]
        table.running -= set(new)
        if len(elected) >= election.seats or not table.running:
            return tuple(elected)
        if waiting:
            one = table.pick(waiting, -1)
            waiting.remove(one)
            table.leave(one, (votes[one] - quota) / votes[one])
        else:
            table.leave(table.pick(list(table.running), 1))
    return ()


def with_order(election, order):
    rule = {"lots": {"order": [one for one in order if one in election.options]}}
    return Election(**(vars(election) | {"rule": rule}))


@settings(max_examples=200)
@given(elections(["irv"]), st.permutations("ABCDE"))
def test_the_lowest_drops_as_at_a_table(election, order):
    election = with_order(election, order)
    assert tally(election).winners == by_hand_irv(election)


@settings(max_examples=200)
@given(elections(["stv"]), st.permutations("ABCDE"))
def test_seats_are_filled_as_at_a_table(election, order):
    election = with_order(election, order)
    assert tally(election).winners == by_hand_stv(election)


@settings(max_examples=100)
@given(elections(["star"]), st.permutations("ABCDE"))
def test_star_is_the_better_liked_of_the_two_highest(election, order):
    found = tally(with_order(election, order))
    papers = [ballot for number, ballot in election.ballots for _ in range(number) if ballot]
    if not papers:
        assert found.winners == ()
        return
    sums = {one: sum(paper.get(one, 0) for paper in papers) for one in election.options}
    two = found.rounds[0]["finalists"]
    assert min(sums[one] for one in two) >= max([sums[one] for one in sums if one not in two], default=0)
    likes = {one: sum(all(p.get(one, 0) > p.get(o, 0) for o in two if o != one) for p in papers) for one in two}
    assert likes[found.winners[0]] == max(likes.values())


def test_a_shared_rank_is_two_halves_and_each_moves_on_to_the_other():
    found = count("stv", "ABC", "3 A=B, 2 C", rule={"lots": {"order": ["A", "B"]}})
    assert found.rounds[0]["counts"] == {"A": Fraction(3, 2), "B": Fraction(3, 2), "C": 2}
    assert found.rounds[0]["eliminated"] == "B" and found.rounds[1]["counts"] == {"A": 3, "C": 2}
    assert found.winners == ("A",)
