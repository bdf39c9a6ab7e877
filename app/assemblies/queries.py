"""Reading general meetings: agenda, who is there, what became of each vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.assemblies import rules
from app.assemblies.models import AgendaItem, Assembly, Signatory
from app.assemblies.rules import Attendance
from app.checkins.models import CheckIn
from app.db import db
from app.errors import Missing
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region
from app.votes.by_hand import proxies
from app.votes.models import RollLine, UsedLine, Vote, VoteClosure, VoteResult
from app.votes.queries import entitled

PAGE = 50
BY_WRITING = ("phone", "assisted", "paper")
BY_PROXY = ("proxy",)


@dataclass(frozen=True)
class Row:
    """One matter of the agenda at its place (from 1, without gaps), with its vote and what became of it."""

    place: int
    item: AgendaItem
    vote: Vote | None = None
    closure: VoteClosure | None = None
    result: VoteResult | None = None

    @property
    def stage(self) -> str:
        """Of the vote: draft, open, closed or revealed; of a talk or report: planned, on or over."""
        if self.vote is None:
            return "over" if self.item.ended_at else "on" if self.item.begun_at else "planned"
        if self.result is not None:
            return "revealed"
        return "closed" if self.closure is not None else "open" if self.vote.opened_at else "draft"


@dataclass(frozen=True)
class Signer:
    signatory: Signatory
    membership: Membership


def by_event(region: Region, event_id: int) -> tuple[Assembly, Event]:
    """The assembly that a gathering is. Raises Missing."""
    query = sa.select(Assembly, Event).join(Event, Event.id == Assembly.event_id)
    found = db.session.execute(query.where(Assembly.region_id == region.id, Assembly.event_id == event_id)).first()
    if found is None:
        raise Missing("not_found")
    return found[0], found[1]


def index(region: Region, after: int | None, limit: int) -> list[tuple[Assembly, Event]]:
    """The region's assemblies, the latest first; after the event `after`."""
    query = sa.select(Assembly, Event).join(Event, Event.id == Assembly.event_id)
    query = query.where(Assembly.region_id == region.id).order_by(Event.starts_at.desc(), Event.id.desc())
    if after is not None:
        last = sa.select(Event.starts_at, Event.id).where(Event.id == after, Event.region_id == region.id)
        found = db.session.execute(last).first()
        if found is not None:
            query = query.where(sa.tuple_(Event.starts_at, Event.id) < sa.tuple_(*(sa.literal(one) for one in found)))
    return [(row[0], row[1]) for row in db.session.execute(query.limit(limit))]


def made(region: Region, event_ids: Sequence[int]) -> set[int]:
    """Which of these gatherings are assemblies already."""
    query = sa.select(Assembly.event_id).where(Assembly.region_id == region.id, Assembly.event_id.in_(event_ids))
    return set(db.session.scalars(query))


def rows(assembly: Assembly) -> list[Row]:
    """The agenda in its order."""
    query = (
        sa.select(AgendaItem, Vote, VoteClosure, VoteResult)
        .outerjoin(Vote, Vote.id == AgendaItem.vote_id)
        .outerjoin(VoteClosure, VoteClosure.vote_id == AgendaItem.vote_id)
        .outerjoin(VoteResult, VoteResult.vote_id == AgendaItem.vote_id)
        .where(AgendaItem.event_id == assembly.event_id)
        .order_by(AgendaItem.number)
    )
    return [Row(place, *found) for place, found in enumerate(db.session.execute(query), 1)]


def spoken_of(assembly: Assembly) -> Row | None:
    """The matter that has begun and not ended."""
    return next((row for row in rows(assembly) if row.item.begun_at and not row.item.ended_at), None)


def event_of(vote_id: int) -> int | None:
    """The gathering on whose agenda a vote stands."""
    return db.session.scalar(sa.select(AgendaItem.event_id).where(AgendaItem.vote_id == vote_id))


def is_over(event_id: int) -> bool:
    """Whether the meeting that a gathering is has been closed."""
    query = sa.select(Assembly.closed_at).where(Assembly.event_id == event_id)
    return db.session.scalar(query) is not None


def votes_of(event_id: int) -> list[int]:
    """The votes on a gathering's agenda."""
    query = sa.select(AgendaItem.vote_id).where(AgendaItem.event_id == event_id, AgendaItem.vote_id.is_not(None))
    return [one for one in db.session.scalars(query) if one is not None]


def free_votes(region: Region, limit: int = PAGE) -> Sequence[Vote]:
    """Votes that may be put on an agenda: not closed, on no other."""
    taken = sa.select(AgendaItem.vote_id).where(AgendaItem.vote_id.is_not(None))
    closed = sa.select(VoteClosure.vote_id)
    query = sa.select(Vote).where(Vote.region_id == region.id, Vote.id.not_in(taken), Vote.id.not_in(closed))
    return db.session.scalars(query.order_by(Vote.id.desc()).limit(limit)).all()


def signers(assembly: Assembly) -> list[Signer]:
    """Who signs the minutes, in the order of their numbers."""
    query = sa.select(Signatory, Membership).join(Membership, Membership.id == Signatory.membership_id)
    query = query.where(Signatory.event_id == assembly.event_id).order_by(Membership.id)
    return [Signer(row[0], row[1]) for row in db.session.execute(query)]


def person(membership_id: int | None) -> Membership | None:
    return db.session.get(Membership, membership_id) if membership_id is not None else None


# --- who is there -------------------------------------------------------------------------------------------


def attendance(assembly: Assembly) -> Attendance:
    """The three numbers of the meeting, as they are now."""
    votes = votes_of(assembly.event_id)
    return rules.attendance(
        _called(assembly, votes),
        present(assembly.event_id),
        _used(votes, BY_WRITING),
        proxies.standing(assembly.region_id, event_id=assembly.event_id),
        _used(votes, BY_PROXY),
    )


def attendance_of_vote(assembly: Assembly, vote_id: int) -> Attendance:
    """The three numbers for one vote: its own roll, who has written in it, who stands for whom in it."""
    roll = set(db.session.scalars(sa.select(RollLine.membership_id).where(RollLine.vote_id == vote_id)))
    stood_for = proxies.standing(assembly.region_id, vote_id=vote_id)
    wrote, stood = (_used([vote_id], ways) for ways in (BY_WRITING, BY_PROXY))
    return rules.attendance(roll, present(assembly.event_id), wrote, stood_for, stood)


def present(event_id: int) -> set[int]:
    """Members who were let in and have not left."""
    query = sa.select(CheckIn.membership_id).where(CheckIn.event_id == event_id, CheckIn.undone_at.is_(None))
    query = query.where(CheckIn.membership_id.is_not(None), CheckIn.left_at.is_(None))
    return {one for one in db.session.scalars(query) if one is not None}


def _called(assembly: Assembly, votes: Sequence[int]) -> set[int]:
    """Who is on the roll of any of its votes; before one is open, everybody with a number who may vote."""
    query = sa.select(RollLine.membership_id).where(RollLine.vote_id.in_(votes)).distinct()
    roll = set(db.session.scalars(query))
    if roll:
        return roll
    return set(db.session.scalars(sa.select(Membership.id).where(*entitled(assembly.region_id, "both"))))


def _used(votes: Sequence[int], ways: Sequence[str]) -> set[int]:
    """Whose lines were used through these doors."""
    query = sa.select(UsedLine.membership_id).where(UsedLine.vote_id.in_(votes), UsedLine.way.in_(ways))
    return set(db.session.scalars(query.distinct()))


# --- what waits ---------------------------------------------------------------------------------------------


def to_sign(region: Region, membership: Membership) -> list[tuple[Assembly, Signatory]]:
    """Minutes of meetings that are over and not agreed, which this person signs."""
    query = sa.select(Assembly, Signatory).join(Signatory, Signatory.event_id == Assembly.event_id)
    query = query.where(Assembly.region_id == region.id, Signatory.membership_id == membership.id)
    query = query.where(Assembly.closed_at.is_not(None), Assembly.agreed_at.is_(None))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Assembly.event_id))]
