"""The database fails once, at each statement of an act in turn: all of the act happens, or none of it.

The same form sent again then does exactly what it does where nothing ever failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.db import uuid7
from app.ledger import proof
from app.shops import presented
from tests import factories
from tests.client import Client
from tests.races.faults import Fault, change, digest, failing, sums
from tests.races.people import Person, counter, person

Send = Callable[[], int]
Acts = Iterator[Send]
DOOR, SHELF = "/tsk/events/{}/check-ins", "/tsk/shops/offers/{}/redemptions"
MOST = 80  # statements; an act with more of them has a fault of its own


@pytest.fixture
def world(app, at):
    return factories.world(at=at)


def door(world, at, **changes) -> str:
    host = factories.membership(world.region, at=at)
    return DOOR.format(factories.event(world.region, host, at=at, award="arrival", **changes).id)


def signed_in(app, cookie: str) -> Client:
    client = app.test_client()
    client.raises = False
    client.set_cookie("yui", cookie)
    return client


def arrivals(app, world, at) -> Acts:
    path = door(world, at)
    while True:
        client, form = signed_in(app, person(world, at=at).cookie), {"key": uuid7()}
        yield lambda client=client, form=form: client.post(path, data=form).status_code


def visits(app, world, at) -> Acts:
    path = door(world, at)
    while True:
        client, form = app.test_client(), {"key": uuid7(), "nickname": "みなと"}
        client.raises = False
        client.get(path.removesuffix("/check-ins"))
        yield lambda client=client, form=form: client.post(path, data=form).status_code


def claims(app, world, at) -> Acts:
    for visit in visits(app, world, at):
        assert visit() == 303
        client = visit.__defaults__[0]
        form = {"key": uuid7(), "name": "例野 みなと", "proof": field_in(client.get("/claim").text)}
        yield lambda client=client, form=form: client.post("/claim", data=form).status_code


def requests(app, world, at) -> Acts:
    path = SHELF.format(counter(world, at=at, price=3, stock=1000).offer.id)
    for number in range(MOST * 2):
        one = in_two_lots(world, at, strong=number % 2 == 0)
        client, form = signed_in(app, one.cookie), {"key": uuid7()}
        yield lambda client=client, form=form: client.post(path, data=form).status_code


def confirmations(app, world, at) -> Acts:
    shop = counter(world, at=at, price=3, stock=1000)
    till = signed_in(app, shop.cookie)
    while True:
        key = uuid7()
        client = signed_in(app, in_two_lots(world, at).cookie)
        assert client.post(SHELF.format(shop.offer.id), data={"key": key}).status_code == 303
        form = {"code": presented.code_for(key), "key": uuid7(), "proof": shop.proof}
        yield lambda form=form: till.post("/till/confirmations", data=form).status_code


def in_two_lots(world, at, strong: bool = True) -> Person:
    """Three coins that expire on two days, so that a payment takes from both."""
    one = person(world, at=at, coins=2, strong=strong)
    factories.coins(world, one.membership, 1, at=at, expires_on=at.date().replace(year=2027))
    return one


def field_in(page: str) -> str:
    found = re.search(r'name="proof" value="([^"]+)"', page)
    assert found, "the page shows no form"
    return found[1]


@pytest.mark.parametrize(
    ("acts", "done"),
    [(arrivals, 303), (visits, 303), (claims, 303), (requests, 303), (confirmations, 200)],
    ids=["check-in", "visit", "claim", "request", "confirm"],
)
def test_a_fault_at_any_statement_leaves_nothing_and_a_retry_does_it_once(app, world, at, acts: Any, done: int):
    sends = acts(app, world, at)
    assert next(sends)() == done  # the first of its kind also writes what all of them share
    effect = effect_of(next(sends), done)
    assert effect, "the act writes nothing: this test would see nothing"
    assert effect_of(next(sends), done, twice=True) == effect, "the same form twice is one act"
    strike(Fault(at=None), next(sends), done, effect)
    for number in range(1, MOST):
        if not strike(Fault(at=number), next(sends), done, effect):
            break
    else:
        pytest.fail(f"more than {MOST} statements")
    assert proof.prove()["ok"]


def effect_of(send: Send, done: int, *, twice: bool = False) -> dict[str, int]:
    before = sums()
    for _ in range(1 + twice):
        assert send() == done
    return change(before, sums())


def strike(fault: Fault, send: Send, done: int, effect: dict[str, int]) -> bool:
    """Send with a fault, then again without; False if the act was over before the fault."""
    untouched, before = digest(), sums()
    with failing(fault):
        status = send()
    if not fault.happened:
        assert (fault.at is not None, status) == (True, done)
        return False
    assert status == 503 or (fault.committed and status == done), (status, fault.statements[-1])
    if fault.committed:  # the act is done, only its answer may be lost
        assert change(before, sums()) == effect, fault.statements[-1]
    else:
        assert digest() == untouched, f"half written at {fault.statements[-1]}"
    assert send() == done
    assert change(before, sums()) == effect, fault.statements[-1]
    return True
