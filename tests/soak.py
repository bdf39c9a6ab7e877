"""The heavy numbers, before a release: `make soak` (`ARGS="--engines sqlite -- -k kill"` goes on to pytest).

Races run 30 rounds and 20 workers are killed; random histories are longer; 1,000 hostile inputs go into every
form. Each seed is printed and brings its run back: `RACE_SEED=… HOSTILE_SEED=… make soak`.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ENGINES = ("sqlite", "postgres")
HEAVY = {
    "RACE_ROUNDS": "30",
    "RACE_KILLS": "20",
    "HOSTILE_INPUTS": "1000",
    "HYPOTHESIS_PROFILE": "soak",
    "OUTBOX_PHONES": "20",
    "OUTBOX_TAPS": "50",
    "OUTBOX_KILLED": "50",
}
TESTS = (
    "tests/races",
    "tests/ledger/test_machine.py",
    "tests/ledger/test_races.py",
    "tests/issuing/test_races.py",
    "tests/shops/test_races.py",
    "tests/sign_ups/test_machine.py",
    "tests/hours/test_machine.py",
    "tests/hours/test_races.py",
    "tests/rotas/test_machine.py",
    "tests/rotas/test_races.py",
    "tests/projects/test_joining_races.py",
    "tests/security/test_hostile.py",
    "tests/offline/test_crowd.py",
    "tests/browser/test_offline.py",
    "tests/browser/test_background_sync.py",
    "tests/browser/test_chromium_80.py",
)
PROCESSES = 2


class Row(NamedTuple):
    test: str
    engine: str
    rounds: str
    seconds: float
    result: str

    def line(self) -> str:
        return f"{self.test:<100.100} {self.engine:<9}{self.rounds:>7}{self.seconds:>9.1f}  {self.result}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("pytest", nargs="*")
    options = parser.parse_args(arguments)
    seeds = {name: os.environ.get(name) or str(secrets.randbelow(1 << 32)) for name in ("RACE_SEED", "HOSTILE_SEED")}
    began, rows, codes = time.monotonic(), list[Row](), list[int]()
    print("soak    " + " ".join(f"{name}={value}" for name, value in {**HEAVY, **seeds}.items()), flush=True)
    for engine in options.engines:
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.xml"
            codes.append(run(engine, seeds, report, options.pytest))
            rows += read(report, engine)
    print_table(rows, time.monotonic() - began)
    return 1 if any(codes) or not rows else 0


def run(engine: str, seeds: dict[str, str], report: Path, arguments: list[str]) -> int:
    print(f"\nsoak    {engine}", flush=True)
    tests = [path for path in TESTS if Path(path).exists()]
    options = ["-n", str(PROCESSES), "--dist=worksteal", "--no-header", f"--hypothesis-seed={seeds['RACE_SEED']}"]
    command = [sys.executable, "-m", "pytest", *options, f"--junit-xml={report}", *tests, *arguments]
    environment = {**os.environ, **HEAVY, **seeds, "TEST_ENGINE": engine}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def read(report: Path, engine: str) -> Iterator[Row]:
    if not report.exists():
        return
    for case in ET.parse(report).getroot().iter("testcase"):
        properties = {one.get("name"): one.get("value") for one in case.iter("property")}
        name = f"{case.get('classname', '').removeprefix('tests.')}::{case.get('name')}"
        wrong = next((one.tag for one in case if one.tag in ("failure", "error", "skipped")), "passed")
        seconds = float(case.get("time") or 0)
        yield Row(name, engine, properties.get("rounds") or "", seconds, wrong)


def print_table(rows: list[Row], seconds: float) -> None:
    print(f"\n{'test':<100} {'engine':<9}{'rounds':>7}{'seconds':>9}  result")
    for row in rows:
        print(row.line())
    passed = sum(row.result == "passed" for row in rows)
    print(f"\n{passed} of {len(rows)} passed in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
