"""Reading arrivals, for the event's page and the host's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, func, select

from app.checkins import rules
from app.checkins.by_phone import late_desk
from app.checkins.models import CheckIn, EventClosure, Unticked
from app.checkins.service import activity
from app.codes import service as codes
from app.db import db
from app.events.models import Event
from app.events.rules import minutes
from app.issuing.models import Earning
from app.members.models import Membership
from app.sign_ups import queries as places


@dataclass(frozen=True)
class Row:
    """One line of the host's list."""

    check_in: CheckIn
    name: str
    yomi: str
    can_undo: bool
    ticked: bool = True

    @property
    def is_proxy(self) -> bool:
        """代理入力: somebody else has entered it."""
        own = f"membership:{self.check_in.membership_id}"
        return self.check_in.by.startswith("membership:") and self.check_in.by != own


@dataclass(frozen=True)
class Roll:
    """The host's list: まだ, 来た, 帰った, and those who were heard of too late.

    `seen` is a short word that changes whenever the list looks different.
    """

    coming: list[places.Row]
    here: list[Row]
    gone: list[Row]
    late: list[late_desk.Row]
    seen: str

    @property
    def all(self) -> list[Row]:
        return [*self.here, *self.gone]


@dataclass(frozen=True)
class Sums:
    """What a gathering came to: people with their companions (children among them), minutes of all together, coins."""

    people: int
    minutes: int
    coins: int
    children: int = 0


def mine(event: Event, membership: Membership | None, visit: str | None) -> CheckIn | None:
    """The reader's own arrival: by membership, else by this phone's visit cookie while it is unclaimed."""
    if membership is not None:
        own = db.session.scalar(_OF_MEMBER, {"event": event.id, "membership": membership.id})
        if own is not None:
            return own
    if not visit:
        return None
    of_phone = _OF_PHONE if membership is None else _OF_PHONE_UNCLAIMED
    return db.session.scalar(of_phone, {"event": event.id, "visit": codes.digest(visit)})


_AT_EVENT = select(CheckIn).where(CheckIn.event_id == bindparam("event"), CheckIn.undone_at.is_(None))
_OF_MEMBER = _AT_EVENT.where(CheckIn.membership_id == bindparam("membership"))
_OF_PHONE = _AT_EVENT.where(CheckIn.visit_hash == bindparam("visit")).limit(1)
_OF_PHONE_UNCLAIMED = _OF_PHONE.where(CheckIn.claimed_at.is_(None))


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


def roll(event: Event, at: datetime) -> Roll:
    """Everybody of a gathering, whether signed up, here or gone. Once it has ended nobody is waited for."""
    everybody = rows(event, at)
    known = {row.check_in.membership_id for row in everybody} - {None}
    coming = places.rows(event, "going") if event.booked and event.ended_at is None else []
    coming = [row for row in coming if row.sign_up.membership_id not in known]
    late = late_desk.rows(event)
    shown = (
        [(one.check_in.id, one.check_in.left_at, one.check_in.companions, one.can_undo) for one in everybody],
        [(row.sign_up.id, row.sign_up.people) for row in coming],
        [(row.late.id, row.late.decided_at, row.is_in) for row in late],
        (event.capacity, event.ended_at),
    )
    return Roll(
        coming=sorted(coming, key=lambda row: (row.yomi == "", row.yomi, row.name)),
        here=[row for row in everybody if row.check_in.left_at is None],
        gone=[row for row in everybody if row.check_in.left_at is not None],
        late=late,
        seen=sha256(repr(shown).encode()).hexdigest()[:16],
    )


def by_number(event: Event, number: int) -> CheckIn | None:
    """The arrival with this 受付番号, if it was not undone."""
    return db.session.scalar(
        _AT_EVENT.where(CheckIn.number == bindparam("number")), {"event": event.id, "number": number}
    )


def arrived(event: Event, members: Sequence[Membership]) -> set[int]:
    """Which of these memberships are checked in."""
    if not members:
        return set()
    query = select(CheckIn.membership_id).where(
        CheckIn.event_id == event.id,
        CheckIn.undone_at.is_(None),
        CheckIn.membership_id.in_([member.id for member in members]),
    )
    return {one for one in db.session.scalars(query) if one is not None}


def sums(event: Event) -> Sums:
    """People, time and coins of a gathering, without those left unticked."""
    came = select(func.coalesce(func.sum(1 + CheckIn.companions), 0), func.coalesce(func.sum(CheckIn.children), 0))
    people, children = db.session.execute(
        came.select_from(CheckIn)
        .outerjoin(Unticked, Unticked.check_in_id == CheckIn.id)
        .where(CheckIn.event_id == event.id, CheckIn.undone_at.is_(None), Unticked.check_in_id.is_(None))
    ).one()
    coins = db.session.scalar(
        select(func.coalesce(func.sum(Earning.amount), 0)).where(
            Earning.region_id == event.region_id,
            Earning.activity == activity(event.id),
            Earning.reversed_by.is_(None),
        )
    )
    each = minutes(event.starts_at, event.ends_at)
    return Sums(people=int(people), minutes=int(people) * each, coins=int(coins or 0), children=int(children))
