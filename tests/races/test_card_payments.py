"""Thirty-two at once at counters without a code: one piece left, one card in many shops, one tap, one form."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.ledger import proof
from app.ledger.models import Hold, Holding
from app.members.rules import card_number
from app.shops.models import Redemption
from tests import factories
from tests.conftest import AT
from tests.races.crowd import CROWD, Phone, all_at_once, tally, watching
from tests.races.people import counter, people
from tests.serving import Server

SHELF = "/tsk/shops/offers/{}/redemptions"
PAY = "/till/card-payments"


def numbered(world, number, *, coins):
    """People with a number on a card."""
    crowd = people(world, number, at=AT, coins=coins)
    with transaction():
        for serial, one in enumerate(crowd, 1):
            row = db.session.merge(one.membership)
            row.number = one.membership.number = card_number(world.region.code, serial)
    return crowd


def shown(server: Server, shop, one) -> dict[str, str]:
    """The till reads a card; what its page would send."""
    with Phone(server, yui=shop.cookie) as till:
        page = till.post("/till/confirmations", code=one.membership.number, key=uuid7(), proof=shop.proof)
    assert page.status == 200, page.status
    found = re.search(r'name="shown" value="([^"]+)"', page.body)
    assert found is not None
    return {"shown": unescape(found[1]), "offer": str(shop.offer.id), "proof": shop.proof}


def pay_at_once(server, tills, forms):
    phones = [Phone(server, yui=shop.cookie) for shop in tills]
    return all_at_once(phones, lambda phone, i: phone.post(PAY, **forms[i]))


def test_the_last_piece_goes_to_one_of_thirty_two_cards(new_server, inside, rounds):
    def fill():
        world = factories.world(at=AT)
        return [counter(world, at=AT, stock=1) for _ in range(rounds)], numbered(world, CROWD, coins=rounds)

    server = new_server(fill)
    shops, crowd = server.filled
    with watching(server):
        for shop in shops[:3]:  # a card has three coins a day
            forms = [shown(server, shop, one) for one in crowd]
            assert tally(pay_at_once(server, [shop] * CROWD, forms)) == {200: 1, 422: CROWD - 1}
    with inside(server):
        taken = Counter(db.session.scalars(sa.select(Redemption.offer_id)))
        assert taken == {shop.offer.id: 1 for shop in shops[:3]}
        assert db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Holding.held), 0))) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Hold)) == len(shops[:3])
        assert proof.prove()["ok"]


def test_a_card_in_thirty_two_shops_pays_three_coins(new_server, inside, rounds):
    def fill():
        world = factories.world(at=AT)
        return [counter(world, at=AT) for _ in range(CROWD)], numbered(world, rounds, coins=CROWD)

    server = new_server(fill)
    shops, crowd = server.filled
    with watching(server):
        for one in crowd:
            forms = [shown(server, shop, one) for shop in shops]
            assert tally(pay_at_once(server, shops, forms)) == {200: 3, 422: CROWD - 3}
    with inside(server):
        spent = Counter(db.session.scalars(sa.select(Redemption.membership_id)))
        assert set(spent.values()) == {3} and len(spent) == rounds
        assert proof.prove()["ok"]


def test_one_card_form_sent_thirty_two_times_pays_once(new_server, inside, rounds):
    def fill():
        world = factories.world(at=AT)
        return [counter(world, at=AT) for _ in range(rounds)], numbered(world, rounds, coins=5)

    server = new_server(fill)
    shops, crowd = server.filled
    with watching(server):
        for shop, one in zip(shops, crowd, strict=True):
            form = shown(server, shop, one)
            assert tally(pay_at_once(server, [shop] * CROWD, [form] * CROWD)) == {200: CROWD}
    with inside(server):
        accounts = [shop.shop.account_id for shop in shops]
        assert (
            db.session.scalars(sa.select(Holding.posted).where(Holding.account_id.in_(accounts))).all() == [1] * rounds
        )
        assert proof.prove()["ok"]


def test_what_waits_from_the_sticker_is_given_once(new_server, inside, rounds):
    def fill():
        world = factories.world(at=AT)
        return counter(world, at=AT), people(world, rounds, at=AT, coins=2)

    server = new_server(fill)
    shop, crowd = server.filled
    with watching(server):
        for one in crowd:
            with Phone(server, yui=one.cookie) as phone:
                asked = phone.post(SHELF.format(shop.offer.id), **{"key": uuid7(), "from": "sticker"})
            assert asked.status == 303
            path = f"/till/redemptions/{asked.location.rpartition('/')[2]}/confirmation"
            tills = [Phone(server, yui=shop.cookie) for _ in range(CROWD)]
            answers = all_at_once(tills, lambda phone, _, path=path: phone.post(path, key=uuid7(), proof=shop.proof))
            assert tally(answers) == {200: 1, 409: CROWD - 1}
    with inside(server):
        assert set(db.session.scalars(sa.select(Redemption.way))) == {"sticker"}
        assert proof.prove()["ok"]
