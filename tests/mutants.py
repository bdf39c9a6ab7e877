"""Breaks the code on purpose, one guard at a time: each break must be noticed by a test. `make mutants`.

Each file of `tests/mutants/` says why a guard is there, replaces some text by another (and fails if the text has
gone), and names the tests that must notice. They run on a copy of the tree; before, they must pass on a clean one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MUTANTS = ROOT / "tests" / "mutants"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".node", "node_modules", "instance", "__pycache__", ".*_cache")
BORROWED = (".venv", "node_modules")
PASSED, FAILED = 0, 1  # pytest's exit codes
WITHIN = 60.0  # seconds, unless a mutant says `within`: its test waits long for what then never comes


@dataclass(frozen=True)
class Mutant:
    """`changes`: file, old text, new text. `engine`: where the guard is needed (SQLite has one writer at a time)."""

    name: str
    why: str
    engine: str
    tests: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]
    within: float = WITHIN

    def apply(self, tree: Path) -> None:
        for file, old, new in self.changes:
            path = tree / file
            text = path.read_text()
            if text.count(old) != 1:
                raise SystemExit(f"{self.name}: {file} holds its text {text.count(old)} times, not once:\n{old}")
            path.write_text(text.replace(old, new))


def load(path: Path) -> Mutant:
    data: dict[str, Any] = tomllib.loads(path.read_text())
    changes = tuple((one["file"], one["old"], one["new"]) for one in data["change"])
    facts = path.stem, data["why"], data.get("engine", "sqlite"), tuple(data["tests"]), changes
    return Mutant(*facts, float(data.get("within", WITHIN)))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    names = parser.parse_args(arguments).names
    mutants = [load(path) for path in sorted(MUTANTS.glob("*.toml")) if not names or path.stem in names]
    engines = sorted({mutant.engine for mutant in mutants})
    bad = [f"{engine}: the tests fail on clean code" for engine in engines if not clean(engine, mutants)]
    print(f"\n{'mutant':<31}{'engine':<10}{'seconds':>8}  result", flush=True)
    for mutant in mutants:
        began = time.monotonic()
        result = hunt(mutant)
        seconds = time.monotonic() - began
        print(f"{mutant.name:<31}{mutant.engine:<10}{seconds:>8.1f}  {result}", flush=True)
        if result != "killed":
            bad.append(f"{mutant.name}: {result}: {mutant.why}")
    print("\n" + ("\n".join(bad) or f"all {len(mutants)} were noticed"))
    return 1 if bad or not mutants else 0


def clean(engine: str, mutants: list[Mutant]) -> bool:
    """Whether all tests of an engine pass where nothing is broken."""
    tests = sorted({test for mutant in mutants if mutant.engine == engine for test in mutant.tests})
    with a_copy() as tree:
        code, told = run(tree, engine, tests, 10 * WITHIN)
    if code != PASSED:
        print(told)
    return code == PASSED


def hunt(mutant: Mutant) -> str:
    with a_copy() as tree:
        mutant.apply(tree)
        code, told = run(tree, mutant.engine, mutant.tests, mutant.within)
    if code == FAILED:
        return "killed"
    print(told)
    silence = f"no answer within {mutant.within:.0f} s"
    return {PASSED: "SURVIVED", None: silence}.get(code, f"BROKEN (pytest says {code})")


@contextmanager
def a_copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yui-mutant-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT, symlinks=True)
        for name in BORROWED:
            (tree / name).symlink_to(ROOT / name)
        Path(folder).chmod(0o755)
        yield tree


def run(tree: Path, engine: str, tests: Any, within: float) -> tuple[int | None, str]:
    """pytest's exit code (None: it took too long) and the end of what it said."""
    environment = {**os.environ, "TEST_ENGINE": engine, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=within, check=False
        )
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, (done.stdout + done.stderr)[-3000:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
