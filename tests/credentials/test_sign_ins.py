"""Devices: new ids, lifetimes, signing out, and what each device may see of the others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.credentials import queries, service
from app.credentials.models import SignIn
from app.db import db, transaction
from app.ledger import service as ledger
from app.members.models import Member, Membership
from app.shops.models import Shop
from tests import factories
from tests.credentials.authenticator import Authenticator, Browser


def sign_ins() -> list[SignIn]:
    db.session.rollback()
    query = sa.select(SignIn).order_by(SignIn.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


# --- new ids ------------------------------------------------------------------------------------------------


def test_the_cookie_is_kept_hashed_and_has_256_bits(phone: Browser) -> None:
    (row,) = sign_ins()
    assert row.id_hash == service.digest(phone.cookie)
    assert phone.cookie not in row.id_hash
    assert len(phone.cookie) == 43


def test_a_planted_id_is_worth_nothing_after_the_sign_in(app: Flask, phone: Browser, passkey: Authenticator) -> None:
    victim = Browser(app.test_client())
    victim.cookie = planted = "planted-by-somebody-else"
    assert victim.sign_in(passkey).status_code == 303
    assert victim.cookie != planted
    thief = Browser(app.test_client())
    thief.cookie = planted
    assert not thief.is_signed_in


def test_signing_in_again_ends_what_the_browser_had(phone: Browser, passkey: Authenticator) -> None:
    before = phone.cookie
    field = phone.proof("/passkeys")
    options = phone.client.post("/sign-in/challenges", headers={"X-Proof": field}).get_json()
    answer = phone.client.post("/sign-in", data={"proof": field, "credential": passkey.get(options)})
    assert answer.status_code == 303
    assert phone.cookie != before
    assert [row.ended_at is None for row in sign_ins()] == [False, True]
    phone.cookie = before
    assert not phone.is_signed_in


def test_showing_a_passkey_changes_the_id_and_kills_the_old_one(clock, phone: Browser, passkey: Authenticator) -> None:
    before, at = phone.cookie, clock.move(minutes=40)
    answer = phone.confirm(passkey, next="/tsk/events/new")
    assert (answer.status_code, answer.location) == (303, "/tsk/events/new")
    assert phone.cookie != before
    (row,) = sign_ins()
    assert row.fresh_at == at
    phone.cookie = before
    assert not phone.is_signed_in


def test_making_a_passkey_changes_the_id_and_leaves_other_devices_alone(
    app: Flask, phone: Browser, person: Membership, at: datetime
) -> None:
    tablet = Browser(app.test_client())
    with transaction():
        _, tablet.cookie = service.sign_in(member_id=person.member_id, way="claim", at=at, label="iPad · Safari")
    before = phone.cookie
    assert phone.register(Authenticator()).status_code == 303
    assert phone.cookie != before
    assert phone.is_signed_in
    assert tablet.is_signed_in
    assert "iPad · Safari" in phone.client.get("/passkeys").text


# --- lifetimes ----------------------------------------------------------------------------------------------


def test_an_own_device_stays_signed_in_for_400_days_after_its_last_use(clock, phone: Browser) -> None:
    clock.move(days=399)
    assert phone.is_signed_in
    clock.move(days=399, hours=23)
    assert phone.is_signed_in
    clock.move(days=400)
    assert not phone.is_signed_in


def test_the_browser_counts_from_the_last_use_too(clock, phone: Browser) -> None:
    assert "yui=" not in str(phone.client.get("/me").headers)
    clock.move(days=2)
    answer = phone.client.get("/me")
    assert f"Max-Age={400 * 86400}" in answer.headers["Set-Cookie"]
    assert phone.cookie in answer.headers["Set-Cookie"]


def test_reading_is_noted_once_a_day_forms_once_an_hour(clock, phone: Browser) -> None:
    (before,) = [row.last_seen_at for row in sign_ins()]
    clock.move(hours=23)
    phone.client.get("/me")
    assert [row.last_seen_at for row in sign_ins()] == [before]
    phone.client.post("/language", data={"size": "l"})
    assert [row.last_seen_at for row in sign_ins()] == [clock.now()]
    noted = clock.now()
    clock.move(minutes=59)
    phone.client.post("/language", data={"size": "m"})
    assert [row.last_seen_at for row in sign_ins()] == [noted]


def test_a_shared_pc_signs_out_after_30_minutes_without_use(
    app: Flask, clock, phone: Browser, passkey: Authenticator
) -> None:
    pc = Browser(app.test_client())
    answer = pc.sign_in(passkey, shared="1")
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie" and value.startswith("yui="))
    assert "Max-Age" not in cookie
    for _ in range(3):
        clock.move(minutes=29)
        assert pc.is_signed_in
    clock.move(minutes=30)
    assert not pc.is_signed_in
    assert phone.is_signed_in


def test_a_till_is_open_for_14_hours_however_busy(app: Flask, clock, person: Membership, at: datetime) -> None:
    with transaction():
        account_id = ledger.open_account(region_id=person.region_id, kind="shop", owner="shop:1")
        names = {"code": "AAAA2222", "name": "見本茶屋", "account_id": account_id}
        shop = Shop(region_id=person.region_id, created_at=at, **names)
        db.session.add(shop)
        db.session.flush()
        _, secret = service.open_till(region_id=person.region_id, shop_id=shop.id, at=at)
    till = Browser(app.test_client())
    till.cookie = secret
    till.client.raises = False
    clock.move(hours=13, minutes=59)
    till.client.post("/language", data={"size": "l"})
    assert till.client.get("/me").status_code == 403  # known, but not a person
    clock.move(minutes=1)
    assert till.client.get("/me").location.startswith("/sign-in")


def test_a_change_of_rights_ends_older_sign_ins(clock, phone: Browser) -> None:
    with transaction():
        db.session.execute(sa.update(Member).values(credentials_changed_at=clock.move(seconds=1)))
    assert not phone.is_signed_in


# --- signing out --------------------------------------------------------------------------------------------


def test_signing_out_kills_the_id_on_the_server(app: Flask, phone: Browser) -> None:
    cookie = phone.cookie
    answer = phone.client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert phone.cookie == ""
    thief = Browser(app.test_client())
    thief.cookie = cookie
    assert thief.client.get("/me").location == "/sign-in?next=/me"


def test_private_pages_are_never_kept(phone: Browser) -> None:
    for page in ("/me", "/passkeys", "/passkeys/confirm", "/sign-in"):
        assert phone.client.get(page).headers["Cache-Control"] == "no-store", page


def test_nobody_else_can_sign_a_browser_out(phone: Browser) -> None:
    phone.client.raises = False
    foreign = phone.client.post("/sign-out", foreign=True, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert phone.is_signed_in


def test_each_device_can_be_ended(app: Flask, phone: Browser, person: Membership, at: datetime) -> None:
    tablets = [Browser(app.test_client()) for _ in range(3)]
    with transaction():
        for tablet in tablets:
            _, tablet.cookie = service.sign_in(member_id=person.member_id, way="claim", at=at)
    first = sign_ins()[1]
    assert phone.post("/passkeys", f"/passkeys/devices/{first.id}/removal").location == "/passkeys"
    assert [tablet.is_signed_in for tablet in tablets] == [False, True, True]
    assert phone.post("/passkeys", "/passkeys/devices/removal").location == "/passkeys"
    assert [tablet.is_signed_in for tablet in tablets] == [False, False, False]
    assert phone.is_signed_in
    own = sign_ins()[0]
    assert phone.post("/passkeys", f"/passkeys/devices/{own.id}/removal").location == "/"
    assert not phone.is_signed_in


def test_nobody_ends_anothers_device(app: Flask, phone: Browser, person: Membership, at: datetime) -> None:
    stranger = factories.membership(factories.world("ows", at=at).region, at=at)
    with transaction():
        row, _ = service.sign_in(member_id=stranger.member_id, way="claim", at=at)
    phone.client.raises = False
    assert phone.post("/passkeys", f"/passkeys/devices/{row.id}/removal").status_code == 404
    assert sign_ins()[-1].ended_at is None


# --- pages --------------------------------------------------------------------------------------------------


def test_whoever_is_signed_in_goes_on(phone: Browser) -> None:
    assert phone.client.get("/sign-in?next=/tsk/events").location == "/tsk/events"
    assert phone.client.get("/sign-in?next=//evil.example").location == "/"


def test_after_the_sign_in_nobody_is_led_away(app: Flask, phone: Browser, passkey: Authenticator) -> None:
    other = Browser(app.test_client())
    assert other.sign_in(passkey, next="https://evil.example").location == "/"


@pytest.mark.parametrize("page", ["/me", "/passkeys", "/passkeys/confirm"])
def test_strangers_are_led_to_the_sign_in(browser: Browser, page: str) -> None:
    assert browser.client.get(page).location == f"/sign-in?next={page}"


def test_without_a_passkey_the_confirmation_offers_to_make_one(phone: Browser) -> None:
    assert 'data-kind="create"' in phone.client.get("/passkeys/confirm?next=/tsk").text
    answer = phone.register(Authenticator(), next="/tsk/shops/1")
    assert answer.location == "/tsk/shops/1"
    assert 'data-kind="get"' in phone.client.get("/passkeys/confirm").text


def test_on_an_address_that_cannot_have_passkeys_no_button_is_shown(app: Flask, new_app) -> None:
    page = new_app(ORIGIN="http://192.168.1.20:8000").test_client().get("/sign-in", base_url="http://192.168.1.20:8000")
    assert "data-kind" not in page.text
    assert "https" in page.text


# --- strong ---------------------------------------------------------------------------------------------------


def test_a_passkey_makes_strong(app: Flask, phone: Browser, person: Membership) -> None:
    assert not queries.is_strong(None)
    assert not queries.is_strong(sign_ins()[0])
    phone.register(Authenticator())
    assert queries.is_strong(sign_ins()[0])


def test_a_demo_sign_in_is_strong_in_a_demo_only(
    app: Flask, person: Membership, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        row, _ = service.sign_in(member_id=person.member_id, way="demo", at=at)
    monkeypatch.setitem(app.extensions, "is_demo", lambda: False)
    assert not queries.is_strong(row)
    monkeypatch.setitem(app.extensions, "is_demo", lambda: True)
    assert queries.is_strong(row)
    assert queries.is_recently_shown(row, at + timedelta(days=9))
