"""Weeks of a month, the number of a calendar entry's revision, the shape of a leaflet's code. Pure."""

from __future__ import annotations

import re
from calendar import SUNDAY, Calendar
from datetime import date, datetime

from app.codes.rules import ALPHABET

PROOF, NUMBER = 5, 5  # characters of a leaflet's code: what shows that we made it, then the event's number
LEAFLET = PROOF + NUMBER
MONTHS_BACK, MONTHS_AHEAD = 1, 12
LINES = {4: 4, 5: 3, 6: 2}  # gatherings that a day of a month with so many weeks has room for
_MONTH = re.compile(r"(20[0-9]{2}|2100)-(0[1-9]|1[0-2])")
_WEEKS = Calendar(firstweekday=SUNDAY)


def month_of(text: str) -> date | None:
    """The first day of `2026-12`; None for anything else."""
    match = _MONTH.fullmatch(text)
    return date(int(match[1]), int(match[2]), 1) if match else None


def is_shown(month: date, today: date) -> bool:
    """Whether there is a sheet of this month: from the last month to a year ahead."""
    return -MONTHS_BACK <= _count(month) - _count(today) <= MONTHS_AHEAD


def neighbour(month: date, by: int) -> date:
    """The month before (-1) or after (1), or further away."""
    year, index = divmod(_count(month) + by, 12)
    return date(year, index + 1, 1)


def _count(day: date) -> int:
    return day.year * 12 + day.month - 1


def weeks(month: date) -> list[list[date]]:
    """The weeks that a month touches, each from Sunday to Saturday."""
    return _WEEKS.monthdatescalendar(month.year, month.month)


def revision(published_at: datetime, at: datetime) -> int:
    """SEQUENCE of an entry told at `at`: minutes since it was published.

    Whatever was changed between two readings, also a cancellation taken back, the later one has the larger number
    (within one minute the later DTSTAMP decides; RFC 5546, 2.1.5).
    """
    return max(int((at - published_at).total_seconds()) // 60, 0)


def leaflet_code(event_id: int, proof: str) -> str:
    """The ten characters on a leaflet."""
    number = "".join(ALPHABET[event_id >> 5 * place & 31] for place in reversed(range(NUMBER)))
    return proof + number


def leaflet_number(code: str) -> int:
    """The event that a leaflet's code names, proven or not."""
    number = 0
    for character in code[PROOF:]:
        number = number << 5 | ALPHABET.index(character)
    return number
