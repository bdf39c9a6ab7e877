"""When a slot is over, until when a turn is given back, which days a weekly one falls on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

MOST_PEOPLE, MOST_WEEKS = 20, 26
AHEAD = timedelta(days=400)  # no slot lies further away
TOLD_FOR = timedelta(days=7)  # how long whoever asked is told that somebody took over


class Timed(Protocol):
    """A day and, on the region's wall clock, HH:MM of its beginning and end."""

    @property
    def day(self) -> date: ...
    @property
    def begins(self) -> str: ...
    @property
    def ends(self) -> str: ...


class Given(Protocol):
    """A turn that may be wished away."""

    @property
    def swap_asked_at(self) -> datetime | None: ...


class Person(Protocol):
    @property
    def standing(self) -> str: ...


def is_over(slot: Timed, wall: datetime) -> bool:
    """Whether the slot has ended at `wall`, the region's own time."""
    return (slot.day, slot.ends) <= (wall.date(), f"{wall:%H:%M}")


def may_give_up(slot: Timed, today: date) -> bool:
    """Until the day before; on the day itself somebody else has to take the turn over."""
    return today < slot.day


def is_wanted(turn: Given, holder: Person) -> bool:
    """Whether somebody else may take a turn over: its holder asks for it, or has left the region."""
    return turn.swap_asked_at is not None or holder.standing == "ended"


def weekly(first: date, weeks: int) -> list[date]:
    """The same weekday, `weeks` times."""
    return [first + timedelta(weeks=number) for number in range(weeks)]


def fault(days: Sequence[date], today: date) -> str | None:
    """What is wrong with the days of new slots: the code of its sentence, or None."""
    if days[0] < today:
        return "field_past"
    return "slot_far" if days[-1] > today + AHEAD else None
