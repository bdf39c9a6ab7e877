"""Many phones come back from a valley without signal, over a bad line: each tap counts once, in its order."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from app.checkins.models import CheckIn
from app.db import db
from app.events.models import Event
from app.ledger import proof
from app.offline.outbox import mark
from tests import factories
from tests.conftest import AT
from tests.offline.pocket import Pocket
from tests.offline.wire import Wire
from tests.races.people import people

DOOR, LIST = "/tsk/events/{}/check-ins", "/tsk/events/{}/arrivals"


def gatherings(world, number, host=None):
    host = host or factories.membership(world.region, at=AT)
    return [factories.event(world.region, host, at=AT).id for _ in range(number)]


def village(phones, taps):
    """Members who each go to all gatherings."""
    world = factories.world(at=AT)
    crowd = people(world, phones, at=AT)
    return gatherings(world, taps), [(one.membership.id, one.cookie, mark(one.membership.member_id)) for one in crowd]


def send_all(pockets):
    with ThreadPoolExecutor(len(pockets)) as pool:
        list(pool.map(Pocket.replay, pockets))


def test_each_tap_counts_once_and_in_its_order_over_a_bad_line(new_server, inside, phones_and_taps, chance):
    phones, taps = phones_and_taps
    server = new_server(lambda: village(phones, taps))
    events, crowd = server.filled
    with Wire(server, chance) as wire:
        host = server.origin.removeprefix("http://")
        pockets = [Pocket(wire.port, host, cookie, random.Random(chance.random())) for _, cookie, _ in crowd]
        routes = [chance.sample(events, taps) for _ in crowd]
        for pocket, route, (_, _, whose_) in zip(pockets, routes, crowd, strict=True):
            for minute, event in enumerate(route):
                pocket.tap(DOOR.format(event), AT - timedelta(minutes=taps - minute), whose=whose_)
        send_all(pockets)
    assert Counter(item.state for pocket in pockets for item in pocket.items) == {"done": phones * taps}
    assert min(wire.fates.values()) > phones * taps / 10, wire.fates  # the line was bad indeed
    with inside(server):
        for (membership, _, _), route, pocket in zip(crowd, routes, pockets, strict=True):
            query = sa.select(CheckIn).where(CheckIn.membership_id == membership).order_by(CheckIn.id)
            rows = db.session.scalars(query).all()
            assert [row.event_id for row in rows] == route
            assert [row.key for row in rows] == [item.key for item in pocket.items]
            assert [row.device_at for row in rows] == [item.at for item in pocket.items]
            assert {row.way for row in rows} == {"outbox"}
            assert all(row.at - AT < timedelta(hours=1) for row in rows)
        filled = db.session.execute(sa.select(Event.taken, Event.last_number)).all()
        assert filled == [(phones, phones)] * taps
        assert proof.prove()["ok"]


def hosts(phones, taps):
    """Hosts with a gathering each, and the same people on all their lists."""
    world = factories.world(at=AT)
    crowd = people(world, phones, at=AT)
    names = [factories.membership(world.region, at=AT).id for _ in range(taps)]
    each = [(gatherings(world, 1, one.membership)[0], one.cookie, mark(one.membership.member_id)) for one in crowd]
    return names, each


def test_a_host_s_taps_on_names_keep_their_order_too(new_server, inside, chance):
    phones, taps = 3, 8
    server = new_server(lambda: hosts(phones, taps))
    names, crowd = server.filled
    with Wire(server, chance) as wire:
        host = server.origin.removeprefix("http://")
        pockets = [Pocket(wire.port, host, cookie, random.Random(chance.random())) for _, cookie, _ in crowd]
        for pocket, (event, _, whose_) in zip(pockets, crowd, strict=True):
            for name in names:
                pocket.tap(LIST.format(event), AT, whose=whose_, membership=str(name))
        send_all(pockets)
    assert Counter(item.state for pocket in pockets for item in pocket.items) == {"done": phones * taps}
    with inside(server):
        for event, _, _ in crowd:
            query = sa.select(CheckIn.membership_id).where(CheckIn.event_id == event).order_by(CheckIn.number)
            assert db.session.scalars(query).all() == names
