"""Reading sign-ups: the reader's own place, the queue, the host's list, whom to call."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.codes import service as codes
from app.db import db
from app.events.models import Event
from app.events.rules import places_left
from app.members.models import Duty, Membership
from app.regions.models import Region
from app.sign_ups import rules
from app.sign_ups.models import SignUp

HOLDS_OR_WAITS = ("going", "waiting")
TO_CALL = ("going", "waiting", "invited")


@dataclass(frozen=True)
class Place:
    """What the event's page says to one reader about signing up.

    `own` is the reader's live sign-up, `ahead` the place in the queue if it waits (1 = next). `refusal` is the code
    of why one cannot sign up; `left` the free places (None: no limit); `waits` that a new sign-up would wait.
    """

    own: SignUp | None
    number: int | None
    ahead: int | None
    refusal: str | None
    left: int | None
    waits: bool


@dataclass(frozen=True)
class Row:
    """One line of the host's lists; `name` by the membership or as it was given, `number` the member's."""

    sign_up: SignUp
    name: str
    yomi: str
    number: str


def own(event: Event, membership: Membership | None, visit_hash: str | None, *, lock: bool = False) -> SignUp | None:
    """The live sign-up of a member, else of this phone."""
    live = sa.select(SignUp).where(SignUp.event_id == event.id, SignUp.state != "cancelled")
    if lock:
        live = live.with_for_update().execution_options(populate_existing=True)
    if membership is not None:
        found = db.session.scalar(live.where(SignUp.membership_id == membership.id))
        if found is not None:
            return found
    return db.session.scalar(live.where(SignUp.visit_hash == visit_hash)) if visit_hash else None


def place(event: Event, membership: Membership | None, visit: str | None, at: datetime) -> Place:
    """What `sign_ups/_place.html` shows to this reader now. `visit` is the phone's cookie as it came."""
    row = own(event, membership, codes.digest(visit) if visit else None)
    invited = event.audience == "invited" and is_invited(event, membership)
    left = places_left(event)
    has_line = rules.promotes(event.starts_at, at) and left is not None and bool(waiting(event))
    return Place(
        own=row,
        number=number(row) if row and row.state in HOLDS_OR_WAITS else None,
        ahead=ahead(row) if row and row.state == "waiting" else None,
        refusal=rules.refusal(event, at, is_member=membership is not None, is_invited=invited),
        left=left,
        waits=left == 0 or has_line,
    )


def number(row: SignUp) -> int:
    """申しこみ番号: the how-manieth sign-up for this event it was."""
    query = sa.select(sa.func.count()).where(SignUp.event_id == row.event_id, SignUp.id <= row.id)
    return int(db.session.scalar(query) or 0)


def ahead(row: SignUp) -> int:
    """The place in the queue: 1 is the next to move up."""
    query = sa.select(sa.func.count()).where(SignUp.event_id == row.event_id, SignUp.state == "waiting")
    return int(db.session.scalar(query.where(SignUp.id <= row.id)) or 0)


def waiting(event: Event, *, lock: bool = False) -> Sequence[SignUp]:
    """The waiting list, the next one first."""
    return in_state(event, "waiting", lock=lock)


def in_state(event: Event, *states: str, lock: bool = False) -> Sequence[SignUp]:
    """An event's sign-ups in these states, in the order in which they came."""
    query = sa.select(SignUp).where(SignUp.event_id == event.id, SignUp.state.in_(states)).order_by(SignUp.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def going(event: Event, members: Sequence[Membership]) -> Sequence[SignUp]:
    """The sign-ups that hold places for these members."""
    if not event.booked or not members:
        return ()
    query = sa.select(SignUp).where(SignUp.event_id == event.id, SignUp.state == "going")
    return db.session.scalars(query.where(SignUp.membership_id.in_([one.id for one in members]))).all()


def is_invited(event: Event, membership: Membership | None) -> bool:
    """Whether a member was ever invited; whoever said no may still think again."""
    if membership is None:
        return False
    query = sa.select(SignUp.id).where(SignUp.event_id == event.id, SignUp.membership_id == membership.id)
    return db.session.scalar(query.limit(1)) is not None


def may_enter(event: Event, membership: Membership | None) -> bool:
    """Whether the door is open to this person by the event's audience: everybody, members, or those invited."""
    invited = event.audience == "invited" and is_invited(event, membership)
    return rules.may_enter(event.audience, is_member=membership is not None, is_invited=invited)


# --- for the reader's home ------------------------------------------------------------------------------------


_OFF = sa.or_(Event.cancelled_at.is_not(None), Event.postponed_to.is_not(None))


def promoted_for(
    region: Region, membership: Membership | None, visit: str | None, at: datetime
) -> list[tuple[Event, SignUp]]:
    """Coming events at which the reader got a place from the waiting list."""
    return _coming(region, membership, visit, at, SignUp.state == "going", SignUp.promoted_at.is_not(None), ~_OFF)


def called_off_for(
    region: Region, membership: Membership | None, visit: str | None, at: datetime
) -> list[tuple[Event, SignUp]]:
    """Events for which the reader signed up and which do not take place then, until their day is over."""
    return _coming(region, membership, visit, at, SignUp.state.in_(HOLDS_OR_WAITS), _OFF)


def invitations_for(region: Region, membership: Membership | None, at: datetime) -> list[tuple[Event, SignUp]]:
    """Coming events to which a member is invited and has not answered."""
    return _coming(region, membership, None, at, SignUp.state == "invited", ~_OFF)


def _coming(
    region: Region, membership: Membership | None, visit: str | None, at: datetime, *which: sa.ColumnElement[bool]
) -> list[tuple[Event, SignUp]]:
    mine = [SignUp.membership_id == membership.id] if membership else []
    mine += [SignUp.visit_hash == codes.digest(visit)] if visit else []
    if not mine:
        return []
    ahead = Event.checkin_until > at, Event.ended_at.is_(None), Event.published_at.is_not(None)
    query = sa.select(Event, SignUp).join(SignUp, SignUp.event_id == Event.id)
    query = query.where(Event.region_id == region.id, sa.or_(*mine), *ahead, *which)
    return [(event, row) for event, row in db.session.execute(query.order_by(Event.starts_at, Event.id))]


# --- for the host ---------------------------------------------------------------------------------------------


def rows(event: Event, *states: str) -> list[Row]:
    """The host's list: sign-ups in these states with names, in the order in which they came."""
    query = (
        sa.select(SignUp, Membership.name, Membership.yomi, Membership.number)
        .outerjoin(Membership, Membership.id == SignUp.membership_id)
        .where(SignUp.event_id == event.id, SignUp.state.in_(states))
        .order_by(SignUp.id)
    )
    return [Row(row, name or row.name, yomi or "", card or "") for row, name, yomi, card in db.session.execute(query)]


def to_call(event: Event) -> tuple[list[Row], int]:
    """Whom to tell that it does not take place: whoever signed up, waits or was invited; those not yet told first.

    And how many left neither name nor number: they read it on the event's page.
    """
    found = rows(event, *TO_CALL)
    named = [row for row in found if row.name or row.sign_up.contact]
    return sorted(named, key=lambda row: row.sign_up.called_at is not None), len(found) - len(named)


def group(region: Region, name: str, on: date) -> Sequence[Membership]:
    """The active members of one kind (`kind:resident`) or with one duty that day (`duty:steward`)."""
    what, _, which = name.partition(":")
    query = sa.select(Membership).where(Membership.region_id == region.id, Membership.standing == "active")
    if what == "kind":
        query = query.where(Membership.kind == which)
    else:
        has_duty = sa.select(Duty.id).where(
            Duty.membership_id == Membership.id, Duty.role == which, Duty.starts_on <= on, Duty.ends_on > on
        )
        query = query.where(has_duty.exists())
    return db.session.scalars(query.order_by(Membership.yomi_search, Membership.id)).all()


def members_by_id(region: Region, ids: Collection[int]) -> Sequence[Membership]:
    """The active members with these ids; others are left out."""
    query = sa.select(Membership).where(Membership.region_id == region.id, Membership.standing == "active")
    return db.session.scalars(query.where(Membership.id.in_(ids)).order_by(Membership.id)).all()


def with_room_and_waiting(at: datetime) -> Sequence[int]:
    """Events whose waiting list could move up: somebody waits, a place is free, and it is early enough."""
    someone_waits = sa.select(SignUp.id).where(SignUp.event_id == Event.id, SignUp.state == "waiting")
    query = sa.select(Event.id).where(
        Event.starts_at > at + rules.PROMOTES_BEFORE,
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
        Event.postponed_to.is_(None),
        sa.or_(Event.capacity.is_(None), Event.taken + Event.booked < Event.capacity),
        someone_waits.exists(),
    )
    return db.session.scalars(query.order_by(Event.id)).all()
