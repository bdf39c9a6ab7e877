"""Reading a page changes nothing, whoever reads and however often."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.config import ROOT
from tests.house.addresses import of_region
from tests.security.digest import changed, digest

METHODS = {"get", "route"}


@pytest.mark.parametrize("persona", ["guest", "member", "host", "shop", "till"])
def test_no_page_writes(village, clock, persona):
    """All of them, as a page and as a part of one; also days later, when «last seen» is due."""
    client, before = village.enter(persona), digest()
    for address in of_region(village, "tsk"):
        assert client.get(address).status_code < 500
        client.get(address, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
        client.head(address)
    assert not changed(before)
    clock.move(hours=13)
    for address in ("/", "/tsk", "/me", "/till", "/tsk/events", f"/tsk/events/{village.keys['event_open']}"):
        client.get(address)
    assert not changed(before)


@pytest.mark.rules
def test_no_view_for_get_opens_a_transaction():
    """Read in the code: what answers GET, and nothing else, holds no `with transaction()`."""
    wrong = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and _answers_get(function) and _writes(function):
                wrong.append(f"{path.relative_to(ROOT)}:{function.lineno} {function.name}")
    assert not wrong


def _answers_get(function: ast.FunctionDef) -> bool:
    """Whether a decorator is `@blueprint.get(…)`, or a `route` without other methods."""
    for one in function.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in METHODS:
            return not any(word.arg == "methods" for word in one.keywords)
    return False


def _writes(function: ast.FunctionDef) -> bool:
    names = [
        node.func.id for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    return "transaction" in names


@pytest.mark.rules
def test_the_reader_finds_views_at_all():
    views = [
        function
        for path in (Path(ROOT) / "app").rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef) and _answers_get(function)
    ]
    assert len(views) > 20
