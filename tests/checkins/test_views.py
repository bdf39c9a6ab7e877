import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.checkins.models import CheckIn
from app.db import db, uuid7
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, app, at):
    return factories.membership(place.region, at=at)


def field(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def check_in(client, event, **fields):
    page = client.get(f"/C/{event.code}")
    data = {"key": field(page, "key"), "nickname": ""} | fields
    return client.post(f"/tsk/events/{event.id}/check-ins", data=data)


def count():
    return db.session.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.undone_at.is_(None)))


def test_a_visitor_scans_taps_and_sees_the_seal(client, place, host, at):
    event = factories.event(place.region, host, at=at)
    page = client.get(f"/c/{event.code.lower()}")
    assert page.status_code == 200 and "受付する" in page.text
    answer = check_in(client, event, nickname="そら")
    assert (answer.status_code, answer.location) == (303, f"/C/{event.code}")
    seal = client.get(answer.location)
    assert "受付しました" in seal.text and "受付番号" in seal.text and "seal-outline" in seal.text
    assert "seal-outline" in client.get(f"/C/{event.code}").text  # scanned again: calmly the same
    assert count() == 1


def test_two_taps_two_tabs_and_back_are_one_visit(client, place, host, at):
    event = factories.event(place.region, host, at=at)
    first, second = (field(client.get(f"/C/{event.code}"), "key") for _ in range(2))
    for key in (first, first, second):
        answer = client.post(f"/tsk/events/{event.id}/check-ins", data={"key": key, "nickname": ""})
        assert answer.status_code == 303
    assert count() == 1


def test_a_name_that_is_too_long_is_still_in_its_field(client, place, host, at):
    event = factories.event(place.region, host, at=at)
    long = check_in(client, event, nickname="そ" * 21)
    assert long.status_code == 422 and "20文字まで" in long.text
    assert f'value="{"そ" * 21}"' in long.text
    assert count() == 0


def test_a_door_that_shut_meanwhile_says_so(client, place, host, at, clock):
    event = factories.event(place.region, host, at=at)
    key = field(client.get(f"/C/{event.code}"), "key")
    clock.set(event.checkin_until)
    answer = client.post(f"/tsk/events/{event.id}/check-ins", data={"key": key, "nickname": "そら"})
    assert answer.status_code == 422 and "受付は おわりました" in answer.text
    assert count() == 0


def test_too_early_names_the_hour(client, place, host, at):
    event = factories.event(place.region, host, at=at, starts_at=at + timedelta(hours=3))
    page = client.get(f"/C/{event.code}")
    assert "11月28日(土) 午前11時30分 から できます" in page.text
    assert "受付する</button>" not in page.text


def test_a_draft_is_for_its_host_alone(client, app, place, at):
    host = factories.host_of(place, client, at=at)
    event = factories.event(place.region, host, at=at, published_at=None)
    assert "下書き" in client.get(f"/C/{event.code}").text
    assert app.test_client().get(f"/C/{event.code}").status_code == 404


def test_a_member_arrives_under_her_own_name_and_is_paid(client, place, host, at):
    una = factories.membership(place.region, at=at, name="見本 うめ")
    factories.sign_in(client, una.member_id, at=at)
    event = factories.event(place.region, host, at=at, award="arrival")
    assert "見本 うめ" in client.get(f"/C/{event.code}").text
    check_in(client, event)
    seal = client.get(f"/C/{event.code}").text
    assert "+1枚" in seal and "seal-filled" in seal
    row = db.session.scalars(select(CheckIn)).one()
    undone = client.post(f"/tsk/events/{event.id}/check-ins/{row.id}/undo", data={"key": uuid7()})
    assert undone.status_code == 303 and count() == 0


def test_nobody_undoes_another_persons_arrival(client, app, place, host, at):
    event = factories.event(place.region, host, at=at)
    check_in(client, event)
    row = db.session.scalars(select(CheckIn)).one()
    stranger = app.test_client().post(f"/tsk/events/{event.id}/check-ins/{row.id}/undo", data={})
    assert stranger.status_code == 404 and count() == 1


def test_the_host_finds_checks_in_and_undoes(client, place, at):
    host = factories.host_of(place, client, at=at)
    factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ", number="TSK-0777-" + "0")
    event = factories.event(place.region, host, at=at)
    found = client.get(f"/tsk/events/{event.id}/check-ins?q=ウメ")
    assert "見本 うめ" in found.text
    hit = re.search(r'name="membership" value="(\d+)"', found.text)[1]
    data = {"key": field(found, "key"), "membership": hit}
    answer = client.post(f"/tsk/events/{event.id}/arrivals", data=data)
    assert answer.status_code == 303
    assert "見本 うめ" in client.get(answer.location).text and count() == 1
    assert client.post(f"/tsk/events/{event.id}/arrivals", data=data).status_code == 303
    assert count() == 1
    row = db.session.scalars(select(CheckIn)).one()
    gone = client.post(f"/tsk/events/{event.id}/check-ins/{row.id}/undo", data={"from": "list"})
    assert gone.status_code == 303, gone.text
    assert count() == 0
    assert "見つかりませんでした" in client.get(f"/tsk/events/{event.id}/check-ins?q=ん").text


def test_the_live_list_answers_nothing_when_nothing_changed(client, place, at):
    host = factories.host_of(place, client, at=at)
    event = factories.event(place.region, host, at=at)
    page = client.get(f"/tsk/events/{event.id}/check-ins")
    live = re.search(r'data-hx-get="([^"]+/live[^"]+)"', page.text)[1].replace("&amp;", "&")
    assert client.get(live).status_code == 204
    check_in(client.application.test_client(), event)
    assert client.get(live, headers={"HX-Request": "true"}).status_code == 200


def test_strangers_and_other_members_never_see_the_list(client, app, place, host, at):
    event = factories.event(place.region, host, at=at)
    assert client.get(f"/tsk/events/{event.id}/check-ins").status_code == 303
    other = app.test_client()
    factories.sign_in(other, factories.membership(place.region, at=at).member_id, at=at)
    for path in ("check-ins", "closure", "poster", "cancellation"):
        assert other.get(f"/tsk/events/{event.id}/{path}").status_code == 403


def test_the_end_is_one_button_and_the_second_host_sees_that_it_is_done(client, place, at):
    host = factories.host_of(place, client, at=at)
    event = factories.event(place.region, host, at=at, coins=2)
    check_in(client, event)
    sheet = client.get(f"/tsk/events/{event.id}/closure")
    ticked = re.findall(r'name="ticked" value="(\d+)" checked', sheet.text)
    data = {"proof": field(sheet, "proof"), "ticked": ticked}
    done = client.post(f"/tsk/events/{event.id}/closure", data=data)
    assert done.status_code == 303
    assert "2枚を わたしました" in client.get(done.location).text
    again = client.post(f"/tsk/events/{event.id}/closure", data=data)
    assert again.status_code == 409 and "もう おわっています" in again.text
    assert "seal-filled" in client.get(f"/C/{event.code}").text


def test_ending_asks_for_a_recent_passkey(client, place, at, clock):
    host = factories.host_of(place, client, at=at)
    event = factories.event(place.region, host, at=at)
    sheet = client.get(f"/tsk/events/{event.id}/closure")
    clock.move(minutes=31)
    data = {"proof": field(sheet, "proof"), "back": f"/tsk/events/{event.id}/closure"}
    answer = client.post(f"/tsk/events/{event.id}/closure", data=data)
    assert answer.status_code == 303 and answer.location.startswith("/passkeys/confirm")
