"""Who may decide a change that somebody else has asked for. Pure."""

from __future__ import annotations

from datetime import date
from typing import Protocol

ASKERS = frozenset({"steward", "office"})  # the duties with which somebody may ask for a change


class Person(Protocol):
    """The part of a membership that says who somebody is."""

    @property
    def id(self) -> int: ...
    @property
    def member_id(self) -> int: ...
    @property
    def household_id(self) -> int | None: ...


class Decided(Protocol):
    """The part of a change that says how far it is."""

    @property
    def accepted(self) -> bool | None: ...
    @property
    def withdrawn_at(self) -> object | None: ...


def is_same(one: Person, other: Person) -> bool:
    """The same human, whatever device or membership they come by."""
    return one.id == other.id or one.member_id == other.member_id


def is_near(one: Person, other: Person) -> bool:
    """The same human, or somebody under the same roof: neither grants the other anything."""
    return is_same(one, other) or (one.household_id is not None and one.household_id == other.household_id)


def refusal(asked_by: Person, decides: Person) -> str | None:
    """Why this person may not decide what that one asked for: the code of its sentence, or None."""
    if is_same(asked_by, decides):
        return "change_own"
    if is_near(asked_by, decides):
        return "change_household"
    return None


def state(change: Decided) -> str:
    """One of `open`, `accepted`, `refused`, `withdrawn`."""
    if change.withdrawn_at is not None:
        return "withdrawn"
    if change.accepted is None:
        return "open"
    return "accepted" if change.accepted else "refused"


def fault(one_coin_minutes: int, two_coins_minutes: int, day_cap: int, year_cap: int) -> tuple[str, str] | None:
    """The field of a rule that does not fit the others, and the code of its sentence; None if all fit."""
    if two_coins_minutes < one_coin_minutes:
        return "two_coins_minutes", "rule_minutes"
    if year_cap < day_cap:
        return "year_cap", "rule_caps"
    return None


def day_fault(valid_from: date, today: date, latest: date | None) -> str | None:
    """A rule begins today or later, and never before one that has been decided on already."""
    if valid_from < today:
        return "change_past"
    if latest is not None and valid_from < latest:
        return "rule_order"
    return None
