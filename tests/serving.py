"""The real server on a free port, with its own database and clock; for browser, race and kill tests."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.config import ROOT
from app.jobs.serving import GRANIAN
from tests.databases import Databases, Urls

AT = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)  # a Saturday morning in Japan
READY_WITHIN = 60.0  # seconds
STOP_WITHIN = 5.0
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


class Server:
    """A running instance. `env`: its environment; `clock_file`: the seconds that its clock is ahead."""

    def __init__(self, folder: Path, urls: Urls, at: datetime, *, workers: int = 2, **env: str) -> None:
        folder.mkdir(parents=True)
        self.is_plain = not env
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.urls, self.database_url = urls, urls.app
        self.clock_file, self.log = folder / "clock", folder / "log"
        self.workers = workers
        self.filled: Any = None
        self.env = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "INSTANCE": str(folder / "instance"),
            "DATABASE_URL": urls.app,
            "MIGRATION_DATABASE_URL": urls.owner,
            "ORIGIN": self.origin,
            "TESTING": "1",
            "CLOCK_FILE": str(self.clock_file),
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self._crew: list[int] = []
        self.set_clock(at)

    def start(self) -> Server:
        """Start it, or start it again on the same port and database; returns when it answers."""
        granian = str(Path(sys.executable).with_name("granian"))
        where = ("--host=127.0.0.1", f"--port={self.port}")
        command = [granian, *where, *GRANIAN, f"--workers={self.workers}", "wsgi:app"]
        with self.log.open("ab") as log:
            output = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, start_new_session=True, **output)
        self._wait_until_it_answers()
        self._crew = sorted(granians(self.process.pid))
        return self

    def is_as_started(self) -> bool:
        """Whether no process of it was stopped, killed or replaced."""
        running = self.process is not None and self.process.poll() is None
        return running and len(self._crew) == self.workers and sorted(granians(self.process.pid)) == self._crew

    def set_clock(self, at: datetime) -> None:
        """From this moment on the server's clock shows `at`, and ticks."""
        draft = self.clock_file.with_suffix(".new")
        draft.write_text(str((at - datetime.now(UTC)).total_seconds()))
        draft.replace(self.clock_file)

    def move_clock(self, by: timedelta) -> None:
        self.set_clock(datetime.now(UTC) + timedelta(seconds=float(self.clock_file.read_text())) + by)

    def stop(self) -> None:
        """Ask it to stop; after a while insist."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_WITHIN)
        self.kill()

    def kill(self) -> None:
        """As a power cut: main and workers at once (SIGKILL)."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.origin}/healthz/live", timeout=2):
                    return
            except OSError:
                if self.process is None or self.process.poll() is not None:
                    break
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3000:]}")


class Stable:
    """The servers of one test process. Starting one takes seconds, so on SQLite the next test but one gets it again.

    Its database and its clock are then made new, as nothing else of a test is left in it: the app keeps nothing in
    its processes. A test's own settings, and whatever it killed, are never handed on; on PostgreSQL a database
    cannot be made new while it is open.
    """

    REST = 2  # servers that wait before the first is taken again: what a closed phone still sends reaches no test

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self._idle: dict[int, list[Server]] = {}
        self._names: dict[Server, str] = {}

    def take(self, of: str | None, workers: int, environ: dict[str, str]) -> Server:
        """A running server, or one that is yet to be started, on a copy of the database `of` or an empty one."""
        idle = self._idle.get(workers, [])
        if len(idle) >= self.REST and not environ:
            one = idle.pop(0)
            self.databases.refill(self._names[one], of=of)
            one.filled = None
            one.set_clock(AT)
            return one
        name = f"server{len(self._names)}"
        folder = self.databases.run / f"{self.databases.worker}_{name}"
        one = Server(folder, self.databases.copy(name, of=of), AT, workers=workers, **environ)
        self._names[one] = name
        return one

    def give_back(self, one: Server) -> None:
        if self.databases.engine == "sqlite" and one.is_plain and one.is_as_started():
            self._idle.setdefault(one.workers, []).append(one)
        else:
            self._end(one)

    def close(self) -> None:
        for one in itertools.chain.from_iterable(self._idle.values()):
            self._end(one)

    def _end(self, one: Server) -> None:
        one.kill()
        self.databases.drop(self._names[one])


def granians(pid: int) -> list[int]:
    """The children of a process that serve: those of an instance are servers, those of a server its workers."""
    tasks = list(Path(f"/proc/{pid}/task").glob("*/children"))
    children = [int(child) for task in tasks for child in read(task).split()]
    return [child for child in children if b"granian" in read(Path(f"/proc/{child}/cmdline"))]


def read(path: Path) -> bytes:
    """What a file of /proc says; nothing once its process is gone."""
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return b""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
