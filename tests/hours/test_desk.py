import re

import pytest

from app.db import db, uuid7
from app.members.models import Membership
from tests.hours.factories import Hamlet

DESK = "/tsk/hours/to-confirm"


def confirm(client, proof, *rows, **more):
    data = {"entry": [str(row.id) for row in rows], "proof": proof(client, "/tsk/hours/new"), **more}
    return client.post(DESK, data=data)


def waiting(place: Hamlet, number: int, minutes: int = 60):
    """As many entries of as many people, who name Kaze."""
    people = [place.person(name=f"手伝い {n}番", yomi=f"てつだい {n}ばん") for n in range(number)]
    return [place.log(who, minutes, with_membership=place.kaze) for who in people]


def test_twenty_rows_are_two_clicks_and_their_coins_are_told(place, phone):
    rows = waiting(place, 20)
    client = phone(place.kaze)
    page = client.get(DESK).text
    boxes = re.findall(r'<input type="checkbox" name="entry" value="(\d+)" form="hours-confirm" checked>', page)
    assert len(boxes) == 20 and "20件を 確認する" in page
    sent = {"entry": boxes, "proof": re.search(r'name="proof" value="([^"]+)"', page)[1]}
    answer = client.post(DESK, data=sent)
    assert answer.status_code == 200 and 'role="status"' in answer.text
    assert "20件を 確認しました。" in answer.text and "20枚を わたしました。" in answer.text
    again = client.post(DESK, data=sent)  # reload, double tap
    assert "20枚を わたしました。" in again.text
    assert all(row.state == "confirmed" for row in place.rows())
    whose = [db.session.get_one(Membership, row.membership_id) for row in rows]
    assert [place.coins(one) for one in whose] == [1] * 20
    assert "ぜんぶ 確認しました" in client.get(DESK).text


def test_what_a_friend_does_far_away_is_confirmed_by_a_resident(place, phone, proof):
    friend = place.person(kind="friend", name="空想 とおい", yomi="くうそう とおい")
    told = {
        "key": uuid7(),
        "what": "パンフレットの見た目",
        "minutes": "120",
        "place": "remote",
        "with": place.kaze.number,
    }
    written = phone(friend).post("/tsk/hours", data=told)
    assert written.status_code == 303
    resident = phone(place.kaze)
    assert "在宅で" in resident.get(DESK).text
    [row] = place.rows(friend)
    assert "2枚を わたしました。" in confirm(resident, proof, row).text
    story = phone(friend).get(written.location).text
    assert "確認ずみ" in story and "いっしょにいた人" in story and "夢見 かぜ" in story and place.coins(friend) == 2


def test_a_row_says_who_what_when_how_long_with_whom_and_why(place, phone):
    place.log(place.sora, 90, what="水みちづくり", with_membership=place.kaze, entered_by=place.yaku, paid=True)
    page = phone(place.kaze).get(DESK).text
    for told in ("空想 そら", "1時間30分", "水みちづくり", "11月28日", "夢見 かぜ", "代理入力", "試田 やく", "有償"):
        assert told in page, told
    assert "あなたと いっしょでした" in page
    assert "世話役として" not in page and "事務局として" in phone(place.jimu).get(DESK).text


def test_own_rows_and_those_of_the_household_are_not_there_and_are_refused(place, phone, proof):
    own = place.log(place.hana, with_membership=place.kaze)
    kin = place.log(place.sora, with_membership=place.hana)
    typed = place.log(place.jimu, entered_by=place.hana)
    client = phone(place.hana)
    assert "件を 確認する" not in client.get(DESK).text
    answer = confirm(client, proof, own, kin, typed)
    assert answer.status_code == 422 and "確認できませんでした" in answer.text
    for why in ("自分の活動です", "同じ家の人の活動です", "あなたが 代わりに 入れた"):
        assert why in answer.text, why
    assert {row.state for row in place.rows()} == {"waiting"}


def test_some_stand_and_some_are_left_out_with_why(place, phone, proof):
    good, gone = place.log(place.sora, 120, with_membership=place.kaze), place.log(place.hana)
    place.withdraw(place.hana, gone)
    text = confirm(phone(place.kaze), proof, good, gone).text
    assert "1件を 確認しました。" in text and "2枚を わたしました。" in text
    assert "確認しなかったもの" in text and "とりさげられた記録です" in text


def test_at_the_cap_the_rest_is_given_and_told(place, phone, proof):
    rows = [place.log(place.sora, 120, with_membership=place.kaze) for _ in range(2)]
    text = confirm(phone(place.kaze), proof, *rows).text
    assert "2枚を わたしました。" in text and "1日にもらえる数に なりました" in text
    assert place.coins(place.sora) == 2


def test_nothing_ticked_is_a_sentence(place, phone, proof):
    place.log(place.sora, with_membership=place.kaze)
    answer = confirm(phone(place.kaze), proof)
    assert answer.status_code == 422 and "しるしが ありません" in answer.text


def test_without_the_hidden_field_nothing_is_confirmed(place, phone):
    row = place.log(place.sora, with_membership=place.kaze)
    assert phone(place.kaze).post(DESK, data={"entry": str(row.id)}).status_code == 403
    assert place.rows()[0].state == "waiting"


def test_a_duty_shows_a_passkey_first_and_a_named_member_need_not(place, phone, proof):
    row = place.log(place.sora, with_membership=place.kaze)
    stale = phone(place.yaku, fresh=False)
    assert "/passkeys/confirm" in stale.get(DESK).location
    assert "/passkeys/confirm" in confirm(stale, proof, row).location
    assert place.rows()[0].state == "waiting"
    assert confirm(phone(place.kaze, fresh=False), proof, row).status_code == 200


def test_sent_back_with_a_reason_row_by_row(place, phone):
    row = place.log(place.sora, with_membership=place.kaze)
    client = phone(place.kaze)
    bad = client.post(f"/tsk/hours/{row.id}/return", data={"reason": " "})
    assert bad.status_code == 422 and "わけを ひとこと" in bad.text and '<details class="fold" open>' in bad.text
    for _ in range(2):
        good = client.post(f"/tsk/hours/{row.id}/return", data={"reason": "日にちが ちがいます。"})
        assert good.status_code == 303
    assert (place.rows()[0].state, place.rows()[0].reason) == ("returned", "日にちが ちがいます。")


def test_fifty_at_once_and_how_many_there_are_in_all(place, phone):
    waiting(place, 52, minutes=15)
    page = phone(place.kaze).get(DESK).text
    assert page.count('name="entry"') == 50 and "ぜんぶで 52件" in page


def test_the_story_of_an_entry(place, phone):
    row = place.confirmed(place.kaze, place.log(place.sora, with_membership=place.kaze, entered_by=place.jimu))
    page = phone(place.sora).get(f"/tsk/hours/{row.id}").text
    for told in ("代理入力", "仮野 じむ", "確認", "夢見 かぜ", "いっしょにいた人", "確認ずみ"):
        assert told in page, told


def correct(client, row, proof, **form):
    data = {"key": uuid7(), "minutes": "60", "reason": "まちがえました", "proof": proof(client, "/tsk/hours/new")}
    return client.post(f"/tsk/hours/{row.id}/correction", data=data | form)


def test_corrected_by_an_entry_that_takes_it_back_and_coins_with_it(place, phone, proof):
    row = place.confirmed(place.kaze, place.log(place.sora, 120, with_membership=place.kaze))
    client, key = phone(place.sora), uuid7()
    assert "なおす" in client.get(f"/tsk/hours/{row.id}").text
    assert 'value="120" selected' in client.get(f"/tsk/hours/{row.id}/correction").text
    answers = [correct(client, row, proof, key=key) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303} and len({one.location for one in answers}) == 1
    page = client.get(answers[0].location).text
    assert "確認まち" in page and "まちがえました" in page
    assert "なおしました" in client.get(f"/tsk/hours/{row.id}").text
    assert sorted(one.minutes for one in place.rows()) == [-120, 60, 120] and place.coins(place.sora) == 0


@pytest.mark.parametrize(("form", "field"), [({"reason": ""}, "reason"), ({"minutes": "120"}, "minutes")])
def test_a_correction_that_cannot_be_is_asked_for_again(place, phone, proof, form, field):
    row = place.confirmed(place.kaze, place.log(place.sora, 120, with_membership=place.kaze))
    answer = correct(phone(place.sora), row, proof, **form)
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert len(place.rows()) == 1


def test_only_taken_back(place, phone, proof):
    row = place.confirmed(place.kaze, place.log(place.sora, 120, with_membership=place.kaze))
    assert correct(phone(place.kaze), row, proof, minutes="").status_code == 303
    assert sum(one.minutes for one in place.rows()) == 0


def test_a_correction_wants_a_passkey_and_a_stranger_gets_none(place, phone, proof):
    row = place.confirmed(place.kaze, place.log(place.sora, with_membership=place.kaze))
    assert "/passkeys/confirm" in phone(place.sora, fresh=False).get(f"/tsk/hours/{row.id}/correction").location
    stranger = phone(place.person(name="知らない 人", yomi="しらない ひと"))
    assert correct(stranger, row, proof).status_code == 404
    kin = phone(place.hana)
    assert correct(kin, row, proof).status_code == 404
