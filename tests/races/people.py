"""Who takes part in races: signed-in members with coins, shops with tills. Called inside a server's database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from app.credentials import service as credentials
from app.credentials.models import Credential
from app.db import db, transaction, uuid7
from app.ledger import service as ledger
from app.members import service as members
from app.members.models import Membership
from app.shops import service as shops
from app.shops.models import Offer, Shop
from app.web.security import field_value
from tests.factories import World

LAST = date(2028, 3, 31)  # the last day of coins earned in 年度 2026


@dataclass
class Person:
    """A member, and the cookie of a device on which they are signed in."""

    membership: Membership
    cookie: str


@dataclass
class Counter:
    """A shop with one offer, and a till: its cookie, and the hidden field that goes with it."""

    shop: Shop
    offer: Offer
    cookie: str
    proof: str


def people(world: World, number: int, *, at: datetime, coins: int = 0, strong: bool = True) -> list[Person]:
    """`strong`: with a passkey, which no test of races ever uses. One transaction for all of them."""
    with transaction():
        return [_person(world, at, coins, strong) for _ in range(number)]


def person(world: World, *, at: datetime, coins: int = 0, strong: bool = True) -> Person:
    return people(world, 1, at=at, coins=coins, strong=strong)[0]


def _person(world: World, at: datetime, coins: int, strong: bool) -> Person:
    member = members.open_member(at=at)
    membership = members.join(region=world.region, member=member, kind="resident", name="見本 結", at=at)
    if coins:
        give(world, membership, coins, at=at)
    _row, cookie = credentials.sign_in(member_id=member.id, way="passkey", at=at)
    if strong:
        db.session.add(_passkey(member.id, at))
    return Person(membership, cookie)


def give(world: World, membership: Membership, amount: int, *, at: datetime, expires_on: date = LAST) -> None:
    """Coins outside the caps, inside the surrounding transaction."""
    ledger.issue(
        key=uuid7(),
        region_id=world.region.id,
        source_id=world.programme.account_id,
        account_id=membership.account_id or 0,
        amount=amount,
        expires_on=expires_on,
        actor="test",
        at=at,
    )


def _passkey(member_id: int, at: datetime) -> Credential:
    return Credential(
        member_id=member_id,
        credential_id=uuid7().encode(),
        public_key=b"",
        sign_count=0,
        device_type="multi_device",
        backed_up=True,
        created_at=at,
    )


def counter(world: World, *, at: datetime, name: str = "茶房", price: int = 1, **offer: int | None) -> Counter:
    with transaction():
        shop = shops.open_shop(region_id=world.region.id, name=name, at=at)
        on_shelf = shops.add_offer(shop=shop, name="煎茶", price=price, at=at, **offer)
        _row, cookie = credentials.open_till(region_id=world.region.id, shop_id=shop.id, at=at)
    return Counter(shop, on_shelf, cookie, proof_for(cookie))


def proof_for(cookie: str) -> str:
    """The hidden field of the forms that a device with this cookie is shown."""
    with current_app.test_request_context(headers={"Cookie": f"yui={cookie}"}):
        return field_value()
