"""How many coins: for how long, and how many of them under the caps and the budget."""

from __future__ import annotations

from datetime import date
from typing import Literal, Protocol

from app import clock

Limit = Literal["day", "year", "budget"]


class Minutes(Protocol):
    """The part of a rule version that says how long one helps for how many coins."""

    @property
    def one_coin_minutes(self) -> int: ...
    @property
    def two_coins_minutes(self) -> int: ...


def coins_for(rule: Minutes, minutes: int) -> int:
    """Coins for an activity of so many minutes: 0, 1 or 2."""
    return (minutes >= rule.one_coin_minutes) + (minutes >= rule.two_coins_minutes)


def grant(wanted: int, day_left: int, year_left: int, budget_left: int) -> tuple[int, Limit | None]:
    """What is given of what is wanted, and what limited it: of equal limits the year's, then the day's."""
    limits: list[tuple[Limit, int]] = [("year", year_left), ("day", day_left), ("budget", budget_left)]
    name, left = min(((name, max(left, 0)) for name, left in limits), key=lambda limit: limit[1])
    return (wanted, None) if wanted <= left else (left, name)


def periods(region: clock.HasZone, day: date) -> tuple[str, str]:
    """The two periods in which an activity on `day` counts: the day itself and its 年度."""
    return day.isoformat(), f"FY{clock.fiscal_year(region, day)}"


def good_until(region: clock.HasZone, day: date) -> date:
    """The last day of coins earned on `day`: the end of the next 年度."""
    return clock.fiscal_year_end(clock.fiscal_year(region, day) + 1)
