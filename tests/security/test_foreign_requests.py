"""A form of another site reaches no handler, whatever its browser says about itself."""

from __future__ import annotations

import itertools

import pytest
from flask import Response

from app.db import uuid7
from tests.house.addresses import unsafe
from tests.house.asking import Asker, fill, proof

OURS = "http://localhost"
SITES = (None, "same-origin", "same-site", "cross-site", "none")
ORIGINS = (None, "null", OURS, "http://elsewhere.example", f"{OURS}:81", "https://localhost")
EXEMPT = "porch.csp_report"

pytestmark = pytest.mark.once


def is_welcome(site: str | None, origin: str | None, *, has_field: bool) -> bool:
    """The rule, said once more in other words."""
    if site not in (None, "same-origin"):
        return False
    if origin == OURS:
        return True
    says_nothing = origin in (None, "null")
    return says_nothing and (site == "same-origin" or has_field)


@pytest.fixture
def reached(village, monkeypatch) -> list[str]:
    """The endpoints that were called; none of them does anything."""
    called: list[str] = []
    for endpoint in village.app.view_functions:

        def stand_in(endpoint: str = endpoint, **_: object) -> Response:
            called.append(endpoint)
            return Response(status=204)

        stand_in.access = "public"
        monkeypatch.setitem(village.app.view_functions, endpoint, stand_in)
    return called


def headers(site: str | None, origin: str | None) -> dict[str, str]:
    return {name: value for name, value in {"Sec-Fetch-Site": site, "Origin": origin}.items() if value is not None}


def test_the_whole_matrix_on_every_route(village, reached):
    """Every unsafe route × what the browser says × with and without the hidden field where that decides."""
    asker, wrong = Asker(village, "member"), []
    cases = [(site, origin, False) for site, origin in itertools.product(SITES, ORIGINS)]
    cases += [(None, origin, True) for origin in (None, "null")]
    for method, rule in unsafe(village.app):
        address = fill(village, rule)
        for site, origin, has_field in cases:
            reached.clear()
            data = {"key": uuid7()} | ({"proof": asker.proof} if has_field else {})
            answer = asker.client.open(address, method=method, data=data, headers=headers(site, origin), foreign=True)
            welcome = rule.endpoint == EXEMPT or is_welcome(site, origin, has_field=has_field)
            if (answer.status_code, bool(reached)) != ((204, True) if welcome else (403, False)):
                wrong.append(f"{method} {address} {site=} {origin=} {has_field=}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_somebody_elses_field_is_worth_nothing(village, reached):
    """The field is bound to this browser: to its sign-in, or to the cookie that it had before."""
    member = Asker(village, "member")
    others = [
        proof(village.app, village.cookies["steward"]),
        proof(village.app, {"challenge": "another browser"}),
        member.proof[:-6] + "AAAA==",
        "",
        "AAAA",
        "ä" * 40,
    ]
    for method, rule in unsafe(village.app):
        if rule.endpoint == EXEMPT:
            continue
        for other in others:
            data = {"key": uuid7(), "proof": other}
            answer = member.client.open(fill(village, rule), method=method, data=data, foreign=True)
            assert answer.status_code == 403, (rule.rule, other)
    assert not reached


def test_the_routes_that_grant_something_ask_for_the_field_even_from_our_own_pages(village):
    """Sign-in, claim, passkeys, till, coins: Fetch Metadata alone is not enough there."""
    grants = (
        "sign_in.create sign_in.challenge links.set_up links.demo claims.claim till.open_by_code till.open_by_link "
        "till.confirm till.reverse till.close till.choose till.pay till.confirm_waiting till.enter_slips "
        "shops.open_till shops.end_till shops.save_sentence shops.enter_slips hosting.close demo.sign_in "
        "demo.open_till "
        "passkeys.challenge passkeys.create passkeys.remove passkeys.create_confirmation "
        "passkeys.confirmation_challenge passkeys.end_device passkeys.end_other_devices"
    ).split()
    who = {"till": "till", "shops": "shop", "hosting": "host"}
    routes = {rule.endpoint: (method, rule) for method, rule in unsafe(village.app)}
    assert set(grants) <= routes.keys()
    for endpoint in grants:
        method, rule = routes[endpoint]
        asker = Asker(village, who.get(endpoint.partition(".")[0], "steward"))
        answer = asker.send(method, fill(village, rule), data={"key": uuid7()})
        assert answer.status_code == 403, endpoint
        assert 'name="code"' in answer.text or "ページが古くなりました" in answer.text, endpoint


@pytest.mark.parametrize("address", ["/tsk/events/999999/check-ins", "/xyz/events", "/nothing/at/all", "/tsk"])
@pytest.mark.parametrize("persona", ["visitor", "member", "till"])
def test_a_foreign_form_to_nothing_breaks_nothing(village, persona, address):
    answer = village.enter(persona).post(address, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in (403, 404, 405)


def test_a_method_in_a_header_or_a_field_is_not_believed(village, reached):
    asker = Asker(village, "steward")
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        asker.client.get("/tsk/events", headers={name: "POST"})
    asker.client.get("/tsk/events?_method=POST")
    assert reached == ["events.index"] * 4
