"""What an event is at a moment, and what its form must hold: pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

STATES = ("open", "upcoming", "full", "draft", "members", "invited", "cancelled", "postponed", "ended")
FIVE = ("environment", "education", "economy", "energy", "resources")  # fields that a region shows, full or empty
SATURDAY = 5


class Gathering(Protocol):
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def postponed_to(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def checkin_from(self) -> datetime: ...
    @property
    def checkin_until(self) -> datetime: ...
    @property
    def capacity(self) -> int | None: ...
    @property
    def taken(self) -> int: ...
    @property
    def audience(self) -> str: ...


class Booked(Gathering, Protocol):
    """A gathering with the places that its sign-ups still hold."""

    @property
    def booked(self) -> int: ...


def state(event: Booked, at: datetime) -> str:
    """One of STATES; `open` means that a visitor without a place can check in now."""
    if event.published_at is None:
        return "draft"
    if event.cancelled_at is not None:
        return "cancelled"
    if event.postponed_to is not None:
        return "postponed"
    if event.ended_at is not None or at >= event.checkin_until:
        return "ended"
    if event.audience != "open":
        return event.audience
    if places_left(event) == 0:
        return "full"
    return "open" if at >= event.checkin_from else "upcoming"


def is_full(event: Gathering) -> bool:
    """Whether as many came as there are places."""
    return event.capacity is not None and event.taken >= event.capacity


def places_left(event: Booked) -> int | None:
    """Places that are neither taken nor held by a sign-up; None without a capacity."""
    return None if event.capacity is None else max(event.capacity - event.taken - event.booked, 0)


def check_in_window(
    starts_at: datetime, ends_at: datetime, before_minutes: int, after_minutes: int
) -> tuple[datetime, datetime]:
    """From when until when one checks in, by the region's data."""
    return starts_at - timedelta(minutes=before_minutes), ends_at + timedelta(minutes=after_minutes)


def next_saturday(today: date) -> date:
    """The Saturday after today: what the form suggests."""
    return today + timedelta(days=(SATURDAY - today.weekday() - 1) % 7 + 1)


def minutes(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at).total_seconds()) // 60
