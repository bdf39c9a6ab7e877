"""A day of a series that is left out although people have signed up for it: they are called like everybody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.clock import local_day
from app.db import db, transaction, uuid7
from app.events.models import Event, SeriesDay
from app.series import service
from app.sign_ups import service as sign_ups
from app.sign_ups.service import Party
from tests import factories

STARTS = datetime(2026, 12, 12, 0, 0, tzinfo=UTC)  # a second Saturday


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, client, at):
    return factories.host_of(place, client, at=at)


@pytest.fixture
def series(place, host, at):
    event = factories.event(place.region, host, at=at, starts_at=STARTS)
    with transaction():
        begun = {"region": place.region, "event_id": event.id, "week": 2, "weekday": 5, "until": None}
        return service.begin(**begun, key=uuid7(), at=at)


def january(place) -> Event:
    db.session.expire_all()
    return db.session.scalars(sa.select(Event).where(Event.starts_at > STARTS + timedelta(days=2))).first()


def sign_up(place, event, at):
    with transaction():
        who = {"visit": uuid7(), "party": Party(2, name="そら", contact="0743-00-0000")}
        sign_ups.sign_up(region=place.region, event_id=event.id, key=uuid7(), by="test", at=at, **who)


def leave_out(client, series, day, reason="大雪のため"):
    return client.post(f"/tsk/series/{series.id}/exceptions", data={"day": day.isoformat(), "reason": reason})


def test_whoever_signed_up_stands_on_the_list_to_call(client, place, series, at):
    event = january(place)
    sign_up(place, event, at)
    answer = leave_out(client, series, local_day(place.region, event.starts_at))
    assert answer.location.endswith(f"/tsk/events/{event.id}/sign-ups/calls")
    page = client.get(answer.location).text
    assert "そら" in page and "0743-00-0000" in page and "その日は 休みに しました" in page
    poster = client.get(f"/C/{event.code}").text
    assert "中止" in poster and "大雪のため" in poster


def test_where_nobody_signed_up_nobody_is_called(client, place, series):
    event = january(place)
    answer = leave_out(client, series, local_day(place.region, event.starts_at))
    assert answer.location.endswith(f"/tsk/series/{series.id}")


def test_a_second_tap_leaves_out_one_day_once(client, place, series, at):
    """Of a day that was told, and of one that was not made yet."""
    event = january(place)
    days = [local_day(place.region, event.starts_at), datetime(2027, 5, 8, tzinfo=UTC).date()]
    for day in days:
        assert [leave_out(client, series, day).status_code for _ in range(2)] == [303, 422]
    db.session.expire_all()
    kept = db.session.scalars(sa.select(SeriesDay.day).where(SeriesDay.series_id == series.id)).all()
    assert len(kept) == len(set(kept)) and set(days) <= set(kept)
    assert db.session.scalar(sa.select(sa.func.count()).where(Event.cancelled_at.is_not(None))) == 1
