"""The database: names, engines and the one transaction; what no code may do stands in `guards`.

Two engines, SQLite and PostgreSQL, keep the same promises. Writers on SQLite queue at a file lock before
`BEGIN IMMEDIATE`: its own busy handler sleeps and lets one writer wait for seconds.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar, cast

import psycopg
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import ExecStatus
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.columns import Day as Day
from app.columns import Flag as Flag
from app.columns import Id as Id
from app.columns import Text as Text
from app.columns import UtcDateTime as UtcDateTime
from app.errors import Conflict, Missing

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
STRICT = {"sqlite_strict": True}
BEGIN = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED"}
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "secure_delete=ON")
Row = TypeVar("Row", bound=Any)


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})


def uuid7() -> str:
    """A time-ordered UUID (RFC 9562, version 7) as text."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


class Meta(Base):
    """What the instance knows about itself: `demo`, `demo_shift_days`."""

    __tablename__ = "meta"
    __table_args__ = (STRICT,)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)


# --- the one transaction -------------------------------------------------------------------------------------

_open: ContextVar[tuple[Session, Connection] | None] = ContextVar("open transaction", default=None)


@contextmanager
def transaction() -> Iterator[None]:
    """Everything inside happens, or nothing does; effects given to `after_commit` run when it has.

    It goes on with the connection on which this request has read: reading needs no transaction, so none is open. A
    service reads again, locked, what it decides on. A broken unique constraint that `on_conflict` knows is raised as
    its Conflict.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transactions do not nest: call a service, not a view")
    session.flush()  # a change made outside raises in _only_in_transaction
    with _turn_to_write(session.get_bind()):
        session.info["writing"], session.info["effects"] = True, []
        try:
            _open.set((session, session.connection()))
            _begin(connection())
            for work in session.info.get("with_next", ()):
                work()
            yield
            session.commit()
            session.info.pop("with_next", None)
        except IntegrityError as error:
            session.rollback()
            raise _conflict(error) from error
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["writing"] = False
            _open.set(None)
    for effect in session.info.pop("effects"):
        effect()


def after_commit(effect: Callable[[], None]) -> None:
    """Run `effect` once the surrounding transaction has committed; never if it rolls back."""
    db.session().info["effects"].append(effect)


def with_next(work: Callable[[], object]) -> None:
    """Do `work` as the first part of this request's next transaction: what need not wait for a disk of its own.

    First, because what comes later may hold rows for which everybody waits.
    """
    db.session().info.setdefault("with_next", []).append(work)


def commit_the_rest() -> None:
    """Do what was given to `with_next` if no transaction has come by since."""
    if db.session().info.get("with_next"):
        with transaction():
            pass


def connection() -> Connection:
    """The connection of the surrounding transaction, for statements that need no objects.

    It is kept for as long: finding it takes longer than most statements take. In a savepoint the session is asked,
    because it makes the savepoint only then.
    """
    session, kept = _open.get() or (db.session(), None)
    return session.connection() if kept is None or session.in_nested_transaction() else kept


def rows_changed(statement: Any) -> int:
    """Run an UPDATE or DELETE; how many rows it found."""
    return cast("sa.CursorResult[Any]", db.session.execute(statement)).rowcount


def insert(table: Any) -> Any:
    """An INSERT that knows ON CONFLICT, which both engines spell alike and SQLAlchemy imports from two places."""
    return (postgresql if connection().dialect.name == "postgresql" else sqlite).insert(table)


@event.listens_for(Session, "before_flush")
def _only_in_transaction(session: Session, *_: Any) -> None:
    if not session.info.get("writing"):
        raise RuntimeError("a change outside transaction(): reading a page never writes")


_thread_turns: dict[str, threading.Lock] = {}


@contextmanager
def _turn_to_write(bind: Any) -> Iterator[None]:
    path = bind.url.database
    if bind.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    with _thread_turns.setdefault(path, threading.Lock()), open(f"{path}.turn", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # freed by the kernel, whatever kills this process
        yield


# --- unique constraints that speak ---------------------------------------------------------------------------

_conflicts: dict[str, str] = {}


def on_conflict(constraint: str, code: str) -> None:
    """Say that breaking the unique constraint or index named `constraint` means the Conflict `code`."""
    _conflicts[constraint] = code


def _conflict(error: IntegrityError) -> Exception:
    name = _broken_constraint(error)
    return Conflict(_conflicts[name]) if name in _conflicts else error


def _broken_constraint(error: IntegrityError) -> str | None:
    """The constraint's name. SQLite tells only its columns, which are looked up in the metadata."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name)
    head, _, columns = str(error.orig).partition(": ")
    if head != "UNIQUE constraint failed":
        return None
    wanted = set(columns.split(", "))
    for table in Base.metadata.tables.values():
        uniques = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint | sa.PrimaryKeyConstraint)]
        for unique in [*uniques, *(index for index in table.indexes if index.unique)]:
            if {f"{table.name}.{column.name}" for column in unique.columns} == wanted:
                return str(unique.name)
    return None


# --- finding -------------------------------------------------------------------------------------------------


def find(model: type[Row], region_id: int, id: int, *, lock: bool = False) -> Row:
    """The row `id` of this region; another region's is Missing, exactly as if it were not there."""
    query = sa.select(model).where(model.id == id, model.region_id == region_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row: Row | None = db.session.scalar(query)
    if row is None:
        raise Missing("not_found")
    return row


# --- engines -------------------------------------------------------------------------------------------------


def engine_options(url: str) -> dict[str, Any]:
    """Pool and time limits by engine; a database that hangs is a 503 in seconds, never a full thread pool."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 5, "isolation_level": None}, "pool_size": 16, "max_overflow": 16}
    limits = (
        "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
    )
    return {
        "connect_args": {"connect_timeout": 2, "options": limits, "cursor_factory": _Cursor},
        "pool_size": 12,
        "max_overflow": 8,
        "pool_timeout": 3,
        "pool_pre_ping": False,
        "isolation_level": "AUTOCOMMIT",  # of reads: no BEGIN and COMMIT around them
    }


class _Cursor(psycopg.Cursor[Any]):
    """psycopg's own, but what the columns of a statement's rows are is found out once: SQLAlchemy asks each time."""

    MOST = 1000  # statements
    _known: ClassVar[dict[tuple[Any, int], list[psycopg.Column]]] = {}
    _asked: Any = None

    def execute(self, query: Any, *given: Any, **how: Any) -> Self:
        self._asked = query
        return super().execute(query, *given, **how)

    @property
    def description(self) -> list[psycopg.Column] | None:
        key = self._asked, self.pgresult.nfields if self.pgresult is not None else 0
        if key not in self._known:
            columns = super().description
            if not columns or self._asked is None or len(self._known) >= self.MOST:
                return columns
            self._known[key] = columns
        return self._known[key]


@event.listens_for(Engine, "connect")
def _prepare(dbapi_connection: Any, _: Any) -> None:
    if type(dbapi_connection).__module__.startswith("sqlite3"):
        for pragma in PRAGMAS:
            dbapi_connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """Both drivers commit each statement by itself until they are told that a transaction begins."""
    begin, driver = BEGIN[connection.dialect.name], connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection) and driver.pgconn.exec_(begin.encode()).status == ExecStatus.COMMAND_OK:
        return  # told in a tenth of the time; what goes wrong is told again, to whoever knows how to say it
    connection.exec_driver_sql(begin)


def begins_by_itself(engine: Engine) -> Engine:
    """For migrations, which write without `transaction`: so does PostgreSQL's driver, and SQLite's is told here."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin)
    return engine


def database_file(url: str) -> Path | None:
    """The file behind a SQLite address, made private; None for a server."""
    if not url.startswith("sqlite"):
        return None
    path = Path(sa.make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return path
