"""The books: planned and used to the yen, each receipt once, mistakes taken back and still to be seen."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing, Refused
from app.projects.models import BudgetRequest
from app.projects.money import books, service, spending
from app.projects.money.forms import read_yen
from app.projects.money.models import Expense
from app.projects.service import decide_life
from app.web.forms import Form
from tests import factories
from tests.ledger.threads import together
from tests.projects import factories as made

MANY = 6


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def minoru(place, client, at):
    return factories.host_of(place, client, at=at)


@pytest.fixture
def project(place, minoru, at):
    return made.project(place.region, minoru, at=at)


@pytest.fixture
def do(place, project, minoru, at):
    def ask(amount=180_000):
        told = {"amount_yen": amount, "purpose": "木ざい", "key": uuid7(), "at": at}
        with transaction():
            return service.ask(region=place.region, project_id=project.id, by=minoru, **told)

    def spend(amount=1200, document="領-1", *, key=None, on=None):
        told = {"amount_yen": amount, "what": "ねじ", "document": document, "on": on or at.date(), "at": at}
        with transaction():
            return spending.spend(region=place.region, project_id=project.id, by=minoru, key=key or uuid7(), **told)

    def back(row, project_id=None):
        told = {"expense_id": row.id, "by": minoru, "key": uuid7(), "at": at}
        with transaction():
            return spending.take_back(region=place.region, project_id=project_id or project.id, **told)

    def vote(row, passed):
        with transaction():
            return service.decided_by_vote(region=place.region, request_id=row.id, passed=passed, at=at)

    return SimpleNamespace(ask=ask, spend=spend, back=back, vote=vote)


def book(project):
    found = books.book(project)
    return found.planned, found.used, found.left


def test_planned_is_what_was_granted_and_used_is_what_was_spent(do, project):
    request = do.ask()
    assert book(project) == (0, 0, 0)
    do.vote(request, True)
    do.spend(1200)
    do.spend(800, "領-2")
    assert book(project) == (180_000, 2000, 178_000)


def test_a_vote_decides_a_request_that_waits_and_no_other(do, project):
    request = do.ask()
    do.vote(request, False)
    assert db.session.get_one(BudgetRequest, request.id).state == "refused"
    do.vote(request, True)
    assert db.session.get_one(BudgetRequest, request.id).state == "refused" and book(project) == (0, 0, 0)


@pytest.mark.parametrize("is_in_vote", [False, True])
def test_a_project_that_ends_needs_no_money_any_more(do, place, project, minoru, at, monkeypatch, is_in_vote):
    """Also while people vote about it: what they say later grants nothing to a project that is over."""
    granted, request = do.ask(50_000), None
    do.vote(granted, True)
    request = do.ask()
    monkeypatch.setattr(service, "_is_in_vote", lambda request_id: is_in_vote and request_id == request.id)
    told = {"region": place.region, "project_id": project.id, "by": minoru, "roles": set(), "at": at}
    with transaction():
        decide_life(**told, answer="end")
    do.vote(request, True)
    states = [db.session.get_one(BudgetRequest, one.id, populate_existing=True).state for one in (granted, request)]
    assert states == ["granted", "withdrawn"] and book(project)[0] == 50_000
    with transaction():
        decide_life(**told, answer="continue")
    do.vote(do.ask(70_000), True)
    assert book(project)[0] == 120_000


def test_while_a_vote_is_about_it_nobody_else_decides(do, place, project, minoru, at, monkeypatch):
    request = do.ask()
    monkeypatch.setattr(service, "_is_in_vote", lambda request_id: request_id == request.id)
    other = factories.membership(place.region, at=at)
    told = {"region": place.region, "project_id": project.id, "budget_id": request.id, "at": at}
    with pytest.raises(Conflict, match="budget_in_vote"), transaction():
        service.answer(**told, by=other, roles={"steward"}, agrees=True, reason="")
    with pytest.raises(Conflict, match="budget_in_vote"), transaction():
        service.withdraw(**told, by=minoru)


def test_a_receipt_stands_once_and_the_same_form_is_one(do, project, at):
    key = uuid7()
    assert do.spend(key=key).id == do.spend(key=key).id
    with pytest.raises(Conflict, match="expense_known"):
        do.spend()
    with pytest.raises(Refused, match="expense_future"):
        do.spend(document="領-9", on=at.date() + timedelta(days=2))
    assert book(project)[1] == 1200


def test_one_receipt_from_many_phones_at_once_is_one(app, do, project):
    def spend(_number):
        return do.spend().amount_yen

    db.session.commit()
    assert Counter(together(app, MANY, spend)) == {1200: 1, "expense_known": MANY - 1}
    assert book(project)[1] == 1200


def test_what_was_wrong_is_taken_back_once_and_may_be_written_anew(do, place, project, minoru, at):
    wrong = do.spend(9999)
    assert do.back(wrong).id == do.back(wrong).id
    assert book(project)[1] == 0
    with pytest.raises(Refused, match="expense_back"):
        do.back(db.session.scalars(sa.select(Expense).where(Expense.reverses_id == wrong.id)).one())
    do.spend(1200)
    assert [(line.expense.amount_yen, line.is_back) for line in books.lines(project)] == [
        (1200, False),
        (-9999, True),
        (9999, True),
    ]
    other = made.project(place.region, minoru, at=at)
    with pytest.raises(Missing):
        do.back(wrong, other.id)


def test_everybody_reads_the_books_and_the_file_says_the_same(do, app, client, project):
    request = do.ask()
    do.vote(request, True)
    do.spend(1200, "=SUM(A1)")
    do.spend(800, "領-2")
    stranger = app.test_client()
    assert "178,000円" in stranger.get("/tsk/projects/money").text
    page = stranger.get(f"/tsk/projects/{project.id}/expenses").text
    assert "領-2" in page and 'name="amount"' not in page
    answer = stranger.get("/tsk/projects/money.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    sums = {kind: sum(int(row[4]) for row in rows if row[2] == kind) for kind in ("予算", "使った")}
    assert sums == {"予算": 180_000, "使った": 2000}
    assert {row[5] for row in rows[1:]} == {f"予算の 申しこみ {request.id}", "'=SUM(A1)", "領-2"}
    assert f"予算の 申しこみ {request.id}" in page


@pytest.mark.parametrize(
    ("typed", "yen"),
    [("12000", 12_000), ("１２，０００", 12_000), ("12,000円", 12_000), ("¥ 12 000", 12_000), ("100000000", 10**8)],
)
def test_an_amount_is_read_as_people_write_it(typed, yen):
    form = Form(MultiDict({"amount": typed}))
    assert read_yen(form, "amount") == yen and form.ok


@pytest.mark.parametrize("typed", ["", "0", "-5", "1.5", "12万", "100000001", "9" * 12, "円"])
def test_what_is_no_amount_is_told(typed):
    form = Form(MultiDict({"amount": typed}))
    assert read_yen(form, "amount") is None and "amount" in form.errors
    assert read_yen(Form(MultiDict({})), "amount", least=0, required=False) is None


def test_writing_one_down_on_the_page(client, app, project):
    path = f"/tsk/projects/{project.id}/expenses"
    wrong = client.post(path, data={"key": uuid7(), "day": "2026-11-20", "amount": "x", "what": "ねじ", "document": ""})
    assert wrong.status_code == 422 and 'value="ねじ"' in wrong.text and "ここに 書いてください" in wrong.text
    told = {"day": "2026-11-20", "amount": "1200", "what": "ねじ", "document": "領-1"}
    done = client.post(path, data={"key": uuid7(), **told})
    assert done.status_code == 303 and "領-1" in client.get(path).text
    again = client.post(path, data={"key": uuid7(), **told})
    assert again.status_code == 409 and "もう 書いてあります" in again.text
    assert app.test_client().post(path, data={"key": uuid7(), **told}).status_code in (303, 401, 403)
    row = db.session.scalars(sa.select(Expense)).one()
    assert client.post(f"{path}/{row.id}/reversal", data={"key": uuid7()}).status_code == 303
    assert "とりけし" in client.get(path).text
