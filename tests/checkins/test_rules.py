from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.checkins.rules import may_claim, may_undo, pays_at_arrival, refusal
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
    assert refusal(replace(Gathering(), taken=10), AT, is_member=True, by_host=True) is None
    assert refusal(replace(Gathering(), checkin_until=AT), AT, is_member=True, by_host=True) is None
    over = replace(Gathering(), ended_at=AT)
    assert refusal(over, AT, is_member=True, by_host=True) == "closed"


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
