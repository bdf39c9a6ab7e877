"""The verbs of what was spent: write down, take back. Whoever takes part writes; office and stewards may too.

Locks: the project, the expense.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from app import clock
from app.db import db, find
from app.errors import Conflict, Missing, Refused
from app.members.models import Membership
from app.projects.models import Project
from app.projects.money.models import Expense
from app.projects.service import alive
from app.regions.models import Region


def spend(
    *,
    region: Region,
    project_id: int,
    by: Membership,
    key: str,
    on: date,
    amount_yen: int,
    what: str,
    document: str,
    at: datetime,
) -> Expense:
    """One receipt. The same form sent twice is one; a document's number stands once in a project.

    Raises Refused `expense_future`, Conflict `expense_known`, `other_request`, Missing.
    """
    project = find(Project, region.id, project_id, lock=True)
    again = db.session.scalar(sa.select(Expense).where(Expense.key == key))
    if again is not None:
        if (again.project_id, again.by_id) != (project.id, by.id):
            raise Conflict("other_request")
        return again
    if on > clock.local_day(region, at):
        raise Refused("expense_future")
    if _stands(project, document):
        raise Conflict("expense_known")
    told = {"on": on, "amount_yen": amount_yen, "what": what, "document": document, "by_id": by.id, "at": at}
    row = Expense(region_id=region.id, project_id=project.id, key=key, **told)
    db.session.add(row)
    alive(project, at)
    return row


def take_back(*, region: Region, project_id: int, expense_id: int, by: Membership, key: str, at: datetime) -> Expense:
    """A row that takes a wrong one back, both remain to be seen. Twice is once. Raises Refused `expense_back`."""
    find(Project, region.id, project_id, lock=True)
    wrong = find(Expense, region.id, expense_id, lock=True)
    if wrong.project_id != project_id:
        raise Missing("not_found")
    if wrong.reverses_id is not None:
        raise Refused("expense_back")
    again = db.session.scalar(sa.select(Expense).where(Expense.reverses_id == wrong.id))
    if again is not None:
        return again
    told = {"on": wrong.on, "amount_yen": -wrong.amount_yen, "what": wrong.what, "document": wrong.document}
    row = Expense(region_id=region.id, project_id=project_id, key=key, by_id=by.id, at=at, reverses_id=wrong.id, **told)
    db.session.add(row)
    db.session.flush()
    return row


def _stands(project: Project, document: str) -> bool:
    """Whether this document is written down already and was not taken back."""
    back = sa.select(Expense.reverses_id).where(Expense.project_id == project.id, Expense.reverses_id.is_not(None))
    query = sa.select(Expense.id).where(Expense.project_id == project.id, Expense.document == document)
    query = query.where(Expense.amount_yen > 0, Expense.id.not_in(back)).limit(1)
    return db.session.scalar(query) is not None
