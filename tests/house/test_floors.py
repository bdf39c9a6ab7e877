"""The house stands as it is drawn: floors, rooms and the sizes of their files."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app.config import ROOT

LONGEST = {
    "app/*/**/*.py": 300,
    "app/*.py": 360,
    "templates/**/*.html": 100,
    "static/css/*.css": 200,
    "static/js/**/*.js": 120,
}
LONGEST |= {"tests/**/*.py": 400, "bench/**/*.py": 400, "deploy/**/*": 200}
PORCH_FILES = {
    "app/canonical.py",
    "app/cli.py",
    "app/clock.py",
    "app/columns.py",
    "app/config.py",
    "app/db.py",
    "app/errors.py",
    "app/guards.py",
    "app/schema.py",
}
ROOM_FILES = 14  # more than that is two rooms
VAGUE = ("utils", "helpers", "common", "misc", "base", "tools", "lib", "shared", "core")
OUTSIDE = ("schema",)  # brings a database to the tables of this code; nobody in the house calls it but `cli`

pytestmark = pytest.mark.rules


def rooms() -> list[Path]:
    return sorted(path.parent for path in (ROOT / "app").glob("*/__init__.py"))


def layers() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = next(contract for contract in contracts if contract["type"] == "layers")
    assert floors["exhaustive"] is True and floors["containers"] == ["app"]
    return {room.strip() for floor in floors["layers"] for room in floor.split("|")}


def test_every_room_stands_on_a_floor():
    there = {room.name for room in rooms()} | {path.stem for path in (ROOT / "app").glob("*.py")} - {"__init__"}
    assert there - set(OUTSIDE) <= layers() | ignored()
    assert layers() <= there


def ignored() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {name.strip("*. ") for contract in contracts for name in contract.get("exhaustive_ignores", [])}


def test_imports_go_down_only():
    """The contracts of pyproject.toml, asked here too, so that a test run alone says so."""
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


def test_every_rules_file_is_named_in_the_contract_that_keeps_it_pure():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    pure = {
        module for contract in contracts if contract["type"] == "forbidden" for module in contract["source_modules"]
    }
    there = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "app").rglob("rules.py")}
    for path in (ROOT / "app").rglob("rules.py"):
        imported = _imports(path)
        assert not imported & {"flask", "sqlalchemy", "flask_sqlalchemy"}, path
    assert pure <= there | {"app.tally"}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_a_room_says_what_it_is_for(room):
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
    assert text and len(text.splitlines()[0]) > 20


def test_every_file_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for folder in ("app", "tests", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if path.read_text().strip()
        and not path.name.startswith("test_")
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


@pytest.mark.parametrize(("pattern", "most"), LONGEST.items())
def test_no_file_is_too_long_to_read(pattern, most):
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in ROOT.glob(pattern)
        if path.is_file() and path.suffix not in (".png", ".txt")
    }
    too_long = {path: count for path, count in lines.items() if count > most}
    assert lines or pattern.startswith(("bench", "deploy"))
    assert not too_long


def test_rooms_are_rooms_and_names_say_something():
    crowded = {room.name: len(list(room.glob("*.py"))) for room in rooms() if len(list(room.glob("*.py"))) > ROOM_FILES}
    vague = [str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.py") if path.stem in VAGUE]
    alone = {str(path.relative_to(ROOT)) for path in (ROOT / "app").glob("*.py")} - {"app/__init__.py"}
    assert not crowded and not vague
    assert alone <= PORCH_FILES


def test_only_the_top_opens_views():
    """`create_app` alone knows all rooms; no module but a room's `init` imports its views."""
    wrong = []
    for path in (ROOT / "app").glob("*/*.py"):
        for node in ast.parse(path.read_text()).body:  # at the top of the file only
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app."):
                names = {f"{node.module}.{name.name}" for name in node.names} | {node.module}
                other = [name for name in names if name.endswith(".views") and name.split(".")[1] != path.parent.name]
                wrong += [f"{path.relative_to(ROOT)}: {name}" for name in other]
    assert not wrong
