"""What is measured: the app on each engine, and beside it the framework's hello."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import Flask

from app import config as settings
from app import create_app
from app.config import ROOT
from app.db import db
from app.jobs.serving import GRANIAN
from tests.databases import Databases
from tests.serving import free_port

READY_WITHIN = 60.0


class Instance:
    """A server with two workers, as `make run` starts it."""

    def __init__(self, target: str, folder: Path, **env: str) -> None:
        self.target, self.port = target, free_port()
        self.host = f"localhost:{self.port}"
        self.env = {**os.environ, "INSTANCE": str(folder / "instance"), "ORIGIN": f"http://{self.host}", **env}
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def app(self) -> Flask:
        """The same app in this process, for filling its database."""
        return create_app(settings.load(self.env))

    @contextmanager
    def running(self, path: str) -> Iterator[Instance]:
        """Started when `path` is answered, stopped on leaving."""
        command = [str(Path(sys.executable).with_name("granian")), "--host=127.0.0.1", f"--port={self.port}"]
        with self.log.open("ab") as log:
            output = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            command += [*GRANIAN, self.target]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, start_new_session=True, **output)
        try:
            self._wait(path)
            yield self
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _wait(self, path: str) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://{self.host}{path}", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.target} did not start:\n{self.last_words()}")

    def last_words(self) -> str:
        return self.log.read_text()[-2000:]


@contextmanager
def instance(run: Path, engine: str, name: str = "measured") -> Iterator[tuple[Instance, Databases]]:
    """The app on an empty database of its own."""
    databases = Databases(run, engine, name)
    urls = databases.copy(name)
    folder = run / name
    folder.mkdir(exist_ok=True)
    one = Instance("wsgi:app", folder, DATABASE_URL=urls.app, MIGRATION_DATABASE_URL=urls.owner)
    try:
        yield one, databases
    finally:
        with one.app().app_context():
            db.engine.dispose()
        databases.drop(name)
        databases.close()
