"""An instance comes back: a server that ended by itself is started again, but not for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from app.config import ROOT
from app.jobs import serving
from tests.serving import INHERITED, free_port, granians

pytestmark = pytest.mark.once
WITHIN = 30.0  # seconds


class Instance:
    """`flask serve` with an empty house."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        env = {name: os.environ[name] for name in INHERITED if name in os.environ}
        env |= {"INSTANCE": str(folder), "PORT": str(self.port), "DEMO": "0"}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, text=True, **out)
        assert self.process.stdout and self.process.stdout.readline()  # it answers

    @property
    def server(self) -> int | None:
        """The process of the server; None between two of them."""
        return next(iter(granians(self.process.pid)), None)

    @property
    def answers(self) -> bool:
        with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", self.port, timeout=2)) as connection:
            connection.request("GET", "/healthz/ready", headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status == 200
        return False

    def kill_workers(self) -> None:
        for worker in granians(self.server) if self.server else ():
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    running = Instance(tmp_path / "instance")
    yield running
    running.process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        running.process.communicate(timeout=10)
    running.process.kill()


def test_a_server_whose_new_workers_are_killed_too_comes_back(instance: Instance) -> None:
    first, until = instance.server, time.monotonic() + WITHIN
    while instance.server in (first, None):
        assert time.monotonic() < until, "the server did not give up, or did not come back"
        if instance.server == first:
            instance.kill_workers()
        time.sleep(0.1)
    while not instance.answers:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert instance.process.poll() is None


def test_a_server_that_keeps_ending_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def start(self: serving.Processes, name: str) -> None:
        started.append(name)
        seconds = "0" if name == "server" else "60"
        self._running[name] = subprocess.Popen(["sleep", seconds], start_new_session=True)

    monkeypatch.setattr(serving.Processes, "_start", start)
    monkeypatch.setattr(serving, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(serving, "stop_on", lambda _: None)
    processes = serving.Processes("127.0.0.1", 1, {})
    for name in ("server", "jobs"):
        processes._start(name)
    try:
        with pytest.raises(serving.NotServing, match="has ended 6 times in a minute"):
            processes.wait()
    finally:
        processes.stop()
    assert started == ["server", "jobs"] + ["server"] * serving.RESTARTS
