from datetime import timedelta

import pytest
from sqlalchemy import select

from app.cards import service as cards
from app.checkins.models import CheckIn
from app.db import db, transaction, uuid7
from app.members.models import Membership
from tests import factories
from tests.checkins.desks import card_of, field, on_phone, printed


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def event(place, client, at):
    host = factories.host_of(place, client, at=at)
    return factories.event(place.region, host, at=at, capacity=30)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


def read(client, event, text, key=None, **options):
    data = {"code": text, "key": key or uuid7()}
    return client.post(f"/tsk/events/{event.id}/check-ins/scan", data=data, **options)


def rows():
    return db.session.scalars(select(CheckIn).where(CheckIn.undone_at.is_(None))).all()


@pytest.mark.parametrize("way", ["printed", "phone", "number", "half a number", "full width"])
def test_a_card_is_a_name_in_large_letters(client, place, event, una, at, way):
    _, card = card_of(place.region, una, at)
    texts = {"printed": printed(card), "phone": on_phone(card, at), "number": una.number}
    digits = una.number.removeprefix("TSK-")
    texts |= {"half a number": digits, "full width": digits.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-"})}
    page = client.get(f"/tsk/events/{event.id}/check-ins/scan")
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    answer = read(client, event, texts[way], field(page, "key"))
    assert answer.status_code == 200 and "見本 うめ" in answer.text and "受付しました" in answer.text
    assert [(row.membership_id, row.way) for row in rows()] == [(una.id, "card")]
    assert field(answer, "key") != field(page, "key")  # ready for the next
    again = read(client, event, texts["number"])
    assert again.status_code == 200 and "もう 受付が すんでいます" in again.text
    assert len(rows()) == 1


def test_a_reloaded_page_reads_no_card_twice(client, place, event, una, at):
    _, card = card_of(place.region, una, at)
    key, text = uuid7(), on_phone(card, at)
    for _ in range(2):
        assert read(client, event, text, key).status_code == 200
    refused = read(client, event, text)
    assert refused.status_code == 422 and "もう よみとりました" in refused.text


def test_every_no_says_why(client, place, event, una, at, clock):
    _, card = card_of(place.region, una, at)
    old = on_phone(card, at)
    clock.move(minutes=2)
    assert "古くなりました" in read(client, event, old).text
    other = factories.world("ows", at=at)
    stranger = factories.membership(other.region, at=at)
    _, foreign = card_of(other.region, stranger, at)
    assert "これは 尾鷲の 会員証です" in read(client, event, printed(foreign)).text
    assert "見つかりません" in read(client, event, "見本 うめ").text
    with transaction():
        cards.end(region=place.region, card_id=card.id, reason="lost", at=at)
    gone = read(client, event, printed(card))
    assert gone.status_code == 422 and "もう 使えません" in gone.text and "受付していません" in gone.text
    assert rows() == []


def test_for_a_script_the_answer_is_the_result_alone(client, place, event, una, at):
    answer = read(client, event, una.number, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith("<section") and "見本 うめ" in answer.text
    no = read(client, event, "TSK-9999-0", headers={"HX-Request": "true"})
    assert no.status_code == 422 and no.text.lstrip().startswith("<section") and "<html" not in no.text


def test_an_undo_leads_back_to_the_camera(client, place, event, una, at):
    read(client, event, una.number)
    path = f"/tsk/events/{event.id}/check-ins/{rows()[0].id}/undo"
    answer = client.post(path, data={"from": "scan"})
    assert answer.location == f"/tsk/events/{event.id}/check-ins/scan" and rows() == []


def test_the_camera_is_the_hosts(client, app, place, event, una, at):
    other = app.test_client()
    factories.sign_in(other, una.member_id, at=at)
    assert read(other, event, una.number).status_code == 403
    assert rows() == []


def test_after_the_door_is_shut_it_is_a_correction(client, place, event, una, at, clock):
    clock.set(event.checkin_until + timedelta(hours=1))
    factories.sign_in(client, event_host(event).member_id, at=clock.at)
    assert read(client, event, una.number).status_code == 200
    assert rows()[0].at == event.starts_at


def event_host(event):
    return db.session.get(Membership, event.host_id)
