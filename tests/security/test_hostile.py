"""Hostile inputs in every form: no answer is an accident, no rule of the database is broken, nothing stored is markup.

`HOSTILE_INPUTS` says how many go into each form (100, on PostgreSQL 10; `make soak` sends 1,000); `HOSTILE_SEED`
repeats a run.
"""

from __future__ import annotations

import inspect
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from math import ceil
from types import ModuleType

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.assemblies import minutes, voting
from app.assemblies import service as assemblies
from app.cards import service as cards
from app.certificates import service as certificates
from app.checkins import closing, feelings
from app.checkins import service as checkins
from app.checkins.by_host import desk, leaving
from app.claims import service as claims
from app.credentials import ceremonies
from app.credentials import service as credentials
from app.db import db, transaction
from app.events import service as events
from app.hours import service as hours
from app.indicators import service as indicators
from app.ledger.proof import prove
from app.projects import gatherings
from app.projects import service as projects
from app.projects.joining import service as joining
from app.projects.logbook import service as logbook
from app.projects.money import service as money
from app.projects.phases import service as phases
from app.projects.wanted import service as wanted
from app.proposals import service as proposals
from app.proposals.on_paper import service as on_paper
from app.proposals.talk import opinions, survey
from app.proposals.talk.slips import service as slips
from app.records import service as records
from app.rotas import service as rotas
from app.rotas import turns
from app.shops import redemptions
from app.shops import service as shops
from app.shops.counter import card_payments, paper_slips, stickers
from app.thanks import service as thanks
from app.votes import casting as vote_casting
from app.votes import closing as vote_closing
from app.votes import opening as vote_opening
from app.votes import service as vote_drafts
from app.votes.by_hand import assisting, envelopes, proxies
from app.votes.by_hand.piles import service as piles
from app.web.limits.models import Throttle
from tests.house import addresses
from tests.house.asking import Asker, fill, put_back
from tests.house.crawl import look, visited
from tests.house.markup import Page, faults
from tests.security.hostile import MARK, RAW, VALUES, Form, Maker, forms_of

INPUTS = int(os.environ.get("HOSTILE_INPUTS", "100" if os.environ.get("TEST_ENGINE") != "postgres" else "10"))
SEED = os.environ.get("HOSTILE_SEED") or secrets.token_hex(4)
PERSONAS = ("visitor", "guest", "member", "host", "shop", "till")
LAYER = (checkins, closing, claims, ceremonies, credentials, events, redemptions)
LAYER += (card_payments, paper_slips, shops, stickers)
LAYER += (cards, certificates, desk, feelings, leaving)
LAYER += (projects, gatherings, joining, wanted, money, logbook, phases)
LAYER += (hours, rotas, turns, thanks, records, indicators)
LAYER += (proposals, opinions, survey, slips, on_paper)
LAYER += (vote_casting, vote_closing, vote_drafts, vote_opening)
LAYER += (assisting, envelopes, piles, proxies, assemblies, minutes, voting)
# verbs that a room's service hands on
PARTS = ("app.hours.confirming", "app.hours.correcting", "app.proposals.authors", "app.proposals.stages")
WITHOUT_SERVICE = ("reading.choose", "codes.enter", "hosting.index")  # nothing to call: a cookie, a number, a search
REACH = 0.3
ENOUGH = 400  # inputs of one persona: of fewer it would be chance how many reach a service
OVER = (401, 403, 404, 409, 410)  # once something was written, this may be all that the form has left to say
READ = ("/tsk", "/tsk/events", "/tsk/shops", "/tsk/wallet", "/me", "/passkeys", "/claim", "/regions")
PARAMETER = re.compile(r"<[^<>]*>")
MARKUP = ("<img src=x", "<script>alert", "<svg onload", MARK)


# --- what is counted, what is checked -----------------------------------------------------------------------


@pytest.fixture
def reached(monkeypatch) -> Counter[str]:
    """How often each verb of the services was called; they do what they always do."""
    calls: Counter[str] = Counter()

    def counted(module: ModuleType, name: str, verb: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **values: object) -> object:
            calls[f"{module.__name__}.{name}"] += 1
            return verb(*args, **values)

        return call

    for module in LAYER:
        for name, verb in inspect.getmembers(module, inspect.isfunction):
            is_ours = verb.__module__ == module.__name__ or verb.__module__ in PARTS
            if is_ours and not name.startswith("_"):
                monkeypatch.setattr(module, name, counted(module, name, verb))
    return calls


def broken_rules() -> list[str]:
    """What stands in the database that may not stand there."""
    db.session.rollback()
    found = [] if prove()["ok"] else [f"the books: {prove()['checks']}"]
    if db.engine.dialect.name == "sqlite":
        connection = db.session.connection()
        found += [f"integrity: {row}" for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    return found


def live_markup(response: TestResponse, language: str = "ja") -> list[str]:
    """Whether anything that was typed became part of the page."""
    if response.mimetype != "text/html" or not response.data or response.status_code == 303:
        return []
    if any(mark in response.text for mark in MARKUP):
        return ["markup is alive"]
    visit = visited(response, "")
    return faults(visit.page, language=language, whole=visit.is_document)


# --- the forms ----------------------------------------------------------------------------------------------


def plan(village) -> dict[str, list[tuple[Form, int]]]:
    """Persona → its forms, each with how many inputs: a form that many find is asked in full as the first of them."""
    few = max(INPUTS // 20, 2)
    met: set[object] = set()
    for persona in PERSONAS if not _planned else ():
        found = _forms(village, persona)
        counts = [few if kind in met else INPUTS for kind in found]
        times = ceil(ENOUGH / sum(counts))
        _planned[persona] = [(form, count * times) for form, count in zip(found.values(), counts, strict=True)]
        met |= found.keys()
    return _planned


_planned: dict[str, list[tuple[Form, int]]] = {}  # the same for every test of a worker, as the village is


def _forms(village, persona: str) -> dict[object, Form]:
    """Every kind of form that this persona finds on the pages of the village."""
    adapter = village.app.url_map.bind("localhost")

    def endpoint_of(method: str, address: str) -> str | None:
        try:
            return adapter.match(address.partition("?")[0], method=method)[0]
        except HTTPException:
            return None

    client = village.enter(persona)
    found: dict[object, Form] = {}
    for address in _places(village):
        for form in forms_of(look(client, address), endpoint_of):
            found.setdefault(form.kind, form)
    return found


def _places(village) -> list[str]:
    """A page of each route, and the faces of a gathering and of a code."""
    keys = village.keys.items()
    faces = [f"/tsk/events/{key}" for name, key in keys if name.startswith("event_")]
    faces += [f"/tsk/shops/redemptions/{key}" for name, key in keys if name.startswith("redemption_") and key.isdigit()]
    lists = [f"/tsk/events/{village.keys['event_open']}/check-ins?q=みほん"]
    return [fill(village, rule) for rule in addresses.rules(village.app, "GET")] + faces + lists


def known(village) -> dict[str, str]:
    """Right answers for fields that a page leaves empty."""
    return {"code": village.keys["digits"], "number": village.keys["claim"], "q": "みほん"}


def send(village, persona: str, form: Form, count: int, reached: Counter[str]) -> Iterator[tuple[str, bool]]:
    """Send `count` inputs; yields what went wrong (or "") and whether a service was reached.

    The village is put back as soon as the form has done what cannot be done twice.
    """
    maker = Maker(form, Asker(village, persona).proof, known(village), f"{SEED} {persona} {form.kind}")
    left = count
    while left:
        with put_back(village) as written:
            asker = Asker(village, persona)
            while left:
                left -= 1
                made, before, noted = maker.input(), reached.total(), len(written)
                wrong, status = _try(asker, form, made)
                yield wrong, reached.total() > before
                if status == 429:
                    _forget_guesses()
                if status in OVER and noted:
                    break
            found = broken_rules() if written else []
            for fault in [*found, *_shown(village, persona, form)] if written and not left else found:
                yield fault, False


def _try(asker: Asker, form: Form, made: dict[str, object]) -> tuple[str, int]:
    if form.method == "GET":
        data = made["data"]
        made = {"query_string": data.decode() if isinstance(data, bytes) else data}
    try:
        response = asker.send(form.method, form.address, **made)
    except Exception as error:
        return f"{type(error).__name__}: {error!s:.300} for {made!r:.600}", 500
    found = live_markup(response)
    if response.status_code >= 500:
        found.append(f"status {response.status_code}")
    return (f"{found} for {made!r:.600}" if found else ""), response.status_code


def _forget_guesses() -> None:
    """Limits have tests of their own; here they would keep the inputs out."""
    with transaction():
        db.session.execute(sa.delete(Throttle))


def _shown(village, persona: str, form: Form) -> Iterator[str]:
    """Whatever was stored, on the pages that show it."""
    for reader in dict.fromkeys((persona, "host")):
        client = village.enter(reader)
        gathering = f"/tsk/events/{village.keys['event_open']}"
        pages = {*READ, gathering, f"{gathering}/check-ins", f"{gathering}/closure", form.address.partition("?")[0]}
        for address in sorted(pages):
            response = client.get(address)
            for fault in live_markup(response) if response.status_code == 200 else ():
                yield f"{address} as {reader}: {fault}"


# --- the tests ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", PERSONAS)
def test_hostile_inputs_in_every_form(village, reached, persona):
    begin, forms = time.monotonic(), plan(village)[persona]
    wrong: list[str] = []
    sent = got_through = 0
    for form, count in forms:
        for fault, was_reached in send(village, persona, form, count, reached):
            if fault:
                wrong.append(f"{form.method} {form.address} {fault}")
            if form.endpoint not in WITHOUT_SERVICE:
                sent, got_through = sent + 1, got_through + was_reached
    share = got_through / max(sent, 1)
    spent = time.monotonic() - begin
    print(f"\n{persona}: {len(forms)} forms, {sent} inputs, seed {SEED}, {share:.0%} reached, {spent:.0f} s")
    assert not wrong, f"seed {SEED}: {len(wrong)} faults\n" + "\n".join(wrong[:15])
    assert share >= REACH, f"seed {SEED}: only {share:.0%} of {sent} inputs reached a service"


NUMBERS = ("0", "00", "9223372036854775807", "9223372036854775808", "1" * 400, "-1", "１")
WORDS = ("%00", "%ff", "a" * 3000, "..%2f..", "%3Cb%3E", "'", "%25", "ZZZZZZZZ", "zzzz-zzzz-zzzz", "Z" * 16)


@pytest.mark.parametrize("persona", ["visitor", "host", "till"])
def test_hostile_addresses(village, persona):
    """In place of each number, code and word of every address."""
    client, wrong = village.enter(persona), []
    for rule in addresses.rules(village.app, "GET"):
        pattern = rule.rule.replace("<tsk>", "tsk")
        for text in (*NUMBERS, *WORDS) if "<" in pattern else ():
            wrong += _asked(client, PARAMETER.sub(lambda _, text=text: text, pattern))
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/tsk/wallet", "before"),
        ("/tsk/shops", "show"),
        ("/tsk/events/{event_open}/check-ins", "q"),
        ("/tsk/events/{event_open}/check-ins/live", "seen"),
        ("/sign-in", "next"),
        ("/passkeys/confirm", "next"),
    ],
)
def test_hostile_queries(village, address, name):
    client, address = village.enter("host"), address.format(**village.keys)
    wrong = [one for value in VALUES for one in _asked(client, address, {name: value})]
    wrong += [one for value in RAW for one in _asked(client, f"{address}?{name}={value}&{name}=x")]
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong[:20])


def _asked(client, address: str, query: dict[str, str] | None = None, **options: object) -> list[str]:
    try:
        response = client.get(address, query_string=query, **options)
    except Exception as error:
        return [f"{address[:80]} {query or options!r:.80}: {type(error).__name__} {error!s:.200}"]
    found = [f"status {response.status_code}"] if response.status_code >= 500 else live_markup(response)
    return [f"{address[:80]} {query or options!r:.80}: {one}" for one in found]


@pytest.mark.once
def test_cookies_that_somebody_wrote_by_hand(village):
    wrong = []
    gathering = f"/tsk/events/{village.keys['event_open']}"
    read_by = {"yui": "/me", "visit": gathering, "challenge": "/sign-in", "said": "/tsk", "region": "/"}
    read_by |= dict.fromkeys(("language", "size", "theme"), "/regions")
    for name, address in read_by.items():
        for value in (*filter(str.isascii, VALUES), "%ff", "\xff\xfe"):
            clean = "".join(character for character in value if character >= " " and character not in ";,")[:4000]
            wrong += _asked(village.app.test_client(), address, headers={"Cookie": f"{name}={clean}"})
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.once
def test_the_checks_would_notice(village):
    """A page with live markup and a database with a broken reference are told apart from good ones."""
    good = village.enter("visitor").get("/tsk")
    assert not live_markup(good) and not broken_rules()
    page = Page(good.text.replace("</h1>", "</h1><img src=y onerror=alert(1)>"))
    assert faults(page, language="ja")
    assert visited(good, "/tsk").page is not None
    with transaction():
        db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        db.session.connection().exec_driver_sql("UPDATE holding SET posted = posted + 1 WHERE posted > 0")
    assert broken_rules()
