"""Money that is voted on: given once however many close the vote, told in the books with the vote's number."""

from __future__ import annotations

import csv
import io
import threading

import pytest

from app.db import db, transaction
from app.projects.models import BudgetRequest
from app.projects.money import books
from app.projects.money import service as money
from app.votes import closing, opening, queries, service
from app.votes.models import VoteResult
from app.web.filters import code4
from tests.ledger.threads import together
from tests.projects import factories as projects
from tests.votes import boxes

WORKERS = 6
AMOUNTS = {"ベンチ": 30_000, "やね": 90_000}


@pytest.fixture
def asked(region, steward, at):
    """Two requests of two projects, by name."""

    def ask(name):
        project = projects.project(region, steward, at=at, title=name)
        told = {"amount_yen": AMOUNTS[name], "purpose": f"{name}の 材料", "key": f"key-{name}", "at": at}
        with transaction():
            return money.ask(region=region, project_id=project.id, by=steward, **told)

    return {name: ask(name) for name in AMOUNTS}


@pytest.fixture
def drafted(region, steward, asked, at):
    """A vote that shares out 40,000 yen among them."""

    def draft(effect="choose"):
        vote = boxes.draft(region, steward, at=at, method="equal_shares", budget_yen=40_000, effect=effect)
        options = [{"name": name, "cost_yen": one.amount_yen, "request_id": one.id} for name, one in asked.items()]
        with transaction():
            who = {"region": region, "vote_id": vote.id, "by": steward, "roles": boxes.DUTY, "at": at}
            service.set_options(**who, options=options)
        return vote

    return draft


def open_(region, vote, by, at):
    with transaction():
        opening.open(region=region, vote_id=vote.id, by=by, roles=boxes.DUTY, at=at)


@pytest.fixture
def voted(region, steward, people, drafted, at):
    """The same, opened; eight want the bench, four the roof."""

    def vote(effect="choose"):
        made = drafted(effect)
        open_(region, made, steward, at)
        boxes.cast_all(region, made, people, [["ベンチ"], ["ベンチ"], ["やね"]], at=at)
        return made

    return vote


def states(asked):
    db.session.rollback()
    return [db.session.get_one(BudgetRequest, one.id, populate_existing=True).state for one in asked.values()]


def test_however_many_workers_close_it_the_money_is_given_once(app, region, voted, asked):
    vote = voted()
    over = boxes.over(vote)
    db.session.commit()

    def close(_number):
        with transaction():
            closing.close_due(at=over)

    together(app, WORKERS, close)
    assert states(asked) == ["granted", "refused"]
    assert db.session.query(VoteResult).count() == 1
    assert {one.project.title: one.planned for one in books.books(region)} == {"ベンチ": 30_000}
    close(0)
    assert books.Sums.of(books.books(region)).planned == 30_000


def test_what_was_withdrawn_before_the_opening_is_not_voted_on(region, steward, people, drafted, asked, at, refused):
    vote = drafted()
    row = asked["やね"]
    with transaction():
        money.withdraw(region=region, project_id=row.project_id, budget_id=row.id, by=steward, at=at)
    with refused("vote_money_decided"):
        opening.open(region=region, vote_id=vote.id, by=steward, roles=boxes.DUTY, at=at)


def test_who_withdraws_while_it_is_being_opened_waits_and_is_told(app, region, steward, people, drafted, asked, at):
    vote, row, under_way = drafted(), asked["ベンチ"], threading.Event()
    where = {"region": region, "project_id": row.project_id, "budget_id": row.id, "by": steward, "at": at}
    db.session.commit()

    def act(number):
        if number:
            under_way.wait(10)
            with transaction():
                return money.withdraw(**where).state
        with transaction():
            opening.open(region=region, vote_id=vote.id, by=steward, roles=boxes.DUTY, at=at)
            under_way.set()
            threading.Event().wait(0.4)
        return "opened"

    assert together(app, 2, act) == ["opened", "budget_in_vote"]
    assert states(asked)[0] == "waiting"


def test_the_books_name_the_vote_and_the_file_adds_up_to_the_page(region, voted, asked, client):
    vote = voted()
    boxes.settle(vote, boxes.over(vote))
    page = client.get(f"/tsk/projects/{asked['ベンチ'].project_id}/expenses").text
    assert f"投票 {code4(vote.code)}" in page and f"/C/{vote.code}" in page and "ベンチの 材料" in page
    assert "30,000円" in client.get("/tsk/projects/money").text
    rows = list(csv.reader(io.StringIO(client.get("/tsk/projects/money.csv").data.decode("utf-8-sig"))))
    assert [row[1:] for row in rows[1:]] == [["ベンチ", "予算", "ベンチの 材料", "30000", f"投票 {code4(vote.code)}"]]


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_request_tells_the_vote_that_decided_on_it_though_a_duty_holder_had_agreed(
    region, people, voted, asked, client, at, name
):
    row = asked[name]
    with transaction():
        said = {"region": region, "project_id": row.project_id, "budget_id": row.id, "reason": "", "at": at}
        money.answer(**said, by=people[0], roles={"office"}, agrees=True)
    vote = voted()
    boxes.settle(vote, boxes.over(vote))
    page = client.get(f"/tsk/projects/{row.project_id}/budget").text
    assert "投票した みんな" in page and f"/C/{vote.code}" in page and "よい" in page


def test_a_motion_that_becomes_a_choice_leaves_the_money_it_named_alone(region, steward, people, asked, at):
    vote = boxes.draft(region, steward, at=at, request_id=asked["ベンチ"].id, options=AMOUNTS)
    with transaction():
        who = {"region": region, "vote_id": vote.id, "by": steward, "roles": boxes.DUTY, "at": at}
        service.change(**who, method="approval", rule={"limit": 2}, seats=2)
        service.change(**who, method="choose_one")
        service.set_options(**who, options=[{"name": name} for name in AMOUNTS])
    assert (vote.request_id, vote.rule, vote.seats) == (None, "{}", 1)
    open_(region, vote, steward, at)
    boxes.cast_all(region, vote, people, ["ベンチ"], at=at)
    found = boxes.settle(vote, boxes.over(vote))
    assert found is not None and (found.outcome, found.funded) == ("chosen", False)
    assert states(asked) == ["waiting", "waiting"]


def test_a_budget_that_becomes_a_choice_keeps_its_options_without_their_money(region, steward, drafted, at):
    vote = drafted()
    who = {"region": region, "vote_id": vote.id, "by": steward, "roles": boxes.DUTY, "at": at}
    with transaction():
        service.change(**who, method="greedy")
    assert {one.cost_yen for one in queries.options(vote)} == set(AMOUNTS.values())
    with transaction():
        service.change(**who, method="approval")
    assert [(one.name, one.cost_yen, one.request_id) for one in queries.options(vote)] == [
        ("ベンチ", None, None),
        ("やね", None, None),
    ]


def test_a_vote_that_only_asks_moves_no_money_and_says_so(region, voted, asked, client, clock):
    vote = voted("ask")
    clock.set(boxes.over(vote))
    boxes.settle(vote, clock.now())
    assert states(asked) == ["waiting", "waiting"]
    page = client.get(f"/tsk/votes/{vote.id}").text
    assert "お金は まだ うごきません" in page and "つかいます" not in page
