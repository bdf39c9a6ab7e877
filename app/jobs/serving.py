"""The processes of one instance: the server and the jobs, started together and stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.config import ROOT

READY_WITHIN = 60.0  # seconds
STOP_WITHIN = 3.0  # then they are killed
LOOK_EVERY = 1.0  # seconds
RESTARTS, IN_SECONDS = 5, 60.0  # a server that ends more often than this is not started again
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 what somebody asks for by HOST, never a default
GRANIAN = (
    "--interface=wsgi",
    "--workers=2",
    "--blocking-threads=16",  # most of them wait for a phone that still sends, or for their place
    "--respawn-failed-workers",  # without it one killed worker ends them all
    "--workers-kill-timeout=3",
    "--no-ws",
    "--no-access-log",
    "--log-level=error",
)


class NotServing(RuntimeError):
    """The instance did not start, or ended by itself; the message says what to look at."""


class Processes:
    """The server on `host`:`port` and the jobs beside it, with `env` as their environment."""

    def __init__(self, host: str, port: int, env: Mapping[str, str]) -> None:
        self.host, self.port, self.env = host, port, dict(env)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, netloc: str) -> None:
        """Start both; returns when the server, asked as `netloc`, answers. Raises NotServing."""
        self._start("server")
        until = time.monotonic() + READY_WITHIN
        while not self._answers(netloc):
            if self._running["server"].poll() is not None or time.monotonic() > until:
                raise NotServing("The server did not start; the lines above say why.")
            time.sleep(0.05)
        self._start("jobs")

    def wait(self) -> None:
        """Until a signal interrupts it. What ended is started again; a server that keeps ending is NotServing.

        The server ends by itself when a worker that it has only just replaced dies too: twice is no reason yet to
        leave a valley without it.
        """
        ends: list[float] = []
        while True:
            time.sleep(LOOK_EVERY)
            if self._running["server"].poll() is not None:
                now = time.monotonic()
                ends = [*(end for end in ends if now - end < IN_SECONDS), now]
                if len(ends) > RESTARTS:
                    raise NotServing(f"The server has ended {len(ends)} times in a minute; the lines above say why.")
                self._kill_what_is_left("server")
                self._start("server")
            if self._running["jobs"].poll() is not None:
                self._start("jobs")

    def stop(self) -> None:
        """Ask both to end, after a few seconds insist; a second Ctrl-C changes nothing."""
        stop_on(signal.SIG_IGN)
        for process in self._running.values():
            process.terminate()
        until = time.monotonic() + STOP_WITHIN
        for name, process in self._running.items():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(until - time.monotonic(), 0.1))
            self._kill_what_is_left(name)

    def _start(self, name: str) -> None:
        python = Path(sys.executable)
        commands: dict[str, list[str | Path]] = {
            "server": [python.with_name("granian"), f"--host={self.host}", f"--port={self.port}", *GRANIAN, "wsgi:app"],
            "jobs": [python, "-m", "flask", "--app", "wsgi", "jobs", "run"],
        }
        self._running[name] = subprocess.Popen(  # noqa: S603 no word of it comes from outside
            commands[name],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the parent alone, which ends them in order
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )

    def _kill_what_is_left(self, name: str) -> None:
        """A worker that outlived its server would keep the port."""
        with suppress(ProcessLookupError):
            os.killpg(self._running[name].pid, signal.SIGKILL)

    def _answers(self, netloc: str) -> bool:
        connection = HTTPConnection(reachable(self.host), self.port, timeout=2)
        try:
            connection.request("GET", "/healthz/ready", headers={"Host": netloc})
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def stop_on(what: Callable[..., object] | signal.Handlers) -> None:
    """What happens on Ctrl-C, on being told to end, and when the terminal is closed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, what)


def _end_with_parent() -> None:
    """Even if the parent is killed outright: PR_SET_PDEATHSIG (prctl(2)), which only Linux has."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def reachable(host: str) -> str:
    """Where this machine itself reaches a server that listens on `host`."""
    return "127.0.0.1" if host in EVERYWHERE else host


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def local_network_addresses() -> list[str]:
    """The IPv4 addresses under which phones in the same network find this machine; usually one."""
    found: set[str] = set()
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737): nothing is sent
        found.add(probe.getsockname()[0])
    with suppress(OSError):
        found |= {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return sorted(address for address in found if not address.startswith("127."))
