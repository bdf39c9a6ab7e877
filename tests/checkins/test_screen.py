"""The screen's page, what it asks for while it stands open, and scanning it."""

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.checkins import closing
from app.checkins.by_phone import rotating
from app.checkins.models import CheckIn
from app.codes.signed import body, sign
from app.db import db, transaction, uuid7
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def laptop(place, app, at):
    """The host's, signed in."""
    browser = app.test_client()
    browser.host = factories.host_of(place, browser, at=at)
    return browser


@pytest.fixture
def event(place, laptop, at):
    return factories.event(place.region, laptop.host, at=at, door="rotating")


def screen(laptop, event, path=""):
    return laptop.get(f"/tsk/events/{event.id}/screen{path}")


def supply(page):
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page.text, re.DOTALL)[1])


def field(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return found[1] if found else None


def scan(client, event, step):
    return client.get(f"/C/{rotating.code(event, step)}")


def tap(client, page, event, **fields):
    names = ("key", "nickname", "code", "seen")
    form = {name: field(page, name) for name in names if field(page, name) is not None}
    return client.post(f"/tsk/events/{event.id}/check-ins", data=form | fields)


def ways():
    db.session.expire_all()
    return db.session.scalars(sa.select(CheckIn.way).order_by(CheckIn.id)).all()


# --- the page -------------------------------------------------------------------------------------------------


def test_the_page_holds_hours_of_codes_and_the_servers_time(laptop, event, at):
    page = screen(laptop, event)
    given = supply(page)
    assert given["now"] == int(at.timestamp() * 1000)
    assert given["step"] == 15_000
    assert given["first"] == rotating.step_at(at)
    assert given["codes"][5] == rotating.code(event, given["first"] + 5)
    assert given["address"] == "HTTP://LOCALHOST/C/"
    assert "電波がなくても このまま使えます" in page.text


def test_without_a_script_the_page_reloads_itself(laptop, event, clock):
    first = screen(laptop, event).text
    assert re.search(r'<noscript><meta http-equiv="refresh" content="15"></noscript>', first)
    path = re.compile(r'<path fill="#000" d="([^"]+)"')
    clock.move(seconds=15)
    assert path.search(screen(laptop, event).text)[1] != path.search(first)[1]


def test_more_codes_come_from_where_the_page_has_none(laptop, event, clock, at):
    step = rotating.step_at(at)
    clock.move(minutes=3)
    more = screen(laptop, event, f"/codes?after={step + 20}").json
    assert more["first"] == step + 21
    assert more["codes"][0] == rotating.code(event, step + 21)
    assert screen(laptop, event, "/codes?after=x").json["first"] == step + 12


def test_nobody_but_the_host_gets_codes(client, event, place, app, at):
    other = app.test_client()
    factories.sign_in(other, factories.membership(place.region, at=at).member_id, at=at)
    for path in ("", "/codes", "/arrivals"):
        assert screen(client, event, path).status_code == 303
        assert screen(other, event, path).status_code == 403


def test_the_count_is_asked_for_and_names_are_told_once(client, laptop, event, at):
    seen = re.search(r'data-seen="([^"]+)"', screen(laptop, event).text)[1]
    assert screen(laptop, event, f"/arrivals?seen={seen}").status_code == 204
    tap(client, scan(client, event, rotating.step_at(at)), event, nickname="そら")
    news = screen(laptop, event, f"/arrivals?seen={seen}").json
    assert (news["count"], news["numbers"], news["names"]) == (1, [1], {"1": "そら"})
    assert screen(laptop, event, f"/arrivals?seen={news['seen']}").status_code == 204
    assert screen(laptop, event, "/arrivals?seen=rubbish").json["names"] == {}


def test_when_the_door_is_shut_no_code_is_shown(laptop, event, clock):
    clock.set(event.checkin_until + timedelta(minutes=1))
    page = screen(laptop, event)
    assert supply(page)["codes"] == []
    assert "受付は おわりました" in page.text
    assert "refresh" not in page.text


# --- scanning it ----------------------------------------------------------------------------------------------


def test_a_visitor_scans_and_taps(client, event, at):
    page = scan(client, event, rotating.step_at(at))
    assert page.status_code == 200
    assert "受付する" in page.text
    assert tap(client, page, event).headers["Location"] == f"/C/{event.code}"
    assert ways() == ["rotating"]


def test_a_slow_tap_after_a_quick_scan_is_let_in(client, event, clock, at):
    page = scan(client, event, rotating.step_at(at))
    clock.move(minutes=5)
    assert tap(client, page, event).status_code == 303
    assert ways() == ["rotating"]


@pytest.mark.parametrize("steps", [-3, 3])
def test_outside_two_steps_the_page_has_no_button_and_the_form_is_refused(client, event, at, steps):
    page = scan(client, event, rotating.step_at(at) + steps)
    assert page.status_code == 200
    assert field(page, "key") is None and "画面を もう一度 読んでください" in page.text
    form = {"key": uuid7(), "code": rotating.code(event, rotating.step_at(at) + steps)}
    answer = client.post(f"/tsk/events/{event.id}/check-ins", data=form)
    assert answer.status_code == 422 and "画面を もう一度 読んでください" in answer.text
    assert ways() == []


def test_the_bare_poster_shows_everything_but_the_button(client, event):
    page = client.get(f"/C/{event.code}")
    assert "会場の画面のコードを 読んでください" in page.text
    assert "月ヶ瀬梅林" in page.text and "月ヶ瀬のお店で使えます" in page.text
    assert field(page, "key") is None
    answer = client.post(f"/tsk/events/{event.id}/check-ins", data={"key": uuid7()})
    assert answer.status_code == 422 and "会場の画面のコードを 読んでください" in answer.text
    assert ways() == []


def test_an_old_photo_only_tells_the_host(client, event, clock, at):
    clock.move(minutes=20)
    page = scan(client, event, rotating.step_at(at))
    assert "主催の人に 知らせる" in page.text
    assert tap(client, page, event).status_code == 303
    assert ways() == []
    assert "主催の人の名ぼに のっています" in client.get(f"/C/{event.code}").text


def test_an_ordinary_door_opens_by_both(client, app, place, laptop, at):
    event = factories.event(place.region, laptop.host, at=at)
    tap(client, scan(client, event, rotating.step_at(at)), event)
    other = app.test_client()
    tap(other, scan(other, event, rotating.step_at(at) - 100), event)
    assert ways() == ["rotating", "poster"]


def test_a_code_that_nobody_signed_leads_nowhere(client, event, at):
    genuine = rotating.code(event, rotating.step_at(at))
    assert client.get(f"/C/{genuine[:-1]}{'0' if genuine[-1] != '0' else '1'}").status_code == 404
    elsewhere = sign("rotating", region_id=event.region_id + 1, body=body(event.id, rotating.step_at(at)))
    assert client.get(f"/C/{elsewhere}").status_code == 404
    nothing = sign("rotating", region_id=event.region_id, body=body(99_999, rotating.step_at(at)))
    assert client.get(f"/C/{nothing}").status_code == 404


def test_a_phones_own_clock_is_asked_nothing(client, event, clock, at):
    """The page carries the step; nothing that the phone could say about time lets it in."""
    page = scan(client, event, rotating.step_at(at) - 10)
    assert field(page, "key") is None
    form = {"key": uuid7(), "code": rotating.code(event, rotating.step_at(at) - 10), "device_at": at.isoformat()}
    assert client.post(f"/tsk/events/{event.id}/check-ins", data=form).status_code == 422


def test_the_finished_tree_stands_on_the_events_page(client, place, event, clock, at):
    tap(client, scan(client, event, rotating.step_at(at)), event)
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="membership:1", at=at)
    clock.move(minutes=1)
    page = client.get(f"/C/{event.code}").text
    assert page.count('<use class="tree-') == 1
    assert page.count('class="tree-wood"') == 1
