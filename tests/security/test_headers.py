"""What every answer says about itself: pages, fragments, redirects, files and each kind of refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import TestResponse

from app.web.assets import url as asset
from tests.house.addresses import rules
from tests.house.asking import Asker, fill, proof

SECURE = "https://yui.example"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "report-uri": "/csp-reports",
}
SCANS = re.compile(r"/till|/\w+/card/reader|/\w+/events/\d+/check-ins/(scan|companions)")  # pages with a camera
CAMERA = {"worker-src": "'self' blob:", "media-src": "'self' blob:"}
NEVER_ASKED = ("geolocation", "microphone", "payment", "usb")
KEPT = ("static/built",)
ASKED_AGAIN = {  # what is no page: kept, but asked for again, or for a day
    "text/calendar": "private, no-cache",
    "application/manifest+json": "no-cache",
    "text/javascript": "no-cache",  # the worker; modules are kept
    "image/png": "public, max-age=86400",
}
TELLING = ("server", "x-powered-by", "via", "x-runtime")

pytestmark = pytest.mark.once


def faults(response: TestResponse, address: str, *, https: bool) -> list[str]:
    """What one answer lacks, or says too much."""
    headers, found = response.headers, []
    found += [f"{name}: {headers.get(name)}" for name, value in ALWAYS.items() if headers.get(name) != value]
    found += [f"{name}: {value}" for name, value in headers if name.lower().startswith("access-control-")]
    found += [f"{name}: {value}" for name, value in headers if name.lower() in TELLING]
    policy = dict(part.strip().split(" ", 1) for part in headers.get("Content-Security-Policy", "").split(";") if part)
    if policy not in (POLICY, POLICY | CAMERA) or (policy != POLICY and not SCANS.match(address)):
        found.append(f"Content-Security-Policy: {policy}")
    found += [f"{name} allowed" for name in NEVER_ASKED if f"{name}=()" not in headers.get("Permissions-Policy", "")]
    if headers.get("Strict-Transport-Security") != ("max-age=63072000" if https else None):
        found.append(f"Strict-Transport-Security: {headers.get('Strict-Transport-Security')}")
    found += _kept(response, address) + _cookies(response, https=https)
    if response.data and response.mimetype.startswith("text/") and "charset=utf-8" not in response.content_type:
        found.append(f"Content-Type: {response.content_type}")
    return [f"{address} ({response.status_code}): {one}" for one in found]


def _kept(response: TestResponse, address: str) -> list[str]:
    """Files for a year, everything else never, and by whom it was asked."""
    value = response.headers.get("Cache-Control")
    if address.lstrip("/").startswith(KEPT) and response.status_code == 200:
        return [] if value == "public, max-age=31536000, immutable" else [f"Cache-Control: {value}"]
    asked = {"cookie", "hx-request", "sec-fetch-site", "origin"}
    if (asked_again := ASKED_AGAIN.get(response.mimetype)) and response.status_code in (200, 304):
        return [] if value == asked_again else [f"Cache-Control: {value}"]
    missing = asked - {part.strip().lower() for part in response.headers.get("Vary", "").split(",")}
    return [f"Vary without {sorted(missing)}" for _ in missing] + (
        [] if value == "no-store" else [f"Cache-Control: {value}"]
    )


def _cookies(response: TestResponse, *, https: bool) -> list[str]:
    """HttpOnly, Lax, Path=/, no Domain; over https Secure and with the prefix that browsers protect."""
    found = []
    for cookie in response.headers.getlist("Set-Cookie"):
        name, _, rest = cookie.partition("=")
        parts = {part.strip().lower() for part in rest.split(";")[1:]}
        wanted = {"httponly", "samesite=lax", "path=/"} | ({"secure"} if https else set())
        if not wanted <= parts or any(part.startswith("domain") for part in parts):
            found.append(f"Set-Cookie: {name}; {'; '.join(sorted(parts))}")
        if name.startswith("__Host-") != https or ("secure" in parts) != https:
            found.append(f"Set-Cookie: {name}")
    return found


def refusals(asker: Asker, **options: str) -> Iterator[tuple[str, TestResponse]]:
    """One answer of each kind that no page leads to."""
    send = asker.send
    yield "/nothing/here", send("GET", "/nothing/here", **options)
    yield "/tsk", send("DELETE", "/tsk", **options)
    yield "/sign-in", send("POST", "/sign-in", headers={"Sec-Fetch-Site": "cross-site"}, **options)
    yield "/n", send("POST", "/n", data={"number": "x" * (1 << 21)}, **options)
    yield "/n", send("POST", "/n", data={"number": ["1", "2"]}, **options)
    yield "/tsk/events/new", send("GET", "/tsk/events/new", headers={"HX-Request": "true"}, **options)
    yield "/csp-reports", send("POST", "/csp-reports", data="{}", **options)
    yield "/language", send("POST", "/language", data={"language": "en", "size": "xl", "theme": "dark"}, **options)
    yield "/sign-out", send("POST", "/sign-out", **options)


def everything(village, persona: str, **options: str) -> list[tuple[str, TestResponse]]:
    """One answer of every route, as a page and as a part of one, of files, and of each kind of refusal."""
    asker, start = Asker(village, persona), [fill(village, rule) for rule in rules(village.app, "GET")]
    files = [asset(name) for name in ("app.css", "app.js", "htmx.js", "icons/yui.svg")]
    answers = [(address, asker.send("GET", address, **options)) for address in [*start, *files]]
    part = {"HX-Request": "true", "HX-Request-Type": "partial", "Origin": "http://elsewhere.example"}
    answers += [(address, asker.send("GET", address, headers=part, **options)) for address in start]
    return [*answers, *refusals(asker, **options)]


@pytest.mark.parametrize("persona", ["visitor", "steward", "till"])
def test_every_answer_over_http(village, persona):
    answers = everything(village, persona)
    assert {200, 204, 303, 403, 404, 405, 413, 422} <= {answer.status_code for _, answer in answers}
    found = [one for address, answer in answers for one in faults(answer, address, https=False)]
    assert not found, "\n".join(found[:40])


@pytest.fixture
def secured(village, new_app) -> Callable[[str], Asker]:
    """The village on an instance whose origin is https."""
    village.app = new_app(ORIGIN=SECURE)
    return lambda persona: Asker(village, persona)


@pytest.mark.parametrize("persona", ["guest", "member"])
@pytest.mark.usefixtures("secured")
def test_every_answer_over_https(village, persona):
    answers = everything(village, persona, base_url=SECURE)
    assert any(answer.headers.getlist("Set-Cookie") for _, answer in answers)
    found = [one for address, answer in answers for one in faults(answer, address, https=True)]
    assert not found, "\n".join(found[:40])


def test_a_cookie_without_its_prefix_signs_nobody_in(village, secured):
    """What a neighbouring host can plant in a browser is not read over https."""
    secret = village.cookies["member"]["yui"]
    client = village.app.test_client()
    client.set_cookie("yui", secret, domain="yui.example", secure=True)
    assert client.get("/me", base_url=SECURE).status_code == 303
    assert secured("member").send("GET", "/me", base_url=SECURE).status_code == 200


def test_every_way_in_gives_a_new_id_in_a_safe_cookie(village, secured):
    for address in (f"/set-up/{village.keys['set_up']}", f"/till/{village.keys['till']}"):
        asker = secured("member")
        answer = asker.send("POST", address, base_url=SECURE)
        given = [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("__Host-yui=")]
        assert answer.status_code == 303 and len(given) == 1, address
        assert village.cookies["member"]["yui"] not in given[0]
        assert not _cookies(answer, https=True)


def test_signing_out_clears_what_the_browser_kept(village, secured):
    asker = secured("member")
    answer = asker.send("POST", "/sign-out", base_url=SECURE)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert any("__Host-yui=;" in cookie and "Max-Age=0" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert secured("member").send("GET", "/me", base_url=SECURE).status_code == 303  # the id is dead on the server


def test_the_counters_of_two_tabs_end_together(village):
    """店じまい in one tab: the other asks again and is led to the door."""
    first, second = Asker(village, "till"), Asker(village, "till")
    assert first.send("POST", "/till/closing").headers["Clear-Site-Data"]
    answer = second.send("GET", "/till/strip", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/till")


def test_the_field_is_masked_anew_each_time(village):
    """So that compression of the page tells nothing about it."""
    cookies = village.cookies["member"]
    assert len({proof(village.app, cookies) for _ in range(5)}) == 5
