"""How often: limits on guessing and on forms that need no sign-in. Counters live in the database, for all workers.

Keys go from the account over the device to the address: a whole village may share one address, so that limit is high.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from flask import current_app, request

from app.db import connection, db, insert, transaction
from app.errors import DomainError
from app.web.limits.models import Throttle

PER_ADDRESS = 600  # anonymous forms a minute


class TooMany(DomainError):
    """Wait a little; `seconds` says how long."""

    status: ClassVar[int] = 429


def allow(*, key: str, limit: int, seconds: int, at: datetime) -> None:
    """Count one use of `key` in the present window, inside the caller's transaction. Raises TooMany above `limit`."""
    if _count(key, seconds, at) > limit:
        raise TooMany("too_many", seconds=_left(seconds, at))


_table = Throttle.__table__.c
_COUNTED = sa.select(_table["count"]).where(
    _table.key == sa.bindparam("counted"), _table.window == sa.bindparam("since")
)


def check(*, key: str, limit: int, seconds: int, at: datetime) -> None:
    """Refuse when `limit` failures were noted in the present window. Raises TooMany."""
    count = connection().scalar(_COUNTED, {"counted": key, "since": _window(seconds, at)})
    if (count or 0) >= limit:
        raise TooMany("too_many", seconds=_left(seconds, at))


def note_failure(*, key: str, seconds: int, at: datetime) -> None:
    """Remember one wrong try, in a transaction of its own: the one that failed is gone."""
    with transaction():
        _count(key, seconds, at)


def address() -> str:
    """The client's address as a key, IPv6 by its /64."""
    raw = request.remote_addr or "unknown"
    return "address:" + (":".join(raw.split(":")[:4]) if ":" in raw else raw)


def count_anonymous(form: str, *, at: datetime) -> None:
    """The ceiling for forms without a sign-in, inside the caller's transaction."""
    limit = current_app.config.get("ANONYMOUS_PER_MINUTE", PER_ADDRESS)
    allow(key=f"{form}:{address()}", limit=limit, seconds=60, at=at)


def _window(seconds: int, at: datetime) -> int:
    return int(at.timestamp()) // seconds * seconds


def _left(seconds: int, at: datetime) -> int:
    return seconds - int(at.timestamp()) % seconds


def _count(key: str, seconds: int, at: datetime) -> int:
    """One more; what it comes to."""
    statement = insert(Throttle).values(key=key, window=_window(seconds, at), count=1)
    statement = statement.on_conflict_do_update(index_elements=["key", "window"], set_={"count": Throttle.count + 1})
    return db.session.execute(statement.returning(Throttle.__table__.c["count"])).scalar_one()
