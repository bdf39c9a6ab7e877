from datetime import timedelta

import pytest
from sqlalchemy import select

from app.checkins import closing, feelings, service
from app.checkins.models import Feeling
from app.db import db, transaction, uuid7
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, at):
    return factories.membership(place.region, at=at)


@pytest.fixture
def event(place, host, at):
    return factories.event(place.region, host, at=at)


def came(app, place, event, at, number):
    """So many phones that checked in as guests."""
    phones = []
    for phone in range(number):
        client, visit = app.test_client(), f"a-phone-that-came-to-tell-how-it-was-{phone}"
        client.set_cookie("visit", visit)
        with transaction():
            values = {"key": uuid7(), "way": "poster", "by": "visitor", "visit": visit}
            service.check_in(region=place.region, event_id=event.id, at=at, **values)
        phones.append(client)
    return phones


def end(place, event, at):
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=at)


def say(client, event, answer, **more):
    return client.post(f"/tsk/events/{event.id}/check-ins/feeling", data={"answer": answer} | more)


def test_one_tap_that_may_be_changed_and_sums_from_three_on(app, place, event, at):
    phones = came(app, place, event, at, 3)
    end(place, event, at)
    assert "来てよかったですか" in phones[0].get(f"/C/{event.code}").text
    for phone, answer in zip(phones[:2], "31", strict=True):
        assert say(phone, event, answer).status_code == 303
    assert feelings.feelings_of(event) is None
    assert "うーん 1人" not in phones[0].get(f"/C/{event.code}").text
    say(phones[2], event, "1")
    say(phones[2], event, "3")
    assert feelings.feelings_of(event) == feelings.Sums(good=2, fair=0, poor=1)
    assert "来てよかった 2人 · ふつう 0人 · うーん 1人" in app.test_client().get(f"/C/{event.code}").text
    assert len(db.session.scalars(select(Feeling)).all()) == 3


def test_a_line_is_kept_for_the_host_alone(app, client, place, at):
    host = factories.host_of(place, client, at=at)
    event = factories.event(place.region, host, at=at)
    phones = came(app, place, event, at, 3)
    end(place, event, at)
    say(phones[0], event, "3", words="また 来ます")
    say(phones[0], event, "2")  # another answer keeps the line
    assert "また 来ます" not in client.get(f"/tsk/events/{event.id}/closure").text
    for phone in phones[1:]:
        say(phone, event, "3")
    assert "また 来ます" in client.get(f"/tsk/events/{event.id}/closure").text
    assert "また 来ます" not in phones[1].get(f"/C/{event.code}").text
    assert "また 来ます" in phones[0].get(f"/C/{event.code}").text


def test_it_is_asked_from_the_end_for_a_week_of_those_who_came(app, place, event, at, clock):
    phone = came(app, place, event, at, 1)[0]
    assert "来てよかったですか" not in phone.get(f"/C/{event.code}").text
    assert say(phone, event, "3").status_code == 303
    end(place, event, at)
    assert say(app.test_client(), event, "3").status_code == 404
    assert say(phone, event, "4").status_code == 422
    assert say(phone, event, "3", words="あ" * 101).status_code == 422
    assert db.session.scalars(select(Feeling)).all() == []
    clock.set(at + timedelta(days=7))
    assert say(phone, event, "3").status_code == 303
    clock.set(at + timedelta(days=7, seconds=1))
    assert "1週間まで" in phone.get(say(phone, event, "1").location).text
    assert [row.answer for row in db.session.scalars(select(Feeling))] == [3]


def test_whoever_was_not_there_has_said_nothing(app, place, event, at):
    phones = came(app, place, event, at, 3)
    end(place, event, at)
    for phone in phones:
        say(phone, event, "3")
    first = db.session.scalars(select(Feeling)).first().check_in_id
    with transaction():
        service.undo(region=place.region, check_in_id=first, by="membership:1", at=at, correction=True)
    assert feelings.feelings_of(event) is None
