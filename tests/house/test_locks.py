"""The lists of exact versions: whole, checked by their content, and free of any registry's name."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = [f"requirements{part}.txt" for part in ("", "-dev", "-node", "-uv")]

pytestmark = pytest.mark.rules


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_each_python_package_is_pinned_by_its_hash(name):
    for line in (ROOT / name).read_text().replace("\\\n", "").splitlines():
        assert re.fullmatch(r"[\w.\-]+==\S+( ; [^-]+)?( +--hash=sha256:[0-9a-f]{64})+", line), line[:80]


@pytest.mark.parametrize("name", [*REQUIREMENTS, "package-lock.json", ".npmrc"])
def test_no_list_holds_an_address(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"index-url|find-links|trusted-host|registry\s*=", text)


def test_each_browser_package_is_pinned_by_its_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert name == "" or package["integrity"].startswith("sha512-"), name


def test_what_is_asked_for_is_what_is_pinned():
    wanted = json.loads((ROOT / "package.json").read_text())
    pinned = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert pinned[f"node_modules/{name}"]["version"] == version
