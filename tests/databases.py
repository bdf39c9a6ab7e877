"""A new database for each test, copied from one that was migrated once per run.

On PostgreSQL a copy takes longer than most tests, and every connection to it learns all tables anew. There the next
test gets the same database with its rows deleted, unless somebody may have left something else behind in it.
All processes of a run share its folder (TEST_RUN); whoever needs the template first makes it, behind a lock.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import psycopg
import sqlalchemy as sa

from app import schema
from tests.postgres import APP, OWNER, Postgres, alive

PREFIX = "yui-tests-"
TEMPLATE = "yui_template"
ENOUGH = 2 << 30  # bytes
TIMES = 50  # that a database is emptied: what was deleted takes its room until somebody clears it away


class Urls(NamedTuple):
    """The same database as the app and as the owner of its tables."""

    app: str
    owner: str


def open_run() -> Path:
    """A folder that others may enter, for one run; those of runs that were killed are cleared away first."""
    base = _base()
    for left in base.glob(f"{PREFIX}*"):
        if not alive(int(left.name.split("-")[2])):
            close_run(left)
    run = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base))
    run.chmod(0o755)
    return run


def _base() -> Path:
    """TEST_FOLDER, else memory where there is enough of it (a database is copied ten times as fast), else disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ENOUGH
    return Path(os.environ.get("TEST_FOLDER") or (memory if roomy else tempfile.gettempdir()))


def close_run(run: Path) -> None:
    Postgres(run / "postgres").stop()
    shutil.rmtree(run, ignore_errors=True)


class Databases:
    """The databases of one test process. `worker` (gw0, main) keeps their names apart."""

    def __init__(self, run: Path, engine: str, worker: str) -> None:
        self.run, self.engine, self.worker = run, engine, worker
        self.postgres = Postgres(run / "postgres")
        self._ready = False
        self._kept: tuple[sa.Engine, str] | None = None  # whose database may be emptied
        self._emptied = 0

    def renew(self, name: str, engine: sa.Engine) -> None:
        """Make `name` what `copy` would make it, for an app that is connected to it through `engine`."""
        if self._kept == (engine, name) and self._emptied < TIMES and self._empty(name, engine):
            self._emptied += 1
            return
        engine.dispose()
        self.copy(name)
        if self.engine == "postgres":
            self._kept, self._emptied = (engine, name), 0

    def keep_none(self) -> None:
        """Let the next test have a copy: something besides rows, or rows in bulk, came into the database."""
        self._kept = None

    def _empty(self, name: str, engine: sa.Engine) -> bool:
        """Whether it could be emptied: the engine has one connection and nobody uses it, and nobody else has any."""
        if engine.pool.checkedout():  # type: ignore[attr-defined]  # a QueuePool
            return False
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("RESET ALL")
            return self.postgres.empty(f"{self.worker}_{name}", beside=1)
        except (sa.exc.DBAPIError, psycopg.Error):  # it was cut off, or waited in vain
            return False

    def copy(self, name: str, *, of: str | None = None) -> Urls:
        """A fresh copy of the template, or of a database that was made and left by this worker, under `name`.

        What stood there before is gone, whoever has it open.
        """
        if of and self.engine == "sqlite":
            into_one_file(f"sqlite:///{self.run / self.worker}_{of}.db")
        return self._make(name, template=f"{self.worker}_{of}" if of else "template")

    def refill(self, name: str, *, of: str | None = None) -> None:
        """Make the SQLite database `name` what `copy` would make it, under the hands of whoever has it open."""
        names = (f"{self.worker}_{of}" if of else "template", f"{self.worker}_{name}")
        new, served = (sqlite3.connect(self.run / f"{one}.db", timeout=30) for one in names)
        with closing(new), closing(served):
            new.backup(served)

    def empty(self, name: str) -> Urls:
        """A database without tables, for tests of the migrations."""
        return self._make(name, template=None)

    def drop(self, name: str) -> None:
        name = f"{self.worker}_{name}"
        if self.engine == "sqlite":
            self._unlink(self.run / f"{name}.db")
        else:
            self.postgres.drop(name)

    def _make(self, name: str, *, template: str | None) -> Urls:
        self._make_template()
        self.keep_none()
        name = f"{self.worker}_{name}"
        if self.engine == "postgres":
            self.postgres.create(name, *([template.replace("template", TEMPLATE)] if template else []))
            return Urls(self.postgres.url(name, APP), self.postgres.url(name, OWNER))
        path = self.run / f"{name}.db"
        self._unlink(path)
        if template:
            shutil.copyfile(self.run / f"{template}.db", path)
        return Urls(f"sqlite:///{path}", f"sqlite:///{path}")

    def close(self) -> None:
        self.postgres.close()

    def _make_template(self) -> None:
        if self._ready:
            return
        with open(self.run / "template.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (failed := self.run / "template.failed").exists():
                raise RuntimeError(f"no template database: {failed.read_text()}")
            if not (self.run / "template.done").exists():
                failed.write_text("making it broke off: the first error of this run tells why")
                make_tables(self._template_url())
                failed.rename(self.run / "template.done")
        self._ready = True

    def _template_url(self) -> str:
        if self.engine == "sqlite":
            return f"sqlite:///{self.run / 'template.db'}"
        self.postgres.start()
        self.postgres.create(TEMPLATE)
        return self.postgres.url(TEMPLATE, OWNER)

    @staticmethod
    def _unlink(path: Path) -> None:
        """Unlinked, not overwritten: a connection that a test forgot keeps the old file to itself."""
        for suffix in ("", "-wal", "-shm", ".turn"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def make_tables(url: str) -> None:
    """All tables and guards, as a new instance gets them."""
    schema.upgrade(url)
    if url.startswith("sqlite"):
        into_one_file(url)


def into_one_file(url: str) -> None:
    """Empty the write-ahead log into the file, which then may be copied alone."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"isolation_level": None})
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]  # sqlite3 has it
    engine.dispose()
