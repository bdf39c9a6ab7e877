import re
from datetime import timedelta

import pytest

from app.db import db, transaction, uuid7
from app.events.models import Event
from app.sign_ups import queries
from app.sign_ups.models import SignUp
from tests import factories


def sent(client, event, **form):
    return client.post(f"/tsk/events/{event.id}/sign-ups", data={"key": uuid7(), **form})


@pytest.fixture
def phone(app):
    """A visitor's phone that has looked at an event's page: `phone(event)`."""

    def phone(event):
        client = app.test_client()
        client.get(f"/C/{event.code}")
        return client

    return phone


def reader(app, membership, at):
    client = app.test_client()
    factories.sign_in(client, membership.member_id, at=at)
    return client


def test_a_visitor_signs_up_with_one_tap_and_gives_the_place_back(make, phone):
    event = make(capacity=10)
    visitor = phone(event)
    page = visitor.get(f"/C/{event.code}").text
    assert "申しこむ" in page and 'name="name"' not in page and 'name="contact"' not in page
    answer = sent(visitor, event)
    assert answer.status_code == 303
    told = visitor.get(answer.location).text
    assert "申しこみました" in told and "2026年12月5日(土)" in told and "申しこみ番号" in told
    assert f"/tsk/events/{event.id}/calendar.ics" in told
    assert "申しこんであります" in visitor.get(f"/C/{event.code}").text
    left = visitor.post(f"/tsk/events/{event.id}/sign-ups/own/cancellation")
    assert left.status_code == 303 and "申しこみを やめました" in visitor.get(left.location).text
    assert visitor.post(f"/tsk/events/{event.id}/sign-ups/own/cancellation").status_code == 303
    assert "申しこむ" in visitor.get(f"/C/{event.code}").text


def test_two_tabs_and_a_double_tap_are_one_sign_up(make, phone):
    event = make(capacity=10)
    visitor, key = phone(event), uuid7()
    for form in ({"key": key}, {"key": key}, {}):
        assert sent(visitor, event, **form).status_code == 303
    assert db.session.query(SignUp).count() == 1


def test_a_member_brings_people_along(make, app, una, at):
    event = make(capacity=10)
    client = reader(app, una, at)
    assert "お名前" not in client.get(f"/C/{event.code}").text
    answer = sent(client, event, adults="２", children="1")
    assert "おとな 3人 · 子ども 1人" in client.get(answer.location).text
    row = db.session.query(SignUp).one()
    assert (row.people, row.children, row.membership_id, row.visit_hash) == (4, 1, una.id, None)


def test_who_waits_sees_the_place_in_the_queue_and_then_the_free_place(make, app, phone, una, at):
    event = make(capacity=1)
    first, second, member = phone(event), phone(event), reader(app, una, at)
    sent(first, event)
    assert "キャンセル待ちに 入る" in second.get(f"/C/{event.code}").text
    told = second.get(sent(second, event).location).text
    assert "キャンセル待ちです" in told and "1番目" in told
    sent(member, event)
    assert "キャンセル待ち 2番目です" in member.get(f"/C/{event.code}").text
    assert "席が空きました" not in member.get("/tsk").text
    first.post(f"/tsk/events/{event.id}/sign-ups/own/cancellation")
    second.post(f"/tsk/events/{event.id}/sign-ups/own/cancellation")
    assert "キャンセル待ちから 入れました" in member.get(f"/C/{event.code}").text
    assert "席が空きました" in member.get("/tsk").text
    assert "席が空きました" not in first.get("/tsk").text


def test_a_place_that_comes_free_late_is_taken_by_a_tap(make, phone, clock):
    event = make(capacity=1)
    first, second = phone(event), phone(event)
    sent(first, event)
    sent(second, event)
    clock.set(event.starts_at - timedelta(hours=3))
    first.post(f"/tsk/events/{event.id}/sign-ups/own/cancellation")
    assert "空いた席を とる" in second.get(f"/C/{event.code}").text
    sent(second, event)
    assert "申しこんであります" in second.get(f"/C/{event.code}").text


@pytest.mark.parametrize(
    ("level", "form", "field"),
    [
        ("name", {}, "name"),
        ("contact", {"name": "さくら"}, "contact"),
        ("contact", {"name": "さくら", "contact": "あとで"}, "contact"),
        ("none", {"adults": "99"}, "adults"),
        ("none", {"adults": "15", "children": "15"}, "adults"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_still_there(make, phone, level, form, field):
    event = make(name_level=level, question_1="アレルギーは ありますか")
    visitor = phone(event)
    answer = sent(visitor, event, answer_1="そば", **form)
    assert answer.status_code == 422 and 'value="そば"' in answer.text
    assert f'id="field-{field}-problem"' in answer.text
    for typed in form.values():
        assert f'value="{typed}"' in answer.text
    assert db.session.query(SignUp).count() == 0


def test_name_telephone_and_two_answers_are_in_the_hosts_list_and_on_paper(make, phone, client):
    event = make(name_level="contact", question_1="アレルギー", question_2="写真に うつっても いいですか")
    form = {
        "name": "さくら 花",
        "contact": "０７４３ー００ー００００",
        "answer_1": "そば",
        "answer_2": "はい",
        "children": "2",
    }
    assert sent(phone(event), event, **form).status_code == 303
    for page in (client.get(f"/tsk/events/{event.id}/sign-ups"), client.get(f"/tsk/events/{event.id}/sign-ups/paper")):
        for words in ("さくら 花", "0743-00-0000", "アレルギー", "そば", "はい", "うち 子ども 2人"):
            assert words in page.text
        assert page.headers["Cache-Control"] == "no-store"
    paper = client.get(f"/tsk/events/{event.id}/sign-ups/paper").text
    assert "確認印" in paper and "あわせて 3人" in paper


def test_only_the_host_reads_the_lists(make, phone, app, una, at):
    event = make(name_level="contact")
    member = reader(app, una, at)
    for part in ("", "/paper", "/calls", "/calls/paper", "/invitations"):
        assert member.get(f"/tsk/events/{event.id}/sign-ups{part}").status_code == 403
        assert phone(event).get(f"/tsk/events/{event.id}/sign-ups{part}").location.startswith("/sign-in")


def test_the_audience_is_told_in_words(make, phone, app, una, at):
    event = make(audience="members")
    page = phone(event).get(f"/C/{event.code}").text
    assert "会員だけの行事です" in page and "サインイン" in page and "申しこむ</button>" not in page
    assert "申しこむ</button>" in reader(app, una, at).get(f"/C/{event.code}").text
    event = make(audience="invited")
    page = reader(app, una, at).get(f"/C/{event.code}").text
    assert "よばれた人だけの行事です" in page and "申しこむ</button>" not in page
    refused = sent(reader(app, una, at), event)
    assert refused.status_code == 422 and "よばれた人だけの行事です" in refused.text
    assert "よばれた人だけ" in phone(event).get("/tsk/events").text


def test_invited_members_answer_with_one_tap(make, client, app, una, place, at):
    event = make(audience="invited")
    page = client.get(f"/tsk/events/{event.id}/sign-ups/invitations?q=みほ")
    assert f'value="{una.id}"' in page.text
    address = f"/tsk/events/{event.id}/sign-ups/invitations"
    assert client.post(address, data={"key": uuid7(), "membership": una.id}).status_code == 303
    member = reader(app, una, at)
    assert "よばれています" in member.get("/tsk").text
    page = member.get(f"/C/{event.code}").text
    assert "行きます" in page and "行けません" in page
    member.post(f"/tsk/events/{event.id}/sign-ups/own/cancellation")
    assert "行けないと 知らせてあります" in member.get(f"/C/{event.code}").text
    assert "よばれています" not in member.get("/tsk").text
    assert "行けません" in client.get(address).text
    assert sent(member, event).status_code == 303
    assert queries.own(db.session.get(Event, event.id), una, None).state == "going"


def test_a_whole_group_is_invited_and_nobody_twice(make, client, una, place, host, at):
    event = make(audience="invited")
    address = f"/tsk/events/{event.id}/sign-ups/invitations"
    assert client.post(address, data={"key": uuid7(), "group": ""}).status_code == 422
    for _ in range(2):
        assert client.post(address, data={"key": uuid7(), "group": "kind:resident"}).status_code == 303
    assert {row.membership_id for row in db.session.query(SignUp)} == {una.id, host.id}


def test_the_host_changes_the_capacity_and_frees_the_absent(make, client, phone, clock):
    event = make(capacity=1)
    first, second = phone(event), phone(event)
    sent(first, event)
    sent(second, event)
    address = f"/tsk/events/{event.id}/sign-ups"
    low = client.post(f"{address}/capacity", data={"capacity": "0"})
    assert low.status_code == 422 and "1 から 500 まで" in low.text
    assert client.post(f"{address}/capacity", data={"capacity": "2"}).status_code == 303
    assert client.post(f"{address}/capacity", data={"capacity": "1"}).status_code == 422
    assert "申しこんであります" in second.get(f"/C/{event.code}").text
    assert client.post(f"{address}/absent").status_code == 422
    clock.set(event.starts_at)
    assert "来ていない人の席を あける" in client.get(address).text
    assert client.post(f"{address}/absent").status_code == 303
    db.session.expire_all()
    stands = db.session.get(Event, event.id)
    assert (stands.booked, stands.capacity) == (0, 2)


def test_cards_count_what_is_held(make, phone):
    event = make(capacity=5)
    sent(phone(event), event, adults="2")
    assert "あと2人" in phone(event).get("/tsk/events").text
    sent(phone(event), event, adults="1")
    assert "定員になりました" in phone(event).get("/tsk/events").text


def test_a_draft_tells_nobody_about_itself(make, phone, app, una, at):
    event = make(published_at=None)
    member = reader(app, una, at)
    assert sent(member, event).status_code == 404
    own = f"/tsk/events/{event.id}/sign-ups/own"
    assert [member.get(own).status_code, member.post(f"{own}/cancellation").status_code] == [404, 404]


# --- called off -----------------------------------------------------------------------------------------------


def test_one_tap_cancels_with_its_reason_and_a_second_is_calm(make, client, phone):
    event = make()
    address = f"/tsk/events/{event.id}/cancellation"
    assert client.post(address, data={"quick": "rain", "reason": ""}).status_code == 303
    assert "雨のため" in phone(event).get(f"/C/{event.code}").text
    again = client.post(address, data={"quick": "snow"})
    assert again.status_code == 303 and "もう 中止になっています" in client.get(again.location).text
    assert "もう 中止になっています" in client.get(address).text
    assert "雪のため" not in phone(event).get(f"/C/{event.code}").text
    assert client.post(f"{address}/undo").status_code == 303
    assert "申しこむ" in phone(event).get(f"/C/{event.code}").text


def test_whoever_signed_up_is_called_and_ticked_off(make, client, phone):
    event = make(name_level="contact")
    visitor = phone(event)
    sent(visitor, event, name="さくら", contact="0743-00-0000")
    answer = client.post(f"/tsk/events/{event.id}/cancellation", data={"quick": "rain"})
    assert answer.location.endswith("/sign-ups/calls")
    page = client.get(answer.location).text
    assert "さくら" in page and 'href="tel:0743000000"' in page and "あと1件です" in page
    row = db.session.query(SignUp).one()
    client.post(f"/tsk/events/{event.id}/sign-ups/{row.id}/call", data={"called": "1"})
    assert "ぜんぶ 終わりました" in client.get(answer.location).text
    client.post(f"/tsk/events/{event.id}/sign-ups/{row.id}/call", data={"called": "0"})
    assert "あと1件です" in client.get(answer.location).text
    assert "0743-00-0000" in client.get(f"{answer.location}/paper").text
    assert "中止になりました" in visitor.get(f"/tsk/events/{event.id}/sign-ups/own").text
    assert "中止になりました" in visitor.get("/tsk").text and "中止になりました" not in phone(event).get("/tsk").text


def test_a_postponement_names_the_day_and_becomes_an_event(make, client, phone):
    event = make(capacity=3)
    visitor = phone(event)
    sent(visitor, event)
    address = f"/tsk/events/{event.id}/postponement"
    assert 'value="2026-12-12"' in client.get(address).text
    bad = client.post(address, data={"day": "2026-12-12", "begins": "09:00", "reason": ""})
    assert bad.status_code == 422 and "わけを ひとこと" in bad.text and 'value="2026-12-12"' in bad.text
    assert client.post(address, data={"day": "2026-12-12", "begins": "09:00", "quick": "wind"}).status_code == 303
    page = visitor.get(f"/C/{event.code}").text
    assert "延期になりました" in page and "12月12日(土) 午前9時" in page and "風が強いため" in page
    opened = client.post(f"{address}/event")
    assert opened.status_code == 303 and client.post(f"{address}/event").location == opened.location
    assert "新しい日のページへ" in visitor.get(f"/C/{event.code}").text
    assert "申しこんであります" in visitor.get(opened.location).text
    assert "申しこみは 新しい日に うつしてあります" in visitor.get(f"/tsk/events/{event.id}/sign-ups/own").text
    assert client.post(f"{address}/undo").status_code == 422


def test_a_postponement_is_taken_back(make, client, phone):
    event = make()
    address = f"/tsk/events/{event.id}/postponement"
    client.post(address, data={"day": "2026-12-12", "begins": "09:00", "quick": "wind"})
    assert client.post(f"{address}/undo").status_code == 303
    assert "申しこむ" in phone(event).get(f"/C/{event.code}").text


def test_a_cancelled_gathering_is_not_postponed_but_says_so_calmly(make, client, at):
    event = make()
    with transaction():
        db.session.get(Event, event.id).cancelled_at = at
    address = f"/tsk/events/{event.id}/postponement"
    answer = client.post(address, data={"day": "2026-12-12", "begins": "09:00", "quick": "wind"})
    assert answer.status_code == 303 and "もう 中止になっています" in client.get(answer.location).text
    assert "もう 中止になっています" in client.get(address).text


def test_the_number_stays_when_others_leave(make, phone):
    event = make(capacity=10)
    first, second = phone(event), phone(event)
    sent(first, event)
    sent(second, event)
    first.post(f"/tsk/events/{event.id}/sign-ups/own/cancellation")
    page = second.get(f"/tsk/events/{event.id}/sign-ups/own").text
    assert re.search(r'slip-number">2<', page)
