"""予算を分ける: who supports what, the greedy rule, and what a share paid for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..sheet import Sheet


@dataclass(frozen=True)
class Profile:
    """The projects: price and budget in whole units, and the groups of equal ballots that support each.

    `weights` says how many ballots a group has, `votes` how many ballots support a project; `supporters` are in two
    lists, groups of one ballot and groups of several: the first can be counted faster.
    """

    costs: Sequence[int]
    budget: int
    weights: Sequence[int]
    supporters: Sequence[tuple[list[int], list[int]]]
    votes: Sequence[int]

    @classmethod
    def of(cls, sheet: Sheet) -> Profile:
        supporters: list[tuple[list[int], list[int]]] = [([], []) for _ in sheet.options]
        votes = [0] * len(sheet.options)
        for number, (ballot, count) in enumerate(sheet.groups.items()):
            for project in ballot:
                supporters[project][count > 1].append(number)
                votes[project] += count
        return cls(sheet.costs, sheet.budget, list(sheet.groups.values()), supporters, votes)


def greedy(sheet: Sheet) -> None:
    """The project with most supporters first, if there is still money for it; otherwise it is skipped."""
    profile = Profile.of(sheet)
    chosen = fill(sheet, profile, [])
    finish(sheet, profile, chosen, {})


def fill(sheet: Sheet, profile: Profile, chosen: list[int]) -> list[int]:
    """Adds to `chosen`, by most supporters, what still fits; ties: lower cost, then lots."""
    chosen, left = list(chosen), profile.budget - sum(profile.costs[one] for one in chosen)
    rest = [one for one in range(len(profile.costs)) if one not in chosen and profile.votes[one]]
    while rest := [one for one in rest if profile.costs[one] <= left]:
        sheet.winners = chosen
        line = sheet.write(step="greedy")
        best = _next(sheet, profile, rest)
        left -= profile.costs[best]
        chosen = [*chosen, best]
        rest.remove(best)
        line |= {"chosen": sheet.options[best], "supporters": profile.votes[best], "cost": profile.costs[best]}
        line["left"] = left
    return chosen


def _next(sheet: Sheet, profile: Profile, rest: list[int]) -> int:
    most = max(profile.votes[one] for one in rest)
    tied = [one for one in rest if profile.votes[one] == most]
    return break_tie(sheet, profile, tied, "greedy")


def break_tie(sheet: Sheet, profile: Profile, tied: list[int], step: str) -> int:
    """One of several that come next: more supporters, lower cost, then lots; written down unless it was one only."""
    left = tied
    for by, number in (("more supporters", [-votes for votes in profile.votes]), ("lower cost", profile.costs)):
        if len(left) == 1:
            break
        best = min(number[one] for one in left)
        before, left = left, [one for one in left if number[one] == best]
        if len(left) == 1:
            sheet.tie(tied, step, by, left, counts=sheet.named({one: abs(number[one]) for one in before}))
    return left[0] if len(left) == 1 else sheet.lots(left, step)[0]


def finish(sheet: Sheet, profile: Profile, chosen: list[int], paid: Mapping[int, Any]) -> None:
    """Writes down what is funded, what it costs, and what its supporters paid where they have shares."""
    sheet.winners = chosen
    sheet.totals.update(enumerate(profile.votes))
    sheet.details["spent"] = sum(profile.costs[one] for one in chosen)
    sheet.details["budget"] = profile.budget
    sheet.details["paid"] = {sheet.options[one]: paid.get(one) or from_rest(profile, one) for one in chosen}


def from_rest(profile: Profile, project: int) -> dict[str, Any]:
    return {"supporters": profile.votes[project], "cost": profile.costs[project], "by": "the rest of the budget"}


def what_it_paid(
    share: Fraction, bought: Sequence[tuple[str, Fraction]], ballot: Collection[str]
) -> dict[str, Fraction]:
    """«What your share paid for»: of each project bought (name, what each supporter pays at most), in that order.

    A ballot pays that, or what is left of its share if that is less.
    """
    paid: dict[str, Fraction] = {}
    for project, each in bought:
        if project in ballot:
            paid[project] = min(each, share)
            share -= paid[project]
    return paid
