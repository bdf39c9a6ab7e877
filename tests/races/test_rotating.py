"""Thirty-two at once with one code: as many as a step lets in, and one late upload for each device."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import sqlalchemy as sa

from app.checkins.by_phone import rotating
from app.checkins.models import CheckIn, CodeStep, LateArrival, LateUpload
from app.db import db, uuid7
from app.events.models import Event
from app.ledger import proof
from tests import factories
from tests.conftest import AT
from tests.races.crowd import CROWD, FORM, Phone, all_at_once, tally, watching
from tests.races.people import people

MOST = 7
DOOR = "/tsk/events/{}/check-ins"


class Outbox(Phone):
    """A phone that sends what it kept."""

    def post(self, path, **form):
        return self._ask("POST", path, urlencode(form), FORM | {"X-Outbox": "1"})


def gatherings(rounds, *, back=timedelta(0), **region):
    """So many events whose door is a screen: (event, a code of its screen from a while ago)."""
    world = factories.world(at=AT, **region)
    host = factories.membership(world.region, at=AT)
    events = [factories.event(world.region, host, at=AT, door="rotating") for _ in range(rounds)]
    step = rotating.step_at(AT + timedelta(seconds=20) - back)  # the server's clock goes on while the crowd gathers
    return [(event.id, rotating.code(event, step)) for event in events], people(world, CROWD, at=AT)


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_step_lets_in_no_more_than_it_may(new_server, inside, rounds):
    server = new_server(lambda: gatherings(rounds, arrivals_per_step=MOST))
    events, crowd = server.filled
    with watching(server):
        for event, code in events:
            server.set_clock(AT + timedelta(seconds=20))
            phones = [Phone(server, yui=one.cookie) for one in crowd]
            form = {"path": DOOR.format(event), "code": code}
            answers = all_at_once(phones, lambda phone, _, form=form: phone.post(key=uuid7(), **form))
            assert tally(answers) == {303: MOST, 422: CROWD - MOST}
    with inside(server):
        assert db.session.scalars(sa.select(CodeStep.used)).all() == [MOST] * rounds
        assert db.session.execute(sa.select(Event.taken, Event.last_number)).all() == [(MOST, MOST)] * rounds
        assert count(CheckIn) == MOST * rounds
        assert proof.prove()["ok"]


def test_one_device_sends_late_once(new_server, inside, rounds):
    """Thirty-two guests behind one visit cookie would be one visit; thirty-two tabs of one member are one arrival."""
    server = new_server(lambda: gatherings(rounds, back=timedelta(minutes=5)))
    events, crowd = server.filled
    with watching(server):
        for event, code in events:
            phones = [Outbox(server, yui=crowd[0].cookie) for _ in range(CROWD)]
            form = {"path": DOOR.format(event), "code": code}
            answers = all_at_once(phones, lambda phone, _, form=form: phone.post(key=uuid7(), **form))
            assert set(tally(answers)) <= {200, 409}
            assert tally(answers)[200] >= 1
    with inside(server):
        assert count(LateUpload) == count(CheckIn) == rounds
        assert proof.prove()["ok"]


def test_late_ones_beyond_a_step_are_all_on_the_hosts_list(new_server, inside, rounds):
    server = new_server(lambda: gatherings(rounds, back=timedelta(minutes=5), arrivals_per_step=MOST))
    events, crowd = server.filled
    with watching(server):
        for event, code in events:
            phones = [Outbox(server, yui=one.cookie) for one in crowd]
            form = {"path": DOOR.format(event), "code": code}
            answers = all_at_once(phones, lambda phone, _, form=form: phone.post(key=uuid7(), **form))
            assert tally(answers) == {200: MOST, 409: CROWD - MOST}
    with inside(server):
        assert count(CheckIn) == MOST * rounds
        reasons = db.session.execute(sa.select(LateArrival.reason, sa.func.count()).group_by(LateArrival.reason)).all()
        assert reasons == [("many", (CROWD - MOST) * rounds)]
