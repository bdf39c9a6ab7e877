"""The verbs of a gathering: draft, change, publish, cancel."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import select

from app import clock
from app.codes import service as codes
from app.db import db, find
from app.errors import Conflict, Refused
from app.events.models import Event
from app.events.rules import check_in_window, minutes, next_saturday
from app.issuing import queries as issuing
from app.issuing.rules import coins_for
from app.members.models import Membership
from app.regions.models import Region


def draft(*, region: Region, host: Membership, key: str, title: str, place: str, field: str, at: datetime) -> Event:
    """A draft for next Saturday morning; the same form sent twice gives the same draft. Raises Refused."""
    if host.standing != "active":
        raise Refused("provisional")
    again = db.session.scalar(select(Event).where(Event.key == key, Event.region_id == region.id))
    if again is not None:
        return again
    day = next_saturday(clock.local_day(region, at))
    starts_at = clock.instant(region, datetime.combine(day, time(10)))
    ends_at = clock.instant(region, datetime.combine(day, time(12)))
    event = Event(
        region_id=region.id,
        key=key,
        code=codes.draw_public(region_id=region.id, purpose="event"),
        host_id=host.id,
        title=title,
        place=place,
        field=field,
        phone=region.phone,
        created_at=at,
    )
    _set_period(event, region, starts_at, ends_at)
    db.session.add(event)
    db.session.flush()
    codes.publish(code=event.code, region_id=region.id, purpose="event", subject_id=event.id)
    return event


def describe(*, region: Region, event_id: int, title: str, place: str, field: str) -> Event:
    """Change what a draft is about."""
    event = _draft(region, event_id)
    event.title, event.place, event.field = title, place, field
    return event


def set_time(*, region: Region, event_id: int, day: date, begins: time, ends: time, at: datetime) -> Event:
    """Set a draft's day and wall-clock hours. Raises Refused when they are past or in the wrong order."""
    event = _draft(region, event_id)
    starts_at = clock.instant(region, datetime.combine(day, begins))
    ends_at = clock.instant(region, datetime.combine(day, ends))
    if ends_at <= starts_at:
        raise Refused("field_order")
    if ends_at <= at:
        raise Refused("field_past")
    _set_period(event, region, starts_at, ends_at)
    return event


def publish(
    *,
    region: Region,
    event_id: int,
    audience: str,
    capacity: int | None,
    coins: int,
    award: str,
    at: datetime,
) -> Event:
    """Open the event to its audience. It may give less than the rule, never more; publishing twice is one.

    Raises Refused `field_past` for a draft whose day has gone by meanwhile.
    """
    event = find(Event, region.id, event_id, lock=True)
    if event.published_at is not None:
        return event
    if event.ends_at <= at:
        raise Refused("field_past")
    rule = issuing.current_rule(region.id, clock.local_day(region, event.starts_at))
    most = coins_for(rule, minutes(event.starts_at, event.ends_at))
    event.audience, event.capacity = audience, capacity
    event.coins = min(coins, most)
    event.award = award if event.coins == 1 else "end"
    event.published_at = at
    return event


def cancel(*, region: Region, event_id: int, reason: str, at: datetime) -> Event:
    """中止: the poster's page says so from now on, with the reason. Raises Conflict, Refused."""
    event = find(Event, region.id, event_id, lock=True)
    if event.published_at is None:
        raise Refused("not_published")
    if event.cancelled_at is not None:
        raise Conflict("already_cancelled")
    if event.ended_at is not None or at >= event.checkin_until:
        raise Refused("has_ended")
    if not reason:
        raise Refused("reason_missing")
    event.cancelled_at, event.reason = at, reason
    return event


def restore(*, region: Region, event_id: int, at: datetime) -> Event:
    """Take a cancellation back while the event lies ahead."""
    event = find(Event, region.id, event_id, lock=True)
    if at >= event.checkin_until:
        raise Refused("has_ended")
    event.cancelled_at, event.reason = None, ""
    return event


def discard(*, region: Region, event_id: int) -> None:
    """Throw a draft away; its code leads nowhere from now on."""
    event = _draft(region, event_id)
    codes.withdraw(code=event.code)
    db.session.delete(event)


def _draft(region: Region, event_id: int) -> Event:
    event = find(Event, region.id, event_id, lock=True)
    if event.published_at is not None:
        raise Refused("already_published")
    return event


def _set_period(event: Event, region: Region, starts_at: datetime, ends_at: datetime) -> None:
    event.starts_at, event.ends_at = starts_at, ends_at
    event.checkin_from, event.checkin_until = check_in_window(
        starts_at, ends_at, region.opens_before_minutes, region.closes_after_minutes
    )
