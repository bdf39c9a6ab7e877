"""Every page, for everybody, in both languages, keeps the contract of a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.db import uuid7
from app.web.access import ROLES
from tests.house import addresses, validator, wording
from tests.house.asking import Asker, fill, put_back
from tests.house.crawl import Visit, look, visited, walk
from tests.house.markup import faults

PERSONAS = ("guest", *ROLES)
READ_ENGLISH = ("visitor", "guest", "member", "host", "steward", "shop", "till")  # together they see all there is
OTHERS = ("ows", "sjr")
EXPECTED = (200, 204, 303, 401, 403, 404, 410)

pytestmark = pytest.mark.once


def start(village, persona: str) -> list[str]:
    """All addresses of one region; strangers look at the others too."""
    regions = ("tsk", *OTHERS) if persona == "visitor" else ("tsk",)
    return [address for slug in regions for address in addresses.of_region(village, slug)]


def complaints(visits: dict[str, Visit], language: str) -> list[str]:
    """What is wrong, each with where it was seen."""
    found = []
    for address, visit in visits.items():
        wrong = [] if visit.status in EXPECTED else [f"status {visit.status}"]
        if visit.page is not None:
            wrong += faults(visit.page, language=language, whole=visit.is_document)
            wrong += wording.faults(visit.page, language)
        found += [f"{address}: {one}" for one in dict.fromkeys(wrong)]
    return found


def dead_links(visits: dict[str, Visit]) -> list[str]:
    status = {address: visit.status for address, visit in visits.items()}
    pairs = [(visit.address, link) for visit in visits.values() for link in visit.leads_to]
    return [f"{page}: leads to {link}: {status[link]}" for page, link in pairs if status.get(link, 200) >= 400]


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_page_and_every_link(village, persona):
    client = village.enter(persona)
    around = ["/till"] if persona == "till" else [f"/{slug}" for slug in ("tsk", "C", "me", "passkeys", "demo")]
    visits = walk(client, start(village, persona), around=around)
    found = complaints(visits, "ja")
    if persona != "till":  # it sees its counter alone; that much is in the counter's own links
        assert sum(visit.status == 200 for visit in visits.values()) > 20
        found += dead_links(visits)
    found += dead_links({address: visit for address, visit in visits.items() if address.startswith("/till")})
    found += validator.complaints(visits.values())
    assert not found, wording.listed(found)


@pytest.mark.parametrize("persona", READ_ENGLISH)
def test_every_page_in_english(village, persona):
    client = village.enter(persona, "en")
    visits = {address: look(client, address) for address in start(village, persona)}
    found = complaints(visits, "en")
    assert not found, wording.listed(found)


def test_a_number_that_no_row_can_have_begins_at_the_beginning(village):
    """Lists go on from a row that the address names; whoever types another number there breaks nothing."""
    client, odd = village.enter("office"), "9" * 30
    pages = [address for address in start(village, "office") if "?" not in address]
    visits = [look(client, f"{address}?after={odd}&before={odd}&waiting={odd}") for address in pages]
    assert not [visit.address for visit in visits if visit.status not in EXPECTED]


FILLED = {
    "week": "2", "weekday": "5",
    "title": "川の石ひろい", "place": "五月川", "field": "other", "day": "2026-12-20", "begins": "10:00",
    "ends": "12:00", "audience": "open", "capacity": "20", "coins": "1", "reason": "大雨のため", "nickname": "",
    "name": "", "number": "ZZ", "credential": "{}",
    "number-1": "TSK-0005-9", "offer-1": "1", "day-1": "2026-11-27", "number-2": "ZZ", "thanks": "また どうぞ。",
}  # fmt: skip
OF_STAFF = ("shops.open_till", "shops.end_till", "shops.save_sentence", "shops.enter_slips")
WHO = {"till": "till", "shops": "member", "claims": "guest", "codes": "visitor", "sign_in": "visitor"}
WHO |= {"office": "steward", "places": "visitor"}


def answers(village, language: str) -> Iterator[Visit]:
    """Each form empty and filled in, and sent once more: what it says, or the page that it leads to."""
    right = {"code": village.keys["digits"]}
    for method, rule in addresses.unsafe(village.app):
        persona = "shop" if rule.endpoint in OF_STAFF else WHO.get(rule.endpoint.partition(".")[0], "host")
        for fields in ({}, FILLED, FILLED | right, FILLED | {"code": "ZZ"}):
            with put_back(village):
                asker, address = Asker(village, persona, language), fill(village, rule)
                for attempt in ("first", "second"):
                    data = {"key": uuid7(), "proof": asker.proof, "membership": "1", **fields}
                    answer = asker.send(method, address, data=data)
                    yield visited(answer, f"{method} {address} {sorted(fields)} {attempt}")
                    if answer.status_code == 303:
                        yield look(asker.client, answer.headers["Location"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_answer_to_a_form(village, language):
    """The form again with its sentences, a refusal, or the next page with what was said about it."""
    visits = {f"{number} {visit.address}": visit for number, visit in enumerate(answers(village, language))}
    assert {200, 303, 404, 409, 410, 422} <= {visit.status for visit in visits.values()}
    found = [one for one in complaints(visits, language) if "status 4" not in one]
    if language == "ja":
        found += validator.complaints(visits.values())
    assert not found, wording.listed(found)


@pytest.mark.parametrize("persona", ["member", "host", "till"])
def test_fragments_stand_alone(village, persona):
    """What htmx asks for in parts is well formed by itself."""
    client = village.enter(persona)
    found, parts = [], 0
    for address in addresses.of_region(village, "tsk"):
        part = look(client, address, HX_Request="true", HX_Request_Type="partial")
        assert part.status < 500, address
        if part.page is not None and part.status == 200 and not part.is_document:
            parts += 1
            found += [f"{address}: {one}" for one in faults(part.page, language="ja", whole=False)]
            found += [f"{address}: <{one.tag}> in a fragment" for one in part.page.all("html", "body", "title")]
    assert parts
    assert not found, wording.listed(found)
