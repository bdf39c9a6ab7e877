"""Drafting on the pages: four steps in plain words, what hinders the opening, and who may do it."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.members.models import Duty
from app.projects.money import service as money
from app.votes import queries
from app.votes.models import Vote
from tests import factories
from tests.projects import factories as projects
from tests.votes import boxes

NEW = {"question": "バス停に ベンチを おきますか", "method": "yes_no", "about": "", "question_en": "", "about_en": ""}
TERMS = {
    "effect": "decide",
    "decider": "運営会議",
    "first_steps": "みのるさんが 板を さがします",
    "electorate": "both",
    "secrecy": "usual",
    "opens_on": "2026-11-28",
    "closes_on": "2026-12-13",
    "closes_time": "20:00",
    "reveals_on": "",
    "reveals_time": "",
    "quorum": "approval",
    "quorum_percent": "20",
    "objections": "0",
    "extension_days": "7",
    "threshold": "1/2",
    "request_id": "",
    "ties": "lots_public",
    "public_value": "",
}


def duty(region, role, who):
    with transaction():
        told = {"role": role, "starts_on": date(2026, 4, 1), "ends_on": date(2027, 4, 1)}
        db.session.add(Duty(region_id=region.id, membership_id=who.id, **told))


@pytest.fixture
def drafter(region, people, steward, client, at):
    """The steward, signed in."""
    duty(region, "steward", steward)
    factories.sign_in(client, steward.member_id, at=at)
    return steward


def only():
    db.session.rollback()
    return db.session.scalars(sa.select(Vote).execution_options(populate_existing=True)).one()


def drafted(client, **fields):
    key = uuid7()
    answer = client.post("/tsk/votes", data=NEW | {"key": key} | fields)
    assert answer.status_code == 303, answer.text
    return only()


def proof(client, path):
    return re.search(r'name="proof" value="([^"]+)"', client.get(path).text)[1]


def test_a_motion_from_its_question_to_the_open_vote(client, drafter):
    vote = drafted(client)
    page = f"/tsk/votes/{vote.id}"
    assert "だれが まず 何を しますか" in client.get(f"{page}/terms").text
    assert client.post(f"{page}/terms", data=TERMS).headers["Location"] == f"{page}/check"
    shown = client.get(f"{page}/check").text
    assert "賛成した人が 3人以上（名簿 12人の 20%）" in shown and "もう だれも かえられません" in shown
    opened = client.post(f"{page}/open", data={"key": uuid7(), "proof": proof(client, f"{page}/check")})
    assert opened.status_code == 303 and opened.headers["Location"] == page
    vote = only()
    assert vote.opened_at is not None and vote.roll_size == 12
    assert f"{vote.reveals_at:%Y-%m-%dT%H:%M}" == "2026-12-14T03:00", "the next noon in Japan"
    for path in ("edit", "options", "terms", "check"):
        assert client.get(f"{page}/{path}").headers["Location"] == page


def test_the_same_form_twice_is_one_draft(client, drafter):
    key = uuid7()
    for _ in range(2):
        assert client.post("/tsk/votes", data=NEW | {"key": key}).status_code == 303
    assert only().question == NEW["question"]


def test_every_way_is_offered_in_words_and_the_rest_in_a_fold(client, drafter):
    text = client.get("/tsk/votes/new").text
    first, fold = text.partition("</h1>")[2].split('<details class="fold"', 1)
    for name in ("yes_no", "consent", "approval", "schulze", "equal_shares"):
        assert f'value="{name}"' in first
    for name in ("choose_one", "irv", "stv", "score", "star", "greedy"):
        assert f'value="{name}"' in fold and f'value="{name}"' not in first


def test_what_can_be_chosen_is_typed_a_line_each_and_kept_when_something_is_wrong(client, drafter):
    vote = drafted(client, method="approval")
    path = f"/tsk/votes/{vote.id}/options"
    wrong = client.post(path, data={"name_1": "ひのき", "about_1": "", "name_2": "ひのき", "about_2": "", "name_3": ""})
    assert wrong.status_code == 422 and "同じ名前が あります" in wrong.text and 'value="ひのき"' in wrong.text
    more = client.post(path, data={"name_1": "ひのき", "name_2": "すぎ", "more": "1"})
    assert more.headers["Location"] == f"{path}?more=1"
    assert client.post(path, data={"name_1": "ひのき", "name_3": "すぎ"}).headers["Location"].endswith("/terms")
    assert [(one.number, one.name) for one in queries.options(only())] == [(1, "ひのき"), (2, "すぎ")]


def test_a_budget_vote_takes_up_what_projects_wait_for(client, drafter, region, at):
    project = projects.project(region, drafter, at=at)
    with transaction():
        told = {"amount_yen": 180_000, "purpose": "木の板", "by": drafter, "key": uuid7()}
        request_id = money.ask(region=region, project_id=project.id, at=at, **told).id
    vote = drafted(client, method="equal_shares")
    path = f"/tsk/votes/{vote.id}/options"
    assert project.title in client.get(path).text
    none = client.post(path, data={"name_1": "花だん", "cost_1": "", "budget_yen": "x"})
    assert none.status_code == 422
    form = {"name_1": "花だん", "cost_1": "５,０００円", "requests": str(request_id), "budget_yen": "200000"}
    assert client.post(path, data=form).status_code == 303
    found = [(one.name, one.cost_yen, one.request_id) for one in queries.options(only())]
    assert found == [("花だん", 5_000, None), (project.title, 180_000, request_id)] and only().budget_yen == 200_000


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("decider", "", "ここに 書いてください"),
        ("first_steps", " ", "ここに 書いてください"),
        ("closes_on", "2026-11-27", "はじまりより あとに"),
        ("reveals_on", "2026-12-01", "しめきりの あとに"),
        ("quorum_percent", "120", "0 から 100 までの数"),
        ("effect", "rule", "ひとつ えらんで"),
        ("request_id", "99", "ひとつ えらんで"),
    ],
)
def test_wrong_terms_come_back_with_a_sentence_and_what_was_typed(client, drafter, field, value, said):
    vote = drafted(client)
    answer = client.post(f"/tsk/votes/{vote.id}/terms", data=TERMS | {"objections": "7", field: value})
    assert (
        answer.status_code == 422 and said in answer.text and 'name="objections" type="text" value="7"' in answer.text
    )


@pytest.mark.parametrize(("method", "offered"), [("yes_no", True), ("approval", False)])
def test_each_group_for_itself_is_offered_only_where_it_can_open(client, drafter, method, offered):
    page = client.get(f"/tsk/votes/{drafted(client, method=method).id}/terms").text
    assert ('value="double"' in page) is offered


def test_what_hinders_is_listed_with_the_way_to_put_it_right_and_nothing_opens(client, drafter):
    vote = drafted(client, method="approval")
    page = f"/tsk/votes/{vote.id}"
    shown = client.get(f"{page}/check").text
    assert "えらぶものを 2つ以上" in shown and "さいごに 決める人を" in shown and f'{page}/options"' in shown
    assert 'action="/tsk/votes/1/open"' not in shown
    answer = client.post(f"{page}/open", data={"key": uuid7(), "proof": proof(client, f"{page}/terms")})
    assert answer.status_code == 422 and only().opened_at is None


def test_fewer_than_ten_on_the_roll_is_said_before_it_opens(client, region, at):
    steward = factories.membership(region, at=at)
    duty(region, "steward", steward)
    factories.sign_in(client, steward.member_id, at=at)
    vote = drafted(client)
    client.post(f"/tsk/votes/{vote.id}/terms", data=TERMS)
    assert "名簿が 10人より少ないので、ひみつには できません" in client.get(f"/tsk/votes/{vote.id}/check").text


def test_members_draft_nothing_and_nobody_opens_without_a_fresh_passkey(client, region, people, drafter, at):
    vote = drafted(client)
    client.post(f"/tsk/votes/{vote.id}/terms", data=TERMS)
    factories.sign_in(client, drafter.member_id, at=at, fresh=False)
    answer = client.post(f"/tsk/votes/{vote.id}/open", data={"key": uuid7()})
    assert answer.status_code == 303 and "/passkeys/" in answer.headers["Location"] and only().opened_at is None
    factories.sign_in(client, people[0].member_id, at=at)
    for path in ("new", f"{vote.id}/edit", f"{vote.id}/options", f"{vote.id}/terms", f"{vote.id}/check"):
        assert client.get(f"/tsk/votes/{path}").status_code == 403
    assert client.post("/tsk/votes", data=NEW | {"key": uuid7()}).status_code == 403
    assert client.post(f"/tsk/votes/{vote.id}/removal", data={"key": uuid7()}).status_code == 403


def test_a_draft_is_thrown_away_and_an_open_vote_is_not(client, drafter, region, at, people):
    vote = drafted(client)
    assert client.post(f"/tsk/votes/{vote.id}/removal", data={"key": uuid7()}).status_code == 303
    opened = boxes.opened(region, drafter, at=at)
    assert client.post(f"/tsk/votes/{opened.id}/removal", data={"key": uuid7()}).status_code == 422
    assert only().id == opened.id
