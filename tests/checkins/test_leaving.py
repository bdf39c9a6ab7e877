import re

import pytest
from sqlalchemy import select

from app.checkins import service
from app.checkins.models import CheckIn, LateArrival
from app.checkins.rules import Party
from app.db import db, transaction, uuid7
from app.events.models import Event
from app.members.models import Membership
from app.sign_ups.models import SignUp
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def event(place, client, at):
    host = factories.host_of(place, client, at=at)
    return factories.event(place.region, host, at=at)


@pytest.fixture
def three(place, event, at):
    made = []
    for name in ("うみ", "やま", "そら"):
        with transaction():
            values = {"key": uuid7(), "way": "name", "by": "test", "nickname": name, "party": Party(len(made))}
            made.append(service.check_in(region=place.region, event_id=event.id, at=at, **values).id)
    return made


def out(client, event):
    return re.findall(r">(うみ|やま|そら)<", client.get(f"/tsk/events/{event.id}/leavings").text)


def gone():
    db.session.expire_all()
    return [row.left_at is not None for row in db.session.scalars(select(CheckIn).order_by(CheckIn.id))]


def test_who_is_still_on_the_mountain(client, event, three, clock):
    page = client.get(f"/tsk/events/{event.id}/leavings").text
    assert sorted(out(client, event)) == ["うみ", "そら", "やま"] and "<b>6</b>" in page  # 1 + 2 + 3 people
    path = f"/tsk/events/{event.id}/check-ins/{three[1]}/leaving"
    assert client.post(path, data={"from": "out"}).location == f"/tsk/events/{event.id}/leavings"
    assert sorted(out(client, event)) == ["うみ", "そら"]
    left_at = db.session.get(CheckIn, three[1]).left_at
    clock.move(minutes=3)
    client.post(path)  # pressed twice: the first time stays
    db.session.expire_all()
    assert db.session.get(CheckIn, three[1]).left_at == left_at
    client.post(path, data={"left": "0"})
    assert gone() == [False, False, False]


def test_all_are_back_with_one_tap_that_can_be_taken_back(client, event, three, clock):
    client.post(f"/tsk/events/{event.id}/check-ins/{three[0]}/leaving")
    clock.move(minutes=1)
    client.post(f"/tsk/events/{event.id}/leavings", data={"from": "out"})
    page = client.get(f"/tsk/events/{event.id}/leavings").text
    assert gone() == [True, True, True] and "みんな もどりました。おつかれさまでした。" in page
    moment = re.search(r'name="moment" value="(\d+)"', page)[1]
    client.post(f"/tsk/events/{event.id}/leavings/undo", data={"moment": moment, "from": "out"})
    assert gone() == [True, False, False]
    clock.move(minutes=11)
    client.post(f"/tsk/events/{event.id}/leavings")
    clock.move(minutes=11)
    assert 'name="moment"' not in client.get(f"/tsk/events/{event.id}/leavings").text


def test_another_events_people_stay_where_they_are(client, place, event, three, at):
    other = factories.event(place.region, host_of(event), at=at)
    assert client.post(f"/tsk/events/{other.id}/check-ins/{three[0]}/leaving").status_code == 404
    client.post(f"/tsk/events/{other.id}/leavings")
    assert gone() == [False, False, False]
    assert client.post(f"/tsk/events/{event.id}/leavings/undo", data={"moment": "x"}).status_code == 404


def host_of(event):
    return db.session.get(Membership, event.host_id)


def live(client, event):
    page = client.get(f"/tsk/events/{event.id}/check-ins").text
    return re.search(r'data-hx-get="([^"]+/live[^"]+)"', page)[1].replace("&amp;", "&")


def test_the_open_list_hears_of_leaving_of_sign_ups_and_of_late_arrivals(client, place, event, three, at, clock):
    def changes(act):
        address = live(client, event)
        assert client.get(address).status_code == 204
        act()
        return client.get(address).status_code == 200

    def hear():
        with transaction():
            row = {"way": "rotating", "reason": "delay", "key": uuid7(), "said_at": at, "at": at, "by": "visitor"}
            db.session.add(LateArrival(region_id=place.region.id, event_id=event.id, **row))

    def sign_up():
        with transaction():
            row = {"state": "going", "key": uuid7(), "by": "test", "at": at, "name": "うちの人"}
            db.session.add(SignUp(region_id=place.region.id, event_id=event.id, **row))
            db.session.get(Event, event.id).booked += 1

    assert changes(lambda: client.post(f"/tsk/events/{event.id}/check-ins/{three[0]}/leaving"))
    assert changes(hear)
    assert changes(sign_up)
    assert "まだ" in client.get(f"/tsk/events/{event.id}/check-ins").text
    assert changes(lambda: clock.move(minutes=11))  # とりけす becomes お帰り
    assert "お帰り" in client.get(f"/tsk/events/{event.id}/check-ins").text
