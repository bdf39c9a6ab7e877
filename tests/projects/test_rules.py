from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.projects import rules

AT = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)
pytestmark = pytest.mark.rules


@dataclass
class Project:
    active_at: datetime = AT
    resting_at: datetime | None = None
    ended_at: datetime | None = None
    trial_ends_on: date | None = None
    trial_result: str | None = None
    result_at: datetime | None = None


@dataclass
class Task:
    kind: str = "task"
    places: int = 1
    taken_by_id: int | None = None
    done_at: datetime | None = None
    withdrawn_at: datetime | None = None


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "running"),
        ({"active_at": AT - timedelta(days=89, hours=23)}, "running"),
        ({"active_at": AT - timedelta(days=90)}, "dormant"),
        ({"active_at": AT - timedelta(days=95), "resting_at": AT}, "resting"),
        ({"active_at": AT - timedelta(days=95), "ended_at": AT}, "ended"),
        ({"trial_ends_on": date(2027, 3, 31)}, "trial"),
        ({"trial_ends_on": date(2027, 3, 31), "trial_result": "continue"}, "running"),
    ],
)
def test_how_a_project_stands(facts, state):
    project = Project(**facts)
    assert rules.state(project, AT) == state
    assert rules.seeks(project) is (state not in ("resting", "ended"))
    assert rules.is_dormant(project, AT) is (state == "dormant")


def test_the_story_has_outlines_where_there_is_nothing_yet():
    assert [step.state for step in rules.story(Project())] == ["done", "none", "none", "now", "ahead"]
    assert [step.state for step in rules.story(Project(ended_at=AT))] == ["done", "none", "none", "done", "ahead"]
    assert [step.state for step in rules.story(Project(result_at=AT))] == ["done", "none", "none", "done", "done"]
    assert tuple(step.name for step in rules.story(Project())) == rules.STORY


@pytest.mark.parametrize(("roles", "is_in", "may"), [
    ({"visitor", "member"}, False, False),
    ({"visitor", "member"}, True, True),
    ({"provisional"}, True, True),
    ({"steward"}, False, True),
    ({"office"}, False, True),
    ({"officer", "officer_desk", "auditor", "shop"}, False, False),
])  # fmt: skip
def test_who_looks_after_a_project(roles, is_in, may):
    assert rules.may_manage(roles, is_in=is_in) is may


def test_seven_days_to_answer():
    assert not rules.is_overdue(AT - timedelta(days=7) + timedelta(seconds=1), AT)
    assert rules.is_overdue(AT - timedelta(days=7), AT)


@given(places=st.integers(1, 9), taken=st.integers(0, 12))
def test_a_role_is_free_while_it_has_places(places, taken):
    assert rules.is_free(Task(kind="role", places=places), taken) is (taken < places)
    assert not rules.is_free(Task(kind="role", places=places, withdrawn_at=AT), taken)


def test_a_task_is_free_while_nobody_has_taken_it():
    assert rules.is_free(Task(), 0)
    assert not rules.is_free(Task(taken_by_id=1), 0)
    assert not rules.is_free(Task(done_at=AT), 0)
    assert not rules.is_free(Task(withdrawn_at=AT), 0)


def test_skills_are_named_once_the_most_frequent_first():
    texts = ["デザイン、英語", "英語,写真", "", "英語・ 写真 ", "運転"]
    assert rules.skills(texts) == ["英語", "写真", "デザイン", "運転"]
