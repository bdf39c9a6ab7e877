"""Reading votes: by number, on lists, who may vote and who has, what came out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import db, find
from app.members.models import Membership
from app.regions.models import Region
from app.votes import rules
from app.votes.models import (
    Ballot,
    NamedBallot,
    RollLine,
    UsedLine,
    Vote,
    VoteClosure,
    VoteExtension,
    VoteLot,
    VoteOption,
    VoteResult,
)

PAGE = 50
DECIDED = ("passed", "chosen", "failed")  # money is granted or refused; too few voters leave it as it was


@dataclass(frozen=True)
class Turnout:
    """How many lines of the roll are used, of how many, and through which door (phone, assisted, paper, proxy)."""

    used: int
    roll: int
    by_way: dict[str, int]


@dataclass(frozen=True)
class Stand:
    """How a vote stands at a moment, also where the job has not come by yet: `state` is one of rules.STATES."""

    state: str
    ends_at: datetime
    reveals_at: datetime
    extended: bool
    closure: VoteClosure | None
    result: VoteResult | None


def by_id(region: Region, vote_id: int) -> Vote:
    """A vote of this region. Raises Missing."""
    return find(Vote, region.id, vote_id)


def index(region: Region, show: str = "open", after: int | None = None, limit: int = PAGE) -> list[Vote]:
    """Votes of a region. `show`: "open" (opened and not over, the next to close first), "over" or "draft".

    `after` is the last one seen.
    """
    query = sa.select(Vote).where(Vote.region_id == region.id)
    over = sa.exists().where(VoteClosure.vote_id == Vote.id)
    if show == "draft":
        query = query.where(Vote.opened_at.is_(None))
    else:
        query = query.where(Vote.opened_at.is_not(None), over if show == "over" else ~over)
    if show != "open":
        query = query.where(Vote.id < after) if after is not None else query
        return list(db.session.scalars(query.order_by(Vote.id.desc()).limit(limit)))
    if after is not None:
        last = sa.select(Vote.closes_at).where(Vote.id == after, Vote.region_id == region.id).scalar_subquery()
        query = query.where(sa.or_(Vote.closes_at > last, (Vote.closes_at == last) & (Vote.id > after)))
    return list(db.session.scalars(query.order_by(Vote.closes_at, Vote.id).limit(limit)))


def of_proposal(proposal_id: int) -> list[Vote]:
    """The votes about a proposal, the newest first."""
    query = sa.select(Vote).where(Vote.proposal_id == proposal_id)
    return list(db.session.scalars(query.order_by(Vote.id.desc())))


def options(vote: Vote) -> Sequence[VoteOption]:
    """What can be chosen, in the order of the ballot."""
    query = sa.select(VoteOption).where(VoteOption.vote_id == vote.id)
    return db.session.scalars(query.order_by(VoteOption.number)).all()


def requests(vote: Vote) -> list[int]:
    """The requests for money that a vote is about: its own, and those of its options, by id."""
    found = {one.request_id for one in options(vote)} | {vote.request_id}
    return sorted(one for one in found if one is not None)


def is_in_vote(request_id: int) -> bool:
    """Whether an open vote, or one that is not counted yet, is about this request and does more than ask."""
    named = sa.exists().where(VoteOption.vote_id == Vote.id, VoteOption.request_id == request_id)
    query = sa.select(Vote.id).where(Vote.opened_at.is_not(None), Vote.effect != "ask")
    query = query.where(sa.or_(Vote.request_id == request_id, named))
    return db.session.scalar(query.where(~sa.exists().where(VoteResult.vote_id == Vote.id)).limit(1)) is not None


def decided_by(request_ids: Collection[int]) -> dict[int, str]:
    """By which vote requests for money were granted or refused: request id → the vote's public code."""
    if not request_ids:
        return {}
    option = (VoteOption.vote_id == Vote.id) & VoteOption.request_id.in_(request_ids)
    query = sa.select(Vote.code, Vote.request_id, VoteOption.request_id).outerjoin(VoteOption, option)
    query = query.join(VoteResult, VoteResult.vote_id == Vote.id).where(VoteResult.outcome.in_(DECIDED))
    rows = db.session.execute(query.where(sa.or_(Vote.request_id.in_(request_ids), VoteOption.request_id.is_not(None))))
    return {one: code for code, *found in rows for one in found if one is not None and one in request_ids}


def closure(vote: Vote) -> VoteClosure | None:
    return db.session.get(VoteClosure, vote.id)


def result(vote: Vote) -> VoteResult | None:
    return db.session.get(VoteResult, vote.id)


def lot(vote: Vote) -> VoteLot | None:
    """The lots that two witnesses drew."""
    return db.session.get(VoteLot, vote.id)


def stand(vote: Vote, at: datetime) -> Stand:
    """How the vote stands at `at`."""
    return stands([vote], at)[0]


def stands(votes: Sequence[Vote], at: datetime) -> list[Stand]:
    """How each of them stands at `at`, asked for all of them at once."""
    closures, taken, results = (_by_vote(model, votes) for model in (VoteClosure, VoteExtension, VoteResult))
    return [_stand(vote, closures.get(vote.id), taken.get(vote.id), results.get(vote.id), at) for vote in votes]


def _by_vote(model: Any, votes: Sequence[Vote]) -> dict[int, Any]:
    query = sa.select(model).where(model.vote_id.in_([vote.id for vote in votes]))
    return {row.vote_id: row for row in db.session.scalars(query)}


def _stand(
    vote: Vote, closed: VoteClosure | None, taken: VoteExtension | None, found: VoteResult | None, at: datetime
) -> Stand:
    longer = taken or (_due_extension(vote, at) if closed is None else None)
    return Stand(
        state=rules.state(vote, closed, longer, found, at),
        ends_at=rules.ends_at(vote, longer),
        reveals_at=rules.reveals_at(vote, longer, closed),
        extended=longer is not None,
        closure=closed,
        result=found,
    )


def _due_extension(vote: Vote, at: datetime) -> rules.Extension | None:
    """The extension that nobody has written down yet, as whoever comes next will."""
    if at < vote.closes_at or not vote.extension_days:
        return None
    due = rules.is_extension_due(vote, vote.roll_size or 0, turnout(vote).used, at)
    return rules.Until(rules.extended_until(vote)) if due else None


# --- who -----------------------------------------------------------------------------------------------------


def electors(vote: Vote) -> dict[str, int]:
    """How many would stand on the roll if the vote opened now, by group: whom its electorate names."""
    query = sa.select(Membership.kind, sa.func.count()).where(*entitled(vote.region_id, vote.electorate))
    found = {row[0]: row[1] for row in db.session.execute(query.group_by(Membership.kind))}
    return {"resident": 0, "friend": 0} | found


def entitled(region_id: int, electorate: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Active memberships with a number, of the groups that vote."""
    active = Membership.standing == "active", Membership.number.is_not(None)
    return Membership.region_id == region_id, *active, Membership.kind.in_(rules.parts(electorate))


def line_of(vote: Vote, membership: Membership | int) -> RollLine | None:
    """The line of the frozen roll on which somebody stands."""
    return db.session.get(RollLine, (vote.id, membership if isinstance(membership, int) else membership.id))


def used(vote: Vote, membership: Membership | int) -> str | None:
    """Through which door somebody has voted, or None."""
    who = membership if isinstance(membership, int) else membership.id
    query = sa.select(UsedLine.way).where(UsedLine.vote_id == vote.id, UsedLine.membership_id == who)
    return db.session.scalar(query)


def ways(votes: Sequence[Vote], membership: Membership) -> dict[int, str | None]:
    """The votes on whose roll somebody stands, each with the door through which they have voted, or None."""
    same = (UsedLine.vote_id == RollLine.vote_id) & (UsedLine.membership_id == RollLine.membership_id)
    query = sa.select(RollLine.vote_id, UsedLine.way).outerjoin(UsedLine, same)
    query = query.where(RollLine.membership_id == membership.id, RollLine.vote_id.in_([vote.id for vote in votes]))
    return {row[0]: row[1] for row in db.session.execute(query)}


def turnout(vote: Vote) -> Turnout:
    """Lines used so far."""
    query = sa.select(UsedLine.way, sa.func.count()).where(UsedLine.vote_id == vote.id).group_by(UsedLine.way)
    by_way = {row[0]: row[1] for row in db.session.execute(query)}
    return Turnout(sum(by_way.values()), vote.roll_size or 0, by_way)


def ballots_kept(vote: Vote, part: str | None = None) -> int:
    """How many ballots lie in the box, secret or named."""
    if vote.secrecy == "open":
        query = sa.select(sa.func.count()).select_from(NamedBallot).where(NamedBallot.vote_id == vote.id)
    else:
        query = sa.select(sa.func.count()).select_from(Ballot).where(Ballot.vote_id == vote.id)
        query = query.where(Ballot.part == part) if part else query
    return int(db.session.scalar(query) or 0)


def named(vote: Vote) -> list[tuple[NamedBallot, Membership]]:
    """The ballots of a vote that is open by its rule, with the names, in the order of their よみ."""
    query = sa.select(NamedBallot, Membership).join(Membership, Membership.id == NamedBallot.membership_id)
    query = query.where(NamedBallot.vote_id == vote.id).order_by(Membership.yomi_search, Membership.id)
    return [(row, who) for row, who in db.session.execute(query)]


def to_vote(region: Region, membership: Membership, at: datetime) -> list[Vote]:
    """Open votes in which somebody stands on the roll and has not voted, the next to close first."""
    mine = sa.exists().where(RollLine.vote_id == Vote.id, RollLine.membership_id == membership.id)
    done = sa.exists().where(UsedLine.vote_id == Vote.id, UsedLine.membership_id == membership.id)
    over = sa.exists().where(VoteClosure.vote_id == Vote.id)
    query = sa.select(Vote).where(Vote.region_id == region.id, Vote.opened_at.is_not(None), Vote.opens_at <= at)
    found = db.session.scalars(query.where(mine, ~done, ~over).order_by(Vote.closes_at, Vote.id).limit(PAGE)).all()
    return [vote for vote, stand in zip(found, stands(found, at), strict=True) if stand.state == "open"]
