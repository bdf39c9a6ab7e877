"""What every group of equal ballots has left of its share: exact, and fast for a hundred thousand of them.

What is left is the share less what was paid for, purchase by purchase: a sum of fractions whose denominators grow
with each purchase. So it is kept rounded, in whole parts with a known slack, and what cannot be told from
that is computed exactly from what the group paid for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain

from .budgets import Profile

PARTS = 1 << 44  # of a share: the sum of half a million still fits into a machine's word


class Purses:
    """`left` is 0 only for those who have nothing left; `paid` has the numbers of the purchases paid in full."""

    def __init__(self, profile: Profile, share: Fraction) -> None:
        self.profile, self.share = profile, share
        self.unit = max(1, int(PARTS / share)) if share else 1  # parts of one unit of money
        self.left = [int(share * self.unit)] * len(profile.weights)
        self.paid: list[tuple[int, ...]] = [()] * len(profile.weights)
        self.prices: list[Fraction] = []
        self.known: dict[tuple[int, ...], Fraction] = {}

    @property
    def slack(self) -> int:
        """By how many parts at most anything in `left` is wrong: each purchase rounds once."""
        return len(self.prices) + 2

    def wealth(self, project: int) -> Fraction:
        """At most this is what its supporters have left together."""
        single, several = self.profile.supporters[project]
        total = sum(map(self.left.__getitem__, single))
        total += sum(self.left[one] * self.profile.weights[one] for one in several)
        return Fraction(total + self.slack * self.profile.votes[project], self.unit)

    def at_least(self, project: int, known: Fraction) -> Fraction | None:
        """No lower price per supporter can pay for it; None if no price can. Before, it was `known` at least."""
        low = self._solve(project, -self.slack, int(known * self.unit))
        return None if low is None else Fraction(low, self.unit)

    def price(self, project: int, known: Fraction) -> Fraction | None:
        """What each supporter pays at most if it is bought now, exactly; None if they cannot afford it."""
        slack, bar = self.slack, int(known * self.unit)
        low, high = self._solve(project, -slack, bar), self._solve(project, slack, bar)
        if low is None:
            return None
        left, weights = self.left, self.profile.weights
        groups = [one for one in chain(*self.profile.supporters[project]) if high is None or left[one] <= high + slack]
        poor = [one for one in groups if left[one] < low - slack]
        need = self.profile.costs[project] - self._sum(poor)
        people = self.profile.votes[project] - sum(map(weights.__getitem__, poor))
        for value, one in sorted((self.exact(one), one) for one in groups if left[one] >= low - slack):
            if value * people >= need:
                break
            need -= value * weights[one]
            people -= weights[one]
        return need / people if people else None

    def buy(self, project: int, price: Fraction) -> int:
        """Every supporter pays the price, or all that is left; how many people paid less."""
        rounded, slack, less = int(price * self.unit), self.slack, 0
        number, left, paid = len(self.prices), self.left, self.paid
        for one in chain(*self.profile.supporters[project]):
            rest = left[one] - rounded
            if rest > slack or (rest >= -slack and self.exact(one) > price):
                left[one] = max(rest, 1)
                paid[one] += (number,)
                continue
            if rest < -slack or self.exact(one) < price:
                less += self.profile.weights[one]
            left[one] = 0
        self.prices.append(price)
        self.known.clear()
        return less

    def exact(self, group: int) -> Fraction:
        """What one group has left for each of its ballots."""
        if not self.left[group]:
            return Fraction(0)
        paid = self.paid[group]
        if paid not in self.known:
            self.known[paid] = self.share - sum(self.prices[number] for number in paid)
        return self.known[paid]

    def _sum(self, groups: Iterable[int]) -> Fraction:
        """What all ballots of these groups have left together, exactly: counted by purchase."""
        some = [one for one in groups if self.left[one]]
        weights = self.profile.weights
        single = [one for one in some if weights[one] == 1]
        times = Counter(chain.from_iterable(map(self.paid.__getitem__, single)))
        for one in some:
            if weights[one] > 1:
                times.update(dict.fromkeys(self.paid[one], weights[one]))
        spent = sum(self.prices[number] * often for number, often in times.items())
        return self.share * sum(map(weights.__getitem__, some)) - spent

    def _solve(self, project: int, slack: int, known: int) -> int | None:
        """The price in parts, if everybody had `slack` parts less than `left` says; None if they cannot afford it.

        It is rounded to the safe side. Whoever has less than the price `known` before pays all that is left.
        """
        single, several = self.profile.supporters[project]
        ones = list(map(self.left.__getitem__, single))
        more = [(self.left[one], self.profile.weights[one]) for one in several]
        people = self.profile.votes[project]
        need = self.profile.costs[project] * self.unit + slack * people
        total = sum(ones) + sum(value * number for value, number in more)
        if total < need:
            return None
        bar = max(known - abs(slack), -(-need // people))
        while True:
            rich, few = [value for value in ones if value >= bar], [pair for pair in more if pair[0] >= bar]
            people = len(rich) + sum(number for _, number in few)
            if not people:
                return None
            still = sum(rich) + sum(value * number for value, number in few)
            need, total, ones, more = need - (total - still), still, rich, few
            bar = -(-need // people)
            if min(ones, default=bar) >= bar and all(value >= bar for value, _ in more):
                return (need // people if slack < 0 else bar) - slack
