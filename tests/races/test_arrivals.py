"""Thirty-two at once at the door: the last place, one form sent often, one phone claiming often."""

from __future__ import annotations

import re
from datetime import timedelta
from http.cookies import SimpleCookie

import sqlalchemy as sa

from app.checkins.models import CheckIn
from app.db import db, uuid7
from app.events.models import Event
from app.issuing.models import Earning
from app.ledger import proof
from app.ledger.models import Holding, Operation
from app.members.models import Member
from tests import factories
from tests.conftest import AT
from tests.races.crowd import CROWD, Phone, all_at_once, tally, watching
from tests.races.people import people

DOOR = "/tsk/events/{}/check-ins"


def gatherings(world, number, **changes):
    """So many events that pay at arrival, and so far apart that no daily cap is met."""
    host = factories.membership(world.region, at=AT)
    return [factories.event(world.region, host, at=AT, award="arrival", **changes).id for _ in range(number)]


def gathering_and_people(number):
    world = factories.world(at=AT)
    return gatherings(world, 1)[0], people(world, number, at=AT)


def rows(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_the_last_place_goes_to_one_of_thirty_two(new_server, inside, rounds):
    def fill():
        world = factories.world(at=AT)
        return gatherings(world, rounds, capacity=1), people(world, CROWD, at=AT)

    server = new_server(fill)
    events, crowd = server.filled
    with watching(server):
        for event in events:
            phones = [Phone(server, yui=one.cookie) for one in crowd]
            path = DOOR.format(event)
            answers = all_at_once(phones, lambda phone, _, path=path: phone.post(path, key=uuid7()))
            assert tally(answers) == {303: 1, 422: CROWD - 1}
    with inside(server):
        assert db.session.execute(sa.select(Event.taken, Event.last_number)).all() == [(1, 1)] * rounds
        assert rows(CheckIn) == rows(Earning) == rounds
        assert proof.prove()["ok"]


def test_one_form_sent_thirty_two_times_is_one_arrival(new_server, inside, rounds):
    server = new_server(lambda: gathering_and_people(rounds))
    event, crowd = server.filled
    with watching(server):
        for one in crowd:
            key, phones = uuid7(), [Phone(server, yui=one.cookie) for _ in range(CROWD)]
            answers = all_at_once(phones, lambda phone, _, key=key: phone.post(DOOR.format(event), key=key))
            assert tally(answers) == {303: CROWD}
    with inside(server):
        assert rows(CheckIn) == rows(Earning) == rows(Operation) == rounds
        assert db.session.scalars(sa.select(Holding.posted)).all() == [1] * rounds
        assert db.session.get(Event, event).taken == rounds
        assert proof.prove()["ok"]


def test_two_forms_of_one_member_are_one_arrival(new_server, inside, rounds):
    server = new_server(lambda: gathering_and_people(rounds))
    event, crowd = server.filled
    with watching(server):
        for one in crowd:
            phones = [Phone(server, yui=one.cookie) for _ in range(CROWD)]
            answers = all_at_once(phones, lambda phone, _: phone.post(DOOR.format(event), key=uuid7()))
            assert tally(answers) == {303: CROWD}
    with inside(server):
        assert rows(CheckIn) == rows(Earning) == rows(Operation) == rounds
        assert proof.prove()["ok"]


def test_one_phone_that_claims_thirty_two_times_becomes_one_member(new_server, inside, rounds):
    server = new_server(lambda: gatherings(factories.world(at=AT), 1)[0])
    event = server.filled
    with inside(server):
        before = rows(Member)
    with watching(server):
        for _ in range(rounds):
            server.move_clock(timedelta(minutes=1))  # one address may send so many forms a minute
            cookies, proof_field = visited(server, event)
            form, phones = {"key": uuid7(), "proof": proof_field}, [Phone(server, **cookies) for _ in range(CROWD)]
            answers = all_at_once(phones, lambda phone, _, form=form: phone.post("/claim", **form))
            assert set(tally(answers)) <= {303, 409}
            assert tally(answers)[303] >= 1
    with inside(server):
        assert rows(Member) - before == rounds
        assert rows(Earning) == rows(Operation) == rounds
        assert db.session.scalars(sa.select(Holding.posted)).all() == [1] * rounds
        assert proof.prove()["ok"]


def visited(server, event) -> tuple[dict[str, str], str]:
    """The cookies of a phone that has just checked in as a guest, and the hidden field of its claim."""
    cookies: SimpleCookie = SimpleCookie()
    with Phone(server) as phone:

        def ask(method, path, **form):
            phone.cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
            answer = getattr(phone, method)(path, **form)
            for line in answer.cookies:
                cookies.load(line)
            return answer

        ask("get", f"/tsk/events/{event}")
        assert ask("post", DOOR.format(event), key=uuid7()).status == 303
        found = re.search(r'name="proof" value="([^"]+)"', ask("get", "/claim").body)
    assert found, "the claim shows no form"
    return {name: morsel.value for name, morsel in cookies.items()}, found[1]
