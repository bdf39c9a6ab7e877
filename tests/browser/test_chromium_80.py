"""The main job in Chromium 80 itself, the oldest engine that phones handed down bring (its last release for servers,
as a package for Node, installed into the run's folder)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.config import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.once]
HERE = ROOT / "tests" / "chromium80"
UNPACK = """
const { brotliDecompressSync } = require("zlib"); const { readFileSync, writeFileSync } = require("fs");
const packed = readFileSync("node_modules/chrome-aws-lambda/bin/chromium.br");
writeFileSync("chromium", brotliDecompressSync(packed), { mode: 0o755 });
"""


@pytest.fixture(scope="session")
def chromium_80() -> Path:
    """A folder with `walk.js`, its packages and `chromium`."""
    folder = Path(os.environ["TEST_RUN"]) / "chromium80"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run(["npm", "ci", "--loglevel=error"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["node", "-e", UNPACK], cwd=folder, check=True)
    return folder


def test_scanned_checked_in_claimed_redeemed_and_voted(sample: Any, chromium_80: Path):
    people = {one["number"]: one["sign_in_url"] for one in sample.tsk["members"]}
    shop = next(one for one in sample.tsk["shops"] if one["name"].startswith("ONOONO"))
    refill = min(shop["offers"], key=lambda one: one["price"])
    asked = {
        "chromium": str(chromium_80 / "chromium"),
        "visitor": sample.today["poster_url"],
        "buyer": people["TSK-0005-9"],
        "offer": f"{sample.server.origin}/tsk/shops/offers/{refill['id']}",
        "clerk": people["TSK-0007-6"],
        "till": shop["till_url"],
        "voter": people["TSK-0001-3"],
        "vote": f"{sample.server.origin}/tsk/votes/1",
    }
    command = ["node", "walk.js", json.dumps(asked)]
    told = json.loads(subprocess.run(command, cwd=chromium_80, check=True, capture_output=True, timeout=240).stdout)
    assert told["version"].startswith("HeadlessChrome/80.")
    newer = [one for one in told["faults"] if "htmx" in one["script"]]  # it does not parse: pages do without
    assert newer and [one for one in told["faults"] if one not in newer] == []
    said = told["said"]
    assert "受付しました" in said["arrived"] and "うけとりました" in said["claimed"]
    assert f"{refill['price']}枚" in said["redeemed"]
    assert "どうぞ ごゆっくり" in said["receipt"]
    assert "投票を うけとりました" in said["voted"]
