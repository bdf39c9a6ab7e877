import re
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction, uuid7
from app.members import service as members
from app.projects import queries
from app.projects.models import JoinRequest, Project, ProjectEvent, Task
from tests import factories
from tests.projects import factories as made

BOARD = "/tsk/projects"


def fields(page):
    """The fields of a page's form that somebody fills in, by name."""
    form = page[page.index("<main") : page.index("</main>")]
    inputs = re.findall(r"<(?:input|textarea|select)(?![^>]*type=\"hidden\")[^>]*\bname=\"([^\"]+)\"", form)
    return list(dict.fromkeys(inputs))


def start(client, **form):
    told = {"key": uuid7(), "title": "見守り隊", "wish": "のこしたい", "field": "environment", **form}
    return client.post(BOARD, data=told)


def test_a_member_starts_in_three_fields_and_nobody_is_asked(client, lead):
    assert fields(client.get(f"{BOARD}/new").text) == ["title", "wish", "field"]
    answer = start(client)
    page = client.get(answer.location)
    assert answer.status_code == 303 and "はじめました" in page.text
    assert "見守り隊" in page.text and "うごいています" in page.text and "試田 みのる" in page.text
    assert "見守り隊" in client.get(BOARD).text


def test_double_tap_and_two_tabs_are_one_project(client, lead):
    key = uuid7()
    assert len({start(client, key=key).location for _ in range(3)}) == 1
    assert db.session.query(Project).count() == 1


@pytest.mark.parametrize(("form", "field"), [
    ({"title": " "}, "title"),
    ({"wish": ""}, "wish"),
    ({"wish": "あ" * 401}, "wish"),
    ({"field": "money"}, "field"),
])  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_is_still_there(client, lead, form, field):
    answer = start(client, **{"title": "おためし", **form})
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert field == "title" or 'value="おためし"' in answer.text
    assert db.session.query(Project).count() == 0


def test_who_came_once_may_not_start_but_ask_to_join(project, place, phone, at):
    newcomer = phone(factories.membership(place.region, at=at, standing="provisional", kind="friend", name=""))
    assert newcomer.get(f"{BOARD}/new").status_code == 403 == start(newcomer).status_code
    assert newcomer.post(f"{BOARD}/{project.id}/join", data={"key": uuid7()}).status_code == 303
    assert db.session.query(JoinRequest).count() == 1


def test_visitors_read_the_board_and_the_page_but_no_names(project, app, do, una):
    do.join(una)
    do.task(title="写真の整理", remote=True, skills="写真")
    visitor = app.test_client()
    board, page = visitor.get(BOARD).text, visitor.get(f"{BOARD}/{project.id}").text
    assert project.title in board and "募集中 1件" in board and "在宅でできる" in board
    assert "2人" in page and "見本 うめ" not in page and "試田 みのる" not in page
    assert "写真の整理" in page and "いっしょにやる" in page
    asked = visitor.get(f"{BOARD}/{project.id}/join")
    assert asked.status_code == 303 and "/sign-in" in asked.location
    assert visitor.get(f"{BOARD}/{project.id}/edit").status_code == 303
    assert visitor.post(f"{BOARD}/{project.id}/life", data={"answer": "end"}).status_code == 401


def test_an_officer_reads_and_asks_for_nothing(project, place, do, phone, una, at):
    do.task(remote=True)
    do.join(una)  # and became an officer afterwards
    today = clock.local_day(place.region, at)
    with transaction():
        term = {"starts_on": today, "ends_on": today + timedelta(days=365)}
        members.give_duty(membership=una, role="officer", **term)
    officer = phone(una)
    for path in ("", f"/{project.id}", "/tasks"):
        page = officer.get(BOARD + path)
        assert page.status_code == 200 and "/join" not in page.text and "/edit" not in page.text
    for path in ("join", "leaving", "life", "tasks", "edit"):
        assert officer.post(f"{BOARD}/{project.id}/{path}", data={"key": uuid7()}).status_code == 403


def test_members_of_the_region_read_names(project, phone, una):
    assert "試田 みのる" in phone(una).get(f"{BOARD}/{project.id}").text


def test_nobody_else_looks_after_a_project(project, phone, una, sora, do):
    outsider = phone(una)
    for path in ("edit", "tasks", "requests", "gatherings"):
        assert outsider.get(f"{BOARD}/{project.id}/{path}").status_code == 403
    for path in ("edit", "life", "lead", "tasks", "gatherings", "gatherings/draft"):
        assert outsider.post(f"{BOARD}/{project.id}/{path}", data={"key": uuid7()}).status_code == 403
    do.join(sora)
    insider = phone(sora)
    for path in ("edit", "tasks", "requests", "gatherings"):
        assert insider.get(f"{BOARD}/{project.id}/{path}").status_code == 200


def test_the_board_is_filtered_by_links(client, place, lead, project, do, at):
    resources = made.project(place.region, lead, at=at, title="おしゃべり当番", field="resources")
    over = made.project(place.region, lead, at=at, title="むかしの話", ended_at=at)
    do.task(remote=True)
    shown = {show: client.get(f"{BOARD}?show={show}").text for show in ("wanted", "remote", "resources", "ended")}
    for show, title in (("wanted", project), ("remote", project), ("resources", resources), ("ended", over)):
        assert title.title in shown[show]
        assert sum(one.title in shown[show] for one in (project, resources, over)) == 1
    assert "いまは ありません" in client.get(f"{BOARD}?show=energy").text
    assert client.get(f"{BOARD}?show=nonsense&after=x").status_code == 200


def test_an_empty_board_says_how_to_begin(client, lead, app):
    assert "プロジェクトを はじめる" in client.get(BOARD).text
    assert "まだ プロジェクトが ありません" in app.test_client().get(BOARD).text


def test_the_board_goes_on_after_fifty(app, place, lead, at, monkeypatch):
    monkeypatch.setattr("app.projects.queries.PAGE", 2)
    for number in range(3):
        made.project(place.region, lead, at=at + timedelta(minutes=number), title=f"その{number}")
    visitor = app.test_client()
    first = visitor.get(BOARD).text
    assert "その2" in first and "その0" not in first
    more = re.search(r'href="([^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    assert "その0" in visitor.get(more).text


def test_joining_takes_two_fields_at_most_and_ends_with_words(project, do, client, phone, una):
    for number in range(3):
        do.task(title=f"しごと{number}", remote=True)
    asker = phone(una)
    form = asker.get(f"{BOARD}/{project.id}/join").text
    assert fields(form) == ["task", "message"]
    task = db.session.query(Task).first()
    answer = asker.post(f"{BOARD}/{project.id}/join", data={"key": uuid7(), "task": task.id, "message": "やります"})
    told = asker.get(answer.location).text
    assert "1週間のうちに 返事が きます" in told and "返事まち" in told and "しごと0" in told and "12月5日" in told
    assert "返事まち" in asker.get(f"{BOARD}/{project.id}").text
    wishes = client.get(f"{BOARD}/{project.id}/requests").text
    assert "見本 うめ" in wishes and "やります" in wishes and "しごと0" in wishes
    row = db.session.query(JoinRequest).one()
    place = f"{BOARD}/{project.id}/requests/{row.id}"
    silent = client.post(place, data={"answer": "no", f"note_{row.id}": ""})
    assert silent.status_code == 422 and "わけを ひとこと" in silent.text
    said = client.post(place, data={"answer": "yes", f"note_{row.id}": "ようこそ うめさん"})
    assert "いっしょに やりましょう" in client.get(said.location).text
    seen = asker.get(f"{BOARD}/{project.id}/join").text
    assert "ようこそ うめさん" in seen and "試田 みのる" in seen
    assert asker.post(f"{BOARD}/{project.id}/join/seen").status_code == 303
    assert asker.get(f"{BOARD}/{project.id}/join").status_code == 303
    assert "できました" in asker.get(f"{BOARD}/{project.id}").text


def test_a_project_without_anything_wanted_asks_for_one_field(project, phone, una):
    assert fields(phone(una).get(f"{BOARD}/{project.id}/join").text) == ["message"]


def test_who_waits_seven_days_is_seen_by_the_project_the_stewards_and_oneself(
    project, place, do, client, phone, una, sora, at, clock
):
    from app.home.service import give_duties

    do.ask(una)
    with transaction():
        give_duties(region=place.region, membership=sora, roles=("steward",), at=at)
    clock.move(days=6)
    assert "1週間より長く" not in client.get(f"{BOARD}/{project.id}").text
    assert "待っている人は いません" in phone(sora).get(f"{BOARD}/requests").text
    clock.move(days=1)
    assert "1週間より長く 待っている人が 1人" in client.get(f"{BOARD}/{project.id}").text
    assert "もう一度 知らせています" in phone(una).get(f"{BOARD}/{project.id}/join").text
    assert "見本 うめ" in phone(sora).get(f"{BOARD}/requests").text
    assert phone(una).get(f"{BOARD}/requests").status_code == 403


def test_a_quiet_project_is_asked_about_with_three_buttons(project, client, app, clock):
    clock.move(days=91)
    page = client.get(f"{BOARD}/{project.id}").text
    for words in ("つづけますか", "つづけます", "おやすみします", "おわります", "しばらく しずかです"):
        assert words in page
    assert "つづけますか" not in app.test_client().get(f"{BOARD}/{project.id}").text
    rested = client.post(f"{BOARD}/{project.id}/life", data={"answer": "rest"})
    page = client.get(rested.location).text
    assert "おやすみに しました" in page and "おやすみ中" in page and "もう一度 はじめる" in page
    client.post(f"{BOARD}/{project.id}/life", data={"answer": "continue"})
    assert "うごいています" in client.get(f"{BOARD}/{project.id}").text
    assert client.post(f"{BOARD}/{project.id}/life", data={"answer": "delete"}).status_code == 422


def test_tasks_are_added_taken_and_done_by_taps(project, client, lead):
    path = f"{BOARD}/{project.id}/tasks"
    told = {"key": uuid7(), "title": "写真の整理", "kind": "task", "remote": "1", "skills": "写真", "places": "1"}
    for _ in range(2):
        assert client.post(path, data=told).status_code == 303
    task = db.session.query(Task).one()
    assert task.remote and "わたしがやります" in client.get(f"{BOARD}/{project.id}").text
    for act, words in (
        ("take", "できました"),
        ("finish", "まだです"),
        ("reopen", "できました"),
        ("give_back", "わたしがやります"),
    ):
        said = client.post(f"{path}/{task.id}", data={"act": act})
        assert said.status_code == 303 and words in client.get(said.location).text
    client.post(f"{path}/{task.id}", data={"act": "withdraw"})
    assert "写真の整理" not in client.get(f"{BOARD}/{project.id}").text
    bad = client.post(path, data={"key": uuid7(), "title": "", "kind": "task", "skills": "デザイン"})
    assert bad.status_code == 422 and 'value="デザイン"' in bad.text


def test_what_can_be_done_from_home_is_one_list_with_skills_as_links(project, do, app):
    task = do.task(title="パンフレット", remote=True, skills="デザイン、英語")
    do.task(title="草かり")
    visitor = app.test_client()
    page = visitor.get(f"{BOARD}/tasks").text
    assert "パンフレット" in page and "草かり" not in page
    assert f"{BOARD}/{project.id}/join?task={task.id}" in page
    skill = visitor.get(f"{BOARD}/tasks?skill=英語").text
    assert (
        "パンフレット" in skill and "そのことばの 募集は いま ありません" in visitor.get(f"{BOARD}/tasks?skill=x").text
    )
    assert "草かり" in visitor.get(f"{BOARD}/tasks?where=any").text


def test_the_page_says_how_it_decides_what_it_belongs_to_and_how_it_is_done(place, project, client):
    told = {
        "title": project.title,
        "wish": "のこしたい",
        "field": "education",
        "kind": "service",
        "decides": "majority",
    }
    told |= {"how_to": "はしごを\n出します", "client": "奈良市", "decides_note": "月に1回", "title_en": "Tree watch"}
    told["programme_id"] = str(place.programme.id)
    assert client.post(f"{BOARD}/{project.id}/edit", data=told).status_code == 303
    page = client.get(f"{BOARD}/{project.id}").text
    for words in ("多数決", "月に1回", "奈良市", "はしごを\n出します", "つづくサービス", "教育", place.programme.name):
        assert words in page
    far = client.post(f"{BOARD}/{project.id}/edit", data={**told, "programme_id": "999"})
    assert far.status_code == 422 and 'id="field-programme_id-problem"' in far.text
    bad = client.post(f"{BOARD}/{project.id}/edit", data={**told, "decides": "dice", "how_to": "メモ"})
    assert bad.status_code == 422 and ">メモ</textarea>" in bad.text
    assert "Tree watch" in client.get(f"{BOARD}/{project.id}", headers={"Accept-Language": "en"}).text


def test_only_a_duty_holder_counts_it_for_the_register(project, client, place, phone, sora, at):
    from app.home.service import give_duties

    told = {"title": "a", "wish": "b", "field": "other", "kind": "friends", "decides": "talk", "designated": "1"}
    client.post(f"{BOARD}/{project.id}/edit", data=told)
    assert not db.session.get(Project, project.id).designated
    with transaction():
        give_duties(region=place.region, membership=sora, roles=("office",), at=at)
    phone(sora).post(f"{BOARD}/{project.id}/edit", data=told)
    db.session.expire_all()
    assert db.session.get(Project, project.id).designated


def test_a_gathering_is_made_for_the_project_and_put_under_it(project, client, lead, place, at):
    made_one = client.post(f"{BOARD}/{project.id}/gatherings/draft", data={"key": uuid7()})
    form = client.get(made_one.location).text
    assert f'value="{project.title}"' in form and f"{BOARD}/{project.id}" in form
    event = factories.event(place.region, lead, at=at, starts_at=at + timedelta(days=7), title="下草かり")
    assert "下草かり" in client.get(f"{BOARD}/{project.id}/gatherings").text
    assert client.post(f"{BOARD}/{project.id}/gatherings", data={"event": event.id}).status_code == 303
    assert "下草かり" in client.get(f"{BOARD}/{project.id}").text
    assert f"{BOARD}/{project.id}" in client.get(f"/C/{event.code}").text
    assert client.post(f"{BOARD}/{project.id}/gatherings/{event.id}/removal").status_code == 303
    assert db.session.query(ProjectEvent).one().event_id != event.id  # the draft alone is the project's
    assert client.post(f"{BOARD}/{project.id}/gatherings", data={"event": "x"}).status_code == 422


def test_leaving_and_handing_over(project, do, client, phone, una, lead):
    refused = client.post(f"{BOARD}/{project.id}/leaving")
    assert refused.status_code == 422 and "先に ほかの人に" in refused.text
    do.join(una)
    assert client.post(f"{BOARD}/{project.id}/lead", data={"membership": una.id}).status_code == 303
    gone = client.post(f"{BOARD}/{project.id}/leaving")
    assert gone.status_code == 303 and "ぬけました" in client.get(gone.location).text
    assert phone(una).get(f"{BOARD}/{project.id}/edit").status_code == 200
    assert client.get(f"{BOARD}/{project.id}/edit").status_code == 403


def test_home_leads_to_the_board_and_to_what_can_be_done_from_home(client, place, lead, at):
    factories.event(place.region, lead, at=at)
    home = client.get("/tsk").text
    assert f'href="{BOARD}"' in home and f'href="{BOARD}/tasks"' in home


def test_another_regions_project_is_not_found(project, client, at):
    factories.world("ows", at=at)
    assert client.get(f"/ows/projects/{project.id}").status_code == 404


def test_who_asked_for_what_is_no_longer_wanted_may_still_be_let_in(client, project, do, lead, una):
    task = do.task()
    row = do.ask(una, task_id=task.id)
    client.post(f"{BOARD}/{project.id}/tasks/{task.id}", data={"key": uuid7(), "act": "withdraw"})
    asked = f"{BOARD}/{project.id}/requests"
    offered = dict(re.findall(r'type="hidden" name="(without_task)" value="(1)"', client.get(asked).text))
    assert client.post(f"{asked}/{row.id}", data={"answer": "yes", f"note_{row.id}": "", **offered}).status_code == 303
    assert queries.is_in(project.id, una.id)


def test_the_lead_is_handed_over_only_where_somebody_could_take_it(client, project, do, lead, place, una, at):
    page = f"{BOARD}/{project.id}"
    do.join(factories.membership(place.region, at=at, standing="provisional", kind="friend", name=""))
    assert "まとめ役を わたす" not in client.get(page).text
    do.join(una)
    assert "まとめ役を わたす" in client.get(page).text
