"""Passkeys in a real Chromium with a virtual authenticator, against the real server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.credentials import service
from app.credentials.models import Credential
from app.db import db, transaction
from tests import factories
from tests.serving import Server

pytestmark = pytest.mark.browser
SIGN_IN, MAKE, CONFIRM = "パスキーで サインイン", "パスキーを つくる", "パスキーで たしかめる"
FAILED = "パスキーを たしかめられませんでした。もう一度 おしてください。"
WITHOUT_HELPERS = """
    delete PublicKeyCredential.parseCreationOptionsFromJSON;
    delete PublicKeyCredential.parseRequestOptionsFromJSON;
    delete PublicKeyCredential.prototype.toJSON;
"""
OPTIONS = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
    "defaultBackupEligibility": True,
    "defaultBackupState": True,
}


class Authenticator:
    """A phone's own keys: they survive its cookies."""

    def __init__(self, page: Page) -> None:
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable", {"enableUI": False})
        self.id = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})["authenticatorId"]

    def verifies(self, yes: bool) -> None:
        self._send("setUserVerified", isUserVerified=yes)

    def passkeys(self) -> list[dict[str, Any]]:
        return self._send("getCredentials")["credentials"]

    def forget(self) -> None:
        self._send("clearCredentials")

    def add(self, passkey: dict[str, Any]) -> None:
        self._send("addCredential", credential=passkey)

    def _send(self, command: str, **values: Any) -> dict[str, Any]:
        return self.devtools.send(f"WebAuthn.{command}", {"authenticatorId": self.id, **values})


@pytest.fixture
def place(new_server: Callable[..., Server], at: datetime) -> Server:
    """A server with one member; `filled` is the link that signs them in."""

    def fill() -> str:
        person = factories.membership(factories.world(at=at).region, at=at)
        with transaction():
            return service.make_link(purpose="set_up", subject=f"member:{person.member_id}", at=at)

    return new_server(fill, workers=1)


@pytest.fixture
def page(phones: Any, place: Server) -> Page:
    return phones(place)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def come_in(page: Page, place: Server) -> Authenticator:
    """Through the set-up link to the first passkey."""
    authenticator = Authenticator(page)
    page.goto(f"/set-up/{place.filled}")
    press(page, "はじめる")
    press(page, MAKE)
    expect(page.get_by_role("status")).to_have_text("パスキーを つくりました。")
    return authenticator


def says(page: Page, text: str) -> None:
    """The words are to be seen; those for other cases wait hidden on the same page."""
    expect(page.get_by_text(text).locator("visible=true")).to_have_count(1)


def sign_out(page: Page) -> None:
    page.goto("/me")
    press(page, "サインアウト")
    expect(page.get_by_role("status")).to_have_text("サインアウトしました。")


def cookie(page: Page) -> str:
    return next((one["value"] for one in page.context.cookies() if one["name"] == "yui"), "")


def test_make_a_passkey_sign_out_sign_in_confirm(page: Page, place: Server) -> None:
    authenticator = come_in(page, place)
    (passkey,) = authenticator.passkeys()
    assert passkey["isResidentCredential"]
    press(page, "もうひとつ つくる")
    says(page, "この端末のパスキーは もう つくってあります。")

    place.move_clock(timedelta(minutes=6))  # too long ago for another one
    press(page, "もうひとつ つくる")
    expect(page).to_have_url(f"{place.origin}/passkeys/confirm?next=/passkeys")
    press(page, CONFIRM)
    expect(page).to_have_url(f"{place.origin}/passkeys")

    sign_out(page)
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("サインイン")  # nothing of the last person

    page.goto("/passkeys")
    expect(page).to_have_url(f"{place.origin}/sign-in?next=/passkeys")
    press(page, SIGN_IN)
    expect(page).to_have_url(f"{place.origin}/passkeys")
    expect(page.get_by_role("status")).to_have_text("サインインしました。")

    before = cookie(page)
    page.goto("/passkeys/confirm?next=/me")
    press(page, CONFIRM)
    expect(page).to_have_url(f"{place.origin}/me")
    assert cookie(page) not in ("", before)


def test_what_does_not_open(page: Page, place: Server, inside: Any) -> None:
    """No finger or face, a copy, a removed passkey; and what does, on a phone without the newest helpers."""
    page.add_init_script(WITHOUT_HELPERS)
    authenticator = come_in(page, place)
    (passkey,) = authenticator.passkeys()
    sign_out(page)

    authenticator.verifies(False)
    try_to_sign_in(page)
    says(page, FAILED)  # the browser refuses, since the server asks for a finger or a face
    page.route("**/sign-in/challenges", ask_for_less)
    try_to_sign_in(page)
    says(page, FAILED)  # it was asked for less, and the server refuses
    assert cookie(page) == ""
    page.unroute("**/sign-in/challenges")
    authenticator.verifies(True)

    with inside(place), transaction():
        db.session.execute(sa.update(Credential).values(sign_count=passkey["signCount"] + 50))
    try_to_sign_in(page)
    says(page, FAILED)
    authenticator.forget()
    authenticator.add(passkey | {"signCount": passkey["signCount"] + 60})
    press(page, SIGN_IN)
    expect(page.get_by_role("status")).to_have_text("サインインしました。")
    sign_out(page)

    with inside(place), transaction():
        db.session.execute(sa.delete(Credential))
    try_to_sign_in(page)
    says(page, FAILED)
    assert len(authenticator.passkeys()) == 1


def try_to_sign_in(page: Page) -> None:
    page.goto("/sign-in")
    press(page, SIGN_IN)


def ask_for_less(route: Any) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"userVerification": "discouraged"})


def test_no_button_is_shown_that_cannot_work(phones: Any, place: Server) -> None:
    for lacking in ("window.PublicKeyCredential", "PublicKeyCredential.isConditionalMediationAvailable"):
        page = phones(place)
        page.add_init_script(f"delete Credential.isConditionalMediationAvailable; delete {lacking}")
        page.goto("/sign-in")
        says(page, "このブラウザーでは パスキーを 使えません。ほかの入り方を えらんでください。")
        expect(page.get_by_role("button", name=SIGN_IN)).to_have_count(0)
        expect(page.get_by_role("link", name="番号を 入れる")).to_be_visible()

    line = phones(place, user_agent="Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36 Line/14.1.0")
    line.add_init_script("delete window.PublicKeyCredential")
    line.goto("/sign-in?next=/me")
    outside = line.get_by_role("link", name="ブラウザーで ひらく")
    expect(outside).to_have_attribute("href", "/sign-in?next=/me&openExternalBrowser=1")

    plain = phones(place, javascript=False)
    plain.goto("/sign-in")
    expect(plain.locator("noscript")).to_be_visible()
    expect(plain.get_by_role("button", name=SIGN_IN)).to_have_count(0)
