"""PostgreSQL's own measure (TPC-B) on the same server in the same minutes: what the machine gives today."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.postgres import OWNER, Postgres, binaries

SCALE = 10


def measure(postgres: Postgres, clients: int, seconds: int) -> float:
    """Transactions a second."""
    postgres.drop("pgbench")
    postgres.create("pgbench")
    try:
        _run(postgres, "--initialize", "--quiet", f"--scale={SCALE}")
        told = _run(postgres, f"--client={clients}", "--jobs=1", f"--time={seconds}", "--no-vacuum")
    finally:
        postgres.drop("pgbench")
    found = re.search(r"tps = ([\d.]+)", told)
    assert found, told
    return float(found[1])


def _run(postgres: Postgres, *arguments: str) -> str:
    path: Path = binaries() / "pgbench"
    where = (f"--host={postgres.folder}", f"--username={OWNER}", "pgbench")
    done = subprocess.run([path, *arguments, *where], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout
