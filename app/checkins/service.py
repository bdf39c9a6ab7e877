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
from app.issuing import service as issuing
from app.issuing.queries import Earned, earned
from app.ledger.service import act_key
from app.members.models import Membership
from app.regions.models import Region

event_table, check_in_table = cast(sa.Table, Event.__table__), cast(sa.Table, CheckIn.__table__)
EventRow = Any  # the columns of one event, as a row


@dataclass(frozen=True)
class Arrival:
    """What a check-in came to. `number` is the 受付番号; `earned` is None where nothing is paid at arrival."""

    id: int
    number: int
    repeated: bool
    earned: Earned | None = None
    capacity_raised: bool = False


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
    visit: str | None = None,
    device_at: datetime | None = None,
    by_host: bool = False,
) -> Arrival:
    """Record one arrival: a member's, or without a membership a guest's, whose phone is known by `visit`.

    The same form, the same member or the same phone a second time gets the first arrival, `repeated`.
    Raises Refused (why not, and until when), Missing.
    """
    event = _read_event(region, event_id)
    again = _earlier(event, key, membership, visit)
    if again is not None:
        return again
    _refuse(event, at, is_member=membership is not None, by_host=by_host)
    reserved = None
    if membership is not None and rules.pays_at_arrival(event.award, event.coins):
        reserved = _reserve(region, event, membership, key)
    number, raised = _take_place(event, at, by_host=by_host)
    row_id = _write(
        region_id=region.id,
        event_id=event.id,
        number=number,
        nickname=nickname,
        way=way,
        key=key,
        at=at,
        device_at=device_at,
        by=by,
        **_whose(membership, visit, key, event.coins),
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
    row = _lock_with_event(region, check_in_id)
    if row.undone_at is not None:
        raise Conflict("already_undone")
    if not correction and not rules.may_undo(row.at, at):
        raise Refused("undo_late")
    freed = sa.update(event_table).where(event_table.c.id == row.event_id)
    db.session.execute(freed.values(taken=event_table.c.taken - 1 - row.companions))
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


def _read_event(region: Region, event_id: int) -> EventRow:
    row = connection().execute(_EVENT, {"event": event_id, "region": region.id}).first()
    if row is None:
        raise Missing("not_found")
    return row


_e, _c = event_table.c, check_in_table.c
_EVENT = sa.select(*_e).where(_e.id == sa.bindparam("event"), _e.region_id == sa.bindparam("region"))
_ARRIVE = sa.insert(check_in_table).returning(_c.id)


@cache
def _same(who: str | None) -> sa.Select[Any]:
    """An arrival with this form's key, or of the same `membership_id` or `visit_hash` at the same event."""
    same = _c.key == sa.bindparam("key")
    if who is not None:
        same |= (_c.event_id == sa.bindparam("event")) & (_c[who] == sa.bindparam("who"))
    return sa.select(_c.id, _c.number, _c.event_id).where(same, _c.undone_at.is_(None)).limit(1)


def _earlier(event: EventRow, key: str, membership: Membership | None, visit: str | None) -> Arrival | None:
    """The arrival that this request repeats, if it repeats one."""
    asked: dict[str, object] = {"key": key}
    who = "membership_id" if membership is not None else "visit_hash" if visit else None
    if who is not None:
        asked |= {"event": event.id, "who": membership.id if membership is not None else codes.digest(visit or "")}
    found = connection().execute(_same(who), asked).first()
    if found is None:
        return None
    if found.event_id != event.id:
        raise Conflict("other_request")
    return Arrival(id=found.id, number=found.number, repeated=True)


def _refuse(event: EventRow, at: datetime, *, is_member: bool, by_host: bool) -> None:
    code = rules.refusal(event, at, is_member=is_member, by_host=by_host)
    if code is not None:
        raise Refused(code, opens_at=event.checkin_from, capacity=event.capacity)


def _whose(membership: Membership | None, visit: str | None, key: str, coins: int) -> dict[str, Any]:
    """A member's arrival names the membership; a guest's is known by phone and slip, and promises the coins."""
    if membership is not None:
        return {"membership_id": membership.id, "visit_hash": None, "claim_hash": None, "promised": 0}
    phone = codes.digest(visit) if visit else None
    slip = codes.digest(claim_code(key))
    return {"membership_id": None, "visit_hash": phone, "claim_hash": slip, "promised": coins}


def _write(**values: Any) -> int:
    return int(connection().execute(_ARRIVE, values).scalar_one())


def _take_place(event: EventRow, at: datetime, *, by_host: bool) -> tuple[int, bool]:
    """One place and the next 受付番号, in one conditional update; a host's tap on a full event makes the place."""
    row = connection().execute(_place(by_host), {"event": event.id, "now": at}).first()
    if row is None:
        now = db.session.execute(sa.select(*_e).where(_e.id == event.id)).one()
        code = rules.refusal(now, at, is_member=True, by_host=by_host) or "full"
        raise Refused(code, opens_at=now.checkin_from, capacity=now.capacity)
    return row.last_number, row.capacity != event.capacity


@cache
def _place(by_host: bool) -> Any:
    now = sa.bindparam("now", type_=_e.checkin_from.type)
    query = sa.update(event_table).where(_e.id == sa.bindparam("event"))
    query = query.where(_e.cancelled_at.is_(None), _e.ended_at.is_(None), _e.checkin_from <= now)
    values = {"taken": _e.taken + 1, "last_number": _e.last_number + 1}
    if by_host:
        wider = sa.case((_e.taken >= _e.capacity, _e.taken + 1), else_=_e.capacity)
        query = query.values(**values, capacity=wider)
    else:
        query = query.where(_e.checkin_until > now, sa.or_(_e.capacity.is_(None), _e.taken < _e.capacity))
        query = query.values(**values)
    return query.returning(_e.last_number, _e.capacity)


def _lock_with_event(region: Region, check_in_id: int) -> CheckIn:
    """Lock a check-in, and before it its event, as the end of the gathering does."""
    found = find(CheckIn, region.id, check_in_id)
    find(Event, region.id, found.event_id, lock=True)
    return find(CheckIn, region.id, check_in_id, lock=True)
