"""Reading requests for money: of a project, of a region, with what was said to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.db import db
from app.members.models import Membership
from app.projects.models import BudgetAnswer, BudgetRequest, Project
from app.projects.money import books
from app.regions.models import Region

PAGE = 50
NEWS = timedelta(days=14)  # so long a decision is told on the first page of whoever asked


@dataclass(frozen=True)
class Shown:
    """A request with whoever asked, the answers in their order, and the code of the vote that decided on it."""

    request: BudgetRequest
    asked_by: Membership
    answers: Sequence[BudgetAnswer] = ()
    vote: str | None = None


def live(project: Project) -> BudgetRequest | None:
    """The project's request that waits, if there is one."""
    query = sa.select(BudgetRequest).where(BudgetRequest.project_id == project.id, BudgetRequest.state == "waiting")
    return db.session.scalar(query)


def requests(project: Project, after: int | None = None, limit: int = PAGE) -> list[Shown]:
    """A project's requests, the newest first; `after` is the last one seen."""
    query = sa.select(BudgetRequest, Membership).join(Membership, Membership.id == BudgetRequest.asked_by_id)
    query = query.where(BudgetRequest.project_id == project.id)
    if after is not None:
        query = query.where(BudgetRequest.id < after)
    rows = list(db.session.execute(query.order_by(BudgetRequest.id.desc()).limit(limit)))
    ids = [row.id for row, _who in rows]
    said, votes = _answers(ids), books.votes_of(ids)
    return [Shown(row, who, said.get(row.id, ()), votes.get(row.id)) for row, who in rows]


def newest(project: Project) -> Shown | None:
    """The request that a project's page tells of: the last one that was not withdrawn."""
    return next((one for one in requests(project) if one.request.state != "withdrawn"), None)


def _answers(ids: list[int]) -> dict[int, list[BudgetAnswer]]:
    found: dict[int, list[BudgetAnswer]] = {}
    if ids:
        query = sa.select(BudgetAnswer).where(BudgetAnswer.request_id.in_(ids))
        for row in db.session.scalars(query.order_by(BudgetAnswer.at, BudgetAnswer.membership_id)):
            found.setdefault(row.request_id, []).append(row)
    return found


def waiting(region: Region, limit: int = PAGE) -> list[tuple[BudgetRequest, Project]]:
    """All requests of a region that wait, the first to ask first."""
    query = sa.select(BudgetRequest, Project).join(Project, Project.id == BudgetRequest.project_id)
    query = query.where(BudgetRequest.region_id == region.id, BudgetRequest.state == "waiting")
    return [(row, project) for row, project in db.session.execute(query.order_by(BudgetRequest.id).limit(limit))]


def to_answer(region: Region, membership: Membership) -> list[tuple[BudgetRequest, Project]]:
    """Requests that wait for this duty holder: neither their own or their household's, nor answered by them."""
    answered = sa.select(BudgetAnswer.request_id).where(BudgetAnswer.membership_id == membership.id)
    query = sa.select(BudgetRequest, Project).join(Project, Project.id == BudgetRequest.project_id)
    query = query.join(Membership, Membership.id == BudgetRequest.asked_by_id)
    query = query.where(BudgetRequest.region_id == region.id, BudgetRequest.state == "waiting")
    query = query.where(BudgetRequest.id.not_in(answered), Membership.member_id != membership.member_id)
    if membership.household_id is not None:
        query = query.where(Membership.household_id.is_distinct_from(membership.household_id))
    return [(row, project) for row, project in db.session.execute(query.order_by(BudgetRequest.id).limit(PAGE))]


def news(region: Region, membership: Membership, at: datetime) -> list[tuple[BudgetRequest, Project]]:
    """What was lately decided of what somebody asked for, the newest first."""
    query = sa.select(BudgetRequest, Project).join(Project, Project.id == BudgetRequest.project_id)
    query = query.where(BudgetRequest.region_id == region.id, BudgetRequest.asked_by_id == membership.id)
    query = query.where(BudgetRequest.state.in_(("granted", "refused")), BudgetRequest.decided_at > at - NEWS)
    return [(row, project) for row, project in db.session.execute(query.order_by(BudgetRequest.id.desc()).limit(PAGE))]
