"""Reading what was said and answered: about one proposal, in a whole region, in a 年度, by and for one member.

What was taken back is nowhere; what was hidden is there without its words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app import clock
from app.db import db
from app.members.models import Membership
from app.proposals.models import Opinion, OpinionAnswer, OpinionHiding, Proposal
from app.proposals.on_paper.models import ProposalSlip
from app.proposals.queries import written_by
from app.proposals.talk import rules
from app.regions.models import Region

PAGE = 50
NEWS = timedelta(days=14)  # so long an answer is told on the first page of whoever asked
THERE = sa.or_(Opinion.hidden_at.is_(None), Opinion.hidden_why != "")  # not taken back
WAITS = Opinion.due_on.is_not(None), Opinion.answered_at.is_(None), Opinion.hidden_at.is_(None)


@dataclass(frozen=True)
class Answered:
    """One answer with whoever gave it."""

    row: OpinionAnswer
    who: Membership


@dataclass(frozen=True)
class Shown:
    """An opinion with whoever said it, the proposal it is about, its answers in their order, and how it stands.

    `stands` is what `rules.state` says on the day of reading, or `hidden`.
    """

    row: Opinion
    who: Membership
    proposal: Proposal | None
    stands: str
    answers: Sequence[Answered] = ()
    is_typed: bool = False  # it came on paper


def state_of(region: Region, row: Opinion, today: date) -> str:
    """How an opinion stands on a day of the region."""
    if row.hidden_at is not None:
        return "hidden"
    answered = clock.local_day(region, row.answered_at) if row.answered_at is not None else None
    return rules.state(row.due_on, answered, today)


# --- about one proposal ---------------------------------------------------------------------------------------


def unanswered(proposal: Proposal) -> list[Opinion]:
    """What a vote waits for: worries, questions and opposing views without an answer, the first to be said first.

    Whoever opens a vote locks the proposal before asking: `opinions.say` waits for that lock.
    """
    query = sa.select(Opinion).where(Opinion.proposal_id == proposal.id, *WAITS)
    return list(db.session.scalars(query.order_by(Opinion.id)))


def of_proposal(
    region: Region, proposal: Proposal, today: date, after: int | None = None, limit: int = PAGE
) -> list[Shown]:
    """Answered or not wanting an answer, the newest first; `after` is the last one seen."""
    query = _ALL.where(Opinion.proposal_id == proposal.id, sa.not_(sa.and_(*WAITS)))
    query = query if after is None else query.where(Opinion.id < after)
    return _shown(region, query.order_by(Opinion.id.desc()).limit(limit), today)


def waiting_of(region: Region, proposal: Proposal, today: date, limit: int = PAGE) -> list[Shown]:
    """What waits for an answer about a proposal, the longest first."""
    query = _ALL.where(Opinion.proposal_id == proposal.id, *WAITS)
    return _shown(region, query.order_by(Opinion.due_on, Opinion.id).limit(limit), today)


def counted(proposal: Proposal) -> dict[str, int]:
    """How many opinions of each kind it has, those that were hidden left out."""
    query = sa.select(Opinion.kind, sa.func.count()).where(Opinion.proposal_id == proposal.id)
    rows = db.session.execute(query.where(Opinion.hidden_at.is_(None)).group_by(Opinion.kind))
    found = {row[0]: row[1] for row in rows}
    return {kind: found.get(kind, 0) for kind in rules.KINDS}


# --- in a whole region ----------------------------------------------------------------------------------------


def one(region: Region, row: Opinion, today: date) -> Shown:
    """One opinion with all that belongs to it."""
    return _shown(region, _ALL.where(Opinion.id == row.id), today)[0]


def hidings(row: Opinion) -> list[tuple[OpinionHiding, Membership]]:
    """When it was hidden and shown again, by whom and why, in that order."""
    query = sa.select(OpinionHiding, Membership).join(Membership, Membership.id == OpinionHiding.by_id)
    rows = db.session.execute(query.where(OpinionHiding.opinion_id == row.id).order_by(OpinionHiding.id))
    return [(act, who) for act, who in rows]


def overdue(region: Region, today: date, after: int | None = None, limit: int = PAGE) -> list[Shown]:
    """What should have been answered before `today`, the longest waiting first; `after` is the last one seen."""
    query = _ALL.where(Opinion.region_id == region.id, Opinion.due_on < today, *WAITS)
    if after is not None:
        due = sa.select(Opinion.due_on).where(Opinion.id == after, Opinion.region_id == region.id).scalar_subquery()
        query = query.where(sa.or_(Opinion.due_on > due, sa.and_(Opinion.due_on == due, Opinion.id > after)))
    return _shown(region, query.order_by(Opinion.due_on, Opinion.id).limit(limit), today)


def of_region(region: Region, today: date, show: str = "", after: int | None = None, limit: int = PAGE) -> list[Shown]:
    """All but what is overdue (that stands before), the newest first. `show` is "" or one of rules.FILTERS."""
    if show == "late":
        return overdue(region, today, after, limit)
    query = _ALL.where(Opinion.region_id == region.id)
    if show == "waiting":
        query = query.where(*WAITS, Opinion.due_on >= today)
    elif show == "answered":
        query = query.where(Opinion.answered_at.is_not(None))
    else:
        query = query.where(sa.not_(sa.and_(*WAITS, Opinion.due_on < today)))
        query = query.where(Opinion.addressee == show) if show else query
    query = query if after is None else query.where(Opinion.id < after)
    return _shown(region, query.order_by(Opinion.id.desc()).limit(limit), today)


def of_year(region: Region, year: int, today: date) -> list[Shown]:
    """All that was said in a 年度 of the region, in the order in which it was said."""
    first = clock.fiscal_year_end(year - 1) + timedelta(days=1)
    begins, ends = (_midnight(region, day) for day in (first, clock.fiscal_year_end(year) + timedelta(days=1)))
    query = _ALL.where(Opinion.region_id == region.id, Opinion.at >= begins, Opinion.at < ends)
    return _shown(region, query.order_by(Opinion.at, Opinion.id), today)


def years(region: Region, today: date) -> list[int]:
    """The 年度 from that of the first opinion to this one, the newest first."""
    first = db.session.scalar(sa.select(sa.func.min(Opinion.at)).where(Opinion.region_id == region.id, THERE))
    this = clock.fiscal_year(region, today)
    since = clock.fiscal_year(region, clock.local_day(region, first)) if first is not None else this
    return list(range(this, min(since, this) - 1, -1))


def _midnight(region: Region, day: date) -> datetime:
    return clock.instant(region, datetime(day.year, day.month, day.day))


# --- for one member -------------------------------------------------------------------------------------------


def to_answer(region: Region, membership: Membership, addressees: Collection[str]) -> list[Opinion]:
    """What waits for somebody who answers for these addressees, the most pressing first; never their own.

    `authors` means the authors of proposals that they write.
    """
    mine = Opinion.proposal_id.in_(sa.select(Proposal.id).where(written_by(membership.id)))
    wanted: sa.ColumnElement[bool] = Opinion.addressee.in_([one for one in addressees if one != "authors"])
    if "authors" in addressees:
        wanted = sa.or_(wanted, sa.and_(Opinion.addressee == "authors", mine))
    query = sa.select(Opinion).where(Opinion.region_id == region.id, wanted, *WAITS)
    query = query.where(Opinion.membership_id != membership.id)
    return list(db.session.scalars(query.order_by(Opinion.due_on, Opinion.id).limit(PAGE)))


def answered_lately(membership: Membership, at: datetime) -> list[Opinion]:
    """What somebody said that was first answered within the last days, the newest first."""
    query = sa.select(Opinion).where(Opinion.membership_id == membership.id, Opinion.hidden_at.is_(None))
    query = query.where(Opinion.answered_at > at - NEWS)
    return list(db.session.scalars(query.order_by(Opinion.answered_at.desc(), Opinion.id.desc()).limit(PAGE)))


# --- with all that belongs to them ----------------------------------------------------------------------------

_ALL = (
    sa.select(Opinion, Membership, Proposal)
    .join(Membership, Membership.id == Opinion.membership_id)
    .outerjoin(Proposal, Proposal.id == Opinion.proposal_id)
    .where(THERE)
)


def _shown(region: Region, query: sa.Select[Opinion, Membership, Proposal], today: date) -> list[Shown]:
    rows = list(db.session.execute(query))
    ids = [row.id for row, _who, _about in rows]
    said, typed = _answers(ids), _typed(ids)
    return [
        Shown(row, who, about, state_of(region, row, today), said.get(row.id, ()), row.id in typed)
        for row, who, about in rows
    ]


def _typed(ids: Sequence[int]) -> set[int]:
    slips = sa.select(ProposalSlip.opinion_id).where(ProposalSlip.opinion_id.in_(ids))
    return {one for one in db.session.scalars(slips) if one is not None} if ids else set()


def _answers(ids: Iterable[int]) -> dict[int, list[Answered]]:
    found: dict[int, list[Answered]] = {}
    wanted = list(ids)
    if wanted:
        query = sa.select(OpinionAnswer, Membership).join(Membership, Membership.id == OpinionAnswer.membership_id)
        query = query.where(OpinionAnswer.opinion_id.in_(wanted)).order_by(OpinionAnswer.at, OpinionAnswer.id)
        for row, who in db.session.execute(query):
            found.setdefault(row.opinion_id, []).append(Answered(row, who))
    return found
