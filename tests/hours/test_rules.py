"""Who confirms, what may be written down, and what is one activity: without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours import rules

pytestmark = pytest.mark.rules
AT = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Somebody:
    id: int
    household_id: int | None = None
    standing: str = "active"


@dataclass(frozen=True)
class Work:
    membership_id: int = 1
    with_id: int | None = None
    entered_by_id: int | None = None
    event_id: int | None = None
    project_id: int | None = None
    what: str = ""


def test_the_numbers_are_those_that_were_promised():
    assert (rules.STEP, rules.DAY_LIMIT) == (15, 720)


ids, houses = st.integers(1, 4), st.sampled_from([None, 1, 2])
roles = st.sets(st.sampled_from(["member", "steward", "office", "auditor", "officer", "officer_desk", "shop"]))
standings = st.sampled_from(["active", "provisional", "ended"])


@given(
    whose=st.builds(Somebody, ids, houses, standings),
    confirmer=st.builds(Somebody, ids, houses, standings),
    with_id=st.none() | ids,
    typist=st.none() | ids,
    roles=roles,
    host_id=st.none() | ids,
    was_there=st.booleans(),
)
def test_a_second_person_is_never_the_first(whose, confirmer, with_id, typist, roles, host_id, was_there):
    """Whatever somebody is: not themselves, not under the same roof, not who typed it, no officer, not unknown."""
    entry = Work(whose.id, with_id, typist)
    role = rules.may_confirm(entry, whose, confirmer, roles=roles, host_id=host_id, was_there=was_there)
    if role is None:
        return
    assert confirmer.id not in (whose.id, typist)
    assert confirmer.household_id is None or confirmer.household_id != whose.household_id
    assert confirmer.standing == "active" and not roles & {"officer", "officer_desk"}
    assert {
        "host": host_id == confirmer.id,
        "together": was_there,
        "named": with_id == confirmer.id,
        "steward": "steward" in roles,
        "office": "office" in roles,
    }[role]


@pytest.mark.parametrize(
    ("entry", "confirmer", "roles", "more", "role"),
    [
        (Work(), Somebody(2), {"member"}, {}, None),
        (Work(with_id=2), Somebody(2), {"member"}, {}, "named"),
        (Work(), Somebody(2), {"member"}, {"was_there": True}, "together"),
        (Work(), Somebody(2), {"steward"}, {"host_id": 2, "was_there": True}, "host"),
        (Work(), Somebody(2), {"steward", "office"}, {}, "steward"),
        (Work(), Somebody(2), {"office"}, {}, "office"),
        (Work(), Somebody(2), {"auditor"}, {}, None),
        (Work(with_id=2), Somebody(2, standing="provisional"), {"provisional"}, {}, None),
        (Work(with_id=2), Somebody(2), {"officer_desk"}, {}, None),
        (Work(with_id=2, entered_by_id=2), Somebody(2), {"office"}, {}, None),
        (Work(), Somebody(1), {"office"}, {"host_id": 1}, None),
        (Work(with_id=2), Somebody(2, household_id=7), {"office"}, {"host_id": 2}, None),
    ],
)
def test_as_what_somebody_confirms(entry, confirmer, roles, more, role):
    assert rules.may_confirm(entry, Somebody(1, household_id=7), confirmer, roles=roles, **more) == role


@pytest.mark.parametrize(
    ("by", "roles", "more", "role"),
    [
        (Somebody(1), {"member"}, {}, "own"),
        (Somebody(1, standing="provisional"), {"provisional"}, {}, "own"),
        (Somebody(1, standing="ended"), set(), {}, None),
        (Somebody(2), {"member"}, {}, None),
        (Somebody(2), {"member"}, {"confirmed_by_id": 2}, "confirmed"),
        (Somebody(2), {"member"}, {"host_id": 2}, "host"),
        (Somebody(2), {"office"}, {}, "office"),
        (Somebody(2), {"officer", "office"}, {"confirmed_by_id": 2}, None),
        (Somebody(2, standing="provisional"), {"office"}, {"confirmed_by_id": 2}, None),
    ],
)
def test_as_what_somebody_corrects(by, roles, more, role):
    assert rules.may_correct(Work(), by, roles, **{"confirmed_by_id": None} | more) == role


@pytest.mark.parametrize(
    ("minutes", "fault"),
    [(15, None), (720, None), (90, None), (0, "hours_length"), (-15, "hours_length"), (735, "hours_length")]
    + [(20, "hours_step"), (719, "hours_step"), (14, "hours_length")],
)
def test_work_is_written_in_quarters_of_an_hour(minutes, fault):
    assert rules.fault_of_minutes(minutes) == fault


@pytest.mark.parametrize(("days", "fault"), [(0, None), (400, None), (-1, "hours_future"), (401, "hours_old")])
def test_no_day_to_come_and_none_of_long_ago(days, fault):
    today = date(2026, 11, 28)
    assert rules.fault_of_day(today - timedelta(days=days), today) == fault


@pytest.mark.parametrize(
    ("length", "arrived", "left", "minutes"),
    [
        (120, -30, None, 120),  # came early, forgot to say good-bye
        (120, 40, None, 120),  # came late: the length of the gathering all the same
        (120, 0, 150, 120),  # left after its end
        (120, 0, 120, 120),
        (120, -30, 50, 50),  # what was before the beginning does not count
        (120, 40, 50, 10),
        (120, -30, -10, 0),
        (120, 0, 0.9, 0),
        (97, 0, None, 97),  # as it was, in no steps
        (720, 0, None, 720),
        (721, 0, None, 0),  # an open door
        (1440, 60, 180, 120),
        (1440, 0, 1000, 720),
    ],
)
def test_minutes_of_a_gathering(length, arrived, left, minutes):
    at = lambda number: None if number is None else AT + timedelta(minutes=number)  # noqa: E731
    assert rules.at_gathering(AT, AT + timedelta(minutes=length), at(arrived), at(left)) == minutes


def test_the_same_words_are_the_same_however_they_are_typed():
    assert rules.folded(" ｼﾀｸｻ　かり ABC") == rules.folded("シタクサかりabc")
    assert rules.is_twin(Work(what="草むしり"), Work(what="草 むしり"))
    assert not rules.is_twin(Work(what="草むしり"), Work(what="草むしり", project_id=3))


def test_what_is_of_a_gathering():
    gathering = Work(event_id=7, project_id=3, what="下草かり")
    assert rules.is_of(gathering, Work(what="下草 かり"))
    assert rules.is_of(gathering, Work(project_id=3, what="じゅんび"))
    assert not rules.is_of(gathering, Work(what="下草かりの じゅんび"))
    assert not rules.is_of(Work(event_id=7, what="下草かり"), Work(what="畑"))
