"""Checking in and undoing it: the hot path of the house, in one place.

Statements run in one lock order (allowance, account, event, budget, holdings), with the event's row, which everybody
at the door shares, as late as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypedDict, cast

import sqlalchemy as sa

from app import clock
from app.checkins import rules
from app.checkins.crediting import uncredit
from app.checkins.models import CheckIn
from app.checkins.rules import ALONE, USUAL, Judgement, Party
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


class Who(TypedDict, total=False):
    """Who comes, as `check_in` wants to know it."""

    membership: Membership | None
    visit: str | None
    visit_hash: str | None
    nickname: str
    party: Party


def check_in(
    *,
    region: Region,
    event_id: int,
    key: str,
    way: str,
    by: str,
    at: datetime,
    membership: Membership | None = None,
    visit: str | None = None,
    visit_hash: str | None = None,
    nickname: str = "",
    party: Party = ALONE,
    device_at: datetime | None = None,
    judged: Judgement = USUAL,
    read: EventRow | None = None,
) -> Arrival:
    """Record the arrival of a member, or of a guest whose phone is known by `visit`, and take places for all who came.

    The same form, the same member or the same phone a second time gets the first arrival, `repeated`. Places held by
    a sign-up of this member or phone (`visit_hash`, where only that is known) are used first. `read`: what
    `at_the_door` told in this transaction. Raises Refused, Missing.
    """
    phone = codes.digest(visit) if visit else visit_hash
    event = read or _read_event(region, event_id, key, membership, phone)
    if event.same_id is not None:
        return _the_same(event)
    seen_at, written_at = judged.seen_at or at, judged.written_at or at
    code = refusal(event, seen_at, membership, judged)
    if code is not None:
        raise _refused(code, event)
    reserved = _reserve(region, event, membership, key)
    if event.is_expected:
        _use_sign_up(event, membership, phone, written_at)
    number, raised = _take_places(event, 1 + party.companions, seen_at, judged)
    row: dict[str, Any] = {"region_id": region.id, "event_id": event.id, "number": number, "way": way, "key": key}
    row |= {"by": by, "at": written_at, "device_at": device_at, "nickname": nickname}
    row_id = _write(row | _whose(membership, phone, key, event.coins), party)
    paid = issuing.pay(reserved, actor=by, at=at)[0] if reserved else None
    return Arrival(id=row_id, number=number, repeated=False, earned=paid, capacity_raised=raised)


def at_the_door(region: Region, event_id: int, key: str, who: Who) -> EventRow:
    """The event with all by which `check_in` decides about this person and form. Raises Missing."""
    phone = codes.digest(visit) if (visit := who.get("visit")) else who.get("visit_hash")
    return _read_event(region, event_id, key, who.get("membership"), phone)


def refusal(
    event: Event | EventRow, at: datetime, membership: Membership | None, judged: Judgement = USUAL
) -> str | None:
    """The code of the reason why this person may not check in now, or None."""
    code = rules.refusal(event, at, is_member=membership is not None, judged=judged)
    if code is None and event.audience == "invited" and not judged.by_host and not places.may_enter(event, membership):
        return "invited_only"
    return code


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


def _reserve(region: Region, event: EventRow, membership: Membership | None, key: str) -> issuing.Reserved | None:
    """What a member is paid on the spot, where the gathering pays at arrival."""
    if membership is None or not rules.pays_at_arrival(event.award, event.coins):
        return None
    day = clock.local_day(region, event.starts_at)
    return issuing.reserve(region=region, activity=activity(event.id), day=day, dues=[_due(event, membership, key)])


def undo(*, region: Region, check_in_id: int, by: str, at: datetime, correction: bool = False) -> CheckIn:
    """Take an arrival back within ten minutes; its coins must be unspent.

    A host's later `correction` takes back what is left and books the rest to `written_off`. Raises Refused, Conflict.
    """
    event, row = lock_with_event(region, check_in_id)
    if row.undone_at is not None:
        raise Conflict("already_undone")
    if not correction and not rules.may_undo(row.at, at):
        raise Refused("undo_late")
    event.taken -= 1 + row.companions
    db.session.flush()
    sign_ups.unarrive(
        event_id=event.id, membership_id=row.membership_id, visit_hash=row.visit_hash, arrived_at=row.at, at=at
    )
    if row.membership_id is not None:
        _take_back(region, row.membership_id, row, by, at, correction=correction)
    uncredit(region=region, row=row, by=by, at=at)
    row.undone_at = at
    db.session.flush()
    return row


def _take_back(region: Region, membership_id: int, row: CheckIn, by: str, at: datetime, *, correction: bool) -> None:
    """The coins of an arrival, if it earned any."""
    if earned(region.id, membership_id, activity(row.event_id)):
        issuing.reverse_earning(
            region=region,
            membership_id=membership_id,
            activity=activity(row.event_id),
            actor=by,
            at=at,
            key=act_key("undo", row.key),
            shortfall="write_off" if correction else "refuse",
        )


def activity(event_id: int) -> str:
    """The name under which an event earns: hours prepared from a check-in carry the same one."""
    return f"event:{event_id}"


def claim_code(key: str) -> str:
    """The twelve characters on a guest's slip, worked out again whenever the page is shown."""
    return codes.derive(purpose="claim", of=key, length=CLAIM)


def _read_event(region: Region, event_id: int, key: str, membership: Membership | None, phone: str | None) -> EventRow:
    """The event with the arrival that this request repeats, if it repeats one (`same_…`); `is_expected`: signed up."""
    asked: dict[str, object] = {"event": event_id, "region": region.id, "key": key}
    if membership is not None:
        asked["member"] = membership.id
    if phone is not None:
        asked["phone"] = phone
    row = connection().execute(_event_and_same("member" in asked, "phone" in asked), asked).first()
    if row is None:
        raise Missing("not_found")
    return row


_e, _c = event_table.c, check_in_table.c
_DECIDING = (
    *(_e.id, _e.region_id, _e.code, _e.door, _e.starts_at, _e.coins, _e.award, _e.capacity, _e.taken, _e.booked),
    *(_e.audience, _e.checkin_from, _e.checkin_until, _e.published_at, _e.cancelled_at, _e.postponed_to, _e.ended_at),
)
_ARRIVE = sa.insert(check_in_table).returning(_c.id)


@cache
def _event_and_same(is_member: bool, has_phone: bool) -> sa.Select[Any]:
    """With an arrival of this form's key, or of the same member, else of the same phone, at this event."""
    event: Any = sa.bindparam("event")
    member: Any = sa.bindparam("member") if is_member else None
    phone: Any = sa.bindparam("phone") if has_phone else None
    same = _c.key == sa.bindparam("key")
    if is_member or has_phone:
        whose = _c.membership_id == member if is_member else _c.visit_hash == phone
        same |= (_c.event_id == event) & whose
    expected = sign_ups.is_expected(event, membership_id=member, visit_hash=phone).label("is_expected")
    found = _c.id.label("same_id"), _c.number.label("same_number"), _c.event_id.label("same_event_id"), expected
    query = sa.select(*_DECIDING, *found).outerjoin(check_in_table, same & _c.undone_at.is_(None))
    return query.where(_e.id == event, _e.region_id == sa.bindparam("region")).limit(1)


def _the_same(event: EventRow) -> Arrival:
    if event.same_event_id != event.id:
        raise Conflict("other_request")
    return Arrival(id=event.same_id, number=event.same_number, repeated=True)


def _refused(code: str, event: EventRow) -> Refused:
    return Refused(code, opens_at=event.checkin_from, capacity=event.capacity, left=places_left(event))


def _use_sign_up(event: EventRow, membership: Membership | None, phone: str | None, at: datetime) -> None:
    """Places held for whoever is at the door are no longer held: they are taken in a moment."""
    membership_id = membership.id if membership is not None else None
    sign_ups.arrive(event_id=event.id, membership_id=membership_id, visit_hash=phone, at=at)


def _whose(membership: Membership | None, phone: str | None, key: str, coins: int) -> dict[str, Any]:
    """A member's arrival names the membership; a guest's is known by phone and slip, and promises the coins."""
    if membership is not None:
        return {"membership_id": membership.id, "visit_hash": None, "claim_hash": None, "promised": 0}
    slip = codes.digest(claim_code(key))
    return {"membership_id": None, "visit_hash": phone, "claim_hash": slip, "promised": coins}


def _write(row: dict[str, Any], party: Party) -> int:
    row |= {"companions": party.companions, "children": party.children, "companion_names": party.names}
    return int(connection().execute(_ARRIVE, row).scalar_one())


def _take_places(event: EventRow, people: int, at: datetime, judged: Judgement) -> tuple[int, int]:
    """Places and the next 受付番号, in one conditional update; a host's tap on a full event makes the places.

    Places that sign-ups still hold are nobody else's.
    """
    asked = {"event": event.id, "now": at, "people": people}
    row = connection().execute(_places(judged.by_host, judged.after_end), asked).first()
    if row is None:
        now = connection().execute(sa.select(*_DECIDING).where(_e.id == event.id)).one()
        code = rules.refusal(now, at, is_member=True, judged=judged) or rules.no_room(now)
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


def lock_with_event(region: Region, check_in_id: int) -> tuple[Event, CheckIn]:
    """Lock a check-in, and before it its event, as the end of the gathering does."""
    found = find(CheckIn, region.id, check_in_id)
    event = find(Event, region.id, found.event_id, lock=True)
    return event, find(CheckIn, region.id, check_in_id, lock=True)
