import re
from datetime import date, timedelta

import pytest

from app.db import transaction, uuid7
from app.hours import forms
from app.ledger import holds
from app.projects import service as projects
from tests import factories

SLIPS = "/tsk/hours/slips"
TODAY = date(2026, 11, 28)


@pytest.fixture
def desk(place, phone, twins):
    return phone(place.jimu)


@pytest.fixture
def twins(place):
    """Two whose よみ begins alike."""
    return [place.person(name=f"夢見 {name}", yomi=f"ゆめみ {name}") for name in ("そう", "そよ")]


@pytest.fixture
def una(place):
    return place.person(name="見本 うめ", yomi="みほん うめ")


def send(client, proof, *lines, **more):
    """Each line: who, day, time, what."""
    data = {"key": uuid7(), "proof": proof(client, SLIPS)}
    for at, parts in enumerate(lines, 1):
        data |= {f"{name}_{at}": value for name, value in zip(("who", "day", "time", "what"), parts, strict=True)}
    return client.post(SLIPS, data=data | more)


@pytest.mark.parametrize(("typed", "minutes"), [
    ("90", 90), ("1:30", 90), ("９０", 90), ("１：３０", 90), ("1時間30分", 90), ("1時間", 60), ("45分", 45),
    ("2", 120), ("12", 720), ("15", 15), ("2h", 120), ("", None), ("すこし", None), ("1.5.2", None),
])  # fmt: skip
def test_a_length_as_people_write_it(typed, minutes):
    assert forms.minutes_of(typed) == minutes


@pytest.mark.parametrize(("typed", "day"), [
    ("", TODAY), ("きょう", TODAY), ("きのう", date(2026, 11, 27)), ("11/25", date(2026, 11, 25)),
    ("11月25日", date(2026, 11, 25)), ("25", date(2026, 11, 25)), ("29", date(2026, 10, 29)),
    ("12/24", date(2025, 12, 24)), ("2026-11-20", date(2026, 11, 20)), ("あした", None), ("32", None), ("13/1", None),
])  # fmt: skip
def test_a_day_as_people_write_it(typed, day):
    assert forms.day_of(typed, TODAY) == day


def test_ten_slips_in_one_go_marked_and_typed_by_whom(place, desk, una, proof):
    lines = [(una.number, "11/25", "90", "茶つみ"), *[("かぜ", str(day), "1:00", "") for day in range(10, 19)]]
    answer = send(desk, proof, *lines)
    assert answer.status_code == 200 and "10件を 記録しました（代理入力）" in answer.text
    rows = place.rows()
    assert len(rows) == 10 and {(row.way, row.entered_by_id, row.state) for row in rows} == {
        ("proxy", place.jimu.id, "waiting")
    }
    assert (rows[0].membership_id, rows[0].day, rows[0].minutes) == (una.id, date(2026, 11, 25), 90)
    assert {row.what for row in rows} == {"茶つみ"}  # empty is as the line above
    assert f"/tsk/hours/{rows[0].id}/slip" in answer.text


def test_a_bad_line_keeps_the_other_nine_and_what_was_typed(place, desk, una, proof):
    lines = [("かぜ", str(day), "60", "茶つみ") for day in range(1, 10)]
    answer = send(desk, proof, *lines[:4], ("うめ", "5", "すこし", "はな見"), *lines[4:])
    assert answer.status_code == 422 and len(place.rows()) == 9
    assert "9件を 記録しました" in answer.text and "1:30 のように" in answer.text
    for typed in ("うめ", "5", "すこし", "はな見"):
        assert f'value="{typed}"' in answer.text
    assert answer.text.count('class="slip-who"') == 1


@pytest.mark.parametrize(("line", "says"), [
    (("ぬ", "1", "60", "x"), "見つかりません"),
    (("ゆめみ", "1", "60", "x"), "えらんでください"),
    (("かぜ", "あした", "60", "x"), "11/25 のように"),
    (("かぜ", "1", "60", ""), "何をしたか"),
    (("かぜ", "1", "61", "x"), "15分きざみ"),
    (("かぜ", "2024-01-01", "60", "x"), "400日前まで"),
])  # fmt: skip
def test_every_bad_line_says_what_to_do(place, desk, proof, line, says):
    answer = send(desk, proof, line)
    assert answer.status_code == 422 and says in answer.text and not place.rows()


def test_one_of_several_is_picked(place, desk, proof, twins):
    line = ("ゆめみ", "1", "60", "茶つみ")
    asked = send(desk, proof, line).text
    assert f'name="pick_1" value="{twins[1].id}"' in asked
    assert send(desk, proof, line, pick_1=str(twins[1].id)).status_code == 200
    assert place.rows()[0].membership_id == twins[1].id


def test_a_line_that_comes_back_keeps_what_the_line_above_said(place, desk, proof, twins):
    asked = send(desk, proof, ("かぜ", "11/20", "60", "茶つみ"), ("ゆめみ", "", "60", "")).text
    assert 'name="day_2" value="11/20"' in asked and 'name="what_2" value="茶つみ"' in asked
    send(desk, proof, ("ゆめみ", "11/20", "60", "茶つみ"), pick_1=str(twins[0].id))
    assert [(row.day, row.what) for row in place.rows()] == [(date(2026, 11, 20), "茶つみ")] * 2


def test_a_day_that_cannot_be_read_is_none_for_the_line_below_either(place, desk, proof):
    answer = send(desk, proof, ("かぜ", "あした", "60", "茶つみ"), ("はな", "", "60", ""))
    assert answer.status_code == 422 and answer.text.count("11/25 のように") == 2 and not place.rows()


def test_double_tap_and_reload_are_one_of_each(place, desk, proof):
    key = uuid7()
    for _ in range(3):
        answer = send(desk, proof, ("かぜ", "1", "60", "茶つみ"), ("はな", "1", "60", "茶つみ"), key=key)
        assert answer.status_code == 200 and "2件を 記録しました" in answer.text
    assert len(place.rows()) == 2


def test_nothing_written_is_a_sentence(desk, proof):
    answer = send(desk, proof)
    assert answer.status_code == 422 and "1行は 書いてください" in answer.text
    assert answer.text.count('class="slip-who"') == 10


def test_whoever_typed_it_does_not_confirm_it(place, desk, phone, proof):
    send(desk, proof, ("かぜ", "1", "60", "茶つみ"))
    assert "件を 確認する" not in desk.get("/tsk/hours/to-confirm").text
    assert "1件を 確認する" in phone(place.yaku).get("/tsk/hours/to-confirm").text


def test_hosts_and_leads_type_slips_and_other_members_do_not(place, phone, proof):
    assert phone(place.kaze).get(SLIPS).status_code == 403
    with transaction():
        told = {"title": "茶畑", "wish": "のこしたい", "field": "economy"}
        projects.start(region=place.region, lead=place.kaze, key=uuid7(), at=place.at, **told)
    assert send(phone(place.kaze), proof, ("そら", "1", "60", "茶つみ")).status_code == 200
    place.gathering(place.hana)
    assert phone(place.hana).get(SLIPS).status_code == 200
    assert phone(place.machi).get(SLIPS).status_code == 403


def test_a_name_or_number_is_completed_while_it_is_typed(place, desk, una):
    assert "見本 うめ" in desk.get(f"{SLIPS}/line?who_3={una.number}").text
    assert 'id="hours-slip-3"' in desk.get(f"{SLIPS}/line?who_3=うめ").text
    many = desk.get(f"{SLIPS}/line?who_3=ゆめみ").text
    assert many.count('name="pick_3"') == 2
    assert desk.get(f"{SLIPS}/line?who_11=うめ").status_code == 404


def test_her_slip_and_the_blank_ones(place, desk, una, proof):
    factories.coins(place.world, una, 7, at=place.at)
    send(desk, proof, (una.number, "11/25", "90", "茶つみ"))
    page = desk.get(f"/tsk/hours/{place.rows()[0].id}/slip").text
    for told in ("見本 うめ", "茶つみ", "2026年11月25日", "1時間30分", "代理入力", "確認印またはサイン", "7枚"):
        assert told in page, told
    blank = desk.get(f"{SLIPS}/form").text
    assert len(re.findall("確認印またはサイン", blank)) == 6


def test_coins_that_a_shop_never_took_are_hers_again_on_the_slip(place, desk, una):
    factories.coins(place.world, una, 7, at=place.at)
    row, asked_at = place.log(una), place.at - timedelta(minutes=5)
    hold = {"key": uuid7(), "region_id": place.region.id, "account_id": una.account_id, "amount": 3}
    with transaction():
        holds.place(**hold, at=asked_at, on=TODAY, expires_at=asked_at + timedelta(minutes=2))
    assert "7枚" in desk.get(f"/tsk/hours/{row.id}/slip").text


def test_all_slips_of_one_go_are_printed_at_once(place, desk, una, phone, proof):
    page = send(desk, proof, (una.number, "11/25", "90", "茶つみ"), ("そら", "", "60", "")).text
    sheet = re.search(r'href="(/tsk/hours/slips/sheet[^"]+)"', page)[1].replace("&amp;", "&")
    printed = desk.get(sheet).text
    assert printed.count('class="paper-slip"') == 2 == printed.count("代理入力")
    assert "見本 うめ" in printed and place.sora.name in printed
    other = place.log(una)  # somebody else's work that nobody here typed in
    assert desk.get(f"/tsk/hours/slips/sheet?entry={other.id}").status_code == 404
    place.gathering(place.hana)
    assert phone(place.hana).get(sheet).status_code == 404
    assert desk.get("/tsk/hours/slips/sheet").status_code == 404
    assert phone(place.kaze).get(sheet).status_code == 403


def test_what_is_left_is_not_for_whoever_was_only_named(place, phone, una):
    factories.coins(place.world, una, 7, at=place.at)
    row = place.log(una, with_membership=place.kaze)
    assert "のこり" not in phone(place.kaze).get(f"/tsk/hours/{row.id}/slip").text


@pytest.mark.parametrize("pick", ["²", "9" * 20, "-1"])
def test_a_pick_that_can_be_no_member_is_a_question_again(place, desk, twins, proof, pick):
    answer = send(desk, proof, ("ゆめみ", "11/25", "90", "茶つみ"), pick_1=pick)
    assert answer.status_code == 422 and "何人か います。" in answer.text and not place.rows()
