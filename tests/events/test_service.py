"""What is called off or held again says one thing only, and gives no more than the rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, transaction, uuid7
from app.events import service
from app.events.models import Event
from app.issuing import service as issuing
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def event(place, at):
    host, starts_at = factories.membership(place.region, at=at), at + timedelta(days=7)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3)}
    return factories.event(place.region, host, at=at, coins=2, **times)


def stands(event):
    found = db.session.get(Event, event.id, populate_existing=True)
    return found.cancelled_at is not None, found.postponed_to is not None, found.reason


def test_taking_back_one_leaves_the_reason_of_the_other(place, event, at):
    which = {"region": place.region, "event_id": event.id, "at": at}
    with transaction():
        service.postpone(**which, starts_at=event.starts_at + timedelta(days=7), reason="雨")
        service.restore(**which)  # it was not cancelled
    assert stands(event) == (False, True, "雨")
    with transaction():
        service.cancel(**which, reason="大雨")
        service.keep_day(**which)
    assert stands(event) == (True, False, "大雨")
    with transaction():
        service.restore(**which)
    assert stands(event) == (False, False, "")


def test_the_new_day_gives_no_more_than_its_rule(place, event, at):
    later = event.starts_at + timedelta(days=30)
    terms = {"one_coin_minutes": 120, "two_coins_minutes": 240, "day_cap": 2, "year_cap": 50}
    which = {"region_id": place.region.id, "programme_id": place.programme.id}
    with transaction():
        issuing.change_rule(**which, valid_from=later.date(), **terms)
        again = service.repeat(region=place.region, event=event, starts_at=later, key=uuid7(), at=at)
    assert (event.coins, again.coins) == (2, 1)


def test_what_paid_at_arrival_and_gives_nothing_any_more_is_held_all_the_same(place, event, at):
    later = event.starts_at + timedelta(days=30)
    terms = {"one_coin_minutes": 240, "two_coins_minutes": 480, "day_cap": 2, "year_cap": 50}
    which = {"region_id": place.region.id, "programme_id": place.programme.id}
    with transaction():
        row = db.session.get_one(Event, event.id)
        row.coins, row.award = 1, "arrival"
        issuing.change_rule(**which, valid_from=later.date(), **terms)
        again = service.repeat(region=place.region, event=row, starts_at=later, key=uuid7(), at=at)
    assert (again.coins, again.award) == (0, "end")
