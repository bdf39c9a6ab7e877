"""Doing what is due, once, however many processes look."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import connection, db, insert, transaction
from app.jobs import rules
from app.jobs.models import Job

log = logging.getLogger("yui.jobs")
AFTER_FAILURE = timedelta(minutes=1)


def run_due(at: datetime) -> list[str]:
    """Do every job that is due; returns the names of those done here. One that fails is logged and waits a minute.

    Each job has a transaction of its own, opened only if a plain read says that it is due: an idle loop never
    writes.
    """
    return [name for name in _due(at) if _survives(name, at)]


def last_run() -> datetime | None:
    """When any job was last done; None if none ever was."""
    return db.session.scalar(sa.select(sa.func.max(Job.done_at)))


def claim(*, name: str, at: datetime) -> bool:
    """Move the job's row on if it is still due; False if another process has it.

    The claim falls with the transaction that makes it: work that failed was never claimed.
    """
    connection().execute(_insert(name, at).on_conflict_do_nothing())
    free = sa.select(Job.name).where(Job.name == name, sa.not_(_waits(name, at)))
    moved = sa.update(Job).where(Job.name.in_(free.with_for_update(skip_locked=True)))
    done = connection().execute(moved.values(due_at=at + rules[name].period, done_at=at))
    return done.rowcount == 1


def _waits(name: str, at: datetime) -> sa.ColumnElement[bool]:
    """Due later, but within one period: what lies further off was set before the clock was turned back."""
    furthest = at + max(rules[name].period, AFTER_FAILURE)
    return sa.and_(Job.name == name, Job.due_at > at, Job.due_at <= furthest)


def _due(at: datetime) -> list[str]:
    waiting = sa.select(Job.name).where(sa.or_(sa.false(), *(_waits(name, at) for name in rules)))
    not_yet = set(db.session.scalars(waiting))
    db.session.rollback()  # lets go of what was read, so that no job starts on an old picture
    return [name for name in sorted(rules) if name not in not_yet]


def _survives(name: str, at: datetime) -> bool:
    try:
        with transaction():
            if not claim(name=name, at=at):
                return False
            rules[name].work(at=at)
    except Exception as error:  # the next job has done nothing wrong
        log.error("job %s: %s", name, type(error).__name__)
        with suppress(Exception), transaction():
            later = _insert(name, at + AFTER_FAILURE)
            connection().execute(
                later.on_conflict_do_update(index_elements=["name"], set_={"due_at": later.excluded.due_at})
            )
        return False
    return True


def _insert(name: str, due_at: datetime) -> Any:
    """The job's row; its caller says what to do where there is one already."""
    return insert(Job).values(name=name, due_at=due_at)
