"""How far a trial is, whether a service was looked at again, and what a result page needs: pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

NOTICE = timedelta(days=14)  # so long before its end a trial asks for its result
LONGEST = timedelta(days=366)


class Tried(Protocol):
    @property
    def trial_ends_on(self) -> date | None: ...
    @property
    def trial_result(self) -> str | None: ...


def trial(project: Tried, today: date) -> str:
    """`none`, `running`, `due` (its end is near), `overdue` (nothing was said of it), `told`."""
    if project.trial_ends_on is None:
        return "none"
    if project.trial_result is not None:
        return "told"
    if today > project.trial_ends_on:
        return "overdue"
    return "due" if today >= project.trial_ends_on - NOTICE else "running"


def end_fault(ends_on: date, today: date) -> str | None:
    """The code of what is wrong with the day on which a trial is to end, or None."""
    return None if today < ends_on <= today + LONGEST else "trial_day"


def is_review_overdue(review_on: date | None, today: date) -> bool:
    """Whether a service ought to have been looked at again."""
    return review_on is not None and today > review_on


def voice_fault(voice: str, voice_of: str, *, agreed: bool) -> tuple[str, str] | None:
    """The field and the code of what a resident's voice lacks, or None: whose it is, and that they agreed."""
    if not voice:
        return ("voice", "field_empty") if voice_of else None
    if not voice_of:
        return "voice_of", "field_empty"
    return None if agreed else ("agreed", "voice_agreed")
