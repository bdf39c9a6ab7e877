"""What a proposal needs to go on, and who may do what to it: pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.projects.rules import CARERS as CARERS

OPEN = ("draft", "support", "talk")  # the texts may still change
PUBLIC = ("support", "talk", "vote", "doing", "reported", "rested")
VOTED = ("vote", "doing", "reported")
MAY_REST = ("support", "talk", "doing")
STEPS = ("wish", "support", "talk", "vote", "doing", "shape")  # the dots from 想い to カタチ
FILTERS = PUBLIC  # of the board
OBLIGATORY = ("wish", "purpose", "own_part", "region_part", "others_part", "field", "decider", "decider_note")
NEWS = ("vote", "doing", "reported", "rested")  # what also those are told who have spoken and seen nothing yet
MOST_AUTHORS = 6
EFFECTS = {0: "ask", 2: "choose", 3: "decide"}  # what a vote of all members does, from which stage of the region on
REPORT_AFTER = timedelta(days=30)  # of doing: then its authors are asked how it goes
_HOUR = 60


class Proposed(Protocol):
    """The parts of a proposal that a vote wants to be there."""

    @property
    def wish(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def own_part(self) -> str: ...
    @property
    def region_part(self) -> str: ...
    @property
    def others_part(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def cost_yen(self) -> int | None: ...
    @property
    def decider(self) -> str: ...
    @property
    def decider_note(self) -> str: ...
    @property
    def first_steps(self) -> str: ...


@dataclass(frozen=True)
class Dot:
    """One point of the way: `done`, `now` or `ahead`."""

    name: str
    state: str


# --- 応援 -----------------------------------------------------------------------------------------------------


def points(minutes: int, support_hours: int) -> int:
    """What one 応援 counts: 1, and 1 more for whoever has that many confirmed hours (0: nobody has it)."""
    return 2 if support_hours > 0 and minutes >= support_hours * _HOUR else 1


def has_enough(points: int, needed: int) -> bool:
    """Whether the talk begins: as many points as are needed, or more."""
    return points >= needed


# --- what a vote waits for ------------------------------------------------------------------------------------


def missing_for_vote(proposal: Proposed, unanswered: int) -> list[str]:
    """The names of what is not there yet, in the form's order; `answers`: somebody still waits for one.

    `unanswered` counts worries, questions and opposing views without an answer. A cost of 0 is said, no cost is not.
    """
    missing = [name for name in OBLIGATORY if not str(getattr(proposal, name)).strip()]
    if proposal.cost_yen is None:
        missing.append("cost_yen")
    if not proposal.first_steps.strip():
        missing.append("first_steps")
    return missing + (["answers"] if unanswered else [])


# --- the way --------------------------------------------------------------------------------------------------


def dots(stage: str, *, has_talked: bool = False) -> list[Dot]:
    """From 想い to カタチ. What rests stands where it stood: at the talk if it came so far."""
    if stage == "reported":
        return [Dot(name, "done") for name in STEPS]
    at = {"draft": "wish", "rested": "talk" if has_talked else "support"}.get(stage, stage)
    here = STEPS.index(at)
    return [Dot(name, "done" if i < here else "now" if i == here else "ahead") for i, name in enumerate(STEPS)]


def effect(decider: str, region_stage: int) -> str:
    """きく, えらぶ or きめる: what a vote about it does. Where others decide in the end, it asks."""
    if decider != "members":
        return "ask"
    return max((least, name) for least, name in EFFECTS.items() if least <= region_stage)[1]


def after_vote(passed: bool | None) -> str:
    """The stage that follows: it is done, or it is talked about again."""
    return "doing" if passed else "talk"


def after_rest(*, has_talked: bool, passed: bool | None) -> str:
    """The stage to which one comes back that rested."""
    if passed:
        return "doing"
    return "talk" if has_talked else "support"


def is_news(stage: str, seen: str | None) -> bool:
    """Whether somebody who spoke up does not know yet how it stands; `seen`: the stage they last saw, if any."""
    return stage != seen if seen is not None else stage in NEWS


def wants_report(stage: str, decided_at: datetime | None, at: datetime) -> bool:
    """Whether it has been done for so long that its authors are asked what became of it."""
    return stage == "doing" and decided_at is not None and at - decided_at >= REPORT_AFTER


# --- who ------------------------------------------------------------------------------------------------------


def may_care(roles: Collection[str], *, is_author: bool) -> bool:
    """Its authors let it rest, wake it and report on it, and so may a duty holder."""
    return is_author or not set(CARERS).isdisjoint(roles)
