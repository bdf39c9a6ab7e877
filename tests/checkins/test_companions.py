import pytest
from sqlalchemy import select

from app.checkins.models import CheckIn, LateArrival
from app.db import db, transaction, uuid7
from app.events.models import Event
from app.sign_ups import service as sign_ups
from tests import factories
from tests.checkins.desks import card_of, field, on_phone, printed


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def host(place, at):
    return factories.membership(place.region, at=at)


def rows():
    db.session.expire_all()
    return db.session.scalars(select(CheckIn).where(CheckIn.undone_at.is_(None)).order_by(CheckIn.id)).all()


def check_in(client, event, **fields):
    page = client.get(f"/C/{event.code}")
    return client.post(f"/tsk/events/{event.id}/check-ins", data={"key": field(page, "key"), "nickname": ""} | fields)


def test_grown_ups_and_children_come_along(client, place, host, at):
    event = factories.event(place.region, host, at=at, capacity=30)
    answer = check_in(client, event, companions="2", children="１", companion_names="はな\n \nけん\nゆい")
    assert answer.status_code == 303
    row = rows()[0]
    assert (row.companions, row.children, row.companion_names) == (4, 1, "はな\nけん\nゆい")
    assert db.session.get(Event, event.id).taken == 5
    assert "5人" in client.get(f"/C/{event.code}").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"companions": "15", "children": "6"}, "20人まで"),
        ({"companions": "-1"}, "0 から 20"),
        ({"companion_names": "あ" * 21}, "20文字まで"),
        ({"companions": "9"}, "あと 3人"),
    ],
)
def test_what_does_not_fit_is_said_and_stays_in_its_field(client, place, host, at, fields, words):
    event = factories.event(place.region, host, at=at, capacity=3)
    answer = check_in(client, event, nickname="そら", **fields)
    assert answer.status_code == 422 and words in answer.text, answer.text
    for value in ("そら", *fields.values()):
        assert value in answer.text
    assert rows() == []


def test_the_form_of_whoever_signed_up_knows_the_party(client, place, host, at):
    una = factories.membership(place.region, at=at, name="見本 うめ")
    factories.sign_in(client, una.member_id, at=at)
    event = factories.event(place.region, host, at=at, capacity=3)
    with transaction():
        party = {"party": sign_ups.Party(people=3, children=1), "membership": una}
        before = event.published_at
        sign_ups.sign_up(region=place.region, event_id=event.id, key=uuid7(), by="test", at=before, **party)
    page = client.get(f"/C/{event.code}")
    assert "申しこみのとおり 3人で 受付します" in page.text
    fields = {name: field(page, name) for name in ("companions", "children")}
    page_of_stranger = client.application.test_client().get(f"/C/{event.code}").text
    assert "のこりの席は 申しこんだ人のものです" in page_of_stranger
    assert check_in(client, event, **fields).status_code == 303
    assert (rows()[0].companions, rows()[0].children) == (2, 1)


def test_the_number_is_put_right_until_the_door_is_shut(client, place, host, at, clock):
    event = factories.event(place.region, host, at=at)
    path = f"/tsk/events/{event.id}/check-ins/companions"
    assert client.get(path).status_code == 404  # not here yet
    check_in(client, event)
    assert "いっしょに来た人" in client.get(path).text
    assert client.post(path, data={"companions": "2", "children": "1"}).location == f"/C/{event.code}"
    assert (rows()[0].companions, rows()[0].children) == (3, 1)
    assert client.post(path, data={"companions": "99"}).status_code == 422
    clock.set(event.checkin_until)
    assert client.post(path, data={"companions": "0"}).status_code == 422
    assert rows()[0].companions == 3


def beside(client, event, text):
    path = f"/tsk/events/{event.id}/check-ins/companions"
    page = client.get(path)
    return client.post(f"{path}/cards", data={"key": field(page, "key"), "proof": field(page, "proof"), "code": text})


@pytest.mark.parametrize("door", ["poster", "rotating"])
def test_a_card_beside_mine_is_an_arrival_of_its_own(client, place, host, at, door):
    una, friend = (factories.membership(place.region, at=at, name=name) for name in ("見本 うめ", "見本 もも"))
    factories.sign_in(client, una.member_id, at=at)
    event = factories.event(place.region, host, at=at)
    check_in(client, event)
    with transaction():
        db.session.get(Event, event.id).door = door
    _, card = card_of(place.region, friend, at)
    typed = beside(client, event, friend.number)
    assert typed.status_code == 422 and "主催の人に 見せてください" in typed.text
    assert beside(client, event, printed(card)).status_code == (303 if door == "poster" else 422)
    assert beside(client, event, on_phone(card, at)).status_code == 303
    assert [(row.membership_id, row.by, row.way) for row in rows()[1:]] == [
        (friend.id, f"membership:{una.id}", "card"),
    ]


def test_what_comes_late_brings_its_companions(client, place, host, at, clock):
    """An outlived code leads to the host's list, with everybody who came along."""
    event = factories.event(place.region, host, at=at)
    page = client.get(f"/C/{event.code}")
    clock.set(event.checkin_until)
    data = {"key": field(page, "key"), "companions": "2", "children": "1", "nickname": ""}
    client.post(f"/tsk/events/{event.id}/check-ins", data=data, headers={"X-Outbox": "1"})
    late = db.session.scalars(select(LateArrival)).one()
    assert (late.companions, late.children) == (3, 1)


def test_the_host_puts_a_number_right_or_takes_an_arrival_back(client, app, place, at, clock):
    host = factories.host_of(place, client, at=at)
    event = factories.event(place.region, host, at=at, capacity=2)
    check_in(app.test_client(), event, companions="1", companion_names="はな")
    path = f"/tsk/events/{event.id}/check-ins/corrections"
    assert client.post(path, data={"number": "1", "act": "party", "companions": "3"}).status_code == 303
    assert (rows()[0].companions, db.session.get(Event, event.id).capacity) == (3, 4)
    assert rows()[0].companion_names == "はな"  # of which the host's form says nothing
    assert client.post(path, data={"number": "7", "act": "undo"}).status_code == 422
    clock.move(minutes=11)
    assert client.post(path, data={"number": "1", "act": "undo"}).status_code == 303
    assert rows() == []


def test_enter_lets_in_whom_it_can_only_mean(client, place, at):
    host = factories.host_of(place, client, at=at)
    event = factories.event(place.region, host, at=at)
    una = factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")
    factories.membership(place.region, at=at, name="見本 もも", yomi="みほん もも")

    def type_in(text):
        return client.post(f"/tsk/events/{event.id}/arrivals", data={"key": uuid7(), "who": text})

    asked = type_in("みほん")
    assert asked.status_code == 303 and "q=" in asked.location and rows() == []
    assert "見本 もも" in client.get(asked.location).text
    assert type_in("ウメ").status_code == 303
    assert [(row.membership_id, row.way) for row in rows()] == [(una.id, "name")]
    assert "見つかりませんでした" in client.get(type_in("ぬぬ").location).text
    guest = client.post(f"/tsk/events/{event.id}/arrivals", data={"key": uuid7(), "nickname": "ぬぬ"})
    assert guest.status_code == 303 and rows()[1].nickname == "ぬぬ"


def test_a_tap_on_a_sign_up_lets_the_whole_party_in(client, app, place, at):
    host = factories.host_of(place, client, at=at)
    event = factories.event(place.region, host, at=at, capacity=4, question_1="アレルギーは")
    visitor, visit = app.test_client(), "a-phone-that-signed-up-the-day-before"
    visitor.set_cookie("visit", visit)
    with transaction():
        party = {"party": sign_ups.Party(people=4, children=2, name="例野 家", answer_1="たまご"), "visit": visit}
        before = event.published_at
        sign_ups.sign_up(region=place.region, event_id=event.id, key=uuid7(), by="visitor", at=before, **party)
    page = client.get(f"/tsk/events/{event.id}/check-ins")
    assert "例野 家" in page.text and "たまご" in page.text and "まだ" in page.text
    sign_up = field(page, "sign_up")
    answer = client.post(f"/tsk/events/{event.id}/arrivals", data={"key": uuid7(), "sign_up": sign_up})
    assert answer.status_code == 303, answer.text
    assert (rows()[0].nickname, rows()[0].companions, rows()[0].children) == ("例野 家", 3, 2)
    assert "受付しました" in visitor.get(f"/C/{event.code}").text  # their own phone shows the seal
    other = factories.event(place.region, host, at=at)
    stray = client.post(f"/tsk/events/{other.id}/arrivals", data={"key": uuid7(), "sign_up": sign_up})
    assert stray.status_code == 404
