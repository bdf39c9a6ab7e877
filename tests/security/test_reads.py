"""Reading a page changes nothing, whoever reads and however often."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.config import ROOT
from tests.house.addresses import of_region, rules
from tests.house.asking import fill
from tests.security.digest import changed, digest

METHODS = {"get", "route"}


@pytest.mark.parametrize("persona", ["guest", "member", "host", "shop", "till"])
def test_no_page_writes(village, clock, persona):
    """All of them, as pages or as parts of one; also hours later, at another stage of each gathering."""
    client, before = village.enter(persona), digest()
    for number, address in enumerate(of_region(village, "tsk")):
        part = {"HX-Request": "true", "HX-Request-Type": "partial"} if number % 2 else {}
        assert client.get(address, headers=part).status_code < 500
    for rule in rules(village.app, "HEAD"):
        assert client.head(fill(village, rule)).status_code < 500
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
