"""Thirty-two at once for a place: the last one, one member with many forms, and a queue that moves up meanwhile."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from app.db import db, uuid7
from app.events.models import Event
from app.sign_ups.models import SignUp
from tests import factories
from tests.conftest import AT
from tests.races.crowd import CROWD, Phone, all_at_once, tally
from tests.races.people import people

FORM = "/tsk/events/{}/sign-ups"
LEAVE = "/tsk/events/{}/sign-ups/own/cancellation"


def gatherings(world, number, **changes):
    host = factories.membership(world.region, at=AT)
    ahead = AT + timedelta(days=7)
    return [factories.event(world.region, host, at=AT, starts_at=ahead, **changes).id for _ in range(number)]


def filled(rounds, capacity):
    world = factories.world(at=AT)
    return gatherings(world, rounds, capacity=capacity), people(world, CROWD, at=AT)


def states(event):
    """How many sign-ups are in which state; and what the event says is booked is what those going hold."""
    rows = db.session.execute(sa.select(SignUp.state, SignUp.people).where(SignUp.event_id == event)).all()
    booked = db.session.scalar(sa.select(Event.booked).where(Event.id == event))
    assert booked == sum(row.people for row in rows if row.state == "going")
    return Counter(row.state for row in rows)


def ask(server, crowd, path, **form):
    phones = [Phone(server, yui=one.cookie) for one in crowd]
    return all_at_once(phones, lambda phone, _: phone.post(path, key=uuid7(), **form))


def test_the_last_place_goes_to_one_of_thirty_two_and_the_others_wait(new_server, inside, rounds):
    server = new_server(lambda: filled(rounds, 1))
    events, crowd = server.filled
    for event in events:
        assert tally(ask(server, crowd, FORM.format(event))) == {303: CROWD}
    with inside(server):
        for event in events:
            assert states(event) == {"going": 1, "waiting": CROWD - 1}


def test_many_forms_of_one_member_are_one_place(new_server, inside, rounds):
    server = new_server(lambda: filled(1, 5))
    (event,), crowd = server.filled
    for one in crowd[:rounds]:
        assert tally(ask(server, [one] * CROWD, FORM.format(event))) == {303: CROWD}
    with inside(server):
        assert sum(states(event).values()) == rounds


def test_who_leaves_thirty_two_times_gives_one_place_back(new_server, inside, rounds):
    """Another keeps the place beside it, and one of those who wait moves up."""
    server = new_server(lambda: filled(rounds, 2))
    events, crowd = server.filled
    for event in events:
        for one in crowd[:4]:
            with Phone(server, yui=one.cookie) as phone:
                phone.post(FORM.format(event), key=uuid7())
        assert tally(ask(server, crowd[:1] * CROWD, LEAVE.format(event))) == {303: CROWD}
    with inside(server):
        for event in events:
            assert states(event) == {"cancelled": 1, "going": 2, "waiting": 1}


def test_places_given_back_at_once_go_to_the_queue_in_order_and_none_twice(new_server, inside, rounds):
    """Half of the crowd has places, half waits; those who have them leave together, while some come anew."""
    half = CROWD // 2
    server = new_server(lambda: filled(rounds, half))
    events, crowd = server.filled
    for event in events:
        for one in crowd[: half + half // 2]:
            with Phone(server, yui=one.cookie) as phone:
                assert phone.post(FORM.format(event), key=uuid7()).status == 303
        phones = [Phone(server, yui=one.cookie) for one in crowd]
        late = half + half // 2

        def act(phone, number, event=event, late=late):
            if number < half:
                return phone.post(LEAVE.format(event), key=uuid7())
            return phone.post(FORM.format(event), key=uuid7()) if number >= late else phone.get(f"/tsk/events/{event}")

        assert set(tally(all_at_once(phones, act))) <= {200, 303}
    with inside(server):
        for event in events:
            assert states(event) == {"cancelled": half, "going": half}
