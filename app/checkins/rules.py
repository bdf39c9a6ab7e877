"""Who may check in, and what a visit is worth: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.events.rules import Booked, Gathering, is_full, places_left


class Ending(Gathering, Protocol):
    """A gathering with its planned end."""

    @property
    def ends_at(self) -> datetime: ...


UNDO = timedelta(minutes=10)
CORRECT = timedelta(days=7)
FEEL = timedelta(days=7)
LATE_GUESTS = 60  # of a gathering, who wait for its host
ENOUGH = 3  # answers: fewer would tell who said what
CLAIM = timedelta(days=30)


@dataclass(frozen=True)
class Party:
    """Who came along with somebody: `companions` people, the `children` among them; nicknames, one a line."""

    companions: int = 0
    children: int = 0
    names: str = ""


@dataclass(frozen=True)
class Judgement:
    """How the door judges an arrival.

    `seen_at` is the instant whose window counts, for what reached us later than it happened; `written_at` the one that
    is written down. `by_host`: past the window and past a full house, which grows; `after_end`: also after 会を終える.
    """

    seen_at: datetime | None = None
    written_at: datetime | None = None
    by_host: bool = False
    after_end: bool = False


ALONE = Party()
USUAL = Judgement()
HOST = Judgement(by_host=True, after_end=True)


def refusal(event: Gathering, at: datetime, *, is_member: bool, judged: Judgement = USUAL) -> str | None:
    """The code of the reason why one may not check in now, or None."""
    if event.published_at is None:
        return "not_published"
    if event.cancelled_at is not None or event.postponed_to is not None:
        return "cancelled"
    if event.ended_at is not None and not judged.after_end:
        return "closed"
    if at < event.checkin_from:
        return "too_early"
    if at >= event.checkin_until and not judged.by_host:
        return "too_late"
    if event.audience != "open" and not (is_member or judged.by_host):
        return "members_only"
    if is_full(event) and not judged.by_host:
        return "full"
    return None


def no_room(event: Booked) -> str:
    """Why places were not to be had: some but too few, only those that sign-ups hold, or none at all."""
    if places_left(event):
        return "places_few"
    return "places_held" if event.booked else "full"


def is_over(event: Gathering, at: datetime) -> bool:
    """Whether what the host enters now is a correction: the gathering was ended, or its door is shut."""
    return event.ended_at is not None or at >= event.checkin_until


def may_correct(event: Gathering, at: datetime) -> bool:
    """Until a week after its end a host may still enter who was there; they are paid like everybody."""
    return at - (event.ended_at or event.checkin_until) <= CORRECT


def refuses_feeling(event: Ending, at: datetime) -> str | None:
    """The code of why nobody is asked how it was, or None: from the end on, for a week."""
    if event.cancelled_at is not None or event.postponed_to is not None:
        return "cancelled"
    end = min(event.ends_at, event.ended_at or event.ends_at)
    if at < end:
        return "feeling_early"
    return "feeling_late" if at - end > FEEL else None


def may_undo(checked_in_at: datetime, at: datetime) -> bool:
    return at - checked_in_at <= UNDO


def may_claim(checked_in_at: datetime, at: datetime) -> bool:
    return at - checked_in_at <= CLAIM


def pays_at_arrival(award: str, coins: int) -> bool:
    return award == "arrival" and coins > 0


def one_of(typed: str, readings: Sequence[str]) -> int | None:
    """Which of the readings that contain what was typed is meant: the only one, or the only one that it is in full."""
    if len(readings) == 1:
        return 0
    whole = [number for number, reading in enumerate(readings) if reading == typed]
    return whole[0] if len(whole) == 1 else None
