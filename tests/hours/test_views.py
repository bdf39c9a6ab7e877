import re
from datetime import timedelta

import pytest

from app.db import db, transaction, uuid7
from app.hours.models import HoursEntry
from app.projects import service as projects
from app.projects.joining import service as joining
from tests import factories
from tests.ledger.world import statements, without_begin

MINE = "/tsk/hours"


def send(client, **form):
    told = {"key": uuid7(), "what": "畑の草とり", "minutes": "90", **form}
    return client.post(MINE, data=told)


def the_entry():
    return db.session.query(HoursEntry).one()


def test_written_down_in_words_with_who_confirms_it_and_what_it_may_earn(place, phone):
    client = phone(place.sora)
    answer = send(client, **{"with": "かぜ"})
    page = client.get(answer.location).text
    assert answer.status_code == 303 and "記録しました" in page
    assert "畑の草とり" in page and "1時間30分" in page and "確認まち" in page
    assert "夢見 かぜ" in page and "さんが 確認すると 1枚" in page
    row = the_entry()
    assert (row.with_id, row.minutes, row.place, row.paid, row.way) == (place.kaze.id, 90, "onsite", False, "phone")
    mine = client.get(MINE).text
    assert "畑の草とり" in mine and "さんが 確認すると 1枚" in mine and "2026年度は 0時間" in mine


@pytest.mark.parametrize(("form", "says"), [
    ({"minutes": "30"}, "この活動には コインは ありません"),
    ({"minutes": "120", "paid": "1"}, "有償の活動は"),
    ({"minutes": "120"}, "世話役か 事務局の人が 確認すると 2枚"),
])  # fmt: skip
def test_what_it_may_earn_is_never_promised_wrongly(place, phone, form, says):
    client = phone(place.sora)
    assert says in client.get(send(client, **form).location).text


def test_double_tap_reload_and_two_tabs_are_one_entry(place, phone):
    client, key = phone(place.sora), uuid7()
    assert len({send(client, key=key).location for _ in range(3)}) == 1
    assert send(client).status_code == 303  # from another tab, with another key
    assert the_entry().minutes == 90


@pytest.mark.parametrize(("form", "field"), [
    ({"what": " "}, "what"),
    ({"what": "あ" * 61}, "what"),
    ({"minutes": "20"}, "minutes"),
    ({"minutes": "721"}, "minutes"),
    ({"minutes": ""}, "minutes"),
    ({"day": "2026-11-29"}, "day"),
    ({"date": "2025-01-01"}, "day"),
    ({"date": "きのう"}, "date"),
])  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(place, phone, form, field):
    answer = send(phone(place.sora), **{"with": "となりの人たち", **form})
    assert answer.status_code == 422
    assert re.search(rf'id="field-{field}-problem">[^<]+<', answer.text)
    assert 'value="となりの人たち"' in answer.text
    assert not place.rows()


def test_twelve_hours_a_day_and_no_more(place, phone):
    client = phone(place.sora)
    assert send(client, minutes="720").status_code == 303
    answer = send(client, minutes="15", what="もう少し")
    assert answer.status_code == 422 and "12時間まで" in answer.text


def test_a_gathering_is_told_of_and_never_logged_again(place, phone):
    event = place.gathering(place.yaku, title="草かりの会")
    place.arrive(event, place.sora)
    place.end(event, place.yaku)
    client = phone(place.sora)
    page = client.get(f"{MINE}/new").text
    assert "これは もう 記録されています" in page and "草かりの会" in page
    answer = send(client, what="草かりの会")
    assert answer.status_code == 409 and f"{MINE}/{place.rows(place.sora)[0].id}" in answer.text
    assert len(place.rows(place.sora)) == 1


def test_a_chip_fills_in_project_words_field_and_place(place, phone):
    project = place.project(title="茶畑の再生", field="economy")
    with transaction():
        told = {"region": place.region, "project_id": project.id}
        row = joining.ask(**told, membership=place.sora, key=uuid7(), task_id=None, message="", at=place.at)
        joining.answer(**told, request_id=row.id, by=place.kaze, roles={"steward"}, answer="yes", note="", at=place.at)
    client = phone(place.sora)
    assert f"{MINE}/new?project={project.id}" in client.get(f"{MINE}/new").text
    page = client.get(f"{MINE}/new?project={project.id}").text
    assert 'value="茶畑の再生"' in page and f'name="project" value="{project.id}"' in page
    send(client, project=str(project.id), what="書類づくり", field="economy", place="remote")
    assert (the_entry().project_id, the_entry().field, the_entry().place) == (project.id, "economy", "remote")
    again = client.get(f"{MINE}/new?project={project.id}").text
    assert 'value="書類づくり"' in again and re.search(r'value="remote" checked', again)


def test_several_people_are_a_question_and_nobody_is_guessed(place, phone):
    for name in ("夢見 そう", "夢見 そよ"):
        place.person(name=name, yomi="ゆめみ そ" + name[-1])
    client = phone(place.kaze)
    answer = send(client, **{"with": "ゆめみ"})
    assert answer.status_code == 422 and "えらんでください" in answer.text
    picked = re.search(r'name="with_id" value="(\d+)"', answer.text)[1]
    assert send(client, **{"with": "ゆめみ", "with_id": picked}).status_code == 303
    assert the_entry().with_id == int(picked)


def test_words_alone_are_words(place, phone):
    client = phone(place.sora)
    send(client, **{"with": "かぜ", "with_id": "words"})
    assert (the_entry().with_id, the_entry().with_names) == (None, "かぜ")


def test_who_came_once_logs_but_does_not_look_people_up(place, phone, at):
    newcomer = phone(factories.membership(place.region, at=at, standing="provisional", kind="friend", number=None))
    assert "夢見" not in newcomer.get(f"{MINE}/people?with=かぜ").text
    assert "夢見" in phone(place.sora).get(f"{MINE}/people?with=かぜ").text
    assert send(newcomer, **{"with": "かぜ"}).status_code == 303
    assert (the_entry().with_id, the_entry().with_names) == (None, "かぜ")
    assert newcomer.get(f"{MINE}/to-confirm").status_code == 403


def test_officers_and_visitors_have_no_hours(place, phone, app):
    assert phone(place.machi).get(MINE).status_code == 403
    assert "/sign-in" in app.test_client().get(MINE).location


def test_taken_back_while_nobody_has_confirmed_it(place, phone):
    client, row = phone(place.sora), place.log(place.sora)
    for _ in range(2):
        assert client.post(f"{MINE}/{row.id}/withdrawal", data={"key": uuid7()}).status_code == 303
    assert place.rows()[0].state == "withdrawn" and row.what not in client.get(MINE).text.split("<main")[1]


def test_sent_back_with_a_reason_and_sent_again_put_right(place, phone):
    row = place.log(place.sora, 120, with_membership=place.kaze)
    place.send_back(place.kaze, row, "1時間だったと 思います。")
    client = phone(place.sora)
    page = client.get(MINE).text
    assert "さしもどされました" in page and "1時間だったと 思います。" in page and "なおして 送る" in page
    bad = client.post(f"{MINE}/{row.id}/again", data={"what": "なおした", "minutes": "7"})
    assert bad.status_code == 422 and 'value="なおした"' in bad.text
    answer = client.post(f"{MINE}/{row.id}/again", data={"what": "なおした", "minutes": "60"})
    assert answer.status_code == 303 and "確認まち" in client.get(answer.location).text
    assert (place.rows()[0].state, place.rows()[0].minutes) == ("waiting", 60)


def test_put_right_into_what_stands_there_already_keeps_what_was_typed(place, phone):
    place.log(place.sora, 60, what="茶つみ")
    row = place.log(place.sora, 60, what="草かり")
    place.send_back(place.yaku, row)
    answer = phone(place.sora).post(f"{MINE}/{row.id}/again", data={"what": "茶つみ", "minutes": "60"})
    assert answer.status_code == 409 and 'id="field-what-problem"' in answer.text and 'value="茶つみ"' in answer.text


def test_many_that_wait_are_read_with_as_few_questions_as_one(place, phone):
    client, asked = phone(place.sora), []
    for number in (1, 12):
        for _ in range(number):
            place.log(place.sora, 15, with_membership=place.person())
        with statements() as seen:
            assert client.get(MINE).status_code == 200
        asked.append(len(without_begin(seen)))
    assert asked[0] == asked[1]


def test_nobody_reads_or_touches_what_does_not_concern_them(place, phone):
    row = place.log(place.sora, with_membership=place.kaze)
    stranger = phone(place.person(name="知らない 人", yomi="しらない ひと"))
    for address in ("", "/slip", "/again", "/correction"):
        assert stranger.get(f"{MINE}/{row.id}{address}").status_code == 404, address
    assert stranger.post(f"{MINE}/{row.id}/withdrawal", data={"key": uuid7()}).status_code == 403
    assert phone(place.kaze).get(f"{MINE}/{row.id}").status_code == 200
    assert phone(place.hana).get(f"{MINE}/{row.id}").status_code == 404  # her household does not confirm it either


def test_fifty_a_page_and_the_sum_of_the_year_in_words(place, phone):
    for back in range(60):
        day = place.today - timedelta(days=back)
        row = place.log(place.sora, 45, day=day, with_membership=place.kaze)
        if back < 2:
            place.confirmed(place.kaze, row)
    client = phone(place.sora)
    first = client.get(MINE).text
    assert "2026年度は 1時間30分" in first and first.count('id="hours-row-') == 50
    second = client.get(re.search(r"/tsk/hours\?after=\d+", first)[0]).text
    assert second.count('id="hours-row-') == 10


def test_an_empty_page_has_a_sentence_and_one_button(place, phone):
    page = phone(place.sora).get(MINE).text
    assert "まだ 記録が ありません" in page and f'class="button" href="{MINE}/new"' in page


def test_a_projects_page_says_its_hours_and_leads_to_the_form(place, phone, app):
    with transaction():
        told = {"title": "茶畑", "wish": "のこしたい", "field": "economy"}
        lead = place.kaze
        project = projects.start(region=place.region, lead=lead, key=uuid7(), at=place.at, **told)
    row = place.log(place.sora, 150, project_id=project.id, with_membership=place.kaze)
    place.log(place.hana, 60, project_id=project.id)  # waits: does not count
    place.confirmed(place.kaze, row)
    page = phone(place.kaze).get(f"/tsk/projects/{project.id}").text
    assert "みんなで 2時間30分。" in page and f"{MINE}/new?project={project.id}" in page
    assert "記録する" not in app.test_client().get(f"/tsk/projects/{project.id}").text
