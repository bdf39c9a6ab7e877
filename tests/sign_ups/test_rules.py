from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sign_ups.rules import PROMOTES_BEFORE, before_arrival, left_state, may_enter, moving_up, promotes, refusal

AT = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)
pytestmark = pytest.mark.rules


@dataclass(frozen=True)
class Gathering:
    published_at: datetime | None = AT
    cancelled_at: datetime | None = None
    postponed_to: datetime | None = None
    ended_at: datetime | None = None
    checkin_from: datetime = AT + timedelta(days=7)
    checkin_until: datetime = AT + timedelta(days=7, hours=4)
    capacity: int | None = 10
    taken: int = 0
    booked: int = 0
    audience: str = "open"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"published_at": None}, "not_published"),
        ({"cancelled_at": AT}, "cancelled"),
        ({"postponed_to": AT + timedelta(days=9)}, "postponed"),
        ({"ended_at": AT}, "closed"),
        ({"checkin_from": AT}, "sign_up_over"),
        ({"checkin_from": AT - timedelta(hours=9), "checkin_until": AT}, "closed"),
        ({"audience": "members"}, "sign_up_members"),
        ({"audience": "invited"}, "invited_only"),
        ({"booked": 10}, None),
    ],
)
def test_a_stranger_is_told_why_not(changes, code):
    assert refusal(replace(Gathering(), **changes), AT, is_member=False, is_invited=False) == code


@pytest.mark.parametrize(
    ("audience", "is_member", "is_invited", "open_"),
    [
        ("open", False, False, True),
        ("members", False, False, False),
        ("members", True, False, True),
        ("invited", True, False, False),
        ("invited", True, True, True),
    ],
)
def test_the_door_and_the_form_know_the_same_audience(audience, is_member, is_invited, open_):
    who = {"is_member": is_member, "is_invited": is_invited}
    assert may_enter(audience, **who) is open_
    assert (refusal(replace(Gathering(), audience=audience), AT, **who) is None) is open_


def test_the_list_moves_until_twelve_hours_before_the_start():
    starts_at = AT + timedelta(days=1)
    assert promotes(starts_at, starts_at - PROMOTES_BEFORE - timedelta(seconds=1))
    assert not promotes(starts_at, starts_at - PROMOTES_BEFORE)


@pytest.mark.parametrize(
    ("waiting", "free", "count"),
    [([], 5, 0), ([1, 1], 1, 1), ([3, 1], 2, 0), ([2, 3, 1], 4, 1), ([2, 2], 4, 2), ([9, 9], None, 2), ([1], 0, 0)],
)
def test_a_large_party_holds_the_line(waiting, free, count):
    assert moving_up(waiting, free) == count


@given(st.lists(st.integers(1, 6), max_size=8), st.integers(0, 20))
def test_as_many_move_up_as_fit_and_no_more(waiting, free):
    count = moving_up(waiting, free)
    assert sum(waiting[:count]) <= free
    assert count == len(waiting) or sum(waiting[: count + 1]) > free


def test_an_invitation_that_is_turned_down_stays_known():
    assert left_state("invited", "open") == left_state("going", "invited") == "declined"
    assert left_state("going", "members") == left_state("waiting", "open") == "cancelled"


@pytest.mark.parametrize(("ended_at", "state"), [(AT, "going"), (None, "invited"), (AT - timedelta(1), "declined")])
def test_what_somebody_was_before_they_came(ended_at, state):
    assert before_arrival(ended_at, AT) == state
