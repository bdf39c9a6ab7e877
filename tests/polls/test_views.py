import re
from datetime import timedelta

from flask import g

from app.db import db, uuid7
from app.polls import waiting
from app.polls.models import Poll
from tests import factories

LIST = "/tsk/polls"


def post(client, path, **form):
    return client.post(path, data={"key": uuid7(), **form})


def bare(text):
    return re.sub("<[^>]*>|[\u2068\u2069]", "", text)


def test_asking_answering_and_seeing_takes_a_tap_each(client, phone, una, sora, minoru):
    form = client.get(f"{LIST}/quick/new").text
    assert 'value="はい"' in form and 'value="いいえ"' in form
    told = {
        "kind": "quick",
        "question": "きょう お茶しますか",
        "answer_1": "はい",
        "answer_2": "いいえ",
        "lasts": "three",
    }
    asked = post(client, LIST, **told)
    assert asked.status_code == 303
    page = asked.location
    hers = phone(una)
    before = hers.get(page).text
    assert "みんなの こたえが 見えます" in before and "見本 うめ" not in before[before.index("<main") :]
    assert before.count('name="number"') == 2
    assert post(hers, f"{page}/answers", number="1").status_code == 303
    after = bare(hers.get(page).text)
    assert "あなたの こたえ" in after and "みんなの こたえ" in after and "1人" in after
    assert "見本 うめ" in bare(client.get(page).text)
    assert "見本 うめ" not in bare(phone(sora).get(page).text).partition("ちょっときく")[2]


def test_what_was_typed_is_still_there_and_each_field_says_what_to_do(client, minoru):
    answer = post(client, LIST, kind="quick", question="", answer_1="おなじ", answer_2="おなじ", lasts="three")
    assert answer.status_code == 422
    assert "ちがう こたえを 2つ以上" in answer.text and "ここに 書いてください" in answer.text
    assert answer.text.count('value="おなじ"') == 2
    days = {"kind": "dates", "question": "いつ", "day_1": "2020-01-01", "begins_1": "10:00", "lasts": "week"}
    answer = post(client, LIST, **days, day_2="2027-01-02", begins_2="12:00", ends_2="11:00")
    assert "これからの日と 時こくを" in answer.text and "はじまりより あとに" in answer.text
    assert 'value="2027-01-02"' in answer.text
    assert db.session.query(Poll).count() == 0


def test_a_form_of_no_kind_is_none_of_ours(client, minoru):
    for kind in ("", "x", "../index"):
        answer = post(client, LIST, kind=kind, question="お茶", lasts="three")
        assert answer.status_code == 422 and db.session.query(Poll).count() == 0


def test_more_rows_keep_what_was_typed(client, minoru):
    told = {"kind": "dates", "question": "いつに しますか", "day_3": "2027-01-02", "begins_3": "12:00", "lasts": "week"}
    answer = post(client, LIST, more="1", **told)
    assert answer.status_code == 200
    assert 'name="day_6"' in answer.text and 'value="2027-01-02"' in answer.text and "いつに しますか" in answer.text


def test_days_are_marked_chosen_and_become_a_gathering(client, phone, una, minoru, at):
    rows = {f"day_{n}": (at + timedelta(days=n + 1)).date().isoformat() for n in (1, 2)}
    told = {
        "kind": "dates",
        "question": "茶話会の日",
        "lasts": "week",
        **rows,
        "begins_1": "10:00",
        "begins_2": "10:00",
    }
    page = post(client, LIST, **told).location
    hers = phone(una)
    missing = post(hers, f"{page}/answers", mark_1="yes")
    assert missing.status_code == 422 and "ひとつ えらんでください" in missing.text
    assert re.search(r'name="mark_1" value="yes" checked', missing.text)
    assert post(hers, f"{page}/answers", mark_1="no", mark_2="yes").status_code == 303
    assert "いちばん 合う" in hers.get(page).text
    assert post(hers, f"{page}/day", number="2").status_code == 403
    assert post(client, f"{page}/day", number="2").status_code == 303
    assert "この日に きまりました" in hers.get(page).text
    made = post(client, f"{page}/gathering")
    assert made.status_code == 303 and made.location.endswith("/draft/what")
    assert "茶話会の日" in client.get(made.location).text
    assert post(client, f"{page}/gathering").location == made.location  # Back, and the button once more
    assert "この日の 行事を 見る" in client.get(page).text and "行事を つくる" not in client.get(page).text


def test_a_day_gone_by_is_told_on_the_page(client, do, minoru, clock):
    poll = do.ask(minoru, "dates")
    do.act("fix_day", poll, minoru, number=1)
    clock.move(days=5)
    factories.sign_in(client, minoru.member_id, at=clock.now())
    late = post(client, f"{LIST}/{poll.id}/gathering")
    assert late.status_code == 422 and "これからの日にちを" in late.text and 'role="alert"' in late.text


def test_a_shared_code_leads_to_the_page_and_strangers_to_the_sign_in(app, client, phone, do, una, minoru):
    poll = do.ask(minoru)
    shown = client.get(f"{LIST}/{poll.id}").text
    assert poll.code[:4] in shown
    assert f"/C/{poll.code}?openExternalBrowser=1" in phone(una).get(f"{LIST}/{poll.id}").text
    led = phone(una).get(f"/C/{poll.code}")
    assert led.status_code == 303 and led.location.endswith(f"{LIST}/{poll.id}")
    stranger = app.test_client().get(f"{LIST}/{poll.id}")
    assert stranger.status_code in (303, 401, 403) and "お茶は" not in stranger.text


def test_home_says_a_single_question_itself(app, place, do, una, minoru, at):
    with app.test_request_context("/tsk"):
        g.region = place.region
        assert waiting.lines(place.region, una, {"member"}, at) == []
        poll = do.ask(minoru, question="お茶しますか")
        assert waiting.lines(place.region, una, {"officer"}, at) == []
        (line,) = waiting.lines(place.region, una, {"member"}, at)
        assert "お茶しますか" in line.text and line.href.endswith(f"/polls/{poll.id}")
        do.ask(minoru)
        (line,) = waiting.lines(place.region, una, {"member"}, at)
        assert "2件" in line.text and line.href.endswith("/polls")
