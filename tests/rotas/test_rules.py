from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from app.rotas import rules

DAY = date(2026, 12, 5)
SLOT = SimpleNamespace(day=DAY, begins="10:00", ends="11:00")


@pytest.mark.parametrize(("wall", "over"), [
    (datetime(2026, 12, 4, 23, 59), False),
    (datetime(2026, 12, 5, 10, 59), False),
    (datetime(2026, 12, 5, 11, 0), True),
    (datetime(2026, 12, 6, 0, 0), True),
])  # fmt: skip
def test_a_slot_is_over_when_it_ends(wall, over):
    assert rules.is_over(SLOT, wall) is over


@pytest.mark.parametrize(("ahead", "may"), [(2, True), (1, True), (0, False), (-1, False)])
def test_a_turn_is_given_up_until_the_day_before(ahead, may):
    assert rules.may_give_up(SLOT, DAY - timedelta(days=ahead)) is may


def test_every_week_is_the_same_weekday():
    days = rules.weekly(DAY, 5)
    assert [day.weekday() for day in days] == [DAY.weekday()] * 5 and days[-1] == date(2027, 1, 2)


@pytest.mark.parametrize(("first", "weeks", "fault"), [
    (-1, 1, "field_past"), (0, 1, None), (400, 1, None), (401, 1, "slot_far"), (300, 26, "slot_far"),
])  # fmt: skip
def test_slots_lie_ahead_but_not_too_far(first, weeks, fault):
    assert rules.fault(rules.weekly(DAY + timedelta(days=first), weeks), DAY) == fault
