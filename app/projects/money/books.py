"""Reading the books: what projects were granted, what they have used, and each document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import db
from app.projects.models import BudgetRequest, Project
from app.projects.money.models import Expense
from app.regions.models import Region

PAGE = 50


@dataclass(frozen=True)
class Sums:
    """Yen that were granted, and were used."""

    planned: int
    used: int

    @property
    def left(self) -> int:
        return self.planned - self.used

    @classmethod
    def of(cls, some: Iterable[Sums]) -> Sums:
        """All of them together."""
        found = list(some)
        return Sums(sum(one.planned for one in found), sum(one.used for one in found))


@dataclass(frozen=True)
class Book(Sums):
    """Those of one project."""

    project: Project


@dataclass(frozen=True)
class Line:
    """One receipt; `is_back`: taken back, or what takes another back."""

    expense: Expense
    is_back: bool


@dataclass(frozen=True)
class Grant:
    """Money that was granted. `vote`: the public code of the vote that did, None where two duty holders did."""

    request: BudgetRequest
    vote: str | None


def _no_votes(_request_ids: Collection[int]) -> Mapping[int, str]:
    return {}


votes_of: Callable[[Collection[int]], Mapping[int, str]] = _no_votes


def decided_by_votes(told: Callable[[Collection[int]], Mapping[int, str]]) -> None:
    """Votes, a room above this one, say which of them decided on requests: request id → the vote's public code."""
    global votes_of
    votes_of = told


def book(project: Project) -> Book:
    return Book(*_sums(project.region_id, project.id).get(project.id, (0, 0)), project)


def books(region: Region) -> list[Book]:
    """Every project that was granted or has used money, by title."""
    sums = _sums(region.id)
    query = sa.select(Project).where(Project.id.in_(sums)).order_by(Project.title, Project.id)
    return [Book(*sums[project.id], project) for project in db.session.scalars(query)]


def _sums(region_id: int, project_id: int | None = None) -> dict[int, tuple[int, int]]:
    granted = sa.select(BudgetRequest.project_id, sa.func.sum(BudgetRequest.amount_yen))
    granted = granted.where(BudgetRequest.region_id == region_id, BudgetRequest.state == "granted")
    spent = sa.select(Expense.project_id, sa.func.sum(Expense.amount_yen)).where(Expense.region_id == region_id)
    if project_id is not None:
        granted = granted.where(BudgetRequest.project_id == project_id)
        spent = spent.where(Expense.project_id == project_id)
    planned = {row[0]: int(row[1]) for row in db.session.execute(granted.group_by(BudgetRequest.project_id))}
    used = {row[0]: int(row[1]) for row in db.session.execute(spent.group_by(Expense.project_id))}
    return {one: (planned.get(one, 0), used.get(one, 0)) for one in planned.keys() | used.keys()}


def grants(region: Region, project: Project | None = None) -> list[tuple[Grant, Project]]:
    """What was granted in a region, or to one of its projects, by day."""
    query = sa.select(BudgetRequest, Project).join(Project, Project.id == BudgetRequest.project_id)
    query = query.where(BudgetRequest.region_id == region.id, BudgetRequest.state == "granted")
    if project is not None:
        query = query.where(BudgetRequest.project_id == project.id)
    rows = db.session.execute(query.order_by(BudgetRequest.decided_at, BudgetRequest.id)).all()
    votes = votes_of([row.id for row, _project in rows])
    return [(Grant(row, votes.get(row.id)), found) for row, found in rows]


def lines(project: Project, after: int | None = None, limit: int = PAGE) -> list[Line]:
    """A project's receipts, the newest first; `after` is the last one seen."""
    other = aliased(Expense)
    query = sa.select(Expense, other.id).outerjoin(other, other.reverses_id == Expense.id)
    query = query.where(Expense.project_id == project.id)
    if after is not None:
        query = query.where(Expense.id < after)
    rows = db.session.execute(query.order_by(Expense.id.desc()).limit(limit))
    return [Line(row, row.reverses_id is not None or back is not None) for row, back in rows]


def receipts(region: Region) -> list[tuple[Expense, Project]]:
    """Every receipt of a region, by day: what the file of the books holds."""
    query = sa.select(Expense, Project).join(Project, Project.id == Expense.project_id)
    query = query.where(Expense.region_id == region.id).order_by(Expense.on, Expense.id)
    return [(row, project) for row, project in db.session.execute(query)]
