"""Reading proposals: the board, one with its authors and supporters, its versions, what somebody does not know yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import db, find
from app.errors import Missing
from app.members.models import Membership
from app.proposals import rules
from app.proposals.models import Opinion, Proposal, ProposalAuthor, ProposalSeen, ProposalSupport, ProposalVersion
from app.proposals.on_paper.models import ProposalSlip
from app.regions.models import Region

PAGE = 50
_LIVE = ProposalSupport.withdrawn_at.is_(None)
_WRITES = ProposalAuthor.accepted_at.is_not(None), ProposalAuthor.left_at.is_(None)
_ASKED = ProposalAuthor.accepted_at.is_(None), ProposalAuthor.left_at.is_(None)


@dataclass(frozen=True)
class Points:
    """How far the 応援 are: `points` of `needed`, by `people`; `extra` of the points are for confirmed hours."""

    points: int
    people: int
    needed: int

    @property
    def extra(self) -> int:
        return self.points - self.people

    @property
    def missing(self) -> int:
        return max(self.needed - self.points, 0)


@dataclass(frozen=True)
class Card:
    """A proposal on the board."""

    proposal: Proposal
    support: Points
    opinions: int
    effect: str  # of a vote about it


@dataclass(frozen=True)
class Support:
    """One 応援 with who it is of."""

    row: ProposalSupport
    who: Membership
    is_typed: bool  # it came on paper


@dataclass(frozen=True)
class Version:
    """A version with whoever wrote it."""

    row: ProposalVersion
    who: Membership


def by_id(region: Region, proposal_id: int) -> Proposal:
    """A proposal of this region, drafts too. Raises Missing."""
    return find(Proposal, region.id, proposal_id)


# --- the board ------------------------------------------------------------------------------------------------


def board(region: Region, stage: str = "", after: int | None = None, limit: int = PAGE) -> list[Card]:
    """Published proposals, the latest first. `stage` is one of rules.FILTERS, or "" for all but those that rest."""
    query = sa.select(Proposal).where(Proposal.region_id == region.id, Proposal.published_at.is_not(None))
    query = query.where(Proposal.stage == stage if stage else Proposal.stage != "rested")
    if after is not None:
        last = sa.select(Proposal.published_at).where(Proposal.id == after, Proposal.region_id == region.id)
        seen = last.scalar_subquery()
        earlier = sa.and_(Proposal.published_at == seen, Proposal.id < after)
        query = query.where(sa.or_(Proposal.published_at < seen, earlier))
    query = query.order_by(Proposal.published_at.desc(), Proposal.id.desc()).limit(limit)
    return _cards(region, list(db.session.scalars(query)))


def _cards(region: Region, proposals: Sequence[Proposal]) -> list[Card]:
    ids = [one.id for one in proposals]
    if not ids:
        return []
    support = sa.select(ProposalSupport.proposal_id, sa.func.sum(ProposalSupport.points), sa.func.count())
    support = support.where(ProposalSupport.proposal_id.in_(ids), _LIVE).group_by(ProposalSupport.proposal_id)
    given = {row[0]: (int(row[1]), row[2]) for row in db.session.execute(support)}
    said = sa.select(Opinion.proposal_id, sa.func.count()).where(Opinion.proposal_id.in_(ids))
    said = said.where(Opinion.hidden_at.is_(None)).group_by(Opinion.proposal_id)
    opinions = {row[0]: row[1] for row in db.session.execute(said)}
    return [
        Card(
            one,
            Points(*given.get(one.id, (0, 0)), one.support_needed),
            opinions.get(one.id, 0),
            rules.effect(one.decider, region.stage),
        )
        for one in proposals
    ]


def of_member(region: Region, membership: Membership) -> list[Proposal]:
    """The proposals that somebody writes, drafts among them, the latest first."""
    query = sa.select(Proposal).where(Proposal.region_id == region.id, written_by(membership.id))
    return list(db.session.scalars(query.order_by(Proposal.id.desc()).limit(PAGE)))


def of_project(project_id: int) -> list[Proposal]:
    """The published proposals that a project came from, or that ask something for it; the latest first."""
    query = sa.select(Proposal).where(Proposal.project_id == project_id, Proposal.published_at.is_not(None))
    return list(db.session.scalars(query.order_by(Proposal.published_at.desc(), Proposal.id.desc()).limit(PAGE)))


# --- who writes -----------------------------------------------------------------------------------------------


def authors(proposal: Proposal) -> list[Membership]:
    """Whoever began it, then those who write with them, in the order in which they said yes."""
    query = sa.select(Membership).join(ProposalAuthor, ProposalAuthor.membership_id == Membership.id)
    query = query.where(ProposalAuthor.proposal_id == proposal.id, *_WRITES)
    others = db.session.scalars(query.order_by(ProposalAuthor.accepted_at, Membership.id))
    return [db.session.get_one(Membership, proposal.proposer_id), *others]


def asked_authors(proposal: Proposal) -> list[Membership]:
    """Who was asked to write with them and has not answered."""
    query = sa.select(Membership).join(ProposalAuthor, ProposalAuthor.membership_id == Membership.id)
    query = query.where(ProposalAuthor.proposal_id == proposal.id, *_ASKED)
    return list(db.session.scalars(query.order_by(ProposalAuthor.asked_at, Membership.id)))


def is_author(proposal: Proposal, membership: Membership) -> bool:
    """Whether somebody writes it: began it, or was asked and said yes."""
    return proposal.proposer_id == membership.id or _has(proposal, membership, *_WRITES)


def written_by(membership_id: int) -> sa.ColumnElement[bool]:
    """The same of any proposal, for a query."""
    writes = sa.select(ProposalAuthor.proposal_id).where(ProposalAuthor.membership_id == membership_id, *_WRITES)
    return sa.or_(Proposal.proposer_id == membership_id, Proposal.id.in_(writes))


def is_asked(proposal: Proposal, membership: Membership) -> bool:
    """Whether somebody was asked to write with them and has not answered."""
    return _has(proposal, membership, *_ASKED)


def _has(proposal: Proposal, membership: Membership, *stands: sa.ColumnElement[bool]) -> bool:
    query = sa.select(ProposalAuthor.membership_id).where(ProposalAuthor.proposal_id == proposal.id, *stands)
    return db.session.scalar(query.where(ProposalAuthor.membership_id == membership.id)) is not None


def asked_of(region: Region, membership: Membership) -> list[Proposal]:
    """The proposals that somebody is asked to write with others, the first asked first."""
    query = sa.select(Proposal).join(ProposalAuthor, ProposalAuthor.proposal_id == Proposal.id)
    query = query.where(Proposal.region_id == region.id, ProposalAuthor.membership_id == membership.id, *_ASKED)
    query = query.where(Proposal.stage.in_(rules.OPEN))
    return list(db.session.scalars(query.order_by(ProposalAuthor.asked_at, Proposal.id)))


# --- 応援 -----------------------------------------------------------------------------------------------------


def supports(proposal: Proposal, after: int | None = None, limit: int = PAGE) -> list[Support]:
    """Who supports it and why, the latest first; `after` is the last one seen."""
    query = sa.select(ProposalSupport, Membership).join(Membership, Membership.id == ProposalSupport.membership_id)
    query = query.where(ProposalSupport.proposal_id == proposal.id, _LIVE)
    if after is not None:
        query = query.where(ProposalSupport.id < after)
    rows = list(db.session.execute(query.order_by(ProposalSupport.id.desc()).limit(limit)))
    slips = sa.select(ProposalSlip.support_id).where(ProposalSlip.support_id.in_([row.id for row, _who in rows]))
    typed = set(db.session.scalars(slips)) if rows else set()
    return [Support(row, who, row.id in typed) for row, who in rows]


def points(proposal: Proposal) -> Points:
    """How far its 応援 are."""
    query = sa.select(sa.func.sum(ProposalSupport.points), sa.func.count())
    given, people = db.session.execute(query.where(ProposalSupport.proposal_id == proposal.id, _LIVE)).one()
    return Points(int(given or 0), people, proposal.support_needed)


def support_of(proposal: Proposal, membership: Membership) -> ProposalSupport | None:
    """Somebody's own 応援, if it stands."""
    query = sa.select(ProposalSupport).where(ProposalSupport.proposal_id == proposal.id, _LIVE)
    return db.session.scalar(query.where(ProposalSupport.membership_id == membership.id))


# --- versions -------------------------------------------------------------------------------------------------


def versions(proposal: Proposal) -> list[Version]:
    """All of them, the newest first."""
    query = sa.select(ProposalVersion, Membership).join(Membership, Membership.id == ProposalVersion.by_id)
    query = query.where(ProposalVersion.proposal_id == proposal.id).order_by(ProposalVersion.number.desc())
    return [Version(row, who) for row, who in db.session.execute(query)]


def version(proposal: Proposal, number: int) -> ProposalVersion:
    """One of them. Raises Missing."""
    row = db.session.get(ProposalVersion, (proposal.id, number)) if 0 < number <= proposal.version else None
    if row is None:
        raise Missing("not_found")
    return row


# --- その後 ---------------------------------------------------------------------------------------------------


def seen(proposal: Proposal, membership: Membership) -> str | None:
    """The stage that somebody last saw it at, if they ever said so."""
    query = sa.select(ProposalSeen.stage).where(ProposalSeen.proposal_id == proposal.id)
    return db.session.scalar(query.where(ProposalSeen.membership_id == membership.id))


def has_news(proposal: Proposal, membership: Membership) -> bool:
    """Whether somebody who writes it, supports it or spoke does not know yet how it stands."""
    if not rules.is_news(proposal.stage, seen(proposal, membership)):
        return False
    query = sa.select(Proposal.id).where(Proposal.id == proposal.id, takes_part(membership.id))
    return db.session.scalar(query) is not None


def news(region: Region, membership: Membership) -> list[Proposal]:
    """Of what became of which proposals somebody who takes part in them has not been told, the latest first."""
    me = membership.id
    last = sa.and_(ProposalSeen.proposal_id == Proposal.id, ProposalSeen.membership_id == me)
    query = sa.select(Proposal, ProposalSeen.stage).outerjoin(ProposalSeen, last)
    query = query.where(Proposal.region_id == region.id, Proposal.stage.in_(rules.PUBLIC), takes_part(me))
    query = query.where(ProposalSeen.stage.is_distinct_from(Proposal.stage)).order_by(Proposal.id.desc())
    return [one for one, stage in db.session.execute(query.limit(PAGE)) if rules.is_news(one.stage, stage)]


def takes_part(membership_id: int) -> sa.ColumnElement[bool]:
    """Whether somebody writes a proposal, supports it or spoke about it."""
    gave = sa.select(ProposalSupport.id).where(ProposalSupport.membership_id == membership_id, _LIVE)
    spoke = sa.select(Opinion.id).where(Opinion.membership_id == membership_id, Opinion.hidden_at.is_(None))
    return sa.or_(
        written_by(membership_id),
        gave.where(ProposalSupport.proposal_id == Proposal.id).exists(),
        spoke.where(Opinion.proposal_id == Proposal.id).exists(),
    )


def titles(region: Region, ids: Collection[int]) -> dict[int, Proposal]:
    """These published proposals of the region by id; others are left out."""
    if not ids:
        return {}
    query = sa.select(Proposal).where(Proposal.region_id == region.id, Proposal.id.in_(ids))
    return {one.id: one for one in db.session.scalars(query.where(Proposal.published_at.is_not(None)))}
