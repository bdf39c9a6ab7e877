import re
from datetime import timedelta

import pytest
from flask import g

from app.db import db, transaction, uuid7
from app.members import service as members
from app.rotas import waiting
from app.rotas.models import Rota, Slot, Turn
from tests import factories
from tests.projects import factories as projects_made
from tests.rotas import factories as made

BOARD = "/tsk/rotas"


def post(client, path, **form):
    return client.post(path, data={"key": uuid7(), **form})


def fresh(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


@pytest.fixture
def newcomer(place, at):
    return factories.membership(place.region, at=at, standing="provisional", kind="friend", name="旅人 たび")


@pytest.fixture
def lines(app, place):
    """What waits for somebody at a moment, by the address that deals with it."""

    def lines(who, at):
        with app.test_request_context("/tsk"):
            g.region = place.region
            return [line.text for line in waiting.lines(place.region, who, (), at)]

    return lines


# --- making ---------------------------------------------------------------------------------------------------


def test_a_rota_is_made_in_three_fields_and_its_days_in_one_form(client, maker):
    page = client.get(f"{BOARD}/new").text
    form = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r'<(?:input|select)(?![^>]*hidden)[^>]* name="(\w+)"', form) == ["title", "place", "project"]
    answer = post(client, BOARD, title="おしゃべり当番", place="めぐるステーション", project="")
    assert answer.status_code == 303 and "つくりました" in client.get(answer.location).text
    days = {"day": "2026-12-05", "begins": "10:00", "ends": "11:30", "needed": "2", "weeks": "4"}
    added = post(client, answer.location, **days)
    assert "4日 のせました" in client.get(added.location).text
    assert [str(slot.day) for slot in db.session.query(Slot).order_by(Slot.day)][-1] == "2026-12-26"
    assert "あと2人" in client.get(BOARD).text


def test_a_double_tap_makes_one_rota_and_no_day_twice(client, maker):
    key = uuid7()
    made_ = {post(client, BOARD, title="当番", place="", project="", key=key).location for _ in range(3)}
    assert len(made_) == 1 == db.session.query(Rota).count()
    slots, days = made_.pop(), {"day": "2026-12-05", "begins": "10:00", "ends": "11:30", "needed": "2", "weeks": "2"}
    assert [post(client, slots, **days).status_code for _ in range(2)] == [303, 303]
    assert db.session.query(Slot).count() == 2


@pytest.mark.parametrize(("form", "field"), [
    ({"title": " "}, "title"), ({"place": "あ" * 81}, "place"), ({"project": "x"}, "project"),
])  # fmt: skip
def test_what_is_wrong_with_a_rota_is_said_beside_its_field(client, maker, form, field):
    answer = post(client, BOARD, **{"title": "おためし", "place": "広場", "project": "", **form})
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert field == "place" or 'value="広場"' in answer.text
    assert db.session.query(Rota).count() == 0


@pytest.mark.parametrize(("form", "field"), [
    ({"day": ""}, "day"), ({"day": "2026-11-27"}, "day"), ({"begins": "x"}, "begins"), ({"ends": "10:00"}, "ends"),
    ({"needed": "0"}, "needed"), ({"needed": "21"}, "needed"), ({"weeks": "27"}, "weeks"),
    ({"day": "2028-01-01"}, "day"),
])  # fmt: skip
def test_what_is_wrong_with_a_day_is_said_beside_its_field(client, rota, form, field):
    days = {"day": "2026-12-05", "begins": "10:00", "ends": "11:30", "needed": "2", "weeks": "2"}
    answer = post(client, f"{BOARD}/{rota.id}/slots", **days | form)
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert field == "needed" or 'value="2"' in answer.text
    assert db.session.query(Slot).count() == 0


def test_another_slot_at_that_time_is_named_by_its_day(client, rota, do):
    do.slot(7)
    days = {"day": "2026-12-05", "begins": "10:00", "ends": "12:00", "needed": "1", "weeks": "1"}
    assert "12月5日(土)の その時間は" in post(client, f"{BOARD}/{rota.id}/slots", **days).text


def test_who_makes_and_looks_after_a_rota(app, phone, place, rota, una, newcomer, do, at):
    slot, steward = do.slot(), factories.membership(place.region, at=at)
    with transaction():
        today = at.date()
        year = {"starts_on": today, "ends_on": today + timedelta(days=300)}
        members.give_duty(membership=steward, role="steward", **year)
    assert phone(newcomer).get(f"{BOARD}/new").status_code == 403
    visitor = app.test_client()
    assert visitor.get(f"{BOARD}/new").status_code == 303 and post(visitor, BOARD, title="a").status_code == 401
    for path in ("slots", f"slots/{slot.id}/removal", "ending"):
        assert post(phone(una), f"{BOARD}/{rota.id}/{path}").status_code == 403
    assert post(phone(steward), f"{BOARD}/{rota.id}/slots/{slot.id}/removal").status_code == 303
    assert post(phone(steward), f"{BOARD}/{rota.id}/ending").status_code == 303
    assert "おわった当番は ありません" not in visitor.get(f"{BOARD}?show=ended").text


def test_a_day_that_somebody_took_stays_and_the_rota_goes_on(client, rota, una, do):
    slot = do.slot()
    do.turn("take", una, slot)
    for path in (f"slots/{slot.id}/removal", "ending"):
        answer = post(client, f"{BOARD}/{rota.id}/{path}")
        assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert fresh(slot).removed_at is None and fresh(rota).ended_at is None


# --- reading --------------------------------------------------------------------------------------------------


def test_members_read_names_visitors_read_how_many(app, client, phone, rota, una, newcomer, do):
    do.turn("take", una, do.slot(needed=2))
    page = f"{BOARD}/{rota.id}"
    assert "見本 うめ" in client.get(page).text
    for reader in (app.test_client(), phone(newcomer)):
        text = reader.get(page).text
        assert "見本 うめ" not in text and "あと1人" in text and "1人 きまっています" in text
    assert "12月5日(土)" in text and "午前10時から 11時まで" in text
    assert app.test_client().get(f"{page}/sheet/2026-12").status_code == 303
    assert phone(newcomer).get(f"{page}/sheet/2026-12").status_code == 403


def test_empty_lists_say_how_to_begin(app, client, maker, phone, una):
    assert "当番をつくる" in client.get(BOARD).text and "まだ 当番が ありません" in app.test_client().get(BOARD).text
    assert "おわった当番は ありません" in client.get(f"{BOARD}?show=ended").text
    page = post(client, BOARD, title="当番", place="", project="").location.removesuffix("/slots")
    assert "日を のせる" in client.get(page).text and "これからの日は ありません" in phone(una).get(page).text


def test_lists_go_on_after_a_page(client, place, maker, rota, do, monkeypatch, at):
    monkeypatch.setattr("app.rotas.queries.PAGE", 2)
    do.slots(weeks=3)
    for number in range(2):
        made.rota(place.region, maker, at=at, title=f"その{number}")
    for page, first, last in ((BOARD, "その1", "おしゃべり当番"), (f"{BOARD}/{rota.id}", "12月5日", "12月19日")):
        text = client.get(page).text
        assert first in text and last not in text[text.index("<main") :]
        more = re.search(r'href="([^"]*after=[^"]*)"', text)[1].replace("&amp;", "&")
        assert last in client.get(more).text


def test_a_project_shows_its_rotas(app, client, place, maker, at):
    project = projects_made.project(place.region, maker, at=at)
    page = f"/tsk/projects/{project.id}"
    assert f"/tsk/rotas/new?project={project.id}" in client.get(page).text
    assert "当番をつくる" not in app.test_client().get(page).text
    of = made.rota(place.region, maker, at=at, project_id=project.id, title="水やり当番")
    made.slots(place.region, of, 3, at=at)
    for reader in (client, app.test_client()):
        assert "水やり当番" in reader.get(page).text and "あと1人" in reader.get(page).text
    assert project.title in client.get(f"{BOARD}/{of.id}").text


def test_the_month_on_paper_has_names_and_lines_to_write_on(client, rota, una, do):
    do.turn("take", una, do.slot(needed=3))
    paper = client.get(f"{BOARD}/{rota.id}/sheet/2026-12").text
    rows = re.findall(r"<tr>(.*?)</tr>", paper, re.DOTALL)
    assert "見本 うめ" in paper and "電話番号" in paper and len(rows) == 1 + 3 + 4
    assert client.get(f"{BOARD}/{rota.id}/sheet/2029-12").status_code == 404


# --- turns ----------------------------------------------------------------------------------------------------


def test_one_tap_takes_a_turn_and_ends_with_words(phone, rota, newcomer, do):
    slot, reader = do.slot(), phone(newcomer)
    for _ in range(2):
        answer = post(reader, f"{BOARD}/{rota.id}/slots/{slot.id}/turns")
    assert answer.status_code == 303 and "当番に なりました" in reader.get(answer.location).text
    assert db.session.query(Turn).count() == 1
    assert "あなたの当番です" in reader.get(f"{BOARD}/{rota.id}").text and "わたしの当番" in reader.get(BOARD).text


def test_who_comes_second_is_told_so_on_the_rota(phone, rota, una, sora, do):
    slot = do.slot()
    do.turn("take", una, slot)
    answer = post(phone(sora), f"{BOARD}/{rota.id}/slots/{slot.id}/turns")
    assert answer.status_code == 409 and "先に 手を あげました" in answer.text and "見本 うめ" in answer.text


def test_giving_up_and_asking_for_a_swap(phone, rota, una, sora, do, clock, lines):
    slot = do.slot(1)
    turn = do.turn("take", una, slot)
    here, mine, other = f"{BOARD}/{rota.id}/turns/{turn.id}", phone(una), phone(sora)
    assert "かわりに 出ます" not in other.get(f"{BOARD}/{rota.id}").text
    assert other.get(f"{here}/calendar.ics").status_code == 404 == post(other, f"{here}/giving-up").status_code
    long = post(mine, f"{here}/swap", words="あ" * 101)
    assert long.status_code == 422 and "100文字まで" in long.text and "あ" * 101 in long.text
    assert post(mine, f"{here}/swap", words="<b>びょういん</b>です").status_code == 303
    assert "さがしています" in mine.get(f"{BOARD}/{rota.id}").text
    seen = other.get(f"{BOARD}/{rota.id}").text
    assert "&lt;b&gt;びょういん" in seen and "かわりに 出ます" in seen
    at = clock.at
    assert "かわってほしい" in lines(sora, at)[0] and "かわってほしい" not in "".join(lines(una, at))
    for _ in range(2):
        assert post(other, f"{here}/takeover").status_code == 303
    assert fresh(slot).taken == 1 and fresh(turn).ended_at
    told = re.sub("<[^>]*>", "", mine.get(f"{BOARD}/{rota.id}").text)
    assert "空想 そらさんが かわってくれました" in told
    assert "かわってくれました" in lines(una, at)[0]
    assert post(mine, f"{here}/swap/withdrawal").status_code == 422


def test_the_day_before_and_on_the_day_home_says_so(lines, una, do, at):
    do.turn("take", una, do.slot(2))
    assert lines(una, at) == []
    tomorrow, today = (lines(una, at + timedelta(days=days)) for days in (1, 2))
    assert re.sub("[\u2068\u2069]", "", tomorrow[0]) == "あした 午前10時 めぐるステーション の当番です。"
    assert today[0].startswith("きょう 午前10時")
    assert lines(una, at + timedelta(days=2, hours=2)) == []


def test_on_the_day_only_a_swap_is_offered(phone, rota, una, do, at):
    turn, reader = do.turn("take", una, do.slot(0)), phone(una)
    page = reader.get(f"{BOARD}/{rota.id}").text
    assert f"turns/{turn.id}/giving-up" not in page and f"turns/{turn.id}/swap" in page
    refused = post(reader, f"{BOARD}/{rota.id}/turns/{turn.id}/giving-up")
    assert refused.status_code == 422 and "「かわってください」を おしてください" in refused.text


def test_a_turn_for_ones_own_calendar(phone, rota, una, do):
    turn = do.turn("take", una, do.slot())
    answer = phone(una).get(f"{BOARD}/{rota.id}/turns/{turn.id}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    text = answer.text
    assert "DTSTART:20261205T010000Z" in text and "DTEND:20261205T020000Z" in text and "BEGIN:VALARM" in text


def test_another_regions_rota_is_not_there(client, rota, at):
    factories.world("ows", at=at)
    assert client.get(f"/ows/rotas/{rota.id}").status_code == 404
