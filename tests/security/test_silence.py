"""What people typed is never in a log, nor in the page of an error that nobody foresaw."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from app.db import uuid7
from tests.house.asking import Asker
from tests.house.markup import Page, faults

NAME, CODE, SECRET = "カナリアのなまえ", "CANARY0123456789", "canary-secret-value"

pytestmark = pytest.mark.once


@pytest.fixture
def logged(caplog) -> pytest.LogCaptureFixture:
    """Everything that a server would write down, and a little more."""
    caplog.set_level(logging.DEBUG, logger="yui")
    caplog.set_level(logging.INFO, logger="app")
    return caplog


def breaks(error: Exception):
    def view(**_: object) -> None:
        _typed = NAME, SECRET  # what a careless handler would print
        raise error

    view.access = "public"
    return view


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"{NAME} {SECRET}"),
        KeyError(SECRET),
        ZeroDivisionError(),
        IntegrityError("INSERT INTO member VALUES (?)", (NAME, SECRET), Exception(f"UNIQUE failed: {NAME}")),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("persona", ["visitor", "member", "till"])
def test_an_unforeseen_error_is_a_page_with_a_reference(village, monkeypatch, logged, error, persona):
    monkeypatch.setitem(village.app.view_functions, "codes.enter", breaks(error))
    client = village.enter(persona)
    client.raises = False
    answer = client.post(f"/n?{SECRET}", data={"number": CODE, "name": NAME}, headers={"X-Name": SECRET})
    assert answer.status_code == 500
    reference = re.search(r"番号 ([0-9A-F]{8})", answer.text)[1]
    assert reference in logged.text and "/n" in logged.text and type(error).__name__ in logged.text
    for canary in (NAME, CODE, SECRET):
        assert canary not in logged.text and canary not in answer.text
    for inside in ("Traceback", "app/", ".py", "sqlalchemy", "INSERT", type(error).__name__):
        assert inside not in answer.text
    assert not faults(Page(answer.text), language="ja")


def test_a_database_that_is_away_is_told_as_such(village, monkeypatch, logged):
    lost = OperationalError("SELECT ?", (NAME,), Exception("connection refused"))
    monkeypatch.setitem(village.app.view_functions, "codes.enter", breaks(lost))
    answer = village.enter("visitor").post("/n", data={"number": CODE})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert NAME not in logged.text and NAME not in answer.text


def test_an_error_in_a_fragment_is_a_fragment(village, monkeypatch):
    monkeypatch.setitem(village.app.view_functions, "till.strip", breaks(RuntimeError(SECRET)))
    client = village.enter("till")
    client.raises = False
    answer = client.get("/till/strip", headers={"HX-Request": "true"})
    assert answer.status_code == 500 and "<html" not in answer.text and SECRET not in answer.text


def test_nothing_typed_is_written_down(village, logged):
    """Names, codes and credentials on every form that takes them, good and bad."""
    visitor, till, member = Asker(village, "visitor"), Asker(village, "till"), Asker(village, "member")
    event = village.keys["event_open"]
    typed = {"key": uuid7(), "nickname": NAME, "name": NAME, "title": NAME, "place": NAME, "reason": NAME}
    typed |= {"number": CODE, "code": CODE, "credential": f'{{"id": "{SECRET}"}}', "shared": SECRET, "field": "other"}
    visitor.send("POST", f"/tsk/events/{event}/check-ins", data=typed | {"key": uuid7()})
    for address in ("/n", "/claim", "/till", "/sign-in", f"/set-up/{CODE}", f"/till/{CODE}{CODE}"):
        visitor.send("POST", address, data=typed | {"proof": visitor.proof})
        visitor.send("GET", f"{address}?q={SECRET}")
    for address in ("/till/confirmations", "/till/redemptions/1/reversal"):
        till.send("POST", address, data=typed | {"proof": till.proof})
    for address in ("/tsk/events", "/passkeys", "/passkeys/confirmation"):
        member.send("POST", address, data=typed | {"proof": member.proof})
    visitor.send("POST", "/csp-reports", data=f'{{"csp-report": {{"blocked-uri": "{SECRET}"}}}}')
    assert "passkey refused" in logged.text  # something is written down
    for canary in (NAME, CODE, SECRET, village.keys["claim"], village.cookies["member"]["yui"]):
        assert canary not in logged.text


def test_no_key_of_a_link_stands_in_a_query(village):
    """Keys stand in paths, which are written down as templates; queries hold places and pages only."""
    for persona in ("visitor", "member", "steward", "till"):
        client = village.enter(persona)
        for address in ("/demo", "/me", "/passkeys", "/tsk", "/till", f"/till/{village.keys['till']}"):
            page = Page(client.get(address).text)
            queries = [one.get(name) for one in page.elements for name in ("href", "action") if "?" in one.get(name)]
            assert not [one for one in queries if re.search(r"[?&](key|code|proof|secret|token|name)=", one)]
