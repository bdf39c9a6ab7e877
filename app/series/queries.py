"""Reading series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app import clock
from app.db import db
from app.errors import Missing
from app.events.models import Event, EventSeries, SeriesDay
from app.regions.models import Region
from app.series import rules

MONTHS_SHOWN = 6


@dataclass(frozen=True)
class Line:
    """A day of a series: its event if it was made; left out if there is a reason and no event; else still to come."""

    day: date
    event: Event | None
    reason: str

    @property
    def may_be_left_out(self) -> bool:
        return self.event.cancelled_at is None if self.event is not None else not self.reason


def by_id(region: Region, series_id: int) -> EventSeries:
    """A series of this region. Raises Missing."""
    query = select(EventSeries).where(EventSeries.id == series_id, EventSeries.region_id == region.id)
    series = db.session.scalar(query)
    if series is None:
        raise Missing("not_found")
    return series


def of_event(event: Event) -> int | None:
    """The series that an event belongs to."""
    return db.session.scalar(select(SeriesDay.series_id).where(SeriesDay.event_id == event.id))


def days(region: Region, series: EventSeries, at: datetime) -> Sequence[Line]:
    """What was dealt with from today on, and what lies ahead for half a year, by day."""
    today = clock.local_day(region, at)
    dealt = (
        select(SeriesDay, Event)
        .outerjoin(Event, Event.id == SeriesDay.event_id)
        .where(SeriesDay.series_id == series.id, SeriesDay.day >= today)
    )
    lines = {row.day: Line(row.day, event, row.reason) for row, event in db.session.execute(dealt)}
    if series.ended_at is None:
        last = rules.months_after(today, MONTHS_SHOWN)
        for day in rules.days(series.week, series.weekday, today, min(last, series.until or last)):
            lines.setdefault(day, Line(day, None, ""))
    return [lines[day] for day in sorted(lines)]
