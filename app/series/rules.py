"""Which days a gathering falls on again: 毎週, 毎月第2土曜, 毎月最後の日曜. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

EVERY_WEEK, LAST = 0, 5  # `week`: 0, 1–4 of the month, 5
WEEKS = range(EVERY_WEEK, LAST + 1)
WEEK = timedelta(days=7)


def falls_on(week: int, weekday: int, day: date) -> bool:
    """Whether `day` is one of the series' days; `weekday` 0 = Monday."""
    if day.weekday() != weekday:
        return False
    if week == EVERY_WEEK:
        return True
    return is_last(day) if week == LAST else week_of_month(day) == week


def days(week: int, weekday: int, first: date, last: date) -> Iterator[date]:
    """The series' days from `first` to `last`, both included."""
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while day <= last:
        if falls_on(week, weekday, day):
            yield day
        day += WEEK


def week_of_month(day: date) -> int:
    """1 for the first Saturday of its month (or whatever weekday it is), up to 5."""
    return (day.day - 1) // 7 + 1


def is_last(day: date) -> bool:
    """Whether the same weekday does not come again in this month."""
    return (day + WEEK).month != day.month


def suggested_week(day: date) -> int:
    """What somebody who holds a gathering on `day` most likely means; a fifth week comes only now and then."""
    return min(week_of_month(day), LAST)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day: 30 November + 3 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_same_weekday(today: date, weekday: int) -> date:
    """The first such weekday after today: what a copy proposes."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
