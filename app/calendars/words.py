"""Months and weekdays as sheets head them."""

from __future__ import annotations

from datetime import date

from app.web.filters import EN_DAYS, EN_MONTHS, WEEKDAYS, english


def month_long(day: date) -> str:
    """2026年12月 / Dec 2026."""
    return f"{EN_MONTHS[day.month - 1]} {day.year}" if english() else f"{day.year}年{day.month}月"


def weekday(day: date) -> str:
    """日 / Sun."""
    return EN_DAYS[day.weekday()] if english() else WEEKDAYS[day.weekday()]
