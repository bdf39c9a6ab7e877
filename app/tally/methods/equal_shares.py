"""予算を分ける by the Method of Equal Shares.

Every ballot gets the same share of the budget. A project is bought when its supporters can pay for it together,
everyone the same, or all that they have left if that is less; the one that costs its supporters least for what it
is worth to them (ρ) comes first. What is left over is then used as the rule's `completion` says.

Source: Peters, Pierczyński, Skowron, «Proportional Participatory Budgeting with Additive Utilities» (2021);
completion: Faliszewski and others, «Participatory Budgeting: Data, Tools, and Analysis» (2023).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..election import BadElection
from ..quorum import part
from ..sheet import LotsNeeded, Sheet
from .budgets import Profile, break_tie, fill, finish, what_it_paid
from .purses import Purses

COMPLETIONS = {"none": "none", "add1": "add1", "add1+greedy": "add1+greedy", "greedy": "greedy"}
UTILITIES = {"cost": "cost", "number": "number", "cardinality": "number"}
MANY = 1_000  # ballots
STEPS = ("1%", "10%")  # of the first share; above MANY ballots the second, so that there are ten times fewer trials
FEW = 100  # different ballots: up to here it is written out what each paid for


@dataclass
class _Trial:
    """What is bought with one size of share; up to a share of `steady`, if known, it stays the same."""

    sheet: Sheet
    share: Fraction
    bought: list[tuple[int, Fraction]] = field(default_factory=list)
    paid: dict[int, dict[str, Any]] = field(default_factory=dict)
    cost: int = 0
    steady: Fraction | None = None

    @property
    def chosen(self) -> list[int]:
        return [project for project, _ in self.bought]


def equal_shares(sheet: Sheet) -> None:
    """Equal shares, completed by Add1 (larger shares, as long as all that is bought fits the budget), then greedily."""
    completion = completion_of(sheet)
    profile = Profile.of(sheet)
    share = first_share(sheet)
    trial = _buy(sheet, profile, share)
    raised, stopped = 0, "not asked for"
    if completion.startswith("add1"):
        trial, raised, stopped = _raise(sheet, profile, trial)
    sheet.rounds += trial.sheet.rounds
    sheet.ties += trial.sheet.ties
    sheet.details |= {"first_share": share, "share": trial.share}
    sheet.details["add1"] = {"step": step_of(sheet), "raised": raised, "stopped": stopped}
    chosen = fill(sheet, profile, trial.chosen) if completion.endswith("greedy") else trial.chosen
    finish(sheet, profile, chosen, trial.paid)
    _show_shares(sheet, trial)


def _raise(sheet: Sheet, profile: Profile, trial: _Trial) -> tuple[_Trial, int, str]:
    """Larger shares, step by step: the last trial that fits the budget, how many steps that is, and why it ended."""
    first, step = trial.share, step_of(sheet)
    raised = 0
    while True:
        left = profile.budget - trial.cost
        rest = set(range(len(profile.costs))) - set(trial.chosen)
        if not step or not any(profile.votes[one] and profile.costs[one] <= left for one in rest):
            return trial, raised, "nothing else fits"
        ahead = 1 if trial.steady is None else max(1, -((first + raised * step - trial.steady) // step))
        larger = _buy(sheet, profile, first + (raised + ahead) * step)
        if larger.cost > profile.budget:
            return trial, raised + ahead - 1, "the next step costs more than the budget"
        trial, raised = larger, raised + ahead


def _buy(sheet: Sheet, profile: Profile, share: Fraction) -> _Trial:
    """Buys project by project; stops early once it costs more than the budget."""
    trial = _Trial(Sheet(sheet.options, sheet.seats, sheet.rule, {}, 0, 0), share)
    worth = profile.costs if utility_of(sheet) == "cost" else [1] * len(profile.costs)
    purses = Purses(profile, share)
    queue = _Queue(profile, purses, worth)
    try:
        while trial.cost <= profile.budget and (best := queue.cheapest()):
            rho, tied = best
            trial.sheet.write(step="equal shares")
            project = break_tie(trial.sheet, profile, tied, "equal shares")
            queue.keep(rho, [one for one in tied if one != project])
            _pay(trial, profile, purses, project, rho * worth[project])
    except LotsNeeded:
        sheet.open_ties += trial.sheet.open_ties
        raise
    trial.steady = queue.steady(share, trial.chosen) if all(not paid["less"] for paid in trial.paid.values()) else None
    return trial


def _pay(trial: _Trial, profile: Profile, purses: Purses, project: int, each: Fraction) -> None:
    less = purses.buy(project, each)
    trial.bought.append((project, each))
    trial.cost += profile.costs[project]
    people = profile.votes[project]
    trial.paid[project] = {"supporters": people, "cost": profile.costs[project], "each": each, "less": less}
    trial.sheet.rounds[-1] |= {"chosen": trial.sheet.options[project]} | trial.paid[project]


class _Queue:
    """Projects by their ρ, or by what it is at least: while shares are spent it only grows.

    The first in the queue is looked at again, and is the best one if its exact ρ still comes first.
    """

    def __init__(self, profile: Profile, purses: Purses, worth: Sequence[int]) -> None:
        self.profile, self.purses, self.worth = profile, purses, worth
        supported = [one for one, votes in enumerate(profile.votes) if votes and profile.costs[one] <= profile.budget]
        self.heap = [(Fraction(profile.costs[one], profile.votes[one] * worth[one]), one) for one in supported]
        self.lacking: dict[int, Fraction] = {}
        self.exact: set[int] = set()
        heapq.heapify(self.heap)

    def cheapest(self) -> tuple[Fraction, list[int]] | None:
        """The lowest ρ that can be paid now and every project that has it; they are out of the queue then."""
        tied: list[int] = []
        lowest: Fraction | None = None
        while self.heap and (lowest is None or self.heap[0][0] <= lowest):
            rho, project = heapq.heappop(self.heap)
            if project in self.exact:
                lowest = rho
                tied.append(project)
            else:
                self._look_again(rho, project)
        self.exact.clear()
        return None if lowest is None else (lowest, sorted(tied))

    def keep(self, rho: Fraction, projects: Iterable[int]) -> None:
        for project in projects:
            heapq.heappush(self.heap, (rho, project))

    def _look_again(self, rho: Fraction, project: int) -> None:
        """Back into the queue with its exact ρ, or with a bound if that is enough to see that others come first."""
        if project not in self.lacking:
            lacking = self.profile.costs[project] - self.purses.wealth(project)
            self.lacking[project] = lacking / self.profile.votes[project]
        price = self.purses.at_least(project, rho * self.worth[project])
        if price is not None and (not self.heap or price <= self.heap[0][0] * self.worth[project]):
            price = self.purses.price(project, price)
            self.exact.add(project)
        if price is not None:
            heapq.heappush(self.heap, (price / self.worth[project], project))

    def steady(self, share: Fraction, bought: Collection[int]) -> Fraction | None:
        """Up to which share nothing changes, if every project not bought was out of reach when its turn came.

        This holds if all bought so far were paid by all supporters alike: what they paid is then the same with
        larger shares, and no other can be afforded before the shares have grown by what each supporter lacked.
        """
        lacking = [lack for project, lack in self.lacking.items() if project not in bought]
        return share + min(lacking) if lacking and min(lacking) > 0 else None


def first_share(sheet: Sheet) -> Fraction:
    """What everybody who votes for something has of the budget."""
    return Fraction(sheet.budget, sheet.voting) if sheet.voting else Fraction(0)


def completion_of(sheet: Sheet) -> str:
    """What is done with the rest: a value of COMPLETIONS. Raises BadElection."""
    return _one_of(sheet.rule, "completion", COMPLETIONS, "add1+greedy")


def utility_of(sheet: Sheet) -> str:
    """What a project is worth to whoever wants it: a value of UTILITIES. Raises BadElection."""
    return _one_of(sheet.rule, "utility", UTILITIES, "cost")


def step_of(sheet: Sheet) -> Fraction:
    """By how much every share grows at once: money, or a percentage of the first share. Raises BadElection."""
    step = sheet.rule.get("step", STEPS[sheet.voting > MANY])
    if isinstance(step, str) and step.endswith("%"):
        return first_share(sheet) * part(step, "step")
    fault = BadElection('The step must be above 0: money such as 1 or "1/100", or a share such as "1%".')
    try:
        if isinstance(step, bool) or not isinstance(step, int | str | Fraction) or len(str(step)) > len("9" * 15):
            raise fault
        amount = Fraction(step)
    except (ValueError, ZeroDivisionError):
        raise fault from None
    if amount <= 0:
        raise fault
    return amount


def _one_of(rule: Mapping[str, Any], key: str, known: Mapping[str, str], default: str) -> str:
    value = rule.get(key, default)
    if not isinstance(value, str) or value not in known:
        raise BadElection(f"The {key} must be one of: {', '.join(known)}.")
    return known[value]


def _show_shares(sheet: Sheet, trial: _Trial) -> None:
    """What a share paid for, for every different ballot, while they are few."""
    bought = [(sheet.options[project], each) for project, each in trial.bought]
    if len(sheet.groups) > FEW:
        return
    shown = []
    for ballot, count in sheet.groups.items():
        names = sheet.names(ballot)
        paid = what_it_paid(trial.share, bought, names)
        shown.append({"count": count, "ballot": names, "paid": paid, "left": trial.share - sum(paid.values())})
    sheet.details["shares"] = sorted(shown, key=lambda one: [sheet.options.index(name) for name in one["ballot"]])
