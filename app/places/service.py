"""Recording a visit without a gathering: one a day, while the place is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app import clock
from app.codes import service as codes
from app.db import db
from app.errors import Conflict, Refused
from app.issuing import service as issuing
from app.issuing.queries import Earned
from app.members.models import Membership
from app.places import queries, rules
from app.places.models import Place, PlaceVisit
from app.regions.models import Region


@dataclass(frozen=True)
class Visited:
    """What a tap came to; `earned` is None where nothing is paid."""

    id: int
    repeated: bool
    earned: Earned | None = None


def visit(
    *,
    region: Region,
    place_id: int,
    key: str,
    by: str,
    at: datetime,
    membership: Membership | None = None,
    phone: str | None = None,
) -> Visited:
    """Somebody is there: a member, or without a membership the phone with the visit number `phone`.

    A second one on the same day is the first, `repeated`. Whoever visited before signing in on the same phone is
    the same visit, and is paid now. Refused: `place_closed` (with opens_at), `place_shut`; Conflict:
    `other_request`, `visited_today`; Missing.
    """
    place, day = queries.by_id(region, place_id), clock.local_day(region, at)
    if (first := _the_same(place, day, key, membership, phone)) is not None:
        return Visited(first.id, repeated=True)
    _check_open(region, place, at)
    row = _adopted(place, day, membership, phone)
    if row is None:
        phone = phone if membership is None or _is_first_of(place, day, phone) else None
        row = _write(place, day, key, by, at, membership, phone)
    return Visited(row.id, repeated=False, earned=_pay(region, place, row, membership, by, at))


def _the_same(place: Place, day: date, key: str, membership: Membership | None, phone: str | None) -> PlaceVisit | None:
    """This very form, or this person or phone, today."""
    sent = db.session.scalar(sa.select(PlaceVisit).where(PlaceVisit.key == key))
    if sent is not None and sent.place_id != place.id:
        raise Conflict("other_request")
    own = queries.visit_of(place.id, day, membership, phone)
    if own is None and sent is not None and (membership is None or sent.membership_id is not None):
        raise Conflict("other_request")  # somebody else's form
    return own


def _check_open(region: Region, place: Place, at: datetime) -> None:
    state = queries.today(region, [place], at)[0].state
    if state.is_open:
        return
    if state.opens_at is None:
        raise Refused("place_shut")
    raise Refused("place_closed", opens_at=state.opens_at)


def _adopted(place: Place, day: date, membership: Membership | None, phone: str | None) -> PlaceVisit | None:
    """The visit that this phone made before anybody signed in on it: now it is known whose it was."""
    if membership is None or not phone:
        return None
    query = sa.select(PlaceVisit).where(PlaceVisit.place_id == place.id, PlaceVisit.day == day)
    query = query.where(PlaceVisit.visit_hash == codes.digest(phone), PlaceVisit.membership_id.is_(None))
    row = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is not None:
        row.membership_id = membership.id
        db.session.flush()
    return row


def _is_first_of(place: Place, day: date, phone: str | None) -> bool:
    """A phone in which two members sign in one after the other is two people's."""
    return queries.visit_of(place.id, day, None, phone) is None


def _write(
    place: Place, day: date, key: str, by: str, at: datetime, membership: Membership | None, phone: str | None
) -> PlaceVisit:
    row = PlaceVisit(
        region_id=place.region_id,
        place_id=place.id,
        membership_id=membership.id if membership is not None else None,
        visit_hash=codes.digest(phone) if phone else None,
        day=day,
        at=at,
        key=key,
        by=by,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _pay(
    region: Region, place: Place, row: PlaceVisit, membership: Membership | None, by: str, at: datetime
) -> Earned | None:
    """Within the caps; a visit is recorded also where nothing is left to give."""
    if membership is None or membership.account_id is None or not place.coins:
        return None
    return issuing.earn(
        region=region,
        membership_id=membership.id,
        account_id=membership.account_id,
        activity=rules.activity(place.id, row.day),
        wanted=place.coins,
        day=row.day,
        key=row.key,
        actor=by,
        at=at,
        reference=f"place:{place.id}",
    )
