"""Reading what goes into calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select

from app import clock
from app.db import db
from app.errors import Missing
from app.events.models import Event
from app.events.queries import by_id
from app.regions.models import Region

OPEN, TOLD = ("open",), ("open", "members")  # for everybody's calendar; on the region's own sheets
FEED_BACK = timedelta(days=31)
FEED, SHEET = 200, 6  # entries


def told(region: Region, event_id: int) -> Event:
    """An event that has been published. Raises Missing."""
    event = by_id(region, event_id)
    if event.published_at is None:
        raise Missing("not_found")
    return event


def feed(region: Region, at: datetime) -> Sequence[Event]:
    """What everybody may come to, from a month ago on; the cancelled too, so that calendars hear of it."""
    query = _published(region, OPEN).where(Event.starts_at >= at - FEED_BACK)
    return db.session.scalars(query.order_by(Event.starts_at, Event.id).limit(FEED)).all()


def coming(region: Region, at: datetime) -> Sequence[Event]:
    """The next gatherings that take place, as many as fit on the 回覧 sheet."""
    query = _published(region, TOLD).where(Event.starts_at > at, Event.ended_at.is_(None))
    query = query.where(Event.cancelled_at.is_(None), Event.postponed_to.is_(None))
    return db.session.scalars(query.order_by(Event.starts_at, Event.id).limit(SHEET)).all()


def by_day(region: Region, first: date, last: date) -> dict[date, list[Event]]:
    """What takes place from `first` to `last` (local days), by day."""
    begins, ends = clock.midnight(region, first), clock.midnight(region, last + timedelta(days=1))
    query = _published(region, TOLD).where(Event.starts_at >= begins, Event.starts_at < ends)
    query = query.where(Event.cancelled_at.is_(None), Event.postponed_to.is_(None))
    days: dict[date, list[Event]] = {}
    for event in db.session.scalars(query.order_by(Event.starts_at, Event.id)):
        days.setdefault(clock.local_day(region, event.starts_at), []).append(event)
    return days


def _published(region: Region, audiences: tuple[str, ...]) -> Select[Event]:
    return select(Event).where(
        Event.region_id == region.id, Event.published_at.is_not(None), Event.audience.in_(audiences)
    )
