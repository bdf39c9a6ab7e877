"""How many coins: minutes, caps, last days."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.issuing.rules import coins_for, good_until, grant, periods

pytestmark = pytest.mark.rules
RULE = SimpleNamespace(one_coin_minutes=60, two_coins_minutes=120)
JAPAN = SimpleNamespace(time_zone="Asia/Tokyo")
left = st.integers(-2, 5)


@pytest.mark.parametrize(("minutes", "coins"), [(0, 0), (59, 0), (60, 1), (119, 1), (120, 2), (600, 2)])
def test_coins_for_minutes(minutes: int, coins: int) -> None:
    assert coins_for(RULE, minutes) == coins


@pytest.mark.parametrize(
    ("wanted", "day", "year", "budget", "expected"),
    [
        (2, 2, 2, 2, (2, None)),
        (2, 1, 50, 99, (1, "day")),
        (2, 2, 1, 99, (1, "year")),
        (2, 2, 50, 1, (1, "budget")),
        (2, 0, 0, 0, (0, "year")),
        (2, 1, 50, 1, (1, "day")),
        (2, -3, 50, 99, (0, "day")),
        (0, 0, 0, 0, (0, None)),
    ],
)
def test_what_limits(wanted: int, day: int, year: int, budget: int, expected: tuple[int, str | None]) -> None:
    assert grant(wanted, day, year, budget) == expected


@given(wanted=st.integers(0, 4), day=left, year=left, budget=left)
def test_a_grant_never_exceeds_any_limit_and_wastes_nothing(wanted: int, day: int, year: int, budget: int) -> None:
    amount, limited_by = grant(wanted, day, year, budget)
    assert amount == max(0, min(wanted, day, year, budget))
    assert (limited_by is None) == (amount == wanted)


def test_an_activity_counts_in_its_day_and_its_fiscal_year() -> None:
    assert periods(JAPAN, date(2027, 3, 31)) == ("2027-03-31", "FY2026")
    assert periods(JAPAN, date(2027, 4, 1)) == ("2027-04-01", "FY2027")


def test_coins_are_good_until_the_end_of_the_next_fiscal_year() -> None:
    assert good_until(JAPAN, date(2027, 3, 31)) == date(2028, 3, 31)
    assert good_until(JAPAN, date(2027, 4, 1)) == date(2029, 3, 31)
