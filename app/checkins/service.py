"""Checking in and undoing it: the hot path of the house, in one place.

Statements run in one lock order (allowance, event, budget, holdings), with the event's row, which everybody at the
door shares, as late as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from app import clock
from app.checkins import rules
from app.checkins.models import CheckIn
from app.codes import service as codes
from app.codes.rules import CLAIM
from app.db import connection, db, find
from app.errors import Conflict, Missing, Refused
from app.events.models import Event
from app.events.rules import places_left
from app.issuing import service as issuing
from app.issuing.queries import Earned, earned
from app.ledger.service import act_key
from app.members.models import Membership
from app.regions.models import Region
from app.sign_ups import queries as places
from app.sign_ups import service as sign_ups

event_table, check_in_table = cast(sa.Table, Event.__table__), cast(sa.Table, CheckIn.__table__)
EventRow = Any  # the columns of one event that decide, as a row


@dataclass(frozen=True)
class Arrival:
    """What a check-in came to. `number` is the 受付番号; `earned` is None where nothing is paid at arrival.
    `capacity_raised`: by how many places a full house grew for it.
    """

    id: int
    number: int
    repeated: bool
    earned: Earned | None = None
    capacity_raised: int = 0


def check_in(
    *,
    region: Region,
    event_id: int,
    key: str,
    way: str,
    by: str,
    at: datetime,
    membership: Membership | None = None,
    nickname: str = "",
    companions: int = 0,
    children: int = 0,
    companion_names: str = "",
    visit: str | None = None,
    visit_hash: str | None = None,
    device_at: datetime | None = None,
    judged_at: datetime | None = None,
    arrived_at: datetime | None = None,
    by_host: bool = False,
    after_end: bool = False,
) -> Arrival:
    """Record one arrival: a member's, or without a membership a guest's, whose phone is known by `visit`.

    The same form, the same member or the same phone a second time gets the first arrival, `repeated`. It takes one
    place and one for each of the `companions`, the `children` among them; places held by a sign-up of this member or
    phone (`visit_hash`, where only that is known) are the first of these.
    `judged_at` is the instant by which the window is judged, for what reached us later than it happened, `arrived_at`
    the one that is written down; a host may also let somebody in `after_end`.
    Raises Refused (why not, and until when), Missing.
    """
    phone = codes.digest(visit) if visit else visit_hash
    event = _read_event(region, event_id, key, membership, phone)
    if event.same_id is not None:
        return _the_same(event)
    judged = judged_at or at
    _refuse(event, judged, membership, by_host=by_host, after_end=after_end)
    reserved = None
    if membership is not None and rules.pays_at_arrival(event.award, event.coins):
        reserved = _reserve(region, event, membership, key)
    if event.booked or event.audience == "invited":
        _use_sign_up(event, membership, phone, at)
    number, raised = _take_places(event, 1 + companions, judged, by_host=by_host, after_end=after_end)
    row_id = _write(
        region_id=region.id,
        event_id=event.id,
        number=number,
        nickname=nickname,
        companions=companions,
        children=children,
        companion_names=companion_names,
        way=way,
        key=key,
        at=arrived_at or at,
        device_at=device_at,
        by=by,
        **_whose(membership, phone, key, event.coins),
    )
    paid = issuing.pay(reserved, actor=by, at=at)[0] if reserved else None
    return Arrival(id=row_id, number=number, repeated=False, earned=paid, capacity_raised=raised)


def earn(
    *, region: Region, event: Event, members: Sequence[tuple[Membership, str]], by: str, at: datetime
) -> list[Earned]:
    """Pay the event's coins to (membership, operation key) pairs, within their caps and the budget.

    Once per event and membership, however often asked.
    """
    return issuing.earn_all(
        region=region,
        activity=activity(event.id),
        day=clock.local_day(region, event.starts_at),
        dues=[_due(event, membership, key) for membership, key in members],
        actor=by,
        at=at,
    )


def _due(event: Event | EventRow, membership: Membership, key: str) -> issuing.Due:
    if membership.account_id is None:
        raise RuntimeError(f"membership {membership.id} has no account")
    return issuing.Due(membership.id, membership.account_id, event.coins, key, activity(event.id))


def _reserve(region: Region, event: EventRow, membership: Membership, key: str) -> issuing.Reserved:
    day = clock.local_day(region, event.starts_at)
    return issuing.reserve(region=region, activity=activity(event.id), day=day, dues=[_due(event, membership, key)])


def undo(*, region: Region, check_in_id: int, by: str, at: datetime, correction: bool = False) -> CheckIn:
    """Take an arrival back within ten minutes; its coins must be unspent.

    A host's later `correction` takes back what is left and books the rest to `written_off`. Raises Refused, Conflict.
    """
    row = lock_with_event(region, check_in_id)
    if row.undone_at is not None:
        raise Conflict("already_undone")
    if not correction and not rules.may_undo(row.at, at):
        raise Refused("undo_late")
    freed = sa.update(event_table).where(event_table.c.id == row.event_id)
    db.session.execute(freed.values(taken=event_table.c.taken - 1 - row.companions))
    sign_ups.unarrive(event_id=row.event_id, membership_id=row.membership_id, visit_hash=row.visit_hash, at=at)
    if row.membership_id is not None and earned(region.id, row.membership_id, activity(row.event_id)):
        issuing.reverse_earning(
            region=region,
            membership_id=row.membership_id,
            activity=activity(row.event_id),
            actor=by,
            at=at,
            key=act_key("undo", row.key),
            shortfall="write_off" if correction else "refuse",
        )
    row.undone_at = at
    db.session.flush()
    return row


def activity(event_id: int) -> str:
    """The name under which an event earns: hours prepared from a check-in carry the same one."""
    return f"event:{event_id}"


def claim_code(key: str) -> str:
    """The twelve characters on a guest's slip, worked out again whenever the page is shown."""
    return codes.derive(purpose="claim", of=key, length=CLAIM)


def _read_event(region: Region, event_id: int, key: str, membership: Membership | None, phone: str | None) -> EventRow:
    """The event with the arrival that this request repeats, if it repeats one (`same_…`)."""
    who = "membership_id" if membership is not None else "visit_hash" if phone else None
    asked: dict[str, object] = {"event": event_id, "region": region.id, "key": key}
    if who is not None:
        asked["who"] = membership.id if membership is not None else phone
    row = connection().execute(_event_and_same(who), asked).first()
    if row is None:
        raise Missing("not_found")
    return row


_e, _c = event_table.c, check_in_table.c
_DECIDING = (
    *(_e.id, _e.starts_at, _e.coins, _e.award, _e.capacity, _e.taken, _e.booked),
    *(_e.audience, _e.checkin_from, _e.checkin_until, _e.published_at, _e.cancelled_at, _e.postponed_to, _e.ended_at),
)
_ARRIVE = sa.insert(check_in_table).returning(_c.id)


@cache
def _event_and_same(who: str | None) -> sa.Select[Any]:
    """With an arrival of this form's key, or of the same `membership_id` or `visit_hash` at this event."""
    event: Any = sa.bindparam("event")
    same = _c.key == sa.bindparam("key")
    if who is not None:
        same |= (_c.event_id == event) & (_c[who] == sa.bindparam("who"))
    found = _c.id.label("same_id"), _c.number.label("same_number"), _c.event_id.label("same_event_id")
    query = sa.select(*_DECIDING, *found).outerjoin(check_in_table, same & _c.undone_at.is_(None))
    return query.where(_e.id == event, _e.region_id == sa.bindparam("region")).limit(1)


def _the_same(event: EventRow) -> Arrival:
    if event.same_event_id != event.id:
        raise Conflict("other_request")
    return Arrival(id=event.same_id, number=event.same_number, repeated=True)


def _refuse(event: EventRow, at: datetime, membership: Membership | None, *, by_host: bool, after_end: bool) -> None:
    code = rules.refusal(event, at, is_member=membership is not None, by_host=by_host, after_end=after_end)
    if code is None and event.audience == "invited" and not by_host and not places.may_enter(event, membership):
        code = "invited_only"
    if code is not None:
        raise _refused(code, event)


def _refused(code: str, event: EventRow) -> Refused:
    return Refused(code, opens_at=event.checkin_from, capacity=event.capacity, left=places_left(event))


def _use_sign_up(event: EventRow, membership: Membership | None, phone: str | None, at: datetime) -> None:
    """Places held for whoever is at the door are no longer held: they are taken in a moment."""
    if membership is not None or phone is not None:
        membership_id = membership.id if membership is not None else None
        sign_ups.arrive(event_id=event.id, membership_id=membership_id, visit_hash=phone, at=at)


def _whose(membership: Membership | None, phone: str | None, key: str, coins: int) -> dict[str, Any]:
    """A member's arrival names the membership; a guest's is known by phone and slip, and promises the coins."""
    if membership is not None:
        return {"membership_id": membership.id, "visit_hash": None, "claim_hash": None, "promised": 0}
    slip = codes.digest(claim_code(key))
    return {"membership_id": None, "visit_hash": phone, "claim_hash": slip, "promised": coins}


def _write(**values: Any) -> int:
    return int(connection().execute(_ARRIVE, values).scalar_one())


def _take_places(event: EventRow, people: int, at: datetime, *, by_host: bool, after_end: bool) -> tuple[int, int]:
    """Places and the next 受付番号, in one conditional update; a host's tap on a full event makes the places.

    Places that sign-ups still hold are nobody else's.
    """
    asked = {"event": event.id, "now": at, "people": people}
    row = connection().execute(_places(by_host, after_end), asked).first()
    if row is None:
        now = connection().execute(sa.select(*_DECIDING).where(_e.id == event.id)).one()
        code = rules.refusal(now, at, is_member=True, by_host=by_host, after_end=after_end) or rules.no_room(now)
        raise _refused(code, now)
    return row.last_number, (row.capacity or 0) - (event.capacity or 0)


@cache
def _places(by_host: bool, after_end: bool) -> Any:
    now, people = sa.bindparam("now", type_=_e.checkin_from.type), sa.bindparam("people", type_=sa.Integer())
    query = sa.update(event_table).where(_e.id == sa.bindparam("event"))
    query = query.where(_e.cancelled_at.is_(None), _e.checkin_from <= now)
    if not after_end:
        query = query.where(_e.ended_at.is_(None))
    values = {"taken": _e.taken + people, "last_number": _e.last_number + 1}
    needed = _e.taken + _e.booked + people
    if by_host:
        query = query.values(**values, capacity=sa.case((needed > _e.capacity, needed), else_=_e.capacity))
    else:
        query = query.where(_e.checkin_until > now, sa.or_(_e.capacity.is_(None), needed <= _e.capacity))
        query = query.values(**values)
    return query.returning(_e.last_number, _e.capacity)


def lock_with_event(region: Region, check_in_id: int) -> CheckIn:
    """Lock a check-in, and before it its event, as the end of the gathering does."""
    found = find(CheckIn, region.id, check_in_id)
    find(Event, region.id, found.event_id, lock=True)
    return find(CheckIn, region.id, check_in_id, lock=True)
