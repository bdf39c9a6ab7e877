"""Thirty-two at once at the counter: coins for one, one code, one piece left."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from app.db import db, uuid7
from app.ledger import proof
from app.ledger.models import Hold, HoldEnd, Holding
from app.shops import presented
from app.shops.models import Redemption
from tests import factories
from tests.conftest import AT
from tests.races.crowd import CROWD, Phone, all_at_once, tally, watching
from tests.races.people import counter, people, person

SHELF = "/tsk/shops/offers/{}/redemptions"


def shop_and_customers(number, *, coins):
    world = factories.world(at=AT)
    return counter(world, at=AT), people(world, number, at=AT, coins=coins)


def test_coins_for_one_are_held_once_at_thirty_two_shops(new_server, inside, rounds):
    """By turns with a passkey and without: the latter waits for the member's other requests much earlier."""

    def fill():
        world = factories.world(at=AT)
        offers = [counter(world, at=AT).offer.id for _ in range(CROWD)]
        return offers, [person(world, at=AT, coins=1, strong=number % 2 == 0) for number in range(rounds)]

    server = new_server(fill)
    offers, crowd = server.filled
    with watching(server):
        for one in crowd:
            phones = [Phone(server, yui=one.cookie) for _ in offers]
            answers = all_at_once(phones, lambda phone, i: phone.post(SHELF.format(offers[i]), key=uuid7()))
            assert tally(answers) == {303: 1, 422: CROWD - 1}
    with inside(server):
        held = db.session.execute(sa.select(Holding.posted, Holding.held)).all()
        assert held == [(1, 1)] * rounds
        per_person = db.session.execute(sa.select(sa.func.count()).select_from(Redemption)).scalar()
        assert per_person == db.session.scalar(sa.select(sa.func.count()).select_from(Hold)) == rounds
        assert proof.prove()["ok"]


def test_one_code_is_captured_once(new_server, inside, rounds):
    server = new_server(lambda: shop_and_customers(rounds, coins=2))
    shop, crowd = server.filled
    till = {"proof": shop.proof}
    with watching(server):
        for one in crowd:
            code = requested(server, shop, one)
            tills = [Phone(server, yui=shop.cookie) for _ in range(CROWD)]
            answers = all_at_once(
                tills, lambda phone, _, code=code: phone.post("/till/confirmations", code=code, key=uuid7(), **till)
            )
            assert tally(answers) == {200: 1, 409: CROWD - 1}
    with inside(server):
        assert db.session.scalars(sa.select(HoldEnd.kind)).all() == ["captured"] * rounds
        assert db.session.scalar(sa.select(Holding.posted).where(Holding.account_id == shop.shop.account_id)) == rounds
        assert proof.prove()["ok"]


def test_a_till_that_sends_one_form_often_captures_once_and_sees_it_each_time(new_server, inside, rounds):
    server = new_server(lambda: shop_and_customers(rounds, coins=2))
    shop, crowd = server.filled
    with watching(server):
        for one in crowd:
            form = {"code": requested(server, shop, one), "key": uuid7(), "proof": shop.proof}
            tills = [Phone(server, yui=shop.cookie) for _ in range(CROWD)]
            answers = all_at_once(tills, lambda phone, _, form=form: phone.post("/till/confirmations", **form))
            assert tally(answers) == {200: CROWD}
    with inside(server):
        assert db.session.scalar(sa.select(Holding.posted).where(Holding.account_id == shop.shop.account_id)) == rounds
        assert proof.prove()["ok"]


def test_the_last_piece_goes_to_one_of_thirty_two(new_server, inside, rounds):
    def fill():
        world = factories.world(at=AT)
        shops = [counter(world, at=AT, stock=1) for _ in range(rounds)]
        return shops, people(world, CROWD, at=AT, coins=rounds)

    server = new_server(fill)
    shops, crowd = server.filled
    with watching(server):
        for shop in shops:
            phones = [Phone(server, yui=one.cookie) for one in crowd]
            path = SHELF.format(shop.offer.id)
            answers = all_at_once(phones, lambda phone, _, path=path: phone.post(path, key=uuid7()))
            assert tally(answers) == {303: 1, 422: CROWD - 1}
    with inside(server):
        taken = Counter(db.session.scalars(sa.select(Redemption.offer_id)))
        assert taken == {shop.offer.id: 1 for shop in shops}
        assert proof.prove()["ok"]


def test_one_form_sent_thirty_two_times_is_one_redemption(new_server, inside, rounds):
    server = new_server(lambda: shop_and_customers(rounds, coins=3))
    shop, crowd = server.filled
    path = SHELF.format(shop.offer.id)
    with watching(server):
        for one in crowd:
            key, phones = uuid7(), [Phone(server, yui=one.cookie) for _ in range(CROWD)]
            answers = all_at_once(phones, lambda phone, _, key=key: phone.post(path, key=key))
            assert tally(answers) == {303: CROWD}
            assert len({answer.location for answer in answers}) == 1
    with inside(server):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Hold)) == rounds
        assert proof.prove()["ok"]


def requested(server, shop, one) -> str:
    """A live code of this person at this shop."""
    key = uuid7()
    with Phone(server, yui=one.cookie) as phone:
        answer = phone.post(SHELF.format(shop.offer.id), key=key)
    assert answer.status == 303, answer
    return presented.code_for(key)
