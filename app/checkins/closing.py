"""会を終える: everybody ticked is paid and has their hours in one transaction, and the window closes."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.checkins.crediting import credit
from app.checkins.models import CheckIn, EventClosure, Unticked
from app.checkins.rules import pays_at_arrival
from app.checkins.service import earn
from app.db import db, find
from app.errors import DomainError, Refused
from app.events.models import Event
from app.ledger.service import act_key
from app.members.models import Membership
from app.regions import queries as regions
from app.regions.models import Region

OVERDUE = timedelta(hours=2)
log = logging.getLogger("yui.checkins")


def close(*, region: Region, event_id: int, by: str, at: datetime, left_out: Collection[int] = ()) -> EventClosure:
    """End a gathering once: everybody who came is paid but the check-ins `left_out`, whose box was unticked.

    Their hours are written down, and confirmed by whoever ends it where that is another person's.
    The second comer gets Conflict `already_ended`. Raises Refused before the start, and for a cancelled event.
    """
    event = find(Event, region.id, event_id, lock=True)
    if event.published_at is None or event.cancelled_at is not None:
        raise Refused("cancelled" if event.cancelled_at else "not_published")
    if at < event.starts_at:
        raise Refused("not_started")
    closure = EventClosure(event_id=event.id, region_id=region.id, by=by, at=at)
    db.session.add(closure)
    db.session.flush()  # whoever comes second stops here
    event.ended_at = at  # from this row on, nobody enters
    arrivals = _arrivals(event)
    db.session.add_all(Unticked(check_in_id=row.id, region_id=region.id) for row in arrivals if row.id in left_out)
    db.session.flush()
    came = [row for row in arrivals if row.id not in left_out]
    if event.coins and not pays_at_arrival(event.award, event.coins):
        _pay(region, event, came, by, at)
    credit(region=region, event=event, check_ins=came, by=by, at=at)
    return closure


def pay_latecomer(
    *, region: Region, event: Event, membership: Membership, check_in_id: int, key: str, by: str, at: datetime
) -> None:
    """Whoever is let in after 会を終える gets what the others got then. The event's row is locked."""
    if event.ended_at is None:
        return
    if event.coins and not pays_at_arrival(event.award, event.coins):
        earn(region=region, event=event, members=[(membership, act_key("end", key))], by=by, at=at)
    credit(region=region, event=event, check_ins=[find(CheckIn, region.id, check_in_id)], by=by, at=at)


def overdue(at: datetime) -> Sequence[Event]:
    """Published gatherings that were over two hours ago and that nobody has ended."""
    query = sa.select(Event).where(
        Event.ended_at.is_(None),
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
        Event.ends_at <= at - OVERDUE,
    )
    return db.session.scalars(query.order_by(Event.ends_at.desc()).limit(20)).all()


def close_overdue(*, at: datetime) -> int:
    """End the gatherings that their hosts forgot, with everybody ticked; how many.

    One that cannot be ended (a region without a rule) is logged and does not hold up the others.
    """
    ended = 0
    for event in overdue(at):
        try:
            with db.session.begin_nested():
                close(region=regions.by_id(event.region_id), event_id=event.id, by="job:close", at=at)
            ended += 1
        except DomainError as refusal:
            log.warning("event %s could not be ended: %s", event.id, refusal.code)
    return ended


def _arrivals(event: Event) -> list[CheckIn]:
    query = sa.select(CheckIn).where(CheckIn.event_id == event.id, CheckIn.undone_at.is_(None))
    locked = query.order_by(CheckIn.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(locked))  # a claim under way is paid here or there, never nowhere


def _pay(region: Region, event: Event, arrivals: list[CheckIn], by: str, at: datetime) -> None:
    """All earnings of the members among the arrivals; guests' coins stay promised until they are claimed."""
    keys = {row.membership_id: act_key("end", row.key) for row in arrivals if row.membership_id is not None}
    query = sa.select(Membership).where(Membership.id.in_(keys), Membership.region_id == region.id)
    members = [(membership, keys[membership.id]) for membership in db.session.scalars(query)]
    earn(region=region, event=event, members=members, by=by, at=at)
