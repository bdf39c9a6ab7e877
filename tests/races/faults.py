"""A database that fails at the n-th statement, and what can be seen of a database before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.db import Base, db


@dataclass
class Fault:
    """Fails at statement number `at`, counted from one; `at` None: fails at the commit of what was changed."""

    at: int | None
    seen: int = 0
    happened: bool = False
    committed: bool = False  # before it happened
    statements: list[str] = field(default_factory=list)

    def fail(self) -> None:
        self.happened = True
        raise OperationalError("fault", None, Exception("the disk is full"))

    def before_statement(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.seen += 1
        self.statements.append(statement)
        if self.seen == self.at:
            self.fail()

    def before_commit(self, _connection: sa.Connection) -> None:
        if self.happened or not db.session().info.get("writing"):
            return
        if self.at is None:
            self.fail()
        self.committed = True


@contextmanager
def failing(fault: Fault) -> Iterator[Fault]:
    """The one fault happens once inside; every later statement, such as those of the error's page, goes well."""
    event.listen(db.engine, "before_cursor_execute", fault.before_statement)
    event.listen(db.engine, "commit", fault.before_commit)
    try:
        yield fault
    finally:
        event.remove(db.engine, "before_cursor_execute", fault.before_statement)
        event.remove(db.engine, "commit", fault.before_commit)


def digest() -> str:
    """Of every row of every table: equal only if nothing at all was written."""
    hashed = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(sa.select(table)).all()
            hashed.update(f"{table.name} {sorted(map(repr, rows))}".encode())
    return hashed.hexdigest()


Sums = dict[str, int]


def sums() -> Sums:
    """How many rows each table has, and what its amounts add up to; tries that are counted are no part of an act."""
    found = {}
    with db.engine.connect() as connection:
        for table in (one for one in Base.metadata.sorted_tables if one.name != "throttle"):
            amounts = [column for column in table.columns if _is_amount(column)]
            totals = [sa.func.coalesce(sa.func.sum(column), 0) for column in amounts]
            row = connection.execute(sa.select(sa.func.count(), *totals).select_from(table)).one()
            names = [f"{table.name} rows", *(f"{table.name}.{column.name}" for column in amounts)]
            found |= dict(zip(names, map(int, row), strict=True))
    return found


def _is_amount(column: sa.Column[Any]) -> bool:
    """Numbers that count something; keys only name, and differ between two runs of the same act."""
    names = ("id", "seq", "reverses", "reversed_by", "line", "number", "sign_count")
    named = column.name in names or column.name.endswith(("_id", "_seq"))
    return type(column.type) is sa.Integer and not named


def change(before: Sums, after: Sums) -> Sums:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}
