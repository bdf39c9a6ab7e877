"""Pure decisions of this room: which step of time it is, and how many sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

STEP = 30  # seconds for which a phone shows one code
LATE = 1  # steps before and after the present one that still count: clocks differ, people are slow
DAYS_AHEAD = 7  # for which a phone may draw its card without signal
CODES_AHEAD = 120  # steps that the server draws for a phone which cannot: an hour
USES_KEPT = timedelta(days=1)  # a code read once stays refused even if the server's clock is put back
PER_SHEET = 10
ONCE = 100  # cards that are printed in one go
Row = TypeVar("Row")


def step_at(at: datetime) -> int:
    """The step of a phone's card at an instant, counted from 1970."""
    return int(at.timestamp()) // STEP


def is_present(step: int, at: datetime) -> bool:
    """Whether a phone may be showing this step now."""
    return abs(step - step_at(at)) <= LATE


def day_at(at: datetime) -> int:
    """The day, in UTC and counted from 1970, whose key signs the present step."""
    return int(at.timestamp()) // 86_400


def steps_ahead(at: datetime) -> range:
    """The steps of the next hour, beginning with one that has just gone."""
    return range(step_at(at) - LATE, step_at(at) + CODES_AHEAD)


def days_ahead(at: datetime) -> range:
    """The days whose keys a phone is given."""
    return range(day_at(at), day_at(at) + DAYS_AHEAD)


def sheets(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Rows as they lie on paper, ten on each sheet."""
    for first in range(0, len(rows), PER_SHEET):
        yield rows[first : first + PER_SHEET]
