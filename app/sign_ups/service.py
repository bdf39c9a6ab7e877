"""The verbs of a place: sign up, leave, move up, arrive. All of them lock the event before its sign-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from app.codes import service as codes
from app.db import connection, db, find
from app.errors import Conflict, Refused
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region
from app.sign_ups import queries, rules
from app.sign_ups.models import SignUp

event_table = cast(sa.Table, Event.__table__)
_e = event_table.c
AT_THE_DOOR = ("going", "waiting", "invited", "declined")  # whoever comes is there, whatever was said before


@dataclass(frozen=True)
class Party:
    """Who comes: `people` in all, `children` among them; the rest as the event asks for it."""

    people: int = 1
    children: int = 0
    name: str = ""
    contact: str = ""
    answer_1: str = ""
    answer_2: str = ""


def sign_up(
    *,
    region: Region,
    event_id: int,
    key: str,
    party: Party,
    by: str,
    at: datetime,
    membership: Membership | None = None,
    visit: str | None = None,
) -> SignUp:
    """Take places for a party, or the next place in the queue when they do not fit.

    The same form, member or phone a second time gets the first sign-up. Raises Refused, Conflict.
    """
    event = find(Event, region.id, event_id, lock=True)
    visit_hash = codes.digest(visit) if visit else None
    own = _the_same(event, key)
    if own is not None:
        return own
    own = queries.own(event, membership, visit_hash, lock=True)
    if own is not None and own.state in ("going", "arrived"):
        return own
    _refuse(event, at, membership)
    if own is not None and own.state == "waiting":
        return _take_what_is_free(event, own, at)
    if event.capacity is not None and party.people > event.capacity:
        raise Refused("party_too_large", capacity=event.capacity)
    if own is not None:
        own.state, own.ended_at = "cancelled", at  # an invitation that is accepted now, at the end of the line
        db.session.flush()
    whose = {"membership_id": membership.id} if membership else {"visit_hash": visit_hash}
    return _enter(event, party, key=key, by=by, at=at, **whose)


def leave(
    *, region: Region, event_id: int, at: datetime, membership: Membership | None = None, visit: str | None = None
) -> SignUp | None:
    """Give the own places back (やめる), or say no to an invitation; None if there is nothing to give back.

    Whoever waits longest moves up at once. Raises Refused when the person has arrived, or all is over.
    """
    event = find(Event, region.id, event_id, lock=True)
    own = queries.own(event, membership, codes.digest(visit) if visit else None, lock=True)
    if own is None or own.state == "declined":
        return own
    if own.state == "arrived":
        raise Refused("already_checked_in")
    if event.ended_at is not None or at >= event.checkin_until:
        raise Refused("closed")
    _end(event, [own], rules.left_state(own.state, event.audience), at)
    promote(event=event, at=at)
    return own


def set_capacity(*, region: Region, event_id: int, capacity: int | None, at: datetime) -> Event:
    """Another number of places; the waiting move up into new ones.

    Raises Refused `capacity_low` below what is taken and held, or what the largest waiting party needs.
    """
    event = find(Event, region.id, event_id, lock=True)
    if event.ended_at is not None or at >= event.checkin_until:
        raise Refused("has_ended")
    least = max([1, event.taken + event.booked, *(row.people for row in queries.waiting(event))])
    if capacity is not None and capacity < least:
        raise Refused("capacity_low", least=least)
    event.capacity = capacity
    db.session.flush()
    promote(event=event, at=at)
    return event


def free_absent(*, region: Region, event_id: int, at: datetime) -> int:
    """Give up the places of those who have not come, once the gathering has begun; how many places."""
    event = find(Event, region.id, event_id, lock=True)
    code = rules.over(event, at)
    if code is not None or at < event.starts_at:
        raise Refused(code or "free_early")
    absent = queries.in_state(event, "going", lock=True)
    freed = sum(row.people for row in absent)
    _end(event, absent, "cancelled", at)
    return freed


def arrive(*, event_id: int, membership_id: int | None = None, visit_hash: str | None = None, at: datetime) -> int:
    """Somebody is at the door since `at`: answers for how many people places were held, 0 if none.

    They are no longer booked; the caller takes them in the same transaction.
    """
    event = _lock(event_id)
    rows = [row for row in _of(event, membership_id, visit_hash) if row.state in AT_THE_DOOR]
    held = [row for row in rows if row.state in queries.HOLDS_OR_WAITS]
    places = sum(row.people for row in held if row.state == "going")
    _end(event, held, "arrived", at)
    for row in rows:
        row.state = "arrived"  # an invitation keeps its `ended_at`, by which `unarrive` knows it again
    db.session.flush()
    return places


def unarrive(
    *,
    event_id: int,
    membership_id: int | None = None,
    visit_hash: str | None = None,
    arrived_at: datetime,
    at: datetime,
) -> None:
    """The arrival of `arrived_at` was undone, and its places are free again: everybody is what they were before.

    Whoever had a place, or waited for one, holds it once more if it is still free, else waits.
    """
    event = _lock(event_id)
    for row in _of(event, membership_id, visit_hash):
        if row.state == "arrived":
            row.state = rules.before_arrival(row.ended_at, arrived_at)
            if row.state == "going":
                row.state, row.ended_at = "going" if _book(event, row.people) else "waiting", None
    db.session.flush()
    promote(event=event, at=at)


def promote(*, event: Event, at: datetime) -> list[SignUp]:
    """Let the waiting move up, in order, into the free places of a locked event; answers who did.

    Until twelve hours before the start, so that nobody finds out on the way.
    """
    if rules.over(event, at) is not None or not rules.promotes(event.starts_at, at):
        return []
    waiting = queries.waiting(event, lock=True)
    free = None if event.capacity is None else event.capacity - event.taken - event.booked
    moved = list(waiting[: rules.moving_up([row.people for row in waiting], free)])
    if not moved or not _book(event, sum(row.people for row in moved)):
        return []
    for row in moved:
        row.state, row.promoted_at = "going", at
    db.session.flush()
    return moved


def sweep(*, at: datetime) -> int:
    """Let the waiting move up wherever a place has become free; how many sign-ups did. A job's work."""
    return sum(len(promote(event=_lock(event_id), at=at)) for event_id in queries.with_room_and_waiting(at))


# --- places ---------------------------------------------------------------------------------------------------


def _book(event: Event, people: int) -> bool:
    """Hold so many places, in one conditional update; False if they are not free."""
    fits = sa.or_(_e.capacity.is_(None), _e.taken + _e.booked + people <= _e.capacity)
    booked = sa.update(event_table).where(_e.id == event.id, fits).values(booked=_e.booked + people)
    return _count(event, booked)


def _end(event: Event, rows: Sequence[SignUp], state: str, at: datetime) -> None:
    """These sign-ups hold no places any more."""
    held = sum(row.people for row in rows if row.state == "going")
    for row in rows:
        row.state, row.ended_at = state, at
    db.session.flush()
    if held:
        _count(event, sa.update(event_table).where(_e.id == event.id).values(booked=_e.booked - held))


def _count(event: Event, update: Any) -> bool:
    booked = connection().execute(update.returning(_e.booked)).scalar()
    if booked is not None:
        set_committed_value(event, "booked", booked)
    return booked is not None


def _enter(event: Event, party: Party, *, at: datetime, **who: Any) -> SignUp:
    """A new sign-up: with places if they are free and nobody waits for them, else at the end of the line."""
    is_going = not _has_line(event, at) and _book(event, party.people)
    state = "going" if is_going else "waiting"
    row = SignUp(region_id=event.region_id, event_id=event.id, state=state, at=at, **who, **vars(party))
    db.session.add(row)
    db.session.flush()
    return row


def _take_what_is_free(event: Event, own: SignUp, at: datetime) -> SignUp:
    """Somebody who waits asks again: once nobody moves up by itself, a free place goes to whoever asks."""
    if not rules.promotes(event.starts_at, at) and _book(event, own.people):
        own.state, own.promoted_at = "going", at
        db.session.flush()
    return own


def _has_line(event: Event, at: datetime) -> bool:
    """Whether others wait for the places that may be free: they come first."""
    return rules.promotes(event.starts_at, at) and bool(queries.waiting(event))


# --- who ------------------------------------------------------------------------------------------------------


def _refuse(event: Event, at: datetime, membership: Membership | None) -> None:
    is_invited = event.audience == "invited" and queries.is_invited(event, membership)
    code = rules.refusal(event, at, is_member=membership is not None, is_invited=is_invited)
    if code is not None:
        raise Refused(code)


def _the_same(event: Event, key: str) -> SignUp | None:
    """The sign-up that this form made before, whatever became of it. Raises Conflict if it was for another event."""
    again = db.session.scalar(sa.select(SignUp).where(SignUp.key == key))
    if again is not None and again.event_id != event.id:
        raise Conflict("other_request")
    return again


def is_expected(event_id: Any, *, membership_id: Any = None, visit_hash: Any = None) -> sa.ColumnElement[bool]:
    """As SQL: whether `arrive` would find a sign-up, for a query of the door's to ask along the way."""
    states: list[Any] = [
        sa.literal_column(f"'{state}'") for state in AT_THE_DOOR
    ]  # no list of parameters: it is the hot path
    whose = _whose(membership_id, visit_hash)
    return sa.exists().where(SignUp.event_id == event_id, SignUp.state.in_(states), whose)


def _lock(event_id: int) -> Event:
    query = sa.select(Event).where(Event.id == event_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _of(event: Event, membership_id: int | None, visit_hash: str | None) -> Sequence[SignUp]:
    """All live sign-ups of a member and of a phone."""
    live = SignUp.event_id == event.id, SignUp.state != "cancelled"
    query = sa.select(SignUp).where(*live, _whose(membership_id, visit_hash)).order_by(SignUp.id)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _whose(membership_id: Any, visit_hash: Any) -> sa.ColumnElement[bool]:
    """The sign-ups of a member, and of a phone: as values, or as parameters of a query."""
    mine = [SignUp.membership_id == membership_id] if membership_id is not None else []
    mine += [SignUp.visit_hash == visit_hash] if visit_hash is not None else []
    return sa.or_(sa.false(), *mine)
