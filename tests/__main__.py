"""Runs all tests, phase by phase, and sums them up: `make test` (`ARGS="-k claim"` goes on to pytest).

Everything runs on SQLite; what touches a database, and is not marked `once`, on PostgreSQL too. The browser has a
phase of its own on SQLite; its journeys run on PostgreSQL as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import NamedTuple

PROCESSES = 2
PHASES = (  # name, engine, which tests
    ("sqlite", "sqlite", "not browser and not soak"),
    ("postgres", "postgres", "not rules and not once and not soak and (not browser or journey)"),
    ("browser", "sqlite", "browser and not soak"),
)
NOTHING_CHOSEN = 5  # pytest's exit code


class Outcome(NamedTuple):
    name: str
    passed: int
    failed: int
    skipped: int
    seconds: float
    busy: int  # percent of what all cores could have done; the rest was spent waiting
    code: int

    @property
    def ok(self) -> bool:
        return self.code in (0, NOTHING_CHOSEN)


def main(arguments: list[str]) -> int:
    """0 only if something ran and nothing failed."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [run(*phase, Path(folder) / "report.xml", arguments) for phase in PHASES]
    print()
    for one in outcomes:
        print(f"{one.name:<10}{one.passed:>5} passed {one.failed:>4} failed {one.seconds:>7.1f} s {one.busy:>4} % busy")
    passed, failed, skipped = (sum(one[column] for one in outcomes) for column in (1, 2, 3))
    failed += sum(not one.ok and not one.failed for one in outcomes)  # a phase that broke before its tests
    print(f"total: {passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


def run(name: str, engine: str, chosen: str, report: Path, arguments: list[str]) -> Outcome:
    print(f"\ntest    {name}", flush=True)
    report.unlink(missing_ok=True)
    begin, before = time.monotonic(), _cores()
    shared = ["-n", str(PROCESSES), "--dist=worksteal"]  # who is done takes over half of what the other has left
    options = ["-m", chosen, f"--junit-xml={report}", "--no-header", *shared]
    environment = {**os.environ, "TEST_ENGINE": engine}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # six processes read the same tests: compiled once
    command = [sys.executable, "-m", "pytest", *options, *arguments]
    code = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode
    tests, failed, skipped = _counts(report)
    worked, had = (after - then for after, then in zip(_cores(), before, strict=True))
    busy = 100 * worked // max(had, 1)
    return Outcome(name, tests - failed - skipped, failed, skipped, time.monotonic() - begin, busy, code)


def _cores() -> tuple[int, int]:
    """How long all cores of this machine have worked, and how long they were there; nothing where nobody counts it."""
    counted = Path("/proc/stat")
    spent = [int(one) for one in counted.read_text().split("\n", 1)[0].split()[1:9]] if counted.exists() else [0] * 8
    return sum(spent) - spent[3] - spent[4], sum(spent)  # without idle, and waiting for a disk


def _counts(report: Path) -> tuple[int, int, int]:
    """How many tests ran, failed, were skipped."""
    if not report.exists():
        return 0, 0, 0
    suites = ET.parse(report).getroot().iter("testsuite")
    found = [[int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")] for suite in suites]
    tests, failures, errors, skipped = (sum(column) for column in zip(*found, strict=True))
    return tests, failures + errors, skipped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
