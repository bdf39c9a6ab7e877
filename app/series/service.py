"""The verbs of a series: begin it, make its gatherings, leave a day out, end it.

`series_day` decides what has been dealt with: a day in it is never made again, whatever became of its event.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select

from app import clock
from app.db import db, find
from app.errors import Conflict, DomainError, Refused
from app.events import service as events
from app.events.models import Event, EventSeries, SeriesDay
from app.members.models import Membership
from app.regions.models import Region
from app.series import reuse, rules

MONTHS_AHEAD = 3
log = logging.getLogger("yui.series")
_KEYS = uuid.UUID("5a1c2f0e-6f63-4b86-9d3e-9c1f2a7b4d10")  # the name space of the gatherings' keys


def begin(
    *, region: Region, event_id: int, week: int, weekday: int, until: date | None, key: str, at: datetime
) -> EventSeries:
    """Hold an event again and again, and make the first of them. The same form sent twice is one series.

    Raises Refused for a draft, Conflict `series_exists` for an event that is in a series already.
    """
    event = find(Event, region.id, event_id, lock=True)
    again = db.session.scalar(select(EventSeries).where(EventSeries.key == key, EventSeries.region_id == region.id))
    if again is not None:
        return again
    if event.published_at is None:
        raise Refused("not_published")
    if db.session.scalar(select(SeriesDay).where(SeriesDay.event_id == event.id)) is not None:
        raise Conflict("series_exists")
    series = EventSeries(
        region_id=region.id,
        key=key,
        event_id=event.id,
        week=week,
        weekday=weekday,
        until=until,
        host_id=event.host_id,
        created_at=at,
    )
    db.session.add(series)
    db.session.flush()
    _note(series, clock.local_day(region, event.starts_at), event_id=event.id)
    make(region=region, series_id=series.id, at=at)
    return series


def make(*, region: Region, series_id: int, at: datetime) -> list[Event]:
    """The gatherings of the next three months that are not there yet, published. Again and again makes none twice."""
    series = find(EventSeries, region.id, series_id, lock=True)
    host = find(Membership, region.id, series.host_id)
    if series.ended_at is not None or host.standing != "active":
        return []
    pattern = find(Event, region.id, series.event_id)
    return [_make_day(region, series, pattern, host, day, at) for day in _missing(region, series, pattern, at)]


def make_all(*, at: datetime) -> int:
    """What the job does: every series that goes on, in every region. How many gatherings were made.

    One that cannot go on (its region has no rule) is told to the log and leaves the others alone.
    """
    living = select(EventSeries).where(EventSeries.ended_at.is_(None)).order_by(EventSeries.id)
    made = 0
    for series in db.session.scalars(living).all():
        region = db.session.get_one(Region, series.region_id)
        try:
            with db.session.begin_nested():
                made += len(make(region=region, series_id=series.id, at=at))
        except DomainError as refusal:
            log.warning("series %s could not go on: %s", series.id, refusal.code)
    return made


def leave_out(*, region: Region, series_id: int, day: date, reason: str, at: datetime) -> Event | None:
    """No gathering on this day. One that has been told already is cancelled with the same reason, and answered.

    Raises Refused, Conflict `series_day_done`.
    """
    series = _living(region, series_id)
    if not reason:
        raise Refused("reason_missing")
    if day < clock.local_day(region, at):
        raise Refused("field_past")
    known = db.session.get(SeriesDay, (series.id, day))
    if known is None and not rules.falls_on(series.week, series.weekday, day):
        raise Refused("series_no_day")
    if known is None:
        _note(series, day, reason=reason)
        return None
    if known.event_id is None:
        raise Conflict("series_day_done")
    event = events.cancel(region=region, event_id=known.event_id, reason=reason, at=at)
    known.reason = reason
    return event


def take_back(*, region: Region, series_id: int, day: date, at: datetime) -> None:
    """The day is held after all. (A gathering that was cancelled is restored on its own page.)"""
    series = _living(region, series_id)
    known = db.session.get(SeriesDay, (series.id, day))
    if known is None or known.event_id is not None:
        return
    db.session.delete(known)
    db.session.flush()
    make(region=region, series_id=series.id, at=at)


def end(*, region: Region, series_id: int, at: datetime) -> None:
    """Make no more. What has been told stays; each can be cancelled by itself. Twice is once."""
    series = find(EventSeries, region.id, series_id, lock=True)
    series.ended_at = series.ended_at or at


def _living(region: Region, series_id: int) -> EventSeries:
    series = find(EventSeries, region.id, series_id, lock=True)
    if series.ended_at is not None:
        raise Refused("series_ended")
    return series


def _missing(region: Region, series: EventSeries, pattern: Event, at: datetime) -> Iterator[date]:
    """Days of the next three months that were not dealt with and whose hour lies ahead."""
    today = clock.local_day(region, at)
    last = rules.months_after(today, MONTHS_AHEAD)
    known = set(db.session.scalars(select(SeriesDay.day).where(SeriesDay.series_id == series.id)))
    hour = clock.local(region, pattern.starts_at).time()
    for day in rules.days(series.week, series.weekday, today, min(last, series.until or last)):
        if day not in known and clock.instant(region, datetime.combine(day, hour)) > at:
            yield day


def _make_day(region: Region, series: EventSeries, pattern: Event, host: Membership, day: date, at: datetime) -> Event:
    key = str(uuid.uuid5(_KEYS, f"series:{series.id}:{day}"))
    event = reuse.draft_like(region=region, event=pattern, day=day, host=host, key=key, at=at)
    terms = {name: getattr(pattern, name) for name in ("audience", "capacity", "coins", "award")}
    events.publish(region=region, event_id=event.id, at=at, **terms)
    _note(series, day, event_id=event.id)
    return event


def _note(series: EventSeries, day: date, *, event_id: int | None = None, reason: str = "") -> None:
    """This day has been dealt with."""
    row = SeriesDay(series_id=series.id, day=day, region_id=series.region_id, event_id=event_id, reason=reason)
    db.session.add(row)
    db.session.flush()
