"""A gathering a week ahead, and hands that sign up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction, uuid7
from app.events.models import Event
from app.sign_ups import service
from app.sign_ups.models import SignUp
from app.sign_ups.service import Party
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, client, at):
    return factories.host_of(place, client, at=at)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


@pytest.fixture
def make(place, host, at):
    """Makes gatherings of next week: `make(capacity=2)`."""

    def make(**changes):
        return factories.event(place.region, host, at=at, starts_at=at + timedelta(days=7), **changes)

    return make


@pytest.fixture
def sign_up(place, at):
    """Signs a phone or a member up; answers the sign-up as it stands."""

    def sign_up(event, who, people=1, *, when=at, key=None, **party):
        whose = {"visit": who} if isinstance(who, str) else {"membership": who}
        values = {"region": place.region, "event_id": event.id, "key": key or uuid7(), "by": "test", "at": when}
        with transaction():
            return service.sign_up(**values, party=Party(people=people, **party), **whose)

    return sign_up


@pytest.fixture
def leave(place, at):
    def leave(event, who, *, when=at):
        whose = {"visit": who} if isinstance(who, str) else {"membership": who}
        with transaction():
            return service.leave(region=place.region, event_id=event.id, at=when, **whose)

    return leave


@pytest.fixture
def stands():
    """How an event stands: its places, and who is in which state, in order."""

    def stands(event):
        db.session.expire_all()
        row = db.session.get(Event, event.id)
        rows = db.session.query(SignUp).filter_by(event_id=event.id).order_by(SignUp.id)
        live = [(one.people, one.state) for one in rows if one.state != "cancelled"]
        assert row.booked == sum(one.people for one in rows if one.state == "going")
        return row.taken, row.booked, live

    return stands
