"""Open or closed: decided from the hours of the week and the closed days, on the region's wall clock. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple, Protocol

from app import clock

AHEAD = 62  # days in which the next opening is looked for: longer than any winter's rest
Period = tuple[datetime, datetime]


class Hours(NamedTuple):
    """One stretch of a weekday (0 = Monday), as wall-clock HH:MM; never across midnight."""

    weekday: int
    opens: str
    closes: str


@dataclass(frozen=True)
class State:
    """`until`: when an open place closes; `opens_at`: when a closed one opens next, if that is known.

    `today`: the periods of the present day; `rest`: why it is closed all day although its weekday is open, else
    None.
    """

    is_open: bool
    until: datetime | None
    opens_at: datetime | None
    today: tuple[Period, ...]
    rest: str | None = None


class Placed(Protocol):
    """What is on somewhere."""

    @property
    def place(self) -> str: ...


def state(region: clock.HasZone, hours: Sequence[Hours], closed: Mapping[date, str], at: datetime) -> State:
    """What a place is at the instant `at`. `closed` maps closed days to their reasons."""
    day = clock.local_day(region, at)
    today = tuple(periods(region, hours, closed, day))
    now = next((period for period in today if period[0] <= at < period[1]), None)
    rest = closed[day] if day in closed and any(one.weekday == day.weekday() for one in hours) else None
    if now is not None:
        return State(True, now[1], None, today)
    return State(False, None, next_opening(region, hours, closed, at), today, rest)


def periods(region: clock.HasZone, hours: Iterable[Hours], closed: Mapping[date, str], day: date) -> list[Period]:
    """When a place is open on a local day, in order; stretches that touch are one."""
    if day in closed:
        return []
    found: list[Period] = []
    for one in sorted(one for one in hours if one.weekday == day.weekday()):
        first, last = (clock.instant(region, datetime.combine(day, time.fromisoformat(text))) for text in one[1:])
        if found and found[-1][1] >= first:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def next_opening(
    region: clock.HasZone, hours: Sequence[Hours], closed: Mapping[date, str], at: datetime
) -> datetime | None:
    """The first opening after `at`; None if there is none within two months."""
    day = clock.local_day(region, at)
    for ahead in range(AHEAD):
        for first, _last in periods(region, hours, closed, day + timedelta(days=ahead)):
            if first > at:
                return first
    return None


def fault(day: Sequence[Hours]) -> str | None:
    """What is wrong with the stretches of one weekday: the code of its sentence, or None."""
    if any(one.closes <= one.opens for one in day):
        return "field_order"
    if any(second.opens < first.closes for first, second in pairwise(sorted(day))):
        return "hours_overlap"
    return None


def is_at(place: str, event: Placed) -> bool:
    """Whether a gathering names this place: by its whole name, with or without a part of it («ONOONO 広場»)."""
    return event.place == place or event.place.startswith((f"{place} ", f"{place}\u3000"))


def activity(place_id: int, day: date) -> str:
    """The name under which a visit earns: one place pays one person once a day."""
    return f"place:{place_id}:{day.isoformat()}"
