"""What a check-in brings besides coins: its hours, written down once the gathering has ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from app.checkins.models import CheckIn
from app.db import db
from app.events.models import Event
from app.hours import service as hours
from app.hours.models import HoursEntry
from app.hours.rules import at_gathering
from app.ledger.service import act_key
from app.members.models import Membership
from app.regions.models import Region


def credit(
    *, region: Region, event: Event, check_ins: Sequence[CheckIn], by: str | None, at: datetime
) -> list[HoursEntry]:
    """The hours of members among the arrivals of a gathering that has ended; `by`, who ended it, confirms them.

    None where nobody in particular says that they were there: then a second person does. Guests have none until they
    claim their visit.
    """
    if event.ended_at is None:
        return []
    arrived = {row.membership_id: row for row in check_ins if row.membership_id is not None and row.undone_at is None}
    present = [
        (who, act_key("hours_of_visit", row.key), at_gathering(event.starts_at, event.ends_at, row.at, row.left_at))
        for who in _members(region, arrived)
        for row in [arrived[who.id]]
    ]
    return hours.of_gathering(region=region, event=event, present=present, closed_by=_member(region, by), at=at)


def uncredit(*, region: Region, row: CheckIn, by: str, at: datetime) -> None:
    """An arrival was undone: its hours, if there are any yet, are withdrawn or taken back."""
    if row.membership_id is not None:
        who = _member(region, by)
        hours.undo_gathering(region=region, event_id=row.event_id, membership_id=row.membership_id, by=who, at=at)


def _members(region: Region, ids: Collection[int]) -> Sequence[Membership]:
    query = sa.select(Membership).where(Membership.id.in_(ids), Membership.region_id == region.id)
    return db.session.scalars(query.order_by(Membership.id)).all()


def _member(region: Region, by: str | None) -> Membership | None:
    """The membership behind `membership:5`; None for a job or a till."""
    kind, _, number = (by or "").partition(":")
    if kind != "membership" or not number.isdigit():
        return None
    return next(iter(_members(region, [int(number)])), None)
