"""What stands in the database, in one short text: two that are alike mean that nothing was written."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from app.db import Base, db

BY_ITSELF = {"sign_in": {"last_seen_at", "label"}}  # noted once a day by the pages that a device reads
COUNTERS = ("throttle",)


def digest() -> dict[str, str]:
    """Table → digest of its rows."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {table.name: _of(table) for table in tables if table.name not in COUNTERS}


def _of(table: sa.Table) -> str:
    columns = [column for column in table.columns if column.name not in BY_ITSELF.get(table.name, ())]
    rows = db.session.execute(sa.select(*columns).order_by(*table.primary_key.columns))
    text = "\n".join(repr(tuple(row)) for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()


def changed(before: dict[str, str]) -> list[str]:
    """The tables whose rows are no longer those of `before`."""
    return [name for name, value in digest().items() if value != before[name]]
