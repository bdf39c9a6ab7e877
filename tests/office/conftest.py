"""A region with two people of the office and a member."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.db import db, transaction, uuid7
from app.members import service as members
from app.members.models import Household, Membership
from app.regions.models import Region
from app.shops import service as shops
from app.shops.models import Offer
from tests import factories
from tests.client import Client

OFFER = {"name": "ひげ茶", "price": "3", "kind": "goods", "stock": "", "stock_period": "total", "limit": "2"}
OFFER |= {"limit_period": "month", "story": "一行\n二行"}


@dataclass
class Office:
    """Jimuko asks, Minoru decides, Sora is a member without a duty."""

    world: factories.World
    at: datetime
    jimuko: Membership
    minoru: Membership
    sora: Membership

    @property
    def region(self) -> Region:
        return self.world.region

    def browser(self, app: Any, who: Membership, *, fresh: bool = True) -> Client:
        client: Client = app.test_client()
        factories.sign_in(client, who.member_id, at=self.at, fresh=fresh)
        return client

    def share_roof(self, *people: Membership) -> None:
        with transaction():
            household = Household(region_id=self.region.id)
            db.session.add(household)
            db.session.flush()
            for one in people:
                db.session.get_one(Membership, one.id).household_id = household.id


@pytest.fixture
def office(app: Any, at: datetime) -> Office:
    world = factories.world(at=at)
    names = (("仮野 事務子", "かりの じむこ"), ("試田 みのる", "ためしだ みのる"), ("空想 そら", "くうそう そら"))
    people = [factories.membership(world.region, at=at, name=name, yomi=yomi) for name, yomi in names]
    year = {"starts_on": at.date(), "ends_on": at.date() + timedelta(days=365)}
    with transaction():
        members.give_duty(membership=people[0], role="office", **year)
        members.give_duty(membership=people[1], role="steward", **year)
    return Office(world, at, *people)


@pytest.fixture
def jimuko(office: Office, app: Any) -> Client:
    return office.browser(app, office.jimuko)


@pytest.fixture
def minoru(office: Office, app: Any) -> Client:
    return office.browser(app, office.minoru)


@pytest.fixture
def tea(office: Office) -> Offer:
    with transaction():
        shop = shops.open_shop(region_id=office.region.id, name="見本茶屋", at=office.at)
        return shops.add_offer(shop=shop, name="ひげ茶", price=3, at=office.at, stock=40)


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def proof(page: Any) -> str:
    return re.search(r'name="proof" value="([^"]+)"', page.get_data(as_text=True))[1]


def post(browser: Client, address: str, data: dict[str, Any], *, at: str = "/tsk/office/shops/new") -> Any:
    """With the hidden field of a page of the office."""
    fields = {"proof": proof(browser.get(at)), "key": uuid7(), "back": at} | data
    if "photo" not in data:
        return browser.post(address, data=fields)
    file, name = fields["photo"]
    boundary, body = encode_multipart(fields | {"photo": FileStorage(file, name)})
    return browser.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def changed(row: Any) -> Any:
    return db.session.get_one(type(row), row.id, populate_existing=True)
