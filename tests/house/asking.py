"""Asking as somebody: forms with everything that a browser would send, and a database that is put back after each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.db import uuid7
from app.web.assets import url as asset
from app.web.security import field_value
from tests.client import Client
from tests.house.addresses import TEXTS, build
from tests.house.village import Village

CHALLENGE = "a-browser-that-asked-before-0123456789"
DRAFTING = tuple(
    f"votes.{name}" for name in ("edit", "change", "options", "set_options", "terms", "set_terms", "check")
)
MEANT = {  # parameter: what it is in the village, for routes that are not about something else
    "event_id": "event_open",
    "series_id": "series",
    "template_id": "template",
    "sign_up_id": "sign_up",
    "check_in_id": "check_in_member",
    "late_id": "late",
    "redemption_id": "redemption_requested",
    "till_id": "till_device",
    "offer_id": "offer",
    "project_id": "project",
    "task_id": "task",
    "request_id": "request",
    "budget_id": "budget",
    "log_id": "log_entry",
    "opinion_id": "opinion",
    "entry_id": "entry",
    "rota_id": "rota",
    "slot_id": "slot",
    "turn_id": "turn",
    "thanks_id": "thanks",
    "proposal_id": "proposal",
    "vote_id": "vote",
    "pile_id": "pile",
    "proxy_id": "proxy",
    "giver_id": "giver",
    "item_id": "item",
    "poll_id": "poll",
    "expense_id": "expense",
    "certificate": "certificate",
    "serial": "serial",
}
OTHERS = {  # routes that are about another one than the usual: what their addresses begin with
    "event_id": {"assemblies.": "event_assembly"},
    "proposal_id": dict.fromkeys(
        ("proposals.step", "proposals.keep", "proposals.publish", "proposals.drop"), "proposal_draft"
    ),
    "vote_id": dict.fromkeys(DRAFTING, "vote_draft")
    | dict.fromkeys(("by_hand.pile", "by_hand.type_again", "by_hand.drop_pile"), "vote_closed"),
}
DRAFTS = ("drafts.", "events.discard")
FIRST = {
    "place_id": 1,
    "change_id": 1,
    "duty_id": 1,
    "programme_id": 1,
    "indicator_id": 1,
    "value_id": 1,
    "picture": "0" * 64,
    "card_id": 1,
    "shop_id": 1,
    "membership_id": 1,
    "id": 1,
}


def fill(village: Village, rule: Rule) -> str:
    """One address of this route, the same for everybody: the open gathering of `host`, the goods of `member` …"""
    chosen: dict[str, Any] = {}
    for name in rule.arguments:
        if name == "tsk":
            chosen[name] = "tsk"
        elif name == "key":
            chosen[name] = village.keys["till" if "till" in rule.rule else "demo" if "demo" in rule.rule else "set_up"]
        elif name == "code":
            chosen[name] = village.keys["claim"]
        elif name == "event_id" and rule.endpoint.startswith(DRAFTS):
            chosen[name] = village.keys["event_draft"]
        elif name == "event_id" and rule.endpoint.startswith("sign_ups."):
            chosen[name] = village.keys["event_ahead"]
        elif name == "path":
            chosen[name] = asset("app.css").partition("built/")[2]
        elif rule.endpoint == "till.reverse":
            chosen[name] = village.keys["redemption_confirmed"]
        elif name in TEXTS:
            chosen[name] = TEXTS[name]
        elif name in MEANT:
            others = OTHERS.get(name, {}).items()
            key = next((key for start, key in others if rule.endpoint.startswith(start)), MEANT[name])
            chosen[name] = village.keys[key]
        else:
            chosen[name] = FIRST[name]
    return build(village, rule, chosen)


def proof(app: Flask, cookies: dict[str, str]) -> str:
    """The hidden field as a page would give it to a browser with these cookies."""
    header = "; ".join(f"{app.extensions['config'].cookie(name)}={value}" for name, value in cookies.items())
    with app.test_request_context("/", headers={"Cookie": header}):
        return field_value()


class Asker:
    """One persona's browser, with the hidden fields of every form at hand."""

    def __init__(self, village: Village, persona: str, language: str = "ja") -> None:
        self.client: Client = village.enter(persona, language)
        config = village.app.extensions["config"]
        self.client.set_cookie(config.cookie("challenge"), CHALLENGE, domain=config.rp_id, secure=config.https)
        self.proof = proof(village.app, {"challenge": CHALLENGE})  # stays true when the sign-in changes

    def send(self, method: str, address: str, **options: Any) -> TestResponse:
        """Ask; an unsafe request carries `key`, `proof` and somebody's number unless it has a body of its own."""
        if method != "GET" and not options.keys() & {"data", "json"}:
            options["data"] = {"key": uuid7(), "proof": self.proof, "membership": "1"}
        return self.client.open(address, method=method, **options)


@contextmanager
def put_back(village: Village) -> Iterator[list[Session]]:
    """Whatever is written inside is undone at the end; the list has an entry for each transaction until then."""
    written: list[Session] = []

    def note(session: Session) -> None:
        if session.info.get("writing"):
            written.append(session)

    event.listen(Session, "after_commit", note)
    try:
        yield written
    finally:
        event.remove(Session, "after_commit", note)
        if written:
            village.restore()
