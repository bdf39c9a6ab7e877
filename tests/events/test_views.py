import re

import pytest
from sqlalchemy import select

from app.db import db
from app.events.models import Event
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, client, at):
    return factories.host_of(place, client, at=at)


def key(page):
    return re.search(r'name="key" value="([^"]*)"', page.text)[1]


def only_event():
    db.session.expire_all()
    return db.session.scalars(select(Event)).one()


WHAT = {"title": "梅林の下草かり", "place": "月ヶ瀬梅林", "field": "environment"}
WHEN = {"day": "2026-12-05", "begins": "09:00", "ends": "12:00"}
WHO = {"audience": "open", "capacity": "３０", "coins": "2"}


def test_three_steps_make_an_event(client, host):
    first = client.post("/tsk/events", data=WHAT | {"key": key(client.get("/tsk/events/new"))})
    second = client.post(first.location, data=WHEN)
    event = only_event()
    last = client.post(f"/tsk/events/{event.id}/publication", data=WHO)
    assert [a.status_code for a in (first, second, last)] == [303, 303, 303]
    event = only_event()
    assert (event.capacity, event.coins, event.award) == (30, 2, "end")
    assert event.starts_at.isoformat() == "2026-12-05T00:00:00+00:00"
    assert event.checkin_from.isoformat() == "2026-12-04T23:00:00+00:00"
    assert "梅林の下草かり" in client.get("/tsk/events").text


def test_a_draft_survives_leaving_and_the_same_form_twice(client, host):
    data = WHAT | {"key": key(client.get("/tsk/events/new"))}
    assert client.post("/tsk/events", data=data).location == client.post("/tsk/events", data=data).location
    assert "下書き" in client.get("/tsk/events").text
    event = only_event()
    assert 'value="梅林の下草かり"' in client.get(f"/tsk/events/{event.id}/draft/what").text
    assert client.post(f"/tsk/events/{event.id}/draft/discard").status_code == 303
    assert db.session.scalars(select(Event)).all() == []


@pytest.mark.parametrize(
    ("step", "data", "sentence"),
    [
        ("what", WHAT | {"title": ""}, "ここに 書いてください"),
        ("what", WHAT | {"title": "あ" * 61}, "60文字まで"),
        ("what", WHAT | {"field": "party"}, "えらんでください"),
        ("when", WHEN | {"ends": "08:00"}, "はじまりより あとに"),
        ("when", WHEN | {"day": "2026-11-01"}, "これからの日にち"),
        ("when", WHEN | {"day": "soon"}, "日にちを えらんで"),
        ("when", WHEN | {"begins": "25:00"}, "時こくを えらんで"),
    ],
)
def test_a_bad_step_says_so_and_keeps_what_was_typed(client, host, step, data, sentence):
    client.post("/tsk/events", data=WHAT | {"key": key(client.get("/tsk/events/new"))})
    answer = client.post(f"/tsk/events/{only_event().id}/draft/{step}", data=data)
    assert answer.status_code == 422 and sentence in answer.text
    kept = [value for value in data.values() if value and f'value="{value}"' in answer.text]
    assert kept


def test_an_event_gives_no_more_than_the_rule(client, host):
    client.post("/tsk/events", data=WHAT | {"key": key(client.get("/tsk/events/new"))})
    event = only_event()
    client.post(f"/tsk/events/{event.id}/draft/when", data=WHEN | {"ends": "10:00"})
    client.post(f"/tsk/events/{event.id}/publication", data=WHO)
    assert only_event().coins == 1


def test_the_poster_shows_its_code_twice(client, host, place, at):
    event = factories.event(place.region, host, at=at)
    poster = client.get(f"/tsk/events/{event.id}/poster").text
    assert f"{event.code[:4]} {event.code[4:]}" in poster and 'class="qr"' in poster


def test_cancelling_tells_why_and_can_be_taken_back(client, app, host, place, at):
    event = factories.event(place.region, host, at=at)
    empty = client.post(f"/tsk/events/{event.id}/cancellation", data={"reason": " "})
    assert empty.status_code == 422
    assert client.post(f"/tsk/events/{event.id}/cancellation", data={"reason": "雨のため"}).status_code == 303
    page = app.test_client().get(f"/C/{event.code}").text
    assert "中止になりました" in page and "雨のため" in page and "受付する</button>" not in page
    again = client.post(f"/tsk/events/{event.id}/cancellation", data={"reason": "雪"})
    assert again.status_code == 303 and "もう 中止になっています" in client.get(again.location).text
    client.post(f"/tsk/events/{event.id}/cancellation/undo")
    assert "受付する" in app.test_client().get(f"/C/{event.code}").text


def test_whoever_only_claimed_coins_makes_no_events(client, place, at):
    guest = factories.membership(place.region, at=at, standing="provisional", kind="friend")
    factories.sign_in(client, guest.member_id, at=at)
    refused = client.get("/tsk/events/new")
    assert refused.status_code == 403 and "会員番号のある人です。事務局に" in refused.text
    assert client.post("/tsk/events", data=WHAT).status_code == 403


def test_a_draft_is_not_cancelled_and_one_whose_day_has_gone_by_is_not_published(client, host, clock):
    client.post("/tsk/events", data=WHAT | {"key": key(client.get("/tsk/events/new"))})
    event = only_event()
    assert client.post(f"/tsk/events/{event.id}/cancellation", data={"reason": "雨"}).status_code == 422
    clock.move(days=20)
    factories.sign_in(client, host.member_id, at=clock.at)
    late = client.post(f"/tsk/events/{event.id}/publication", data=WHO)
    assert late.location.endswith("/draft/when")
    assert "これからの日にち" in client.get(late.location).text
    assert only_event().published_at is None
