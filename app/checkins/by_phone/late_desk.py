"""The host decides on those who came too late to be let in by the door: in, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.checkins import closing, service
from app.checkins.models import CheckIn, LateArrival
from app.checkins.rules import HOST, Party
from app.db import db, find
from app.errors import Conflict, Missing
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region


@dataclass(frozen=True)
class Row:
    """One line of the list: who says to have been here, and what has been decided."""

    late: LateArrival
    name: str
    is_in: bool


def rows(event: Event) -> list[Row]:
    """The undecided first, then the decided, each in the order in which they came."""
    query = (
        sa.select(LateArrival, Membership.name, CheckIn.id)
        .outerjoin(Membership, Membership.id == LateArrival.membership_id)
        .outerjoin(CheckIn, sa.and_(CheckIn.id == LateArrival.check_in_id, CheckIn.undone_at.is_(None)))
        .where(LateArrival.event_id == event.id)
        .order_by(LateArrival.decided_at.is_not(None), LateArrival.id)
    )
    return [Row(late, name or late.nickname, here is not None) for late, name, here in db.session.execute(query)]


def admit(*, region: Region, event_id: int, late_id: int, key: str, by: str, at: datetime) -> service.Arrival:
    """Make an arrival of it, also after the end; then it is paid like everybody's. One who is here stays one.

    Raises Refused (the gathering was cancelled), Conflict, Missing.
    """
    event, late = _lock(region, event_id, late_id)
    here = _here(late)
    if here is not None:
        arrival = service.Arrival(id=here.id, number=here.number, repeated=True)
    else:
        arrival = _let_in(region, event, late, key, by, at)
    if late.check_in_id != arrival.id:
        late.decided_at, late.decided_by, late.check_in_id = at, by, arrival.id
        db.session.flush()
    return arrival


def dismiss(*, region: Region, event_id: int, late_id: int, by: str, at: datetime) -> LateArrival:
    """Turn it away; `admit` still lets it in. Raises Conflict if it is in: that is undone on the list of arrivals."""
    _event, late = _lock(region, event_id, late_id)
    if _here(late) is not None:
        raise Conflict("late_let_in")
    late.decided_at, late.decided_by, late.check_in_id = at, by, None
    db.session.flush()
    return late


def _lock(region: Region, event_id: int, late_id: int) -> tuple[Event, LateArrival]:
    event = find(Event, region.id, event_id, lock=True)
    late = find(LateArrival, region.id, late_id, lock=True)
    if late.event_id != event.id:
        raise Missing("not_found")
    return event, late


def _here(late: LateArrival) -> CheckIn | None:
    """The arrival of this person or this phone at the gathering, whoever made it."""
    same: Sequence[sa.ColumnElement[bool]] = [CheckIn.key == late.key, CheckIn.id == late.check_in_id]
    if late.membership_id is not None:
        same = [*same, CheckIn.membership_id == late.membership_id]
    if late.visit_hash is not None:
        same = [*same, CheckIn.visit_hash == late.visit_hash]
    query = sa.select(CheckIn).where(CheckIn.event_id == late.event_id, CheckIn.undone_at.is_(None), sa.or_(*same))
    return db.session.scalar(query.limit(1))


def _let_in(region: Region, event: Event, late: LateArrival, key: str, by: str, at: datetime) -> service.Arrival:
    membership = find(Membership, region.id, late.membership_id) if late.membership_id else None
    act: dict[str, Any] = {"region": region, "key": key, "by": by, "at": at}
    arrival = service.check_in(
        event_id=event.id,
        way=late.way,
        membership=membership,
        nickname=late.nickname,
        party=Party(companions=late.companions, children=late.children, names=late.companion_names),
        visit_hash=late.visit_hash,
        device_at=late.said_at,
        judged=HOST,
        **act,
    )
    if membership is not None:
        closing.pay_latecomer(event=event, membership=membership, check_in_id=arrival.id, **act)
    return arrival
