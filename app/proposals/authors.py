"""The verbs of those who write a proposal: ask somebody in, say yes, leave. All of them lock the proposal first."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa

from app.db import connection, db, find, insert
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.proposals import queries, rules
from app.proposals.models import Proposal, ProposalAuthor, ProposalSeen
from app.regions.models import Region

seen_table = cast(sa.Table, ProposalSeen.__table__)


def ask_author(*, region: Region, proposal_id: int, by: Membership, membership_id: int, at: datetime) -> ProposalAuthor:
    """Ask a member to write with oneself; asked twice is once. Somebody who left may be asked again.

    Raises Forbidden, Missing, Refused `author_provisional`, `authors_many`, Conflict `already_author`.
    """
    proposal = written(region=region, proposal_id=proposal_id, by=by)
    if proposal.stage not in rules.OPEN:
        raise Refused("proposal_frozen")
    who = find(Membership, region.id, membership_id)
    if who.standing != "active":
        raise Refused("author_provisional")
    if queries.is_author(proposal, who):
        raise Conflict("already_author")
    row = db.session.get(ProposalAuthor, (proposal.id, who.id))
    if row is not None and row.left_at is None:
        return row
    if len(queries.authors(proposal)) + len(queries.asked_authors(proposal)) >= rules.MOST_AUTHORS:
        raise Refused("authors_many", most=rules.MOST_AUTHORS)
    if row is None:
        row = ProposalAuthor(proposal_id=proposal.id, membership_id=who.id, region_id=region.id)
        db.session.add(row)
    row.asked_at, row.accepted_at, row.left_at = at, None, None
    db.session.flush()
    return row


def accept(*, region: Region, proposal_id: int, by: Membership, at: datetime) -> ProposalAuthor:
    """Say yes; once more changes nothing. Raises Refused `not_asked_author`, `proposal_frozen`."""
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    row = db.session.get(ProposalAuthor, (proposal.id, by.id))
    if row is None or row.left_at is not None:
        raise Refused("not_asked_author")
    if row.accepted_at is None:
        if proposal.stage not in rules.OPEN:
            raise Refused("proposal_frozen")
        row.accepted_at = at
        saw(proposal, by, at)
    db.session.flush()
    return row


def leave(*, region: Region, proposal_id: int, by: Membership, at: datetime) -> None:
    """Say no, or write no more; once more changes nothing. Whoever began it stays: Refused `proposer_stays`."""
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    if proposal.proposer_id == by.id:
        raise Refused("proposer_stays")
    row = db.session.get(ProposalAuthor, (proposal.id, by.id))
    if row is None:
        raise Missing("not_found")
    row.left_at = row.left_at or at
    db.session.flush()


def written(*, region: Region, proposal_id: int, by: Membership | None) -> Proposal:
    """The proposal, locked, for one of those who write it. Raises Forbidden, Missing."""
    proposal = find(Proposal, region.id, proposal_id, lock=True)
    if by is None or not queries.is_author(proposal, by):
        raise Forbidden("not_author")
    return proposal


def saw(proposal: Proposal, membership: Membership, at: datetime) -> None:
    """Somebody knows how it stands now: nobody tells them again."""
    facts = {"proposal_id": proposal.id, "membership_id": membership.id, "region_id": proposal.region_id}
    new = insert(seen_table).values(**facts, stage=proposal.stage, at=at)
    known = ["proposal_id", "membership_id"]
    connection().execute(new.on_conflict_do_update(index_elements=known, set_={"stage": proposal.stage, "at": at}))
