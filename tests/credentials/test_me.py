"""«わたし»: names, numbers, and the offer of a passkey when there is something to lose."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask

from app.credentials import queries
from app.db import db, transaction, uuid7
from app.ledger import service as ledger
from app.members import service as members
from app.members.models import Member, Membership
from tests import factories
from tests.credentials.authenticator import Authenticator, Browser

OFFER = 'id="passkeys-offer"'


def give(person: Membership, amount: int, at: datetime) -> None:
    with transaction():
        where = {"region_id": person.region_id, "expires_on": date(2027, 3, 31), "actor": "job:test", "at": at}
        source_id = ledger.open_account(region_id=person.region_id, kind="source", owner="test")
        ledger.issue(key=uuid7(), source_id=source_id, account_id=person.account_id, amount=amount, **where)


def spend(person: Membership, amount: int, at: datetime) -> None:
    with transaction():
        shop_id = ledger.open_account(region_id=person.region_id, kind="shop", owner="shop:9")
        ends = {"region_id": person.region_id, "from_id": person.account_id, "to_id": shop_id}
        ledger.spend(key=uuid7(), amount=amount, kind="redeem", actor="test", at=at, on=at.date(), **ends)


def test_name_and_number(phone: Browser, person: Membership) -> None:
    page = phone.client.get("/me").text
    assert person.name in page
    assert person.number in page
    assert "/tsk/wallet" in page


def test_a_passkey_is_offered_from_the_third_coin(phone: Browser, person: Membership, at: datetime) -> None:
    give(person, 2, at)
    assert OFFER not in phone.client.get("/me").text
    give(person, 1, at)
    assert OFFER in phone.client.get("/me").text
    assert not queries.offers_passkey(person.member_id, seals=1)
    phone.register(Authenticator())
    assert OFFER not in phone.client.get("/me").text


def test_a_passkey_is_offered_after_the_first_spend(phone: Browser, person: Membership, at: datetime) -> None:
    give(person, 1, at)
    spend(person, 1, at)
    assert OFFER in phone.client.get("/me").text


def test_coins_that_expire_are_not_spent(phone: Browser, person: Membership, at: datetime) -> None:
    give(person, 1, at)
    with transaction():
        ledger.sweep_expired(region_id=person.region_id, today=date(2027, 4, 1), at=at + timedelta(days=200))
    assert OFFER not in phone.client.get("/me").text


def test_whoever_reads_for_the_municipality_has_no_purse(phone: Browser, person: Membership, at: datetime) -> None:
    with transaction():
        members.give_duty(membership=person, role="officer", starts_on=at.date(), ends_on=date(2027, 4, 1))
    page = phone.client.get("/me").text
    assert person.number in page
    assert "/tsk/wallet" not in page


def test_pages_about_oneself_wear_the_region_one_was_in_last(
    app: Flask, phone: Browser, person: Membership, at: datetime
) -> None:
    owase = factories.world("ows", at=at).region
    with transaction():
        members.join(region=owase, member=db.session.get_one(Member, person.member_id), kind="friend", at=at)
    assert 'class="head-name" href="/tsk"' in phone.client.get("/me").text
    phone.client.set_cookie("region", "ows")
    for page in ("/me", "/passkeys", "/passkeys/confirm"):
        assert 'class="head-name" href="/ows"' in phone.client.get(page).text
    phone.client.set_cookie("region", "sjr")  # not one's own
    assert 'class="head-name" href="/tsk"' in phone.client.get("/me").text
    phone.client.post("/sign-out")
    assert phone.client.get_cookie("region") is None
