"""Who may decide on money, and when a request is decided: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

DUTIES = ("steward", "office")
DECIDERS = 2
MOST_YEN = 100_000_000
STATES = ("waiting", "granted", "refused", "withdrawn")


class Person(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def member_id(self) -> int: ...
    @property
    def household_id(self) -> int | None: ...
    @property
    def standing(self) -> str: ...


def duty(roles: Collection[str]) -> str | None:
    """The duty in which somebody with these roles decides, or None."""
    return next((one for one in DUTIES if one in roles), None)


def is_same(one: Person, other: Person) -> bool:
    """The same human, by whatever membership."""
    return one.id == other.id or one.member_id == other.member_id


def refusal(asked_by: Person, decides: Person, roles: Collection[str]) -> str | None:
    """The code of why somebody may not decide what `asked_by` asked for, or None."""
    if is_same(asked_by, decides):
        return "budget_own"
    if duty(roles) is None or decides.standing != "active":
        return "not_allowed"
    if decides.household_id is not None and decides.household_id == asked_by.household_id:
        return "budget_household"
    return None


def outcome(answers: Iterable[bool]) -> str:
    """What becomes of a request that was answered like this: one no refuses it, two yeses grant it."""
    said = list(answers)
    if not all(said):
        return "refused"
    return "granted" if len(said) >= DECIDERS else "waiting"
