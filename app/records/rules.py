"""Which numbers may be told, months and years, what an hour is worth. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from app.calendars.rules import neighbour
from app.clock import fiscal_year_days

FEW = 5  # fewer people than that could be recognised by a number
DESIGNATED = 3  # activities in a 年度 that ふるさと住民登録 asks for


class Bar(NamedTuple):
    """A month that begins on `first`: minutes in all, and how many of them were paid. `people` None: not told."""

    first: date
    minutes: int = 0
    paid: int = 0
    people: int | None = None
    hidden: bool = False


class Activity(NamedTuple):
    """When an activity was confirmed, and when that was taken back again, if it was."""

    confirmed_at: datetime
    taken_back_at: datetime | None


class Done(NamedTuple):
    """How many confirmed activities stand now, and how many stood when they were most."""

    now: int
    most: int


class Rung(NamedTuple):
    """A step of the ladder with `step` (activities, name), and how many activities are still missing."""

    step: object
    reached: bool
    missing: int


def hidden(people: Sequence[int]) -> set[int]:
    """The places in a list of parts whose numbers are not told to everybody: those of fewer than `FEW` people.

    What is hidden could be worked out of the sum of all when it stands alone, so the next smallest is hidden too
    until at least `FEW` people stand behind what is missing. Parts without anybody tell nothing.
    """
    some = sorted((number, place) for place, number in enumerate(people) if number)
    chosen = [one for one in some if one[0] < FEW]
    others = [one for one in some if one[0] >= FEW]
    while chosen and others and (len(chosen) < 2 or sum(number for number, _ in chosen) < FEW):
        chosen.append(others.pop(0))
    return {place for _, place in chosen}


def months_of(year: int) -> list[date]:
    """The first days of the twelve months of 年度 `year`, April first."""
    return [neighbour(fiscal_year_days(year)[0], by) for by in range(12)]


def month_days(first: date) -> tuple[date, date]:
    """First and last day of the month that begins on `first`."""
    return first, neighbour(first, 1) - timedelta(days=1)


def ladder(steps: Iterable[tuple[int, object]], of: Done) -> list[Rung]:
    """(activities, step) pairs as rungs, the lowest first. A rung that was reached once stays so."""
    ordered = sorted(steps, key=lambda pair: pair[0])
    return [Rung(step, of.most >= wanted, 0 if of.most >= wanted else wanted - of.now) for wanted, step in ordered]


def done(activities: Collection[Activity]) -> Done:
    """What was reached with the most stays when one is taken back; what was taken back brings no later step nearer."""
    changes = [(one.confirmed_at, 1) for one in activities]
    changes += [(one.taken_back_at, -1) for one in activities if one.taken_back_at is not None]
    at_each_time = list(accumulate(change for _at, change in sorted(changes)))
    return Done(at_each_time[-1], max(at_each_time)) if at_each_time else Done(0, 0)


def worth(minutes: int, yen_an_hour: int) -> int:
    """What these minutes would have cost, in whole yen; parts of a yen are dropped."""
    return minutes * yen_an_hour // 60
