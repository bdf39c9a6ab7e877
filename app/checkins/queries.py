"""Reading arrivals, for the event's page and the host's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.checkins import rules
from app.checkins.models import CheckIn, EventClosure, Unticked
from app.checkins.service import activity
from app.codes import service as codes
from app.db import db
from app.events.models import Event
from app.events.rules import minutes
from app.issuing.models import Earning
from app.members.models import Membership


@dataclass(frozen=True)
class Row:
    """One line of the host's list."""

    check_in: CheckIn
    name: str
    yomi: str
    can_undo: bool
    ticked: bool = True


@dataclass(frozen=True)
class Sums:
    """What a gathering came to: people with their companions, minutes of all together, coins paid."""

    people: int
    minutes: int
    coins: int


def mine(event: Event, membership: Membership | None, visit: str | None) -> CheckIn | None:
    """The reader's own arrival: by membership, else by this phone's visit cookie while it is unclaimed."""
    query = select(CheckIn).where(CheckIn.event_id == event.id, CheckIn.undone_at.is_(None))
    if membership is not None:
        own = db.session.scalar(query.where(CheckIn.membership_id == membership.id))
        if own is not None:
            return own
    if not visit:
        return None
    same_phone = query.where(CheckIn.visit_hash == codes.digest(visit))
    if membership is not None:
        same_phone = same_phone.where(CheckIn.claimed_at.is_(None))
    return db.session.scalar(same_phone.limit(1))


def earning(event: Event, membership: Membership | None) -> Earning | None:
    """What the membership earned for this event, if it has been decided."""
    if membership is None:
        return None
    query = select(Earning).where(
        Earning.membership_id == membership.id,
        Earning.activity == activity(event.id),
        Earning.reversed_by.is_(None),
    )
    return db.session.scalar(query)


def is_unticked(row: CheckIn) -> bool:
    """Whether the host left this arrival out when the gathering was ended."""
    return db.session.get(Unticked, row.id) is not None


def closure(event: Event) -> EventClosure | None:
    return db.session.get(EventClosure, event.id)


def rows(event: Event, at: datetime) -> list[Row]:
    """Everybody who came, the latest first."""
    query = (
        select(CheckIn, Membership.name, Membership.yomi, Unticked.check_in_id)
        .outerjoin(Membership, Membership.id == CheckIn.membership_id)
        .outerjoin(Unticked, Unticked.check_in_id == CheckIn.id)
        .where(CheckIn.event_id == event.id, CheckIn.undone_at.is_(None))
        .order_by(CheckIn.number.desc())
    )
    return [
        Row(
            check_in=row,
            name=name or row.nickname,
            yomi=yomi or "",
            can_undo=rules.may_undo(row.at, at),
            ticked=left_out is None,
        )
        for row, name, yomi, left_out in db.session.execute(query)
    ]


def arrived(event: Event, members: Sequence[Membership]) -> set[int]:
    """Which of these memberships are checked in."""
    query = select(CheckIn.membership_id).where(
        CheckIn.event_id == event.id,
        CheckIn.undone_at.is_(None),
        CheckIn.membership_id.in_([member.id for member in members]),
    )
    return {one for one in db.session.scalars(query) if one is not None}


def sums(event: Event) -> Sums:
    """People, time and coins of a gathering, without those left unticked."""
    people = db.session.scalar(
        select(func.coalesce(func.sum(1 + CheckIn.companions), 0))
        .outerjoin(Unticked, Unticked.check_in_id == CheckIn.id)
        .where(CheckIn.event_id == event.id, CheckIn.undone_at.is_(None), Unticked.check_in_id.is_(None))
    )
    coins = db.session.scalar(
        select(func.coalesce(func.sum(Earning.amount), 0)).where(
            Earning.region_id == event.region_id,
            Earning.activity == activity(event.id),
            Earning.reversed_by.is_(None),
        )
    )
    each = minutes(event.starts_at, event.ends_at)
    return Sums(people=int(people or 0), minutes=int(people or 0) * each, coins=int(coins or 0))
