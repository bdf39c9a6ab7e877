"""A gathering once more: copies of an earlier one, and the region's templates (いつもの会). Each makes a draft."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app import clock
from app.db import db, find
from app.errors import Missing
from app.events import service as events
from app.events.models import Event, EventTemplate
from app.events.rules import check_in_window, minutes, next_saturday
from app.members.models import Membership
from app.regions.models import Region
from app.series import rules

SHARED = (  # what a template keeps of an event: columns that both tables have
    *("title", "title_en", "place", "place_en", "bring", "bring_en", "field"),
    *("capacity", "coins", "audience", "name_level", "question_1", "question_2"),
)


def copy(*, region: Region, event_id: int, host: Membership, key: str, at: datetime) -> Event:
    """A draft like an earlier event: everything but its day and its people. The same hours of the next such weekday.

    Raises Missing for a draft, Refused as `events.draft` does. The same key gives the same draft.
    """
    event = find(Event, region.id, event_id)
    if event.published_at is None:
        raise Missing("not_found")
    weekday = clock.local_day(region, event.starts_at).weekday()
    day = rules.next_same_weekday(clock.local_day(region, at), weekday)
    return draft_like(region=region, event=event, day=day, host=host, key=key, at=at)


def draft_like(*, region: Region, event: Event, day: date, host: Membership, key: str, at: datetime) -> Event:
    """A draft on `day` at the wall-clock hours of `event`, with all its words and terms."""
    begins, ends = (clock.local(region, one).replace(tzinfo=None) for one in (event.starts_at, event.ends_at))
    first = datetime.combine(day, begins.time())
    values = {name: getattr(event, name) for name in events.DESCRIBED}
    return _draft(region, values | period(region, first, first + (ends - begins)), host=host, key=key, at=at)


def use_template(*, region: Region, template_id: int, host: Membership, key: str, at: datetime) -> Event:
    """A draft of one of the region's usual gatherings, for next Saturday. Raises Missing for a withdrawn one."""
    template = find(EventTemplate, region.id, template_id)
    if template.withdrawn_at is not None:
        raise Missing("not_found")
    day = next_saturday(clock.local_day(region, at))
    first = datetime.combine(day, time.fromisoformat(template.begins))
    values = {name: getattr(template, name) for name in SHARED}
    values |= period(region, first, first + timedelta(minutes=template.minutes))
    return _draft(region, values, host=host, key=key, at=at)


def keep_template(*, region: Region, event_id: int, at: datetime) -> EventTemplate:
    """Make いつもの会 of an event. One of that name is replaced, and comes back if it was withdrawn."""
    event = find(Event, region.id, event_id)
    of_name = select(EventTemplate).where(EventTemplate.region_id == region.id, EventTemplate.name == event.title)
    template = db.session.scalar(of_name.with_for_update())
    if template is None:
        template = EventTemplate(region_id=region.id, name=event.title, created_at=at)
        db.session.add(template)
    for name in SHARED:
        setattr(template, name, getattr(event, name))
    template.begins = f"{clock.local(region, event.starts_at):%H:%M}"
    template.minutes = minutes(event.starts_at, event.ends_at)
    template.withdrawn_at = None
    return template


def withdraw_template(*, region: Region, template_id: int, at: datetime) -> None:
    """Take it off the list. Twice is once."""
    template = find(EventTemplate, region.id, template_id, lock=True)
    template.withdrawn_at = template.withdrawn_at or at


def period(region: Region, first: datetime, last: datetime) -> dict[str, datetime]:
    """The columns of an event that goes on from `first` to `last` (naive, on the region's wall clock)."""
    starts_at, ends_at = clock.instant(region, first), clock.instant(region, last)
    opens, closes = check_in_window(starts_at, ends_at, region.opens_before_minutes, region.closes_after_minutes)
    return {"starts_at": starts_at, "ends_at": ends_at, "checkin_from": opens, "checkin_until": closes}


def _draft(region: Region, values: dict[str, Any], *, host: Membership, key: str, at: datetime) -> Event:
    words = {name: values[name] for name in ("title", "place", "field")}
    return events.draft(region=region, host=host, key=key, at=at, values=values, **words)
