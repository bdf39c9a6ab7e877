"""Reading gatherings."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from app.db import db
from app.errors import Missing
from app.events.models import Event, EventTemplate
from app.ledger.service import act_key
from app.regions.models import Region

# What a gathering tells everybody, as values: `kept_part()` keeps what is drawn of it until one of them changes.
TOLD = (
    *("id", "region_id", "code", "title", "title_en", "place", "place_en", "bring", "bring_en", "field", "project"),
    *("project_link", "starts_at", "ends_at", "coins", "award", "audience"),
    *("published_at", "cancelled_at", "postponed_to"),
)
Told = namedtuple("Told", TOLD)  # type: ignore[misc]  # the columns are Event's, named once
_told = attrgetter(*TOLD)


def told(event: Event) -> Any:
    """For templates: these columns of the gathering, under their names."""
    return Told._make(_told(event))


_BY_ID = select(Event).where(Event.id == bindparam("event"), Event.region_id == bindparam("region"))


def by_id(region: Region, event_id: int) -> Event:
    """A gathering of this region. Raises Missing."""
    event = db.session.scalar(_BY_ID, {"event": event_id, "region": region.id})
    if event is None:
        raise Missing("not_found")
    return event


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


def earlier_of(membership_id: int, at: datetime, *, limit: int = 5) -> Sequence[Event]:
    """What a host held before, the latest first, each title once: what one would like to hold again."""
    query = select(Event).where(Event.host_id == membership_id, Event.published_at.is_not(None), Event.ends_at <= at)
    rows = db.session.scalars(query.order_by(Event.starts_at.desc(), Event.id.desc()).limit(8 * limit))
    latest: dict[str, Event] = {}
    for event in rows:
        latest.setdefault(event.title, event)
    return list(latest.values())[:limit]


def templates(region: Region) -> Sequence[EventTemplate]:
    """いつもの会 of a region, by name."""
    query = select(EventTemplate).where(EventTemplate.region_id == region.id, EventTemplate.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(EventTemplate.name)).all()


def next_after(region: Region, event: Event, at: datetime) -> Event | None:
    """The next open gathering that somebody could come to after this one."""
    query = select(Event).where(
        Event.region_id == region.id,
        Event.id != event.id,
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
        Event.postponed_to.is_(None),
        Event.audience == "open",
        Event.starts_at > at,
    )
    return db.session.scalar(query.order_by(Event.starts_at).limit(1))


def new_day(event: Event) -> Event | None:
    """The gathering that a postponed one has become, if its host has made it."""
    if event.postponed_to is None:
        return None
    query = select(Event).where(Event.key == new_day_key(event), Event.region_id == event.region_id)
    return db.session.scalar(query)


def new_day_key(event: Event) -> str:
    """The key of that gathering: one for each day to which this one was postponed."""
    return act_key("new_day", f"{event.key} {event.postponed_to:%Y%m%d%H%M}")
