"""Reading a logbook."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from app.db import db
from app.members.models import Membership
from app.projects.models import LogEntry, Project

PAGE = 50
_LEFT = sa.or_(LogEntry.words != "", LogEntry.removed_at.is_(None))  # what its writer took back leaves no trace


def entries(project: Project, after: int | None = None, limit: int = PAGE) -> list[tuple[LogEntry, Membership]]:
    """A project's entries with who wrote them, the newest first; `after` is the last one seen."""
    query = sa.select(LogEntry, Membership).join(Membership, Membership.id == LogEntry.membership_id)
    query = query.where(LogEntry.project_id == project.id, _LEFT)
    if after is not None:
        last = sa.select(LogEntry.at).where(LogEntry.id == after, LogEntry.project_id == project.id).scalar_subquery()
        query = query.where(sa.or_(LogEntry.at < last, (LogEntry.at == last) & (LogEntry.id < after)))
    rows = db.session.execute(query.order_by(LogEntry.at.desc(), LogEntry.id.desc()).limit(limit))
    return [(row, who) for row, who in rows]


def latest(project: Project, limit: int) -> list[LogEntry]:
    """The newest entries that were not removed."""
    query = sa.select(LogEntry).where(LogEntry.project_id == project.id, LogEntry.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(LogEntry.at.desc(), LogEntry.id.desc()).limit(limit)))


def photos() -> Iterable[str]:
    """The kept photos that entries name."""
    return db.session.scalars(sa.select(LogEntry.photo).where(LogEntry.photo != "").distinct())
