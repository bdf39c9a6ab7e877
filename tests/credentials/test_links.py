"""Links: one button, one use, thirty minutes; a demo's only in a demo on this machine."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from app.credentials import service
from app.credentials.models import Link, SignIn
from app.db import db, transaction
from app.errors import Refused
from app.members.models import Membership
from app.web.sentences import sentence
from tests.credentials.authenticator import Browser


@pytest.fixture
def demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "is_demo", lambda: True)


def link(purpose: str, person: Membership, at: datetime) -> str:
    with transaction():
        return service.make_link(purpose=purpose, subject=f"member:{person.member_id}", at=at)


def sign_ins() -> list[SignIn]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(SignIn)))


def test_the_set_up_link_signs_the_first_member_in_once(
    app: Flask, browser: Browser, person: Membership, at: datetime
) -> None:
    page = f"/set-up/{link('set_up', person, at)}"
    for _ in range(3):  # looking uses nothing up
        assert browser.client.get(page).status_code == 200
    assert browser.post(page, page).location == "/passkeys"
    assert browser.is_signed_in
    (row,) = sign_ins()
    assert (row.way, row.member_id, row.fresh_at) == ("set_up", person.member_id, None)
    again = Browser(app.test_client())
    for answer in (again.client.get(page), again.post("/sign-in", page)):
        assert answer.status_code == 410
        assert sentence("link_used") in answer.text
    assert not again.is_signed_in


def test_a_demo_link_leads_into_the_region(browser: Browser, person: Membership, at: datetime, demo: None) -> None:
    page = f"/demo/sign-in/{link('demo', person, at)}"
    assert person.name in browser.client.get(page).text
    assert browser.post(page, page).location == "/tsk"
    assert sign_ins()[0].way == "demo"


def test_a_demo_link_opens_nothing_elsewhere(
    app: Flask, browser: Browser, person: Membership, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "is_demo", lambda: False)
    browser.client.raises = False
    page = f"/demo/sign-in/{link('demo', person, at)}"
    assert browser.client.get(page).status_code == 404
    assert browser.post("/sign-in", page).status_code == 404
    assert sign_ins() == []


def test_a_demo_link_opens_nothing_on_a_public_host(new_app, app: Flask, person: Membership, at: datetime) -> None:
    public = new_app(ORIGIN="https://yui.example")
    public.extensions["is_demo"] = lambda: True
    page = f"/demo/sign-in/{link('demo', person, at)}"
    client = public.test_client()
    client.raises = False
    assert client.get(page, base_url="https://yui.example").status_code == 404


def test_under_https_the_cookie_is_bound_to_the_host(new_app, app: Flask, person: Membership, at: datetime) -> None:
    client, host = new_app(ORIGIN="https://yui.example").test_client(), "https://yui.example"
    page = f"/set-up/{link('set_up', person, at)}"
    field = re.search(r'name="proof" value="([^"]+)"', client.get(page, base_url=host).text)
    answer = client.post(page, data={"proof": field[1]}, base_url=host)
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie" and "__Host-yui=" in value)
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_link_lives_thirty_minutes(browser: Browser, person: Membership, at: datetime, clock) -> None:
    page = f"/set-up/{link('set_up', person, at)}"
    clock.move(minutes=29, seconds=59)
    field = browser.proof(page)
    clock.move(seconds=1)
    for answer in (browser.client.get(page), browser.client.post(page, data={"proof": field})):
        assert answer.status_code == 410
        assert sentence("link_expired") in answer.text


def test_a_link_is_for_one_purpose(browser: Browser, person: Membership, at: datetime, demo: None) -> None:
    key = link("demo", person, at)
    assert browser.client.get(f"/set-up/{key}").status_code == 410
    assert browser.client.get("/set-up/unknown").status_code == 410
    assert browser.client.get(f"/demo/sign-in/{key}").status_code == 200


def test_the_button_needs_its_field(browser: Browser, person: Membership, at: datetime) -> None:
    browser.client.raises = False
    page = f"/set-up/{link('set_up', person, at)}"
    assert browser.client.post(page).status_code == 403
    assert browser.client.get(page).status_code == 200


def test_the_key_is_kept_hashed(person: Membership, at: datetime) -> None:
    key = link("set_up", person, at)
    assert len(key) == 26
    assert db.session.scalars(sa.select(Link.key_hash)).all() == [service.digest(key)]


def test_of_two_at_once_one_wins(person: Membership, at: datetime) -> None:
    """The second looked before the first had used the link."""
    key = link("till", person, at)
    with transaction():
        found = service.find_link(purpose="till", key=key, at=at)
        db.session.execute(sa.update(Link).where(Link.id == found.id).values(used_at=at))
        with pytest.raises(Refused, match="link_used"):
            service.use_link(purpose="till", key=key, at=at)
