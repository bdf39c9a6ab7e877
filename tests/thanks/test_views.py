import re
from datetime import timedelta

import pytest
from flask import g

from app.db import db, transaction, uuid7
from app.members import service as members
from app.thanks import waiting
from app.thanks.models import Thanks
from tests import factories
from tests.projects import factories as projects_made

LIST = "/tsk/thanks"


def post(client, path, **form):
    return client.post(path, data={"key": uuid7(), **form})


def bare(text):
    return re.sub("<[^>]*>|[\u2068\u2069]", "", text)


@pytest.fixture
def steward(place, at):
    who = factories.membership(place.region, at=at, name="世話 やく", yomi="せわ やく")
    with transaction():
        year = {"starts_on": at.date() - timedelta(days=1), "ends_on": at.date() + timedelta(days=300)}
        members.give_duty(membership=who, role="steward", **year)
    return who


def test_whom_to_thank_is_chosen_from_where_one_met_people(client, place, meet, una, tabi, minoru, at):
    event, project = meet(una, tabi), projects_made.project(place.region, minoru, at=at)
    projects_made.join(place.region, project, una, minoru, at=at)
    start = client.get(f"{LIST}/new").text
    assert f"event={event.id}" in start and f"project={project.id}" in start
    came = client.get(f"{LIST}/new?event={event.id}").text
    assert "見本 うめ" in came and "旅人 たび" in came and f"to={tabi.id}" in came
    assert f"to={una.id}" in client.get(f"{LIST}/new?project={project.id}").text
    assert f"to={una.id}" in client.get(f"{LIST}/new?q=みほん").text
    assert "見つかりません" in client.get(f"{LIST}/new?q=ぬぬぬ").text
    assert "旅人 たび" in client.get(f"{LIST}/new?event={event.id}&to={tabi.id}").text


def test_a_stranger_to_a_gathering_reads_no_names(phone, meet, una, sora, tabi):
    event = meet(una)
    for reader in (sora, tabi):
        assert "見本 うめ" not in phone(reader).get(f"{LIST}/new?event={event.id}").text
    for to in (una.id, una.number + "x"):
        assert "見本 うめ" not in phone(tabi).get(f"{LIST}/new?to={to}").text
    assert "よみ" not in phone(tabi).get(f"{LIST}/new").text


def test_one_field_three_sentences_and_words_at_the_end(client, una, minoru):
    page = client.get(f"{LIST}/new?to={una.number}").text
    form = page[page.index("<main") : page.index("</main>")]
    assert len(re.findall(r"<(?:input|textarea|select)(?![^>]*type=\"hidden\")", form)) == 1
    assert form.count('name="say"') == 3
    answer = post(client, LIST, to=una.id, words="たけのこを ありがとう")
    assert answer.status_code == 303
    assert "見本 うめさんに ありがとうカードを 送りました" in bare(client.get(answer.location).text)


def test_a_ready_sentence_goes_into_the_field_and_nothing_is_sent(client, una, minoru):
    key = uuid7()
    answer = post(client, LIST, key=key, to=una.id, words="きのうは", say="0")
    assert answer.status_code == 200 and "きのうは ありがとうございました。</textarea>" in answer.text
    assert key in answer.text and db.session.query(Thanks).count() == 0
    for say in ("9", "x"):
        assert "きのうは</textarea>" in post(client, LIST, to=una.id, words="きのうは", say=say).text
    long = "あ" * 200
    assert f"{long}</textarea>" in post(client, LIST, to=una.id, words=long, say="1").text


@pytest.mark.parametrize("words", ["", " \n ", "あ" * 201])
def test_what_is_wrong_is_said_and_what_was_typed_is_still_there(client, una, minoru, words):
    answer = post(client, LIST, to=una.id, words=words)
    assert answer.status_code == 422 and 'id="field-words-problem"' in answer.text and words.strip() in answer.text
    assert db.session.query(Thanks).count() == 0


def test_to_oneself_or_to_nobody(client, minoru, una):
    for to, said in (
        (minoru.id, "自分には 送れません"),
        ("", "その人には 送れません"),
        (10**17, "その人には 送れません"),
    ):
        answer = post(client, LIST, to=to, words="ありがとう")
        assert answer.status_code == 422 and said in answer.text
    assert "自分には 送れません" in client.get(f"{LIST}/new?to={minoru.id}").text
    assert db.session.query(Thanks).count() == 0


def test_double_tap_and_two_tabs_are_one_card(client, una, minoru):
    key = uuid7()
    told = [post(client, LIST, key=key, to=una.id, words="ありがとう").status_code for _ in range(2)]
    told.append(post(client, LIST, to=una.id, words="ありがとう").status_code)
    assert told == [303] * 3 and db.session.query(Thanks).count() == 1


def test_the_eleventh_of_a_day_is_told_to_wait(client, do, una, minoru):
    for number in range(9):
        do.send(minoru, una, f"その{number}")
    tenth = post(client, LIST, to=una.id, words="十まいめ")
    assert "きょうは これで おわりです" in client.get(tenth.location).text
    answer = post(client, LIST, to=una.id, words="もうひとつ")
    assert answer.status_code == 422 and "10まいまで" in answer.text and "もうひとつ</textarea>" in answer.text


def test_reading_writes_nothing_and_opening_shows_the_words(phone, do, una, minoru):
    card, reader = do.send(minoru, una, "<i>たすかった</i>"), phone(una)
    closed = reader.get(LIST).text
    assert "試田 みのる" in closed and "たすかった" not in closed
    assert db.session.get_one(Thanks, card.id, populate_existing=True).seen_at is None
    opened = reader.get(post(reader, f"{LIST}/{card.id}/opening").location).text
    assert "&lt;i&gt;たすかった" in opened and "0743-00-0000" in opened
    assert post(reader, f"{LIST}/{card.id}/hiding").status_code == 303
    assert "まだ カードは ありません" in reader.get(LIST).text
    assert "たすかった" in reader.get(f"{LIST}?show=away").text
    assert post(reader, f"{LIST}/{card.id}/showing").status_code == 303 and "たすかった" in reader.get(LIST).text


def test_a_card_is_its_writers_and_its_readers(app, client, phone, do, una, sora, minoru):
    card, other = do.send(minoru, una, "ふたりの話"), phone(sora)
    for path in ("opening", "hiding", "showing", "withdrawal"):
        assert post(other, f"{LIST}/{card.id}/{path}").status_code == 404
    for page in (LIST, f"{LIST}/sent", f"{LIST}?after={card.id}"):
        assert "ふたりの話" not in other.get(page).text
    visitor = app.test_client()
    assert visitor.get(LIST).status_code == 303 and post(visitor, LIST, to=una.id).status_code == 401
    assert other.get(f"{LIST}/sheet").status_code == 403


def test_taking_back(client, do, una, minoru, clock):
    card = do.send(minoru, una)
    assert "とりけす" in client.get(f"{LIST}/sent").text
    for _ in range(2):
        assert post(client, f"{LIST}/{card.id}/withdrawal").status_code == 303
    assert db.session.query(Thanks).count() == 0
    late = do.send(minoru, una)
    clock.move(minutes=11)
    assert "とりけす" not in client.get(f"{LIST}/sent").text
    answer = post(client, f"{LIST}/{late.id}/withdrawal")
    assert answer.status_code == 422 and "10分のあいだ" in answer.text


def test_empty_lists_say_how_to_begin(client, minoru):
    assert "先に だれかに" in client.get(LIST).text and "ひとことで じゅうぶん" in client.get(f"{LIST}/sent").text
    assert "しまったカードは ありません" in client.get(f"{LIST}?show=away").text


def test_lists_go_on_after_a_page(client, phone, do, una, minoru, monkeypatch, at):
    monkeypatch.setattr("app.thanks.queries.PAGE", 2)
    for number in range(3):
        do.act("open_", do.send(minoru, una, f"その{number}", when=at + timedelta(minutes=number)), una)
    for reader, page in ((phone(una), LIST), (client, f"{LIST}/sent")):
        first = reader.get(page).text
        assert "その2" in first and "その0" not in first
        more = re.search(r'href="([^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
        assert "その0" in reader.get(more).text


def test_what_waits_at_home(app, place, do, una, minoru, at):
    do.send(minoru, una)
    with app.test_request_context("/tsk"):
        g.region = place.region
        assert [line.count for line in waiting.lines(place.region, una, {"member"}, at)] == [1]
        assert [line.href for line in waiting.lines(place.region, minoru, {"office"}, at)] == [f"{LIST}/sheet"]
        assert waiting.lines(place.region, minoru, {"member"}, at) == []


def test_cards_on_paper_eight_on_a_sheet(phone, do, una, steward, place, at):
    for number in range(9):
        do.send(steward, una, f"その{number}")
    desk = phone(steward)
    page = desk.get(f"{LIST}/sheet").text
    assert page.count('class="thanks-sheet"') == 2 and page.count('class="thanks-paper"') == 9
    assert "紙に印刷して" in desk.get(f"{LIST}/new?to={una.id}").text
    do.send(factories.membership(place.region, at=at), una, "あとから来た")
    ids = re.findall(r'name="card" value="(\d+)"', page)
    answer = post(desk, f"{LIST}/sheet", card=ids)
    paper = desk.get(answer.location).text
    assert "9まい わたしたことに" in paper and "あとから来た" in paper and "その0" not in paper
