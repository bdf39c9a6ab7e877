"""Reading gatherings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select

from app.db import db
from app.events.models import Event
from app.regions.models import Region


def upcoming(region: Region, at: datetime, *, limit: int = 50) -> Sequence[Event]:
    """Published events that have not ended, the cancelled too; those open now first, then by their start."""
    query = _published(region).where(Event.ended_at.is_(None), Event.checkin_until > at)
    rows = db.session.scalars(query.order_by(Event.starts_at, Event.id).limit(limit)).all()
    return sorted(rows, key=lambda e: (not (e.checkin_from <= at and e.cancelled_at is None), e.starts_at, e.id))


def _published(region: Region) -> Select[Event]:
    return select(Event).where(Event.region_id == region.id, Event.published_at.is_not(None))


def past(region: Region, at: datetime, *, limit: int = 12) -> Sequence[Event]:
    """Published events that have ended, the latest first."""
    query = _published(region).where(or_(Event.ended_at.is_not(None), Event.checkin_until <= at))
    return db.session.scalars(query.order_by(Event.starts_at.desc(), Event.id.desc()).limit(limit)).all()


def drafts_of(membership_id: int) -> Sequence[Event]:
    """What a host began and has not published."""
    query = select(Event).where(Event.host_id == membership_id, Event.published_at.is_(None))
    return db.session.scalars(query.order_by(Event.id.desc())).all()


def next_after(region: Region, event: Event, at: datetime) -> Event | None:
    """The next open gathering that somebody could come to after this one."""
    query = select(Event).where(
        Event.region_id == region.id,
        Event.id != event.id,
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
        Event.audience == "open",
        Event.starts_at > at,
    )
    return db.session.scalar(query.order_by(Event.starts_at).limit(1))
