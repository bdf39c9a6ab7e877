from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.checkins.rules import (
    HOST,
    Judgement,
    is_over,
    may_claim,
    may_correct,
    may_undo,
    no_room,
    one_of,
    pays_at_arrival,
    refusal,
    refuses_feeling,
)
from app.events.rules import places_left, state

pytestmark = pytest.mark.rules
AT = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Gathering:
    published_at: datetime | None = AT - timedelta(days=1)
    cancelled_at: datetime | None = None
    postponed_to: datetime | None = None
    ended_at: datetime | None = None
    checkin_from: datetime = AT - timedelta(hours=1)
    checkin_until: datetime = AT + timedelta(hours=1)
    capacity: int | None = 10
    taken: int = 0
    booked: int = 0
    audience: str = "open"


@pytest.mark.parametrize(
    ("changes", "expected", "shown"),
    [
        ({}, None, "open"),
        ({"published_at": None}, "not_published", "draft"),
        ({"cancelled_at": AT}, "cancelled", "cancelled"),
        ({"postponed_to": AT}, "cancelled", "postponed"),
        ({"checkin_from": AT + timedelta(seconds=1)}, "too_early", "upcoming"),
        ({"checkin_from": AT}, None, "open"),
        ({"checkin_until": AT}, "too_late", "ended"),
        ({"ended_at": AT}, "closed", "ended"),
        ({"audience": "members"}, "members_only", "members"),
        ({"taken": 10}, "full", "full"),
        ({"taken": 9}, None, "open"),
        ({"capacity": None, "taken": 999}, None, "open"),
    ],
)
def test_each_moment_of_a_gathering_has_one_answer(changes, expected, shown):
    gathering = replace(Gathering(), **changes)
    assert refusal(gathering, AT, is_member=False) == expected
    assert state(gathering, AT) == shown


def test_a_member_enters_a_members_gathering():
    assert refusal(replace(Gathering(), audience="members"), AT, is_member=True) is None


def test_a_host_goes_past_a_full_house_but_not_past_the_end():
    assert refusal(replace(Gathering(), taken=10), AT, is_member=True, judged=Judgement(by_host=True)) is None
    assert refusal(replace(Gathering(), checkin_until=AT), AT, is_member=True, judged=Judgement(by_host=True)) is None
    over = replace(Gathering(), ended_at=AT)
    assert refusal(over, AT, is_member=True, judged=Judgement(by_host=True)) == "closed"
    assert refusal(over, AT, is_member=True, judged=HOST) is None


def test_limits_of_undo_and_claim():
    assert may_undo(AT - timedelta(minutes=10), AT)
    assert not may_undo(AT - timedelta(minutes=10, seconds=1), AT)
    assert may_claim(AT - timedelta(days=30), AT)
    assert not may_claim(AT - timedelta(days=30, seconds=1), AT)


def test_only_arrival_with_coins_pays_at_the_door():
    assert pays_at_arrival("arrival", 1)
    assert not pays_at_arrival("end", 2)
    assert not pays_at_arrival("arrival", 0)


def test_places_left_never_goes_below_zero():
    assert places_left(replace(Gathering(), taken=12)) == 0
    assert places_left(replace(Gathering(), capacity=None)) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"taken": 8}, "places_few"),
        ({"taken": 7, "booked": 3}, "places_held"),
        ({"taken": 10}, "full"),
    ],
)
def test_why_there_is_no_room(changes, expected):
    assert no_room(replace(Gathering(), **changes)) == expected


def test_for_a_week_after_the_end_the_host_may_enter_more():
    ended = replace(Gathering(), ended_at=AT)
    assert is_over(ended, AT) and not is_over(Gathering(), AT)
    assert is_over(Gathering(), Gathering().checkin_until)
    assert may_correct(ended, AT + timedelta(days=7))
    assert not may_correct(ended, AT + timedelta(days=7, seconds=1))


@dataclass(frozen=True)
class Planned(Gathering):
    ends_at: datetime = AT + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("changes", "after", "expected"),
    [
        ({}, timedelta(minutes=29), "feeling_early"),
        ({}, timedelta(minutes=30), None),
        ({"ended_at": AT}, timedelta(0), None),
        ({"ended_at": AT + timedelta(hours=2)}, timedelta(minutes=30), None),
        ({}, timedelta(days=7, minutes=30), None),
        ({}, timedelta(days=7, minutes=31), "feeling_late"),
        ({"cancelled_at": AT}, timedelta(hours=1), "cancelled"),
        ({"postponed_to": AT}, timedelta(hours=1), "cancelled"),
    ],
)
def test_how_it_was_is_asked_from_the_end_for_a_week(changes, after, expected):
    assert refuses_feeling(replace(Planned(), **changes), AT + after) == expected


@pytest.mark.parametrize(
    ("typed", "readings", "expected"),
    [
        ("うめ", ["みほんうめ"], 0),
        ("みほん", ["みほんうめ", "みほんもも"], None),
        ("みほんはな", ["みほんはな", "みほんはなこ"], 0),
        ("みほんはな", ["みほんはな", "みほんはな"], None),
        ("ぬぬ", [], None),
    ],
)
def test_one_reading_is_meant_or_a_question_is_asked(typed, readings, expected):
    assert one_of(typed, readings) == expected
