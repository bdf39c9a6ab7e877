"""Opening a vote: the last look at all of it, the frozen roll, and from then on nothing changes any more."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from app.codes import service as codes
from app.db import connection, db, find
from app.errors import Conflict, Forbidden, Refused
from app.members.models import Membership
from app.projects.models import BudgetRequest
from app.proposals import queries as proposals
from app.proposals import rules as proposal_rules
from app.proposals import stages
from app.proposals.models import Proposal
from app.proposals.talk import queries as talk
from app.regions.models import Region
from app.votes import queries, rules
from app.votes.models import RollLine, Vote
from app.votes.service import install_assemblies as install_assemblies
from app.votes.service import is_gathered as is_gathered

roll_table = cast(sa.Table, RollLine.__table__)


@dataclass(frozen=True)
class Check:
    """What the page shows before a vote opens: who would be on the roll, what hinders it (codes), and what the
    proposal still lacks (names of its parts)."""

    roll: rules.Roll
    hindrances: Sequence[str]
    unfinished: Sequence[str] = ()

    @property
    def may_open(self) -> bool:
        return not self.hindrances


def check(region: Region, vote: Vote, at: datetime) -> Check:
    """Everything that is still to be done before the vote can open."""
    electors = queries.electors(vote)
    roll = rules.Roll(electors["resident"], electors["friend"])
    found = rules.hindrances(vote, queries.options(vote), roll, region, at, gathered=is_gathered(vote))
    found += _about_money(region, vote)
    unfinished: list[str] = []
    if vote.proposal_id is not None:
        proposal = proposals.by_id(region, vote.proposal_id)
        unfinished = proposal_rules.missing_for_vote(proposal, len(talk.unanswered(proposal)))
        found += ["vote_proposal_unfinished"] if unfinished else []
        found += ["proposal_not_talking"] if proposal.stage != "talk" else []
    return Check(roll, found, unfinished)


def _about_money(region: Region, vote: Vote) -> list[str]:
    """Money is voted on while it waits, and in one vote at a time."""
    ids = queries.requests(vote)
    rows = [find(BudgetRequest, region.id, one) for one in ids]
    decided = any(row.state != "waiting" for row in rows)
    return ["vote_money_decided"] * decided + ["vote_money_twice"] * any(queries.is_in_vote(one) for one in ids)


def open(*, region: Region, vote_id: int, by: Membership, roles: Collection[str], at: datetime) -> Vote:
    """Write the roll and freeze everything; opened once more it is what it was.

    Raises Refused with the first code of `check`, Forbidden, Missing, Conflict `proposal_voting`.
    """
    vote = find(Vote, region.id, vote_id, lock=True)
    if set(proposal_rules.CARERS).isdisjoint(roles) or by.standing != "active":
        raise Forbidden("not_allowed")
    if vote.opened_at is not None:
        return vote
    if vote.proposal_id is not None:
        find(Proposal, region.id, vote.proposal_id, lock=True)  # whoever still objects is heard first
    for request_id in queries.requests(vote):
        find(BudgetRequest, region.id, request_id, lock=True)  # whoever decides it meanwhile is waited for
    found = check(region, vote, at)
    if not found.may_open:
        raise Refused(found.hindrances[0])
    if vote.proposal_id is not None:
        stages.vote_opened(region=region, proposal_id=vote.proposal_id, at=at)
    _freeze(region, vote, at)
    codes.publish(code=vote.code, region_id=region.id, purpose="vote", subject_id=vote.id)
    return vote


def _freeze(region: Region, vote: Vote, at: datetime) -> None:
    """The roll first: once the vote is open no line is added to it."""
    numbers, parts = _write_roll(vote)
    if not numbers:
        raise Conflict("vote_roll_empty")
    vote.roll_residents, vote.roll_friends = parts.count("resident"), parts.count("friend")
    vote.roll_size = len(numbers)
    vote.roll_hash = roll_hash(numbers)
    vote.stage = region.stage
    vote.opens_at = max(vote.opens_at, at)
    vote.opened_at = at
    db.session.flush()


def _write_roll(vote: Vote) -> tuple[list[str], list[str]]:
    """A line for each who may vote now; their numbers and groups."""
    who = sa.select(sa.literal(vote.id), Membership.id, Membership.region_id, Membership.kind, Membership.number).where(
        *queries.entitled(vote.region_id, vote.electorate)
    )
    lines = connection().execute(who.order_by(Membership.id)).all()
    columns = ("vote_id", "membership_id", "region_id", "part")
    if lines:
        connection().execute(sa.insert(roll_table), [dict(zip(columns, line[:4], strict=True)) for line in lines])
    return [str(line[4]) for line in lines], [line[3] for line in lines]


def roll_hash(numbers: Sequence[str]) -> str:
    """SHA-256 of the card numbers on the roll, sorted, one a line: who has the roll on paper can work it out."""
    return hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()
