"""Calendar files, read by the library that others use: valid, in the right hour, and growing when something changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from app.db import db, transaction
from app.events import service as events
from app.events.models import Event
from tests import factories

STARTS = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)  # 午前9時
THINGS = "軍手, 飲みもの; 長そで"


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, at):
    return factories.membership(place.region, at=at)


@pytest.fixture
def event(place, host, at):
    return factories.event(
        place.region, host, at=at, starts_at=STARTS, bring="軍手, 飲みもの; 長そで", title_en="Weeding"
    )


def read(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200 and answer.content_type == "text/calendar; charset=utf-8"
    assert b"\r\n" in answer.data and all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    calendar = Calendar.from_ical(answer.data)
    assert calendar.errors == [] and calendar["VERSION"] == "2.0" and calendar["PRODID"]
    return calendar.walk("VEVENT")


def only(client, event):
    [entry] = read(client, f"/tsk/events/{event.id}/calendar.ics")
    assert entry.errors == []
    return entry


def test_an_entry_says_when_where_and_what_to_bring(client, event):
    entry = only(client, event)
    assert entry["SUMMARY"] == "梅林の下草かり" and entry["LOCATION"] == "月ヶ瀬梅林" and entry["STATUS"] == "CONFIRMED"
    tokyo = ZoneInfo("Asia/Tokyo")
    assert f"{entry.start.astimezone(tokyo):%Y-%m-%d %H:%M}" == "2026-12-05 09:00"
    assert entry.end - entry.start == timedelta(hours=2)
    assert THINGS in entry["DESCRIPTION"]
    assert entry["URL"] == f"http://localhost/tsk/events/{event.id}/notice"
    assert event.code in entry["UID"] and event.key not in str(entry)


def test_it_speaks_the_readers_language(client, event):
    client.set_cookie("language", "en")
    assert only(client, event)["SUMMARY"] == "Weeding"


def test_cancelled_postponed_restored_the_number_grows_and_the_name_stays(client, place, event, clock):
    told = [only(client, event)]
    steps = (
        lambda at: events.cancel(region=place.region, event_id=event.id, reason="大雨のため", at=at),
        lambda at: events.restore(region=place.region, event_id=event.id, at=at),
    )
    for step in steps:
        with transaction():
            step(clock.move(minutes=5))
        told.append(only(client, event))
    assert [entry["STATUS"] for entry in told] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert told[1]["SUMMARY"].startswith("【中止】") and "大雨のため" in told[1]["DESCRIPTION"]
    numbers = [entry["SEQUENCE"] for entry in told]
    assert numbers == sorted(set(numbers))
    assert len({entry["UID"] for entry in told}) == 1


def test_the_postponed_is_off_on_its_old_day_and_says_the_new_one(client, place, host, at):
    event = factories.event(place.region, host, at=at, starts_at=STARTS, postponed_to=STARTS + timedelta(days=7))
    entry = only(client, event)
    assert entry["STATUS"] == "CANCELLED" and "12月12日(土) 午前9時" in entry["DESCRIPTION"]


def test_the_feed_has_what_everybody_may_come_to(client, place, host, event, at):
    factories.world("ows", at=at)
    other = {"starts_at": STARTS, "at": at}
    for changes in ({"audience": "members"}, {"audience": "invited"}, {"published_at": None}):
        factories.event(place.region, host, **other, **changes)
    factories.event(place.region, host, at=at, starts_at=at - timedelta(days=60))
    off = factories.event(place.region, host, **other, cancelled_at=at, reason="雪")
    entries = read(client, "/tsk/events.ics")
    assert {entry["STATUS"]: event.code in entry["UID"] for entry in entries} == {"CONFIRMED": True, "CANCELLED": False}
    assert len(entries) == 2 and off.code in str(entries[1]["UID"])
    assert Calendar.from_ical(client.get("/tsk/events.ics").data)["X-WR-CALNAME"] == "月ヶ瀬"
    assert read(client, "/ows/events.ics") == []


def test_a_draft_is_in_no_calendar(client, place, host, at):
    event = factories.event(place.region, host, at=at, published_at=None)
    assert client.get(f"/tsk/events/{event.id}/calendar.ics").status_code == 404


@pytest.mark.parametrize("what", ["phone", "bring", "title_en", "place_en", "bring_en"])
def test_whatever_an_entry_says_is_told_again_when_it_changes(client, event, what):
    first = client.get("/tsk/events.ics")
    with transaction():
        setattr(db.session.get_one(Event, event.id), what, "0743-00-0001")
    assert client.get("/tsk/events.ics", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_who_has_it_already_hears_only_of_changes(client, place, event, clock):
    first = client.get("/tsk/events.ics")
    clock.move(hours=1)
    same = client.get("/tsk/events.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304 and same.data == b""
    with transaction():
        events.cancel(region=place.region, event_id=event.id, reason="雪", at=clock.at)
    assert client.get("/tsk/events.ics", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_nobody_writes_lines_of_their_own_into_it(client, place, host, at):
    event = factories.event(place.region, host, at=at, title="会\r\nATTENDEE:mailto:x@yui.example", place="a;b,c\\n")
    entry = only(client, event)
    assert "ATTENDEE" not in entry and entry["LOCATION"] == "a;b,c\\n"
