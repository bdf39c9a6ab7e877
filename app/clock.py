"""The one source of time. Instants are UTC and aware; days and fiscal years are those of a region."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

FISCAL_YEAR_STARTS = 4  # April, as in every Japanese public budget


class HasZone(Protocol):
    @property
    def time_zone(self) -> str: ...


def now() -> datetime:
    """This instant. CLOCK_FILE (allowed under TESTING only, see `config`) holds seconds that are added to it."""
    shift = os.environ.get("CLOCK_FILE")
    return datetime.now(UTC) + (_shift(shift) if shift else timedelta(0))


def _shift(path: str) -> timedelta:
    try:
        return timedelta(seconds=float(Path(path).read_text() or 0))
    except FileNotFoundError:
        return timedelta(0)


@lru_cache
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(region: HasZone, at: datetime) -> datetime:
    """The same instant on the region's wall clock."""
    return at.astimezone(zone(region.time_zone))


def local_day(region: HasZone, at: datetime) -> date:
    """The region's calendar day on which `at` falls."""
    return local(region, at).date()


def instant(region: HasZone, wall: datetime) -> datetime:
    """UTC instant of a naive wall-clock time in the region."""
    return wall.replace(tzinfo=zone(region.time_zone)).astimezone(UTC)


def midnight(region: HasZone, day: date) -> datetime:
    """The instant at which a calendar day begins in the region."""
    return instant(region, datetime.combine(day, time.min))


def fiscal_year(region: HasZone, day: date) -> int:
    """年度: the year in which the fiscal year of `day` began (April to March)."""
    return day.year if day.month >= FISCAL_YEAR_STARTS else day.year - 1


def fiscal_year_days(year: int) -> tuple[date, date]:
    """The first and the last day, 1 April and 31 March, of 年度 `year`."""
    return date(year, FISCAL_YEAR_STARTS, 1), fiscal_year_end(year)


def fiscal_year_end(year: int) -> date:
    """The last day, 31 March, of 年度 `year`."""
    return date(year + 1, FISCAL_YEAR_STARTS, 1) - timedelta(days=1)
