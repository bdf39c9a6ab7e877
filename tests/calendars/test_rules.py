"""Months, revisions and the shape of a leaflet's code."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import rules
from app.codes.rules import is_code

pytestmark = pytest.mark.rules
AT = datetime(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-12", date(2026, 12, 1)),
        ("2026-13", None),
        ("2026-1", None),
        ("1999-01", None),
        ("２０２６-12", None),
        ("", None),
        ("2026-11-01", None),
        ("2026-00", None),
        ("2026-11\n", None),
        ("evidence", None),
    ],
)
def test_a_month_is_read_strictly(text, month):
    assert rules.month_of(text) == month


@pytest.mark.parametrize(
    ("month", "weeks", "first", "last"),
    [
        (date(2026, 12, 1), 5, date(2026, 11, 29), date(2027, 1, 2)),
        (date(2026, 8, 1), 6, date(2026, 7, 26), date(2026, 9, 5)),
        (date(2026, 2, 1), 4, date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 1), 5, date(2028, 1, 30), date(2028, 3, 4)),
    ],
)
def test_weeks_begin_on_sunday(month, weeks, first, last):
    found = rules.weeks(month)
    assert (len(found), found[0][0], found[-1][-1]) == (weeks, first, last)
    assert all(week[0].weekday() == 6 for week in found) and len(found) in rules.LINES


@pytest.mark.parametrize(
    ("month", "shown"),
    [(date(2026, 10, 1), True), (date(2026, 9, 1), False), (date(2027, 11, 1), True), (date(2027, 12, 1), False)],
)
def test_sheets_reach_from_the_last_month_a_year_ahead(month, shown):
    assert rules.is_shown(month, AT.date()) is shown


def test_neighbours_of_new_year():
    assert rules.neighbour(date(2027, 1, 1), -1) == date(2026, 12, 1)
    assert rules.neighbour(date(2026, 12, 1), 1) == date(2027, 1, 1)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20))
def test_a_later_reading_never_has_a_smaller_revision(seconds):
    told = [rules.revision(AT, AT + timedelta(seconds=one)) for one in sorted(seconds)]
    assert told == sorted(told) and told[0] >= 0


@given(st.integers(1, 32**5 - 1))
def test_a_leaflets_code_names_its_event(event_id):
    code = rules.leaflet_code(event_id, "ABCDE")
    assert len(code) == rules.LEAFLET == 10 and is_code(code) and rules.leaflet_number(code) == event_id
