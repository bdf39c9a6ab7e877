"""Weekdays as sheets head them."""

from __future__ import annotations

from datetime import date

from app.web.filters import EN_DAYS, WEEKDAYS, english


def weekday(day: date) -> str:
    """日 / Sun."""
    return EN_DAYS[day.weekday()] if english() else WEEKDAYS[day.weekday()]
