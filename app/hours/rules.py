"""What may be written down, who confirms it, and when two records are of one activity: pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Protocol

STEP = 15  # minutes
DAY_LIMIT = 720  # minutes that one person may be credited with on one day
OLDEST = timedelta(days=400)
BATCH = 50  # entries that are confirmed at once
REPEAT = timedelta(minutes=10)  # within which the same words again are the same tap
OFFICERS = frozenset({"officer", "officer_desk"})
DUTIES = ("steward", "office")
LIVE = ("waiting", "confirmed")  # states that count for the day


class Person(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def household_id(self) -> int | None: ...
    @property
    def standing(self) -> str: ...


class Entry(Protocol):
    """What decides who may confirm it."""

    @property
    def membership_id(self) -> int: ...
    @property
    def with_id(self) -> int | None: ...
    @property
    def entered_by_id(self) -> int | None: ...


class Standing(Protocol):
    """What decides whether it may be put right."""

    @property
    def state(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def reversed(self) -> bool: ...


class Work(Protocol):
    """What decides whether it gives coins."""

    @property
    def event_id(self) -> int | None: ...
    @property
    def paid(self) -> bool: ...


class Kept(Protocol):
    """What two records are compared by."""

    @property
    def event_id(self) -> int | None: ...
    @property
    def project_id(self) -> int | None: ...
    @property
    def what(self) -> str: ...


# --- who confirms -------------------------------------------------------------------------------------------


def same_house(one: Person, other: Person) -> bool:
    return one.household_id is not None and one.household_id == other.household_id


def refusal(entry: Entry, whose: Person, confirmer: Person, roles: Collection[str]) -> str | None:
    """The code of why `confirmer` never confirms this, whoever was there, or None. `whose` did the work."""
    if not OFFICERS.isdisjoint(roles):
        return "not_allowed"
    if confirmer.standing != "active":
        return "hours_numberless"
    if entry.membership_id == confirmer.id:
        return "hours_own"
    if entry.entered_by_id == confirmer.id:
        return "hours_typed"
    return "hours_household" if same_house(whose, confirmer) else None


def may_confirm(
    entry: Entry,
    whose: Person,
    confirmer: Person,
    *,
    roles: Collection[str],
    host_id: int | None = None,
    was_there: bool = False,
) -> str | None:
    """As what `confirmer` may confirm the entry of `whose`, or None.

    `host` of its gathering (`host_id`), `together` (`was_there`: has hours of the same gathering), `named` in it, or
    the duty, `steward` or `office`.
    """
    if refusal(entry, whose, confirmer, roles) is not None:
        return None
    if host_id == confirmer.id:
        return "host"
    if was_there:
        return "together"
    if entry.with_id == confirmer.id:
        return "named"
    return next((duty for duty in DUTIES if duty in roles), None)


def may_correct(
    entry: Entry, by: Person, roles: Collection[str], *, confirmed_by_id: int | None, host_id: int | None = None
) -> str | None:
    """As what `by` may correct a confirmed entry, or None: whose it is, who confirmed it, the host, a duty."""
    if not OFFICERS.isdisjoint(roles) or by.standing == "ended":
        return None
    if entry.membership_id == by.id:
        return "own"
    if by.standing != "active":
        return None
    if host_id == by.id:
        return "host"
    if confirmed_by_id == by.id:
        return "confirmed"
    return next((duty for duty in DUTIES if duty in roles), None)


# --- what may be written down -------------------------------------------------------------------------------


def fault_of_minutes(minutes: int) -> str | None:
    """The code of what is wrong with the length of work that was no gathering."""
    if not STEP <= minutes <= DAY_LIMIT:
        return "hours_length"
    return "hours_step" if minutes % STEP else None


def fault_of_day(day: date, today: date) -> str | None:
    """The code of what is wrong with the day on which the work was done."""
    if day > today:
        return "hours_future"
    return "hours_old" if today - day > OLDEST else None


def fault_of_state(state: str) -> str | None:
    """The code of why an entry in this state is not confirmed (or sent back) any more."""
    return {"confirmed": "hours_confirmed", "returned": "hours_returned", "withdrawn": "hours_withdrawn"}.get(state)


def fault_of_correcting(entry: Standing) -> str | None:
    """The code of why an entry is not put right: it was never confirmed, takes another one back, or is taken back."""
    if entry.state != "confirmed" or entry.minutes < 0:
        return "hours_not_confirmed"
    return "hours_corrected" if entry.reversed else None


def at_gathering(starts_at: datetime, ends_at: datetime, arrived_at: datetime, left_at: datetime | None) -> int:
    """Minutes of somebody who came to a gathering: all of it, unless they went home before its end.

    A door that stands open for more than twelve hours says nothing about how long anybody stayed: 0.
    """
    if left_at is not None and left_at < ends_at:
        return min(max(_minutes(max(arrived_at, starts_at), left_at), 0), DAY_LIMIT)
    length = _minutes(starts_at, ends_at)
    return length if length <= DAY_LIMIT else 0


def _minutes(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds()) // 60


def earns(work: Work) -> bool:
    """Whether confirming it gives coins: a gathering pays by itself, and paid work earns none."""
    return work.event_id is None and not work.paid


# --- one activity once --------------------------------------------------------------------------------------


def activity(key: str) -> str:
    """The name under which work that was no gathering earns."""
    return f"hours:{key}"


def gathering(event_id: int) -> str:
    """The name under which a gathering earns: its check-ins and its hours carry the same one."""
    return f"event:{event_id}"


def folded(words: str) -> str:
    """Words for comparing: as wide as each other, without spaces and capitals."""
    return "".join(c for c in unicodedata.normalize("NFKC", words).casefold() if not c.isspace())


def is_of(at_gathering: Kept, other: Kept) -> bool:
    """Whether a record of the same day is of this gathering: its project's, or by its title."""
    if at_gathering.project_id is not None and at_gathering.project_id == other.project_id:
        return True
    return folded(at_gathering.what) == folded(other.what)


def is_twin(one: Kept, other: Kept) -> bool:
    """Whether two records of one day and length, neither of a gathering, say the same."""
    return one.project_id == other.project_id and folded(one.what) == folded(other.what)
