"""Open or closed, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from app.places.rules import Hours, activity, fault, is_at, periods, state

pytestmark = pytest.mark.rules

JAPAN = SimpleNamespace(time_zone="Asia/Tokyo")
PARIS = SimpleNamespace(time_zone="Europe/Paris")
WEEK = [Hours(5, "09:00", "12:00"), Hours(5, "13:00", "17:00"), Hours(0, "10:00", "16:00")]  # Saturday, Monday
SATURDAY, SUNDAY, MONDAY = date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)


def japan(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+09:00")


@pytest.mark.parametrize(
    ("at", "until", "opens_at"),
    [
        (japan(SATURDAY, "00:00"), None, japan(SATURDAY, "09:00")),
        (japan(SATURDAY, "08:59"), None, japan(SATURDAY, "09:00")),
        (japan(SATURDAY, "09:00"), japan(SATURDAY, "12:00"), None),
        (japan(SATURDAY, "11:59"), japan(SATURDAY, "12:00"), None),
        (japan(SATURDAY, "12:00"), None, japan(SATURDAY, "13:00")),
        (japan(SATURDAY, "13:00"), japan(SATURDAY, "17:00"), None),
        (japan(SATURDAY, "17:00"), None, japan(MONDAY, "10:00")),
        (japan(SATURDAY, "23:59"), None, japan(MONDAY, "10:00")),
        (japan(SUNDAY, "12:00"), None, japan(MONDAY, "10:00")),
        (japan(MONDAY, "16:00"), None, japan(date(2026, 12, 5), "09:00")),
    ],
)
def test_open_or_closed_and_until_when(at, until, opens_at):
    found = state(JAPAN, WEEK, {}, at)
    assert (found.is_open, found.until, found.opens_at) == (until is not None, until, opens_at)


def test_a_closed_day_says_why_and_when_it_opens_next():
    found = state(JAPAN, WEEK, {SATURDAY: "大そうじ", MONDAY: ""}, japan(SATURDAY, "10:00"))
    assert (found.is_open, found.rest, found.today) == (False, "大そうじ", ())
    assert found.opens_at == japan(date(2026, 12, 5), "09:00")


def test_a_closed_day_on_a_day_of_rest_is_no_news():
    assert state(JAPAN, WEEK, {SUNDAY: "大そうじ"}, japan(SUNDAY, "10:00")).rest is None


def test_without_hours_nobody_knows_when_it_opens():
    found = state(JAPAN, [], {}, japan(SATURDAY, "10:00"))
    assert (found.is_open, found.opens_at, found.today) == (False, None, ())


def test_closed_for_a_whole_winter_it_says_nothing_of_spring():
    winter = {date.fromordinal(SATURDAY.toordinal() + day): "冬休み" for day in range(90)}
    assert state(JAPAN, WEEK, winter, japan(SATURDAY, "10:00")).opens_at is None


def test_the_day_is_the_regions_not_greenwichs():
    late = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)  # Saturday, half past eight in Japan
    assert state(JAPAN, WEEK, {}, late).opens_at == japan(SATURDAY, "09:00")
    assert state(PARIS, WEEK, {}, late).opens_at == datetime.fromisoformat("2026-11-28T09:00:00+01:00")


def test_stretches_that_touch_are_one():
    touching = [Hours(5, "12:00", "17:00"), Hours(5, "09:00", "12:00")]
    assert periods(JAPAN, touching, {}, SATURDAY) == [(japan(SATURDAY, "09:00"), japan(SATURDAY, "17:00"))]
    assert state(JAPAN, touching, {}, japan(SATURDAY, "12:00")).until == japan(SATURDAY, "17:00")


def test_an_hour_that_the_clocks_skip_breaks_nothing():
    night = [Hours(6, "01:00", "05:00")]
    spring = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # half past three: two o'clock never was
    assert state(PARIS, night, {}, spring).is_open


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ([], None),
        ([Hours(0, "09:00", "17:00")], None),
        ([Hours(0, "09:00", "12:00"), Hours(0, "12:00", "17:00")], None),
        ([Hours(0, "09:00", "09:00")], "field_order"),
        ([Hours(0, "22:00", "02:00")], "field_order"),
        ([Hours(0, "09:00", "13:00"), Hours(0, "12:00", "17:00")], "hours_overlap"),
        ([Hours(0, "12:00", "17:00"), Hours(0, "09:00", "13:00")], "hours_overlap"),
    ],
)
def test_what_is_wrong_with_the_hours_of_a_day(day, code):
    assert fault(day) == code


@pytest.mark.parametrize(
    ("place", "at_it"),
    [("ONOONO", True), ("ONOONO 広場", True), ("ONOONO\u3000広場", True), ("ONOONOの裏", False), ("月ヶ瀬梅林", False)],
)
def test_a_gathering_is_at_a_place_that_it_names(place, at_it):
    assert is_at("ONOONO", SimpleNamespace(place=place)) is at_it


def test_a_visit_earns_once_a_day_and_place():
    assert activity(3, SATURDAY) == "place:3:2026-11-28"
