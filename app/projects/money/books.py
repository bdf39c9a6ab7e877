"""Reading the books: what projects were granted, what they have used, and each document."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import db
from app.members.models import Membership
from app.projects.models import BudgetRequest, Project
from app.projects.money.models import Expense
from app.regions.models import Region

PAGE = 50


@dataclass(frozen=True)
class Book:
    """Yen that a project was granted, and has used."""

    project: Project
    planned: int
    used: int

    @property
    def left(self) -> int:
        return self.planned - self.used


@dataclass(frozen=True)
class Line:
    """One receipt with whoever wrote it; `is_back`: taken back, or what takes another back."""

    expense: Expense
    by: Membership
    is_back: bool


def book(project: Project) -> Book:
    return Book(project, *_sums(project.region_id, project.id).get(project.id, (0, 0)))


def books(region: Region) -> list[Book]:
    """Every project that was granted or has used money, by title."""
    sums = _sums(region.id)
    query = sa.select(Project).where(Project.id.in_(sums)).order_by(Project.title, Project.id)
    return [Book(project, *sums[project.id]) for project in db.session.scalars(query)]


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


def lines(project: Project, after: int | None = None, limit: int = PAGE) -> list[Line]:
    """A project's receipts, the newest first; `after` is the last one seen."""
    other = aliased(Expense)
    query = sa.select(Expense, Membership, other.id).join(Membership, Membership.id == Expense.by_id)
    query = query.outerjoin(other, other.reverses_id == Expense.id).where(Expense.project_id == project.id)
    if after is not None:
        query = query.where(Expense.id < after)
    rows = db.session.execute(query.order_by(Expense.id.desc()).limit(limit))
    return [Line(row, who, row.reverses_id is not None or back is not None) for row, who, back in rows]


def receipts(region: Region) -> list[tuple[Expense, Project]]:
    """Every receipt of a region, by day: what the file of the books holds."""
    query = sa.select(Expense, Project).join(Project, Project.id == Expense.project_id)
    query = query.where(Expense.region_id == region.id).order_by(Expense.on, Expense.id)
    return [(row, project) for row, project in db.session.execute(query)]
