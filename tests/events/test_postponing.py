"""延期 that lasts: another day is named although the first has gone by, and none is opened that has gone by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.checkins import closing
from app.db import db, transaction
from app.errors import Refused
from app.events import queries, service
from app.events.models import Event
from app.sign_ups import invitations
from tests import factories

WEEK = timedelta(weeks=1)


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def event(place, client, at):
    return factories.event(place.region, factories.host_of(place, client, at=at), at=at, starts_at=at + timedelta(1))


def postpone(place, event, at, to):
    with transaction():
        service.postpone(region=place.region, event_id=event.id, starts_at=to, reason="雨のため", at=at)


def open_day(place, event, at):
    with transaction():
        return invitations.open_new_day(region=place.region, event_id=event.id, at=at)


def test_it_rains_for_weeks(place, event, clock, at):
    """The job has ended the old day meanwhile, with nobody there."""
    postpone(place, event, at, event.starts_at + WEEK)
    clock.set(event.ends_at + timedelta(days=3))
    with transaction():
        assert closing.close_overdue(at=clock.at) == 1
    postpone(place, event, clock.at, event.starts_at + 2 * WEEK)
    fresh = open_day(place, event, clock.at)
    assert fresh.starts_at == event.starts_at + 2 * WEEK and queries.new_day(event).id == fresh.id


def test_what_was_held_is_not_put_off(place, event, clock, at):
    clock.set(event.starts_at + timedelta(minutes=90))
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=clock.at)
    with pytest.raises(Refused, match="has_ended"):
        postpone(place, event, clock.at, event.starts_at + WEEK)


def test_a_day_that_has_gone_by_is_not_opened(place, event, clock, at):
    """An old tab with its button; while the day lasts, it may still be pressed."""
    postpone(place, event, at, event.starts_at + WEEK)
    clock.set(event.ends_at + WEEK)
    with pytest.raises(Refused, match="field_past"):
        open_day(place, event, clock.at)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 1
    clock.set(event.starts_at + WEEK + timedelta(minutes=30))
    assert open_day(place, event, clock.at).published_at == clock.at
