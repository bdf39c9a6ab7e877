"""Thirty-two at once at a door whose places are nearly all held: whoever has signed up is in, and nobody too many."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.checkins.models import CheckIn
from app.db import db, transaction, uuid7
from app.events.models import Event
from app.sign_ups import service as sign_ups
from app.sign_ups.models import SignUp
from tests import factories
from tests.conftest import AT
from tests.races.crowd import CROWD, Phone, all_at_once, tally, watching
from tests.races.people import people

HELD, PARTY, FREE = 8, 2, 3  # sign-ups, people in each, places that are nobody's


def filled(rounds):
    """So many gatherings; the first eight of the crowd have signed up for two people at each."""
    world = factories.world(at=AT)
    host = factories.membership(world.region, at=AT)
    changes = {"capacity": HELD * PARTY + FREE, "award": "arrival"}
    events = [factories.event(world.region, host, at=AT, **changes) for _ in range(rounds)]
    crowd = people(world, CROWD, at=AT)
    with transaction():
        for event in events:
            for one in crowd[:HELD]:
                asked = {"region": world.region, "event_id": event.id, "membership": one.membership}
                party, at = sign_ups.Party(people=PARTY), AT - timedelta(days=1)
                sign_ups.sign_up(key=uuid7(), by="test", at=at, party=party, **asked)
    return [event.id for event in events], crowd


def test_walk_ins_take_what_is_free_and_no_held_place(new_server, inside, rounds):
    server = new_server(lambda: filled(rounds))
    events, crowd = server.filled
    with watching(server):
        for event in events:
            phones = [Phone(server, yui=one.cookie) for one in crowd]
            path = f"/tsk/events/{event}/check-ins"

            def knock(phone, number, path=path):
                return phone.post(path, key=uuid7(), companions=str(PARTY - 1) if number < HELD else "0")

            answers = all_at_once(phones, knock)
            assert tally(answers[:HELD]) == {303: HELD}
            assert tally(answers[HELD:]) == {303: FREE, 422: CROWD - HELD - FREE}
    with inside(server):
        full = HELD * PARTY + FREE
        query = sa.select(Event.taken, Event.booked, Event.capacity).where(Event.id.in_(events))
        assert db.session.execute(query).all() == [(full, 0, full)] * rounds
        assert set(db.session.scalars(sa.select(SignUp.state))) == {"arrived"}
        people_in = sa.select(sa.func.sum(1 + CheckIn.companions)).group_by(CheckIn.event_id)
        assert db.session.scalars(people_in).all() == [full] * rounds


def test_who_has_signed_up_and_taps_often_takes_the_places_once(new_server, inside, rounds):
    """Of all the taps one is first, and the held places are taken once."""
    server = new_server(lambda: filled(rounds))
    events, crowd = server.filled
    one = crowd[0]
    with watching(server):
        for event in events:
            phones = [Phone(server, yui=one.cookie) for _ in range(CROWD)]
            path = f"/tsk/events/{event}/check-ins"
            answers = all_at_once(phones, lambda phone, _, path=path: phone.post(path, key=uuid7(), companions="1"))
            assert tally(answers) == {303: CROWD}
    with inside(server):
        query = sa.select(Event.taken, Event.booked).where(Event.id.in_(events))
        assert db.session.execute(query).all() == [(PARTY, (HELD - 1) * PARTY)] * rounds
