"""Who is let in where: asked of every route as every role, and compared with the answers that were agreed on.

A change of `access_answers.txt` is a change of rights: `WRITE_ANSWERS=1 make test ARGS="-k access"` writes the new
one, and whoever reads the difference decides.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

import app as house
from app.web.access import ROLES, TABLE
from tests.house.addresses import rules, unsafe
from tests.house.asking import Asker, fill, put_back

ANSWERS = Path(__file__).with_name("access_answers.txt")
KEY = "# +  let in    0  not there for them    ?  asked to sign in    -  refused\n"
MARKS = {404: "0", 401: "?", 403: "-"}

pytestmark = pytest.mark.once


def mark(response: TestResponse) -> str:
    """One sign for what an answer means about rights."""
    assert response.status_code < 500
    if response.headers.get("Location", "").startswith("/sign-in?"):
        return "?"
    return MARKS.get(response.status_code, "+")


def answers(village) -> str:
    """The whole table: a line for each route and method, a column for each role."""
    app = village.app
    routes = [(method, rule) for method, rule in [("GET", one) for one in rules(app, "GET")] + unsafe(app)]
    found: dict[tuple[str, str], str] = {}
    for role in ROLES:
        asker = Asker(village, role)
        for method, rule in routes:
            with put_back(village):
                response = asker.send(method, fill(village, rule))
                found[rule.rule, method] = found.get((rule.rule, method), "") + f"{mark(response):^{len(role) + 2}}"
            if method != "GET":  # the browser may have been signed in or out
                asker = Asker(village, role)
    width = max(len(rule) for rule, _ in found) + 2
    head = f"{'':{width + 6}}" + " ".join(f" {role}" for role in ROLES)
    lines = [f"{rule:{width}}{method:6}{marks}".rstrip() for (rule, method), marks in sorted(found.items())]
    return KEY + head.rstrip() + "\n" + "\n".join(lines) + "\n"


def test_everybody_is_let_in_where_it_was_agreed(village):
    found = answers(village)
    if os.environ.get("WRITE_ANSWERS") == "1":
        ANSWERS.write_text(found)
    agreed = ANSWERS.read_text() if ANSWERS.exists() else ""
    changed = difflib.unified_diff(agreed.splitlines(), found.splitlines(), "agreed", "now", n=0, lineterm="")
    assert found == agreed, "\n" + "\n".join(changed)


ANSWERS_AND_SIGNS = ("POST /<tsk>/opinions/<int:opinion_id>/answers",)


@pytest.mark.parametrize(("role", "lets_in"), [("officer", ()), ("officer_desk", ANSWERS_AND_SIGNS)])
def test_the_municipality_only_reads_and_its_desk_answers(village, role, lets_in):
    """Every other writing address of a region refuses it."""
    asker = Asker(village, role)
    let_in = []
    for method, rule in unsafe(village.app):
        if "tsk" in rule.arguments:
            with put_back(village):
                response = asker.send(method, fill(village, rule))
            if response.status_code != 403:
                let_in.append(f"{method} {rule.rule}")
    assert let_in == list(lets_in)


def test_every_view_has_its_access_line(app):
    for endpoint, view in app.view_functions.items():
        assert view.access == "public" or view.access in TABLE, endpoint


def test_every_permission_is_used_and_names_known_roles(app):
    asked = "".join(path.read_text() for path in Path(house.__path__[0]).rglob("*views.py"))
    used = {view.access for view in app.view_functions.values()}
    used |= {name for name in TABLE if f"may(Permission.{name.upper().replace('.', '_')})" in asked}
    assert set(TABLE) <= used
    assert {role for roles in TABLE.values() for role in roles} <= set(ROLES)


def test_a_view_that_forgot_its_access_line_stops_the_start(monkeypatch, _one_app):
    open_rooms = house._open_rooms

    def with_an_open_door(app):
        open_rooms(app)
        app.add_url_rule("/toy", "toy", lambda: "anybody")

    monkeypatch.setattr(house, "_open_rooms", with_an_open_door)
    with pytest.raises(RuntimeError, match="without an access line: toy"):
        house.create_app(_one_app.extensions["config"])
