"""What a project is at a moment, and who may do what in it: pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from app.events.rules import FIVE

ANSWER_WITHIN = timedelta(days=7)  # whoever asks to join is answered by then
QUIET_AFTER = timedelta(days=90)  # without a sign of life the project is asked, never deleted
FILTERS = ("wanted", "remote", *FIVE, "ended")  # of the board
STATES = ("running", "trial", "dormant", "resting", "ended")
LIVES = ("continue", "rest", "end")  # what members answer when they are asked
CARERS = ("steward", "office")
STORY = ("wish", "proposal", "vote", "project", "shape")


class Undertaking(Protocol):
    @property
    def active_at(self) -> datetime: ...
    @property
    def resting_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def trial_ends_on(self) -> date | None: ...
    @property
    def trial_result(self) -> str | None: ...
    @property
    def result_at(self) -> datetime | None: ...


class Sought(Protocol):
    """A role or a task that somebody is wanted for."""

    @property
    def kind(self) -> str: ...
    @property
    def places(self) -> int: ...
    @property
    def taken_by_id(self) -> int | None: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Step:
    """One point of the story line: `done`, `now`, `ahead`, or `none` where there is nothing to it yet."""

    name: str
    state: str


def state(project: Undertaking, at: datetime) -> str:
    """One of STATES."""
    if project.ended_at is not None:
        return "ended"
    if project.resting_at is not None:
        return "resting"
    if is_dormant(project, at):
        return "dormant"
    return "trial" if project.trial_ends_on is not None and project.trial_result is None else "running"


def is_dormant(project: Undertaking, at: datetime) -> bool:
    """Whether its members are to be asked how it goes on."""
    return seeks(project) and at - project.active_at >= QUIET_AFTER


def seeks(project: Undertaking) -> bool:
    """Whether somebody may still ask to join."""
    return project.ended_at is None and project.resting_at is None


def story(project: Undertaking, told: Mapping[str, str] | None = None) -> list[Step]:
    """想い → 提案 → 投票 → プロジェクト → カタチ. A project that began freely has neither proposal nor vote.

    `told`: the states of those two where rooms above know of them.
    """
    is_over = project.ended_at is not None or project.result_at is not None
    states = {
        "wish": "done",
        "project": "done" if is_over else "now",
        "shape": "done" if project.result_at else "ahead",
    }
    return [Step(name, states.get(name) or (told or {}).get(name, "none")) for name in STORY]


def may_manage(roles: Collection[str], *, is_in: bool) -> bool:
    """Whoever takes part looks after a project, and so may a duty holder."""
    return is_in or has_duty(roles)


def has_duty(roles: Collection[str]) -> bool:
    """Whether somebody looks after all projects of the region."""
    return not set(CARERS).isdisjoint(roles)


def is_overdue(asked_at: datetime, at: datetime) -> bool:
    """Whether whoever asked to join has waited too long for an answer."""
    return at - asked_at >= ANSWER_WITHIN


def is_free(task: Sought, taken: int) -> bool:
    """Whether somebody is still wanted; `taken` counts who has a place of a role."""
    if task.done_at is not None or task.withdrawn_at is not None:
        return False
    return task.taken_by_id is None if task.kind == "task" else taken < task.places


def skills(texts: Sequence[str]) -> list[str]:
    """The skills that are named in texts like «デザイン、英語», each once, the most frequent first."""
    named = [one.strip() for text in texts for one in text.replace(",", "、").replace("・", "、").split("、")]
    found = [one for one in dict.fromkeys(named) if one]
    return sorted(found, key=lambda one: -named.count(one))
