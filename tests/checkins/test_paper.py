"""Twenty paper names in one go."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.checkins import closing
from app.checkins.by_host import desk
from app.checkins.models import CheckIn
from app.db import db, transaction
from app.ledger import proof
from app.ledger import queries as ledger
from app.members.rules import hiragana
from tests import factories
from tests.checkins.desks import field

BEYOND = 6  # keystrokes a name may take beyond what tells it apart
YOMI = (
    "みほん うめ,みほん はな,みほん はなこ,ためしだ みのる,ためしだ さくら,れいの みなと,れいの そら,やまだ たろう,"
    "やまだ はなこ,やまもと けん,たなか いちろう,たなか じろう,たなか さぶろう,すずき あおい,すずき ゆい,さとう れん,"
    "さとう ひな,いのうえ まさお,きたむら よしこ,おくだ しげる"
).split(",")


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def event(place, client, at):
    host = factories.host_of(place, client, at=at)
    return factories.event(place.region, host, at=at, coins=2)


@pytest.fixture
def people(place, event, at):
    return [factories.membership(place.region, at=at, name=f"名 {yomi}", yomi=yomi) for yomi in YOMI]


def enter(client, event, lines, key=None, **more):
    page = client.get(f"/tsk/events/{event.id}/check-ins/paper")
    data = {"key": key or field(page, "key")}
    for number, text in enumerate(lines, 1):
        data |= {f"who_{number}": text, f"people_{number}": ""}
    return client.post(f"/tsk/events/{event.id}/check-ins/paper", data=data | more)


def rows():
    query = select(CheckIn).where(CheckIn.undone_at.is_(None)).order_by(CheckIn.number)
    return db.session.scalars(query).all()


def shortest(place, person):
    """What tells somebody apart, by the very rule of the suggestions: the beginning of the よみ, else all of it."""
    whole = hiragana(person.yomi)
    for length in range(2, len(whole) + 1):
        if desk.look_up(place.region, whole[:length]).one == person:
            return whole[:length]
    return person.number


def test_twenty_names_are_one_post_and_six_keys_beyond_what_tells_them_apart(client, place, event, people):
    typed = [shortest(place, person) for person in people]
    for person, text in zip(people, typed, strict=True):
        page = client.get(f"/tsk/events/{event.id}/check-ins/paper/line", query_string={"who_3": text})
        assert person.name in page.text  # the suggestion stands there before Enter
        needed = len(text)
        assert len(text) + len("\n") - needed <= BEYOND
    answer = enter(client, event, typed)
    assert answer.status_code == 200 and "20人を 受付しました（代理入力）" in answer.text
    assert [row.membership_id for row in rows()] == [person.id for person in people]
    assert {(row.way, row.by) for row in rows()} == {("paper", f"membership:{event.host_id}")}


def test_a_bad_line_keeps_nobody_waiting_and_is_asked_about(client, place, event, people):
    typed = [shortest(place, person) for person in people]
    typed[10], typed[9] = "たなか", "ぬぬぬ"
    answer = enter(client, event, typed)
    assert answer.status_code == 422 and "18人を 受付しました" in answer.text
    assert len(rows()) == 18
    assert "何人か います" in answer.text and "見つかりません。お客さまですか。" in answer.text
    assert re.findall(r'name="who_(\d+)" value="([^"]*)"', answer.text) == [("10", "ぬぬぬ"), ("11", "たなか")]
    picks = {"pick_11": str(people[10].id), "pick_10": "guest", "who_11": "たなか", "who_10": "ぬぬぬ"}
    more = {"people_11": "1", "people_10": "2", "key": field(answer, "key")}
    last = client.post(f"/tsk/events/{event.id}/check-ins/paper", data=picks | more)
    assert last.status_code == 200, last.text
    got = rows()[-2:]
    assert [(row.membership_id, row.nickname, row.companions) for row in got] == [
        (None, "ぬぬぬ", 2),
        (people[10].id, "", 1),
    ]


def test_a_line_that_breaks_leaves_the_others(client, place, event, people):
    typed = [shortest(place, person) for person in people]
    page = enter(client, event, typed, people_3="99", people_4="x")
    assert page.status_code == 422 and len(rows()) == 18
    assert 'value="99"' in page.text and "0 から 20 までの数" in page.text


@pytest.mark.parametrize("pick", ["²", "9" * 20])
def test_a_pick_that_is_no_row_is_asked_about_again(client, place, event, people, pick):
    page = enter(client, event, ["たなか"], pick_1=pick)
    assert page.status_code == 422 and "何人か います" in page.text and not rows()


def test_a_line_that_the_sheet_does_not_have_means_nobody(client, place, event):
    for name in ("who_²", "who_0", "who_21", "who_" + "9" * 20):
        page = client.get(f"/tsk/events/{event.id}/check-ins/paper/line", query_string={name: "たなか"})
        assert page.status_code == 404


def test_the_same_form_twice_is_one_entry(client, place, event, people):
    page = client.get(f"/tsk/events/{event.id}/check-ins/paper")
    key = field(page, "key")
    for _ in range(2):
        answer = enter(client, event, [shortest(place, people[0])], key, who_2="はるか", pick_2="guest")
        assert answer.status_code == 200
    assert "もう 受付が すんでいます" in answer.text
    assert len(rows()) == 2


def test_afterwards_it_is_paid_and_written_from_the_beginning(client, place, event, people, at):
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="job:close", at=at)
    assert "コインは 同じように わたします" in client.get(f"/tsk/events/{event.id}/check-ins/paper").text
    enter(client, event, [shortest(place, people[0])])
    assert [row.at for row in rows()] == [event.starts_at]
    assert ledger.balance(place.region.id, people[0].account_id, at.date()).available == 2
    assert proof.prove()["ok"]


def test_a_week_later_the_line_says_why_not(client, place, event, people, at, clock):
    with transaction():
        closing.close(region=place.region, event_id=event.id, by="job:close", at=at)
    clock.move(days=8)
    answer = enter(client, event, [shortest(place, people[0])])
    assert answer.status_code == 422 and "7日を すぎました" in answer.text and rows() == []


def test_a_line_shows_whom_it_may_mean(client, place, event, people):
    path = f"/tsk/events/{event.id}/check-ins/paper/line"
    several = client.get(path, query_string={"who_7": "たなか"}).text
    assert len(re.findall(r'name="pick_7" value="\d+"', several)) == 3
    assert client.get(path, query_string={"who_21": "たなか"}).status_code == 404
    assert client.get(path, query_string={"who_x": "たなか"}).status_code == 404
    assert "<p" not in client.get(path).text


def test_the_sheet_has_a_line_for_everybody(client, place, event, people, at):
    page = client.get(f"/tsk/events/{event.id}/check-ins/sheet")
    assert page.text.count("<tr>") == 21 and "受付番号" in page.text and "印" in page.text


def test_who_was_entered_sees_by_whom(client, app, place, event, people, at):
    enter(client, event, [shortest(place, people[0])])
    assert "代理入力" in client.get(f"/tsk/events/{event.id}/check-ins").text
    phone = app.test_client()
    factories.sign_in(phone, people[0].member_id, at=at + timedelta(seconds=1))
    assert "主催の人が 受付しました（代理入力）" in phone.get(f"/C/{event.code}").text
