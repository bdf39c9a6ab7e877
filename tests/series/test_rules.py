"""Which days a series falls on: fifth weeks, last weeks, New Year, leap years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.series import rules

pytestmark = pytest.mark.rules
SAT, SUN, TUE = 5, 6, 1


@pytest.mark.parametrize(
    ("week", "weekday", "first", "last", "expected"),
    [
        (2, SAT, "2026-11-28", "2027-02-28", ["2026-12-12", "2027-01-09", "2027-02-13"]),
        (1, SAT, "2026-12-31", "2027-02-01", ["2027-01-02"]),  # the first Saturday of a year
        (4, SAT, "2026-11-28", "2026-12-31", ["2026-11-28", "2026-12-26"]),  # the first day counts
        (5, SAT, "2026-10-01", "2026-12-31", ["2026-10-31", "2026-11-28", "2026-12-26"]),  # the last, fifth or fourth
        (5, SUN, "2028-02-01", "2028-03-31", ["2028-02-27", "2028-03-26"]),
        (5, TUE, "2028-02-01", "2028-03-01", ["2028-02-29"]),  # a leap day is the last Tuesday
        (5, TUE, "2027-02-01", "2027-03-01", ["2027-02-23"]),
        (0, TUE, "2026-12-20", "2027-01-12", ["2026-12-22", "2026-12-29", "2027-01-05", "2027-01-12"]),
        (0, SAT, "2026-12-05", "2026-12-05", ["2026-12-05"]),
        (3, SAT, "2026-12-20", "2026-12-31", []),
        (2, SAT, "2027-01-01", "2026-12-31", []),
    ],
)
def test_days(week, weekday, first, last, expected):
    found = rules.days(week, weekday, date.fromisoformat(first), date.fromisoformat(last))
    assert [day.isoformat() for day in found] == expected


@given(st.integers(1, 5), st.integers(0, 6), st.dates(date(2020, 1, 1), date(2099, 1, 1)))
def test_a_monthly_series_has_one_day_in_every_month(week, weekday, day):
    first = day.replace(day=1)
    last = rules.months_after(first, 1) - timedelta(days=1)
    [found] = rules.days(week, weekday, first, last)
    assert found.weekday() == weekday and found.month == day.month
    assert rules.falls_on(week, weekday, found)


@pytest.mark.parametrize(
    ("day", "week"),
    [("2026-12-01", 1), ("2026-12-07", 1), ("2026-12-08", 2), ("2026-12-28", 4), ("2026-12-29", 5), ("2026-10-31", 5)],
)
def test_the_form_suggests_the_week_of_the_day(day, week):
    assert rules.suggested_week(date.fromisoformat(day)) == week


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-11-28", 3, "2027-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_months_after(day, months, expected):
    assert rules.months_after(date.fromisoformat(day), months).isoformat() == expected


@pytest.mark.parametrize(
    ("today", "weekday", "expected"),
    [("2026-11-28", SAT, "2026-12-05"), ("2026-11-28", SUN, "2026-11-29"), ("2026-12-31", SAT, "2027-01-02")],
)
def test_a_copy_proposes_the_next_such_weekday(today, weekday, expected):
    assert rules.next_same_weekday(date.fromisoformat(today), weekday).isoformat() == expected
