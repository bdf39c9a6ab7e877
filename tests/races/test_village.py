"""A whole village behind one address: nobody at the door is told to wait, and one who guesses is."""

from __future__ import annotations

import re

import sqlalchemy as sa

from app.checkins.models import CheckIn
from app.db import db, uuid7
from app.shops.till import WRONG_TRIES
from tests import factories
from tests.races.people import counter, people

PEOPLE, CLAIMS = 200, 70
DOOR = "/tsk/events/{}/check-ins"


def test_two_hundred_from_one_address_are_let_in_and_one_guesser_is_held(app, at):
    world = factories.world(at=at)
    host = factories.membership(world.region, at=at)
    event = factories.event(world.region, host, at=at, award="arrival").id
    members = people(world, PEOPLE, at=at, strong=False)
    guesser, guesses = app.test_client(), []
    for number, member in enumerate(members):
        if number % 10 == 0:
            guesses.append(guess_till(guesser, number))
        phone = app.test_client()
        phone.set_cookie("yui", member.cookie)
        assert phone.post(DOOR.format(event), data={"key": uuid7()}).status_code == 303
    assert guesses == [422] * WRONG_TRIES + [429] * (len(guesses) - WRONG_TRIES)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckIn)) == PEOPLE


def test_two_hundred_guests_from_one_address_are_let_in(app, at):
    world = factories.world(at=at)
    event = factories.event(world.region, factories.membership(world.region, at=at), at=at).id
    answers = {app.test_client().post(DOOR.format(event), data={"key": uuid7()}).status_code for _ in range(PEOPLE)}
    assert answers == {303}


def test_seventy_guests_from_one_address_claim_within_a_minute(app, at):
    """More than an address may guess wrongly: whoever claims does not guess."""
    world = factories.world(at=at)
    host = factories.membership(world.region, at=at)
    event = factories.event(world.region, host, at=at, award="arrival").id
    assert {visit_and_claim(app.test_client(), event) for _ in range(CLAIMS)} == {303}


def test_a_till_where_somebody_guesses_digits_waits_and_the_shop_next_door_does_not(app, at):
    world = factories.world(at=at)
    bad, good = counter(world, at=at), counter(world, at=at, name="酒店")
    assert [guess_digits(app, bad, number) for number in range(WRONG_TRIES + 1)] == [422] * WRONG_TRIES + [429]
    assert guess_digits(app, good, 0) == 422


def guess_till(client, number):
    return client.post("/till", data={"code": f"{number:08}", "proof": proof_on(client, "/till")}).status_code


def visit_and_claim(client, event):
    client.get(f"/tsk/events/{event}")
    assert client.post(DOOR.format(event), data={"key": uuid7()}).status_code == 303
    return client.post("/claim", data={"key": uuid7(), "proof": proof_on(client, "/claim")}).status_code


def proof_on(client, address):
    """The hidden field of the form on a page."""
    found = re.search(r'name="proof" value="([^"]+)"', client.get(address).text)
    assert found, f"{address} shows no form"
    return found[1]


def guess_digits(app, shop, number):
    client = app.test_client()
    client.set_cookie("yui", shop.cookie)
    form = {"code": f"{number:06}", "key": uuid7(), "proof": shop.proof}
    return client.post("/till/confirmations", data=form).status_code
