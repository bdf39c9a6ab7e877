"""What deleted ballots leave on the disk: cleared away once the rows of a vote were written anew.

A database only marks a deleted row as free. Its bytes, and on PostgreSQL the transaction that wrote it, would still
tell whoever reads the raw file which line was used together with which ballot.

SQLite overwrites what is freed (`PRAGMA secure_delete`); its write-ahead log is cut here. On PostgreSQL the tables
are written into new files, by a function of their owner, because the app may not. Copies that were made during the
vote, PostgreSQL's own log, and blocks that the disk has not used again are beyond both; the page of a vote says so.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.db import after_commit, db
from app.guards import REWRITTEN
from app.votes.models import VoteClosure, VoteResult

log = logging.getLogger("yui.votes")
AGAIN = timedelta(hours=3)  # after a close or a count; a busy disk is asked again as often as the job comes by


def after_mixing() -> None:
    """Wipe when the surrounding transaction has committed."""
    effects = db.session().info["effects"]
    if wipe not in effects:
        after_commit(wipe)


def wipe_again(*, at: datetime) -> None:
    """The job: once more for the votes that were closed or counted of late, should the first time have failed."""
    for row in (VoteClosure, VoteResult):
        if db.session.scalar(sa.select(sa.exists().where(row.at > at - AGAIN))):
            after_mixing()


def wipe() -> None:
    """Clear away what deleted rows left; outside of any transaction. What cannot be done now is logged."""
    try:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own:
            if own.dialect.name == "sqlite":
                busy, *_frames = own.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                if busy:
                    log.warning("wiping ballots: somebody is reading")
            else:
                for table in REWRITTEN:
                    own.execute(sa.select(getattr(sa.func, f"rewrite_{table}")()))
    except sa.exc.DBAPIError as error:
        log.warning("wiping ballots: %s", type(error.orig).__name__)
