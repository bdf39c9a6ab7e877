"""Seeding the sample regions, and keeping a gathering of today open in each."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.exc import OperationalError

from app import clock
from app.db import Base, Meta, db, uuid7
from app.demo import story
from app.demo.sample import shift, told
from app.events import service as events
from app.events.models import Event
from app.events.rules import state
from app.members.models import Duty, Membership
from app.regions import queries as regions
from app.regions.models import Region

TODAY = "today"  # the series of these gatherings
PLACES = 200
NO_DATA = ("job", "throttle")  # tables that fill by themselves


class NotEmpty(RuntimeError):
    """The database has rows already: sample data never mixes with anybody's own."""


_DEMO = sa.select(Meta.key).where(Meta.key == "demo")


def is_demo() -> bool:
    """Whether this instance was seeded. Yes is for ever, and no as well once there is a region: the seed wants an
    empty database. Tests change databases under one app, so they ask again.

    Every page asks, also the one that says that the database is away: then the answer is no.
    """
    known = current_app.extensions
    if "seen_demo" in known:
        return bool(known["seen_demo"])
    try:
        found = db.session.scalar(_DEMO) is not None
    except OperationalError:
        db.session.rollback()
        return False
    if (found or g.get("region") is not None) and not known["config"].testing:
        known["seen_demo"] = found
    return found


def is_empty() -> bool:
    """Whether no room has a row."""
    tables = (table for name, table in Base.metadata.tables.items() if name not in NO_DATA)
    return not any(db.session.scalar(sa.select(sa.literal(1)).select_from(table).limit(1)) for table in tables)


def seed(*, at: datetime) -> None:
    """All of the sample data, moved near `at`. Raises NotEmpty."""
    if not is_empty():
        raise NotEmpty("The database has rows already; the sample data goes into an empty one only.")
    moved = shift(clock.local_day(_Japan(), at))
    story.tell(at=at, shift=moved)
    db.session.add_all([Meta(key="demo", value="1"), Meta(key="demo_shift_days", value=str(moved.days))])
    db.session.flush()


class _Japan:
    time_zone = "Asia/Tokyo"  # of all sample regions


def open_demo(*, at: datetime) -> None:
    """What a start does: seed an empty database, and have a gathering of today if it is a demo's."""
    if is_empty():
        seed(at=at)
    ensure_todays_events(at=at)


def ensure_todays_events(*, at: datetime) -> int:
    """One open gathering of today in each sample region; how many had to be made."""
    if not is_demo():
        return 0
    found = {region.slug: region for region in regions.everywhere()}
    missing = [one for one in told("regions")["regions"] if not _is_open(found[one["slug"]], at)]
    for one in missing:
        _open_today(found[one["slug"]], one["today"], at)
    return len(missing)


def _is_open(region: Region, at: datetime) -> bool:
    """Asked behind the region's lock: two starts at once make one gathering."""
    db.session.execute(sa.select(Region.id).where(Region.id == region.id).with_for_update())
    todays = sa.select(Event).where(
        Event.region_id == region.id, Event.series == TODAY, Event.ended_at.is_(None), Event.checkin_until > at
    )
    return any(state(event, at) == "open" for event in db.session.scalars(todays))


def _open_today(region: Region, one: story.Told, at: datetime) -> Event:
    """The whole local day long, so that whoever tries Yui at any hour finds an open door."""
    event = events.draft(
        region=region,
        host=_steward(region),
        key=uuid7(),
        title=one["title"],
        place=one["place"],
        field=one["field"],
        at=at,
    )
    story.translate(event, one)
    midnight = clock.midnight(region, clock.local_day(region, at))
    event.starts_at = event.checkin_from = midnight
    event.ends_at = event.checkin_until = midnight + timedelta(days=1)
    event.series = TODAY
    db.session.flush()
    return events.publish(
        region=region, event_id=event.id, audience="open", capacity=PLACES, coins=1, award="arrival", at=at
    )


def _steward(region: Region) -> Membership:
    query = sa.select(Membership).join(Duty, Duty.membership_id == Membership.id)
    query = query.where(Membership.region_id == region.id, Duty.role == "steward")
    return db.session.scalars(query.order_by(Membership.id).limit(1)).one()
