"""A visitor's coins are born at the claim: visits become a member's, and what is due is paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from app import clock
from app.checkins import rules
from app.checkins.crediting import credit
from app.checkins.models import CheckIn, EventClosure, Unticked
from app.checkins.service import earn
from app.codes import service as codes
from app.db import db, find
from app.errors import Conflict, Forbidden, Refused
from app.events.models import Event
from app.issuing.queries import Earned
from app.ledger.service import act_key
from app.members import queries as officers
from app.members import service as members
from app.members.models import Member, Membership
from app.regions import queries as regions
from app.regions.models import Region

REPEAT = timedelta(minutes=10)  # a second tap on the same form still signs the phone in


@dataclass
class Claimed:
    """What one claim came to: per visit the event and what was paid (None: at the end of the gathering)."""

    member: Member
    region: Region
    visits: list[tuple[Event, Earned | None]] = field(default_factory=list)
    repeated: bool = False


def claim(
    *, key: str, visit: str | None, code: str | None, member: Member | None, name: str, by: str, at: datetime
) -> Claimed:
    """Give the visits of a phone (`visit`), and of a slip (`code`), to `member`, or to a new one named `name`.

    At a cap or an empty budget a claim is never refused: it pays what it can and records the rest.
    Raises Refused `nothing_to_claim` or `claim_late`, Conflict `already_claimed`.
    """
    repeated = _repeat(key, visit, code, at)
    if repeated is not None:
        return repeated
    visits = _lock_visits(visit, code, at)
    member = member or members.open_member(at=at)
    claimed = Claimed(member=member, region=regions.by_id(visits[0].region_id))
    for row in visits:
        region = regions.by_id(row.region_id)
        membership = members.membership_of(region=region, member=member, at=at, name=name)
        if officers.reads_only(membership, clock.local_day(region, at)):
            raise Forbidden("not_allowed")
        event = find(Event, region.id, row.event_id)
        row.claimed_at, row.claim_key = at, key
        if _came_already(event, membership):
            db.session.flush()
            continue
        row.membership_id = membership.id
        db.session.flush()
        claimed.visits.append((event, _pay_if_due(region, event, row, membership, by, at)))
    return claimed


def unclaimed(visit: str | None, code: str | None, at: datetime) -> list[CheckIn]:
    """The visits that this phone, or this slip, may still claim, oldest first."""
    return [row for row in _visits(visit, code) if row.claimed_at is None and rules.may_claim(row.at, at)]


def is_known(code: str) -> bool:
    """Whether a slip with this code was ever given out."""
    return bool(_visits(None, code))


def _visits(visit: str | None, code: str | None, *, lock: bool = False) -> list[CheckIn]:
    marks = []
    if visit:
        marks.append(CheckIn.visit_hash == codes.digest(visit))
    if code:
        marks.append(CheckIn.claim_hash == codes.digest(code))
    if not marks:
        return []
    query = sa.select(CheckIn).where(sa.or_(*marks), CheckIn.undone_at.is_(None)).order_by(CheckIn.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def _lock_visits(visit: str | None, code: str | None, at: datetime) -> list[CheckIn]:
    everything = _visits(visit, code, lock=True)
    free = [row for row in everything if row.claimed_at is None]
    if everything and not free:
        raise Conflict("already_claimed")
    if not everything:
        raise Refused("claim_unknown" if code else "nothing_to_claim")
    in_time = [row for row in free if rules.may_claim(row.at, at)]
    if not in_time:
        raise Refused("claim_late")
    return in_time


def _repeat(key: str, visit: str | None, code: str | None, at: datetime) -> Claimed | None:
    """The result of the same form sent a moment ago, for whoever has the phone or the slip that it claimed with."""
    query = sa.select(CheckIn).where(CheckIn.claim_key == key, CheckIn.claimed_at >= at - REPEAT)
    rows = list(db.session.scalars(query))
    phones, slips = {row.visit_hash for row in rows}, {row.claim_hash for row in rows}
    if not ((visit and codes.digest(visit) in phones) or (code and codes.digest(code) in slips)):
        return None
    owner = next((row.membership_id for row in rows if row.membership_id is not None), None)
    membership = db.session.get(Membership, owner) if owner else None
    if membership is None:
        return None
    member = db.session.get_one(Member, membership.member_id)
    return Claimed(member=member, region=regions.by_id(membership.region_id), repeated=True)


def _came_already(event: Event, membership: Membership) -> bool:
    """Two visits to one event claimed by one member are one."""
    query = sa.select(CheckIn.id).where(
        CheckIn.event_id == event.id, CheckIn.membership_id == membership.id, CheckIn.undone_at.is_(None)
    )
    return db.session.scalar(query) is not None


def _pay_if_due(
    region: Region, event: Event, row: CheckIn, membership: Membership, by: str, at: datetime
) -> Earned | None:
    """Pay now if the gathering pays at arrival or is over; otherwise its end will. Hours wait for a second person."""
    ended = db.session.get(EventClosure, event.id) is not None
    if db.session.get(Unticked, row.id) is not None or not (ended or rules.pays_at_arrival(event.award, event.coins)):
        return None
    due = (membership, act_key("claim", row.key))
    earned = earn(region=region, event=event, members=[due], by=by, at=at)[0] if row.promised else None
    if ended:
        credit(region=region, event=event, check_ins=[row], by=None, at=at)
    return earned
