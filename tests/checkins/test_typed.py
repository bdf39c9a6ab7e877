"""What is typed at the door instead of scanned or tapped: the poster's characters, a part of a よみ, a number."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.checkins.models import CheckIn
from app.db import db, transaction, uuid7
from app.events.models import Event
from app.sign_ups.models import SignUp
from tests import factories
from tests.checkins.desks import field


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def laptop(place, app, at):
    browser = app.test_client()
    browser.host = factories.host_of(place, browser, at=at)
    return browser


@pytest.fixture
def event(place, laptop, at):
    return factories.event(place.region, laptop.host, at=at)


WAYS = {
    "as printed": lambda code: f"{code[:4]} {code[4:]}",
    "small": str.lower,
    "with a dash": lambda code: f"{code[:4]}-{code[4:]}",
    "full width": lambda code: "".join(chr(ord(one) + 0xFEE0) for one in code),
    "look-alikes": lambda code: code.replace("0", "O").replace("1", "l"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_posters_typed_twin_opens_its_door(client, event, way):
    """For whoever had no signal before the poster: its characters, typed where there is some, and two taps."""
    found = client.post("/n", data={"number": WAYS[way](event.code)})
    assert found.status_code == 303
    page = client.get(found.location)
    assert "受付する" in page.text
    form = {"key": field(page, "key"), "nickname": ""}
    assert client.post(f"/tsk/events/{event.id}/check-ins", data=form).status_code == 303
    assert db.session.query(CheckIn).one().way == "poster"


def test_typed_after_the_door_was_shut_it_is_not_believed(client, event, clock):
    clock.set(event.checkin_until)
    page = client.get(client.post("/n", data={"number": event.code}).location)
    assert page.status_code == 200 and 'name="key"' not in page.text
    assert client.post(f"/tsk/events/{event.id}/check-ins", data={"key": uuid7()}).status_code == 422
    assert db.session.query(CheckIn).count() == 0


def test_two_kana_find_somebody_and_one_finds_nobody(place, laptop, event, at):
    factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")
    address = f"/tsk/events/{event.id}/check-ins"
    for typed, is_found in (("うめ", True), ("ウメ", True), ("う", False), ("", False), ("%", False), ("__", False)):
        assert ("見本 うめ" in laptop.get(address, query_string={"q": typed}).text) == is_found, typed
        line = laptop.get(f"{address}/paper/line", query_string={"who_1": typed}).text
        assert ("見本 うめ" in line) == is_found, typed
    laptop.post(f"/tsk/events/{event.id}/arrivals", data={"key": uuid7(), "who": "う"})
    assert db.session.query(CheckIn).count() == 0


def test_many_who_are_found_are_asked_about_at_once(place, laptop, event, at):
    """Whom it may mean is looked up while somebody types, with all who signed up together."""
    people = [factories.membership(place.region, at=at, name=f"見本 {n}", yomi=f"みほん {n}") for n in "あいうえ"]
    for number, one in enumerate(people):
        with transaction():
            whose = {"region_id": place.region.id, "event_id": event.id, "membership_id": one.id}
            db.session.add(SignUp(**whose, state="going", key=uuid7(), by="test", at=at, people=1 + number))
            db.session.get(Event, event.id).booked += 1 + number
    few, _ = asked(laptop, event, "みほんあ")
    many, page = asked(laptop, event, "みほん")
    assert "2人" in page and "4人" in page
    assert many == few


def asked(browser, event, typed):
    """How many statements it takes to find whom this means, and what the page says."""
    said = []

    def note(_connection, _cursor, statement, *_):
        said.append(statement)

    db.session.rollback()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    page = browser.get(f"/tsk/events/{event.id}/check-ins", query_string={"who": typed}, headers={"HX-Request": "true"})
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(said), page.text
