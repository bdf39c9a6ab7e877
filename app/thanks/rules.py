"""How many cards a day, and until when one is taken back. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

A_DAY = 10
TAKE_BACK = timedelta(minutes=10)
MET_WITHIN = timedelta(days=60)  # gatherings that are offered to choose a person from


def may_send(sent_today: int) -> bool:
    """Whether one more fits into the day."""
    return sent_today < A_DAY


def may_take_back(sent_at: datetime, seen_at: datetime | None, at: datetime) -> bool:
    """While it has not been opened, for ten minutes."""
    return seen_at is None and at - sent_at <= TAKE_BACK
