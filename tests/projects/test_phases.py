"""Tried out for a time, lasting as a service, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask import g

from app.clock import local_day
from app.db import db, transaction
from app.errors import Refused
from app.projects import queries
from app.projects.models import Project
from app.projects.phases import rules, service, waiting
from tests.ledger.threads import together

BOARD = "/tsk/projects"
TODAY = date(2026, 11, 28)
TRIAL = {"hypothesis": "週に1回で 10けんが 助かる", "measure": "たのんだ家の数", "ends_on": "2026-12-20"}
RESULT = {"result": "change", "learned": "雨の日は だれも 来ませんでした"}
SHOWN = {"whose": "バスを 待つ人", "what": "待つ時間", "how": "すわって 話せるように なりました"}


def fresh(project):
    return db.session.get_one(Project, project.id, populate_existing=True)


# --- rules --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "result", "stands"), [
    (None, None, "none"), (30, None, "running"), (15, None, "running"), (14, None, "due"), (0, None, "due"),
    (-1, None, "overdue"), (-1, "stop", "told"), (30, "continue", "told"),
])  # fmt: skip
def test_how_far_a_trial_is(days, result, stands):
    ends_on = TODAY + timedelta(days=days) if days is not None else None
    assert rules.trial(SimpleNamespace(trial_ends_on=ends_on, trial_result=result), TODAY) == stands


def test_a_trial_ends_within_a_year_from_tomorrow():
    faults = {days: rules.end_fault(TODAY + timedelta(days=days), TODAY) for days in (0, 1, 366, 367)}
    assert faults == {0: "trial_day", 1: None, 366: None, 367: "trial_day"}


def test_a_review_is_overdue_from_the_day_after():
    assert [rules.is_review_overdue(day, TODAY) for day in (None, TODAY, TODAY - timedelta(days=1))] == [
        False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(("voice", "voice_of", "agreed", "fault"), [
    ("", "", False, None), ("らくです", "うめさん（80代）", True, None),
    ("らくです", "うめさん（80代）", False, ("agreed", "voice_agreed")),
    ("らくです", "", True, ("voice_of", "field_empty")), ("", "うめさん", True, ("voice", "field_empty")),
])  # fmt: skip
def test_a_voice_has_its_name_and_its_yes(voice, voice_of, agreed, fault):
    assert rules.voice_fault(voice, voice_of, agreed=agreed) == fault


# --- a trial ------------------------------------------------------------------------------------------------


def test_a_trial_from_its_end_date_to_what_was_learned(project, client, app, clock):
    path, visitor = f"{BOARD}/{project.id}", app.test_client()
    began = client.post(f"{path}/trial", data=TRIAL)
    assert began.status_code == 303 and "ためしにやってみます" in client.get(began.location).text
    page = visitor.get(path).text
    assert "10けんが 助かる" in page and "2026年12月20日" in page and "ためしています" in page
    assert "けっかを 書いてください" not in client.get(path).text
    clock.move(days=8)
    assert "あと 14日で おわります。けっかを 書いてください。" in client.get(path).text
    assert "けっかを 書いてください" not in visitor.get(path).text
    clock.move(days=14)
    assert "きょうで おわります" in client.get(path).text
    clock.move(days=1)
    assert "2026年12月20日(日)に おわる予定でした。けっかは まだ 書かれていません。" in visitor.get(path).text
    late = client.post(f"{path}/trial", data={**TRIAL, "ends_on": "2027-02-01"})
    assert late.status_code == 422 and "おわる日が すぎました" in late.text
    for _ in range(2):
        told = client.post(f"{path}/trial/result", data=RESULT)
        assert told.status_code == 303
    page = visitor.get(path).text
    assert "かえる" in page and "雨の日は だれも" in page and "うごいています" in page
    other = client.post(f"{path}/trial/result", data={**RESULT, "result": "stop"})
    assert other.status_code == 409 and fresh(project).trial_result == "change"
    assert client.post(f"{path}/trial", data=TRIAL).status_code == 422


def test_whoever_stops_a_trial_ends_the_project(project, client, app):
    client.post(f"{BOARD}/{project.id}/trial", data=TRIAL)
    client.post(f"{BOARD}/{project.id}/trial/result", data={**RESULT, "result": "stop"})
    assert fresh(project).ended_at is not None
    assert "おわりました" in app.test_client().get(f"{BOARD}/{project.id}").text


@pytest.mark.parametrize(("form", "field"), [
    ({"ends_on": ""}, "ends_on"), ({"ends_on": "2026-11-28"}, "ends_on"), ({"ends_on": "2028-01-01"}, "ends_on"),
    ({"hypothesis": ""}, "hypothesis"), ({"measure": "あ" * 301}, "measure"),
])  # fmt: skip
def test_a_trial_without_an_end_does_not_begin(project, client, form, field):
    answer = client.post(f"{BOARD}/{project.id}/trial", data={**TRIAL, **form})
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert field == "hypothesis" or "10けんが 助かる</textarea>" in answer.text
    assert fresh(project).trial_ends_on is None


@pytest.mark.parametrize("form", [{"result": "later"}, {"learned": ""}])
def test_a_result_says_what_was_learned(project, client, form):
    client.post(f"{BOARD}/{project.id}/trial", data=TRIAL)
    answer = client.post(f"{BOARD}/{project.id}/trial/result", data={**RESULT, **form})
    assert answer.status_code == 422 and fresh(project).trial_result is None
    assert "learned" in form or "雨の日は だれも" in answer.text


def test_without_a_trial_there_is_no_result(project, client):
    answer = client.post(f"{BOARD}/{project.id}/trial/result", data=RESULT)
    assert answer.status_code == 422 and "先に おわる日を" in answer.text


def test_three_results_at_one_moment_are_one(app, project, place, lead, at, client):
    client.post(f"{BOARD}/{project.id}/trial", data=TRIAL)
    results = ("continue", "change", "stop")
    where = {"region": place.region, "project_id": project.id, "by": lead, "roles": set(), "at": at}

    def act(number):
        with transaction():
            return service.finish_trial(**where, result=results[number], learned="わかった").trial_result

    db.session.commit()
    told = together(app, 3, act)
    assert told.count("trial_told") == 2 and fresh(project).trial_result in told
    assert (fresh(project).ended_at is not None) == (fresh(project).trial_result == "stop")


def test_home_tells_whoever_takes_part(project, client, lead, una, place, app, clock):
    def told(who):
        with app.test_request_context("/tsk"):
            g.region = place.region
            db.session.expire_all()
            return [one.text for one in waiting.lines(place.region, queries.of_member(place.region, who), clock.at)]

    client.post(f"{BOARD}/{project.id}/trial", data=TRIAL)
    assert told(lead) == []
    clock.move(days=10)
    assert "もうすぐ おわります" in told(lead)[0] and told(una) == []
    clock.move(days=20)
    assert "けっかが まだ ありません" in told(lead)[0]
    client.post(f"{BOARD}/{project.id}/trial/result", data=RESULT)
    assert told(lead) == []


# --- a service ----------------------------------------------------------------------------------------------


def test_a_service_says_what_it_costs_and_when_it_is_looked_at_again(project, client, app, clock):
    path, visitor = f"{BOARD}/{project.id}", app.test_client()
    told = {"use": "週に1回の おたがい便", "cost_yen": "120000", "review_on": "2026-12-01"}
    assert client.post(f"{path}/service", data=told).status_code == 303
    page = visitor.get(path).text
    assert "つづくサービス" in page and "120,000円" in page and "2026年12月1日" in page
    assert "見なおしていません" not in page
    clock.move(days=4)
    assert "見なおす日は 2026年12月1日(火)でした。まだ 見なおしていません。" in visitor.get(path).text
    past = client.post(f"{path}/service", data=told)
    assert past.status_code == 422 and 'id="field-review_on-problem"' in past.text
    assert "おたがい便</textarea>" in past.text
    assert client.post(f"{path}/service", data={**told, "cost_yen": "0", "review_on": "2027-04-01"}).status_code == 303
    assert "見なおしていません" not in visitor.get(path).text and fresh(project).kind == "service"


# --- the result ---------------------------------------------------------------------------------------------


def test_whose_what_has_changed_how_with_a_voice(project, client, app, clock):
    path, visitor = f"{BOARD}/{project.id}", app.test_client()
    assert "けっかは まだ 書かれていません" in visitor.get(f"{path}/result").text
    assert visitor.get(f"{path}/result/sheet").status_code == 404
    voice = {"voice": "ベンチで 友だちが できました", "voice_of": "○○さん(80代)"}
    silent = client.post(f"{path}/result/edit", data={**SHOWN, **voice})
    assert silent.status_code == 422 and 'id="field-agreed-problem"' in silent.text and "友だちが" in silent.text
    assert fresh(project).result_at is None
    for _ in range(2):
        told = client.post(f"{path}/result/edit", data={**SHOWN, **voice, "agreed": "1"})
        assert told.status_code == 303
    for page in (visitor.get(f"{path}/result").text, visitor.get(f"{path}/result/sheet").text):
        for words in (*SHOWN.values(), *voice.values(), project.title):
            assert words in page
    assert "バスを 待つ人" in visitor.get(path).text
    first = fresh(project).result_at
    clock.move(days=1)
    client.post(f"{path}/result/edit", data=SHOWN)
    assert fresh(project).result_at == first and "友だちが" not in visitor.get(f"{path}/result").text


@pytest.mark.parametrize("field", ["whose", "what", "how"])
def test_a_result_without_one_of_the_three_is_none(project, client, field):
    answer = client.post(f"{BOARD}/{project.id}/result/edit", data={**SHOWN, field: " "})
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert fresh(project).result_at is None


def test_the_verb_itself_wants_the_persons_yes(project, place, lead, at):
    told = service.Told(**SHOWN, voice="らくです", voice_of="うめさん（80代）")
    where = {"region": place.region, "project_id": project.id, "by": lead, "roles": set(), "at": at}
    with pytest.raises(Refused, match="voice_agreed"), transaction():
        service.tell_result(**where, told=told, agreed=False)


def test_nobody_else_writes_any_of_it(project, una, phone, app):
    forms = {"trial": TRIAL, "trial/result": RESULT, "service": {}, "result/edit": SHOWN}
    for path, form in forms.items():
        assert phone(una).post(f"{BOARD}/{project.id}/{path}", data=form).status_code == 403
        assert app.test_client().post(f"{BOARD}/{project.id}/{path}", data=form).status_code == 401
    assert local_day(SimpleNamespace(time_zone="Asia/Tokyo"), project.created_at) == TODAY
