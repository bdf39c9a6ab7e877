"""The verbs of a gathering: draft, change, publish, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from app import clock
from app.codes import service as codes
from app.db import db, find
from app.errors import Conflict, Refused
from app.events import queries
from app.events.models import Event
from app.events.rules import check_in_window, minutes, next_saturday
from app.issuing import queries as issuing
from app.issuing.rules import coins_for
from app.members.models import Membership
from app.regions.models import Region

WORDS = ("title", "title_en", "place", "place_en", "bring", "bring_en", "field", "project", "project_link")
TERMS = ("audience", "capacity", "coins", "award", "name_level", "door", "question_1", "question_2")
DESCRIBED = (*WORDS, *TERMS, "phone")
GRANTED = ("designated",)  # what only a duty holder says of it: a copy by somebody else does not have it
PERIOD = ("starts_at", "ends_at", "checkin_from", "checkin_until")


def draft(
    *,
    region: Region,
    host: Membership,
    key: str,
    title: str,
    place: str,
    field: str,
    at: datetime,
    values: Mapping[str, Any] | None = None,
) -> Event:
    """A draft for next Saturday morning; the same form sent twice gives the same draft. Raises Refused.

    `values` are further columns that are known from the start: those of DESCRIBED, or the period with its window.
    """
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
        code=codes.draw_public(),
        host_id=host.id,
        title=title,
        place=place,
        field=field,
        phone=region.phone,
        created_at=at,
    )
    _set_period(event, region, starts_at, ends_at)
    _set(event, values)
    db.session.add(event)
    db.session.flush()
    codes.publish(code=event.code, region_id=region.id, purpose="event", subject_id=event.id)
    return event


def describe(*, region: Region, event_id: int, values: Mapping[str, Any]) -> Event:
    """Change what a draft says: columns of DESCRIBED, and of GRANTED for a duty holder."""
    event = _draft(region, event_id)
    _set(event, values)
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
    values: Mapping[str, Any] | None = None,
) -> Event:
    """Open the event to its audience. It may give less than the rule, never more; publishing twice is one.

    `values` are what the same form says besides: columns of DESCRIBED, and of GRANTED for a duty holder.
    Raises Refused `field_past` for a draft whose day has gone by meanwhile.
    """
    event = find(Event, region.id, event_id, lock=True)
    if event.published_at is not None:
        return event
    if event.ends_at <= at:
        raise Refused("field_past")
    _set(event, values)
    event.audience, event.capacity = audience, capacity
    event.coins = min(coins, _most_coins(region, event))
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


def postpone(*, region: Region, event_id: int, starts_at: datetime, reason: str, at: datetime) -> Event:
    """延期: the poster's page names the new day and the reason; said again, it names the newest. Raises Refused."""
    event = find(Event, region.id, event_id, lock=True)
    if event.published_at is None:
        raise Refused("not_published")
    if event.cancelled_at is not None:
        raise Conflict("already_cancelled")
    if event.ended_at is not None and event.postponed_to is None:  # one put off before ends by itself, unheld
        raise Refused("has_ended")
    if not reason:
        raise Refused("reason_missing")
    if starts_at <= at or starts_at == event.starts_at:
        raise Refused("field_past" if starts_at <= at else "same_day")
    event.postponed_to, event.reason = starts_at, reason
    return event


def restore(*, region: Region, event_id: int, at: datetime) -> Event:
    """Take a cancellation back while the event lies ahead; one that was postponed before is so again."""
    event = find(Event, region.id, event_id, lock=True)
    if at >= event.checkin_until:
        raise Refused("has_ended")
    if event.cancelled_at is not None:
        event.cancelled_at, event.reason = None, ""
    return event


def keep_day(*, region: Region, event_id: int, at: datetime) -> Event:
    """Take a postponement back while the old day lies ahead and the new one was not opened, or called off."""
    event = find(Event, region.id, event_id, lock=True)
    if at >= event.checkin_until:
        raise Refused("has_ended")
    fresh = queries.new_day(event)
    if fresh is not None and fresh.cancelled_at is None:
        raise Refused("new_day_open")
    event.postponed_to = None
    if event.cancelled_at is None:  # the reason is the cancellation's
        event.reason = ""
    return event


def repeat(*, region: Region, event: Event, starts_at: datetime, key: str, at: datetime) -> Event:
    """The same gathering once more, as long as before, published at once; nobody has come or signed up yet.

    It gives no more than the rule of its new day. Raises Refused `field_past` once that day has gone by.
    """
    ends_at = starts_at + (event.ends_at - event.starts_at)
    if ends_at <= at:
        raise Refused("field_past")
    again = Event(
        region_id=region.id,
        key=key,
        code=codes.draw_public(),
        created_at=at,
        published_at=at,
        **{name: getattr(event, name) for name in (*DESCRIBED, *GRANTED, "host_id")},
    )
    _set_period(again, region, starts_at, ends_at)
    again.coins = min(event.coins, _most_coins(region, again))
    if again.award == "arrival" and again.coins != 1:
        again.award = "end"
    db.session.add(again)
    db.session.flush()
    codes.publish(code=again.code, region_id=region.id, purpose="event", subject_id=again.id)
    return again


def designate(*, region: Region, event_id: int, designated: bool) -> Event:
    """Count a gathering among the activities for ふるさと住民登録, or no longer; also after its end."""
    event = find(Event, region.id, event_id, lock=True)
    event.designated = designated
    return event


def discard(*, region: Region, event_id: int) -> None:
    """Throw a draft away; its code leads nowhere from now on."""
    event = _draft(region, event_id)
    codes.withdraw(code=event.code)
    db.session.delete(event)


def _most_coins(region: Region, event: Event) -> int:
    rule = issuing.current_rule(region.id, clock.local_day(region, event.starts_at))
    return coins_for(rule, minutes(event.starts_at, event.ends_at))


def _set(event: Event, values: Mapping[str, Any] | None) -> None:
    for name, value in (values or {}).items():
        if name not in DESCRIBED + GRANTED + PERIOD:
            raise KeyError(name)
        setattr(event, name, value)


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
