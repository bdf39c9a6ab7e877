"""The real server on a free port, with its own database and clock; for browser, race and kill tests."""

from __future__ import annotations

import contextlib
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
from tests.databases import Urls

READY_WITHIN = 30.0  # seconds
STOP_WITHIN = 5.0
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


class Server:
    """A running instance. `env`: its environment; `clock_file`: the seconds that its clock is ahead."""

    def __init__(self, folder: Path, urls: Urls, at: datetime, *, workers: int = 2, **env: str) -> None:
        folder.mkdir(parents=True)
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
        return self

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
