"""Money: asked for by who takes part, decided in public by two duty holders who are neither asker nor household."""

from __future__ import annotations

import re
import threading
from functools import partial
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import g

from app.db import db, transaction, uuid7
from app.errors import Conflict, DomainError, Forbidden, Refused
from app.home.service import give_duties
from app.members.models import Household, Membership
from app.projects.models import BudgetAnswer, BudgetRequest
from app.projects.money import queries, rules, service, waiting
from tests import factories
from tests.ledger.threads import together

BOARD = "/tsk/projects"
BACK = {"back": "/tsk"}


def fresh(row):
    return db.session.get_one(BudgetRequest, row.id, populate_existing=True)


def share_roof(region, *people):
    with transaction():
        household = Household(region_id=region.id)
        db.session.add(household)
        db.session.flush()
        for one in people:
            db.session.get_one(Membership, one.id).household_id = household.id


@pytest.fixture
def money(place, project, lead, at):
    """The verbs with region and project filled in, and three duty holders of three houses."""
    holders = [factories.membership(place.region, at=at, name=f"世話 {name}") for name in "一二三"]
    with transaction():
        for one, role in zip(holders, ("steward", "office", "steward"), strict=True):
            give_duties(region=place.region, membership=one, roles=(role,), at=at)

    def ask(by=lead, *, amount=180_000, key=None, when=at):
        told = {"key": key or uuid7(), "amount_yen": amount, "purpose": "木ざいと ねじ", "at": when}
        with transaction():
            return service.ask(region=place.region, project_id=project.id, by=by, **told)

    def answer(row, by, agrees=True, *, roles=("steward",), reason="お金が たりません", when=at):
        where = {"region": place.region, "project_id": project.id, "budget_id": row.id}
        with transaction():
            return service.answer(**where, by=by, roles=set(roles), agrees=agrees, reason=reason, at=when)

    def withdraw(row, by=lead):
        where = {"region": place.region, "project_id": project.id, "budget_id": row.id}
        with transaction():
            return service.withdraw(**where, by=by, at=at)

    return SimpleNamespace(ask=ask, answer=answer, withdraw=withdraw, holders=holders)


# --- rules --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "state"), [
    ([], "waiting"), ([True], "waiting"), ([True, True], "granted"), ([False], "refused"), ([True, False], "refused"),
])  # fmt: skip
def test_two_agree_or_one_refuses(said, state):
    assert rules.outcome(said) == state


# --- asking -------------------------------------------------------------------------------------------------


def test_one_request_waits_at_a_time(money, do, una, project):
    do.join(una)
    key = uuid7()
    first = money.ask(key=key)
    assert money.ask(key=key).id == first.id
    with pytest.raises(Conflict, match="budget_waiting"):
        money.ask(by=una)
    money.withdraw(first, by=una)
    assert money.withdraw(first).state == "withdrawn"
    assert money.ask(by=una).state == "waiting"
    assert project.active_at == first.asked_at


def test_only_who_takes_part_asks(money, place, una, at):
    with transaction():
        give_duties(region=place.region, membership=una, roles=("office",), at=at)
    with pytest.raises(Forbidden, match="not_in_project"):
        money.ask(by=una)


def test_a_project_that_is_over_asks_for_nothing(money, project, at):
    with transaction():
        project.ended_at = at
    with pytest.raises(Refused, match="project_over"):
        money.ask()


# --- deciding -----------------------------------------------------------------------------------------------


def test_two_different_people_grant_it(money):
    row, (first, second, third) = money.ask(), money.holders
    assert money.answer(row, first).state == "waiting"
    assert money.answer(row, first).state == "waiting"
    assert money.answer(row, second, roles=("office",)).state == "granted"
    with pytest.raises(Conflict, match="budget_decided"):
        money.answer(row, third)
    assert money.answer(row, second, roles=("office",)).state == "granted"
    said = db.session.scalars(sa.select(BudgetAnswer.role).order_by(BudgetAnswer.membership_id)).all()
    assert said == ["steward", "office"]


def test_one_refuses_it_with_a_reason(money):
    row, (first, second, _third) = money.ask(), money.holders
    with pytest.raises(Refused, match="reason_missing"):
        money.answer(row, first, agrees=False, reason="")
    money.answer(row, second)
    assert money.answer(row, first, agrees=False).state == "refused"
    assert fresh(row).reason == "お金が たりません"
    assert money.ask().state == "waiting"


def test_nobody_says_two_different_things(money):
    row, (first, *_others) = money.ask(), money.holders
    money.answer(row, first)
    with pytest.raises(Conflict, match="budget_answered"):
        money.answer(row, first, agrees=False)
    assert fresh(row).state == "waiting"


def test_never_whoever_asked_nor_anybody_of_their_household(money, lead, place, una, at):
    row, (first, second, third) = money.ask(), money.holders
    share_roof(place.region, lead, first)
    for by, code in ((lead, "budget_own"), (first, "budget_household")):
        for agrees in (True, False):
            with pytest.raises(Forbidden, match=code):
                money.answer(row, by, agrees=agrees)
    money.answer(row, second)
    assert money.answer(row, third).state == "granted"


@pytest.mark.parametrize("roles", [("member",), ("host",), ("auditor",), ("officer_desk",), ()])
def test_only_duty_holders_decide(money, una, roles):
    with pytest.raises(Forbidden, match="not_allowed"):
        money.answer(money.ask(), una, roles=roles)


def test_what_was_withdrawn_is_decided_no_more(money):
    row = money.ask()
    money.answer(row, money.holders[0])
    money.withdraw(row)
    with pytest.raises(Conflict, match="budget_withdrawn"):
        money.answer(row, money.holders[1])
    other = money.ask()
    for one in money.holders[:2]:
        money.answer(other, one)
    with pytest.raises(Conflict, match="budget_decided"):
        money.withdraw(other)


def test_what_waits_for_a_duty_holder_and_for_whoever_asked(money, place, lead, clock):
    row, (first, second, third) = money.ask(), money.holders
    share_roof(place.region, lead, third)
    waits = {one.id: len(queries.to_answer(place.region, one)) for one in (first, second, third, lead)}
    assert list(waits.values()) == [1, 1, 0, 0]
    money.answer(row, first)
    assert not queries.to_answer(place.region, first) and not queries.news(place.region, lead, clock.at)
    money.answer(row, second)
    assert [one.id for one, _project in queries.news(place.region, lead, clock.at)] == [row.id]
    assert not queries.news(place.region, lead, clock.move(days=15))


def test_home_tells_who_decides_and_who_asked(money, app, place, lead, clock):
    row, (first, second, _third) = money.ask(), money.holders

    def told(who, *roles):
        with app.test_request_context("/tsk"):
            g.region = place.region
            return [(one.text, one.href) for one in waiting.lines(place.region, who, set(roles), clock.at)]

    assert told(first, "steward") == [("予算の 申しこみが 1件 待っています。", f"{BOARD}/budgets")]
    assert told(first) == [] == told(lead, "member")
    for one in (first, second):
        money.answer(row, one)
    assert told(first, "steward") == []
    ((text, href),) = told(lead, "member")
    assert "予算が みとめられました" in text and href == f"{BOARD}/{row.project_id}/budget"


def test_who_has_no_number_asks_through_somebody_else(money, do, place, at):
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend", name="")
    do.join(newcomer)
    with pytest.raises(Refused, match="budget_provisional"):
        money.ask(by=newcomer)


# --- at one moment ------------------------------------------------------------------------------------------


def caught(act):
    try:
        return act().state
    except DomainError as error:
        db.session.rollback()
        return error.code


def test_many_answers_at_one_moment(money, app, lead):
    """Three people who agree four times each, and whoever asked: two answers count, and it is granted once."""
    row, people = money.ask(), [*money.holders, lead]
    db.session.commit()
    told = together(app, 16, lambda number: caught(lambda: money.answer(row, people[number % 4])))
    assert fresh(row).state == "granted"
    assert len(db.session.scalars(sa.select(BudgetAnswer)).all()) == 2
    assert told.count("budget_own") == 4 and told.count("budget_decided") == 4


def test_yes_no_and_withdrawal_at_one_moment_end_in_one_state(money, app):
    for _ in range(4):
        row, (first, second, third) = money.ask(), money.holders
        money.answer(row, first)
        yes, no = partial(money.answer, row, second), partial(money.answer, row, third, agrees=False)
        acts = [yes, no, partial(money.withdraw, row)]
        db.session.commit()
        told = together(app, 3, lambda number, acts=acts: caught(acts[number]))
        state = fresh(row).state
        said = {one.agrees for one in db.session.scalars(sa.select(BudgetAnswer).filter_by(request_id=row.id))}
        assert sum(one in ("granted", "refused", "withdrawn") for one in told) == 1 and state in told
        assert (state == "refused") == (False in said) and len(said) <= 2


def test_two_members_ask_at_one_moment(money, app, do, una, lead):
    do.join(una)
    db.session.commit()
    told = together(app, 8, lambda number: caught(lambda: money.ask(by=(lead, una)[number % 2])))
    assert sorted(told) == ["budget_waiting"] * 7 + ["waiting"]


def test_who_moves_in_meanwhile_decides_nothing_any_more(money, app, place, lead):
    """The move is under way when the steward taps: the tap waits for it, and is refused."""
    row, under_way = money.ask(), threading.Event()
    share_roof(place.region, lead)
    household = db.session.get_one(Membership, lead.id, populate_existing=True).household_id
    steward = money.holders[0].id

    def act(number):
        if number == 0:
            with transaction():
                moving = sa.update(Membership).where(Membership.id == steward)
                db.session.execute(moving.values(household_id=household))
                under_way.set()
                threading.Event().wait(0.4)
            return None
        under_way.wait(10)
        return caught(lambda: money.answer(row, money.holders[0]))

    db.session.commit()
    assert together(app, 2, act) == [None, "budget_household"]
    assert db.session.query(BudgetAnswer).count() == 0


# --- on the page --------------------------------------------------------------------------------------------


def request_of(client, project, **form):
    told = {"key": uuid7(), "amount": "180000", "purpose": "木ざいと ねじ", **form}
    return client.post(f"{BOARD}/{project.id}/budget", data=told)


def decide(client, row, **form):
    path = f"{BOARD}/{row.project_id}/budget/{row.id}/answer"
    page = client.get(f"{BOARD}/{row.project_id}/budget").text
    proof = re.search(r'name="proof" value="([^"]+)"', page)[1]
    return client.post(path, data={"proof": proof, **form})


def test_from_asking_to_the_answer_in_public(money, project, client, phone, app):
    page = client.get(f"{BOARD}/{project.id}").text
    assert "予算を 申しこむ" in page
    key = uuid7()
    asked = request_of(client, project, key=key)
    assert asked.status_code == 303 and "予算を 申しこみました" in client.get(asked.location).text
    assert request_of(client, project, key=key).status_code == 303
    assert request_of(client, project).status_code == 409
    row = db.session.query(BudgetRequest).one()
    visitor = app.test_client()
    public = visitor.get(f"{BOARD}/{project.id}/budget").text
    assert "予算は 投票で 決めます。投票に かかるまでは、世話役・事務局の 2人でも 決められます。" in public
    assert "180,000円" in public and "あと 2人" in public and "試田 みのる" not in public
    first, second = (phone(one) for one in money.holders[:2])
    assert "梅林" in first.get(f"{BOARD}/budgets").text
    yes = decide(first, row, answer="yes")
    assert yes.status_code == 303 and "もう1人が きめます" in first.get(yes.location).text
    assert "あなたは もう こたえました" in first.get(f"{BOARD}/{project.id}/budget").text
    granted = decide(second, row, answer="yes")
    assert "みとめました" in second.get(granted.location).text
    public = visitor.get(f"{BOARD}/{project.id}/budget").text
    assert "みとめられました" in public and "世話役" in public and "事務局" in public and "世話 一" not in public
    assert "みとめられました" in visitor.get(f"{BOARD}/{project.id}").text


def test_a_refusal_says_why(money, project, phone, client):
    request_of(client, project)
    row, steward = db.session.query(BudgetRequest).one(), phone(money.holders[0])
    silent = decide(steward, row, answer="no", reason=" ")
    assert silent.status_code == 422 and "わけを ひとこと" in silent.text
    assert decide(steward, row, answer="maybe").status_code == 422
    assert decide(steward, row, answer="no", reason="来年に しましょう").status_code == 303
    page = client.get(f"{BOARD}/{project.id}").text
    assert "ことわられました" in page and "来年に しましょう" in page
    assert request_of(client, project).status_code == 303


def test_who_may_not(money, project, place, client, lead, phone, una, at):
    request_of(client, project)
    row = db.session.query(BudgetRequest).one()
    path = f"{BOARD}/{project.id}/budget"
    assert request_of(phone(una), project).status_code == 403
    assert phone(una).post(f"{path}/{row.id}/answer", data={"answer": "yes"}).status_code == 403
    assert phone(money.holders[0]).post(f"{path}/{row.id}/withdrawal").status_code == 403
    with transaction():
        give_duties(region=place.region, membership=lead, roles=("steward",), at=at)
    own = decide(client, row, answer="yes")
    assert own.status_code == 403 and "自分で 申しこんだ予算は" in own.text
    assert client.post(f"{path}/{row.id}/withdrawal").status_code == 303
    assert fresh(row).state == "withdrawn"


def test_deciding_wants_a_fresh_passkey(money, project, client, app, clock, at):
    request_of(client, project)
    row, steward = db.session.query(BudgetRequest).one(), app.test_client()
    factories.sign_in(steward, money.holders[0].member_id, at=at)
    clock.move(minutes=31)
    stale = steward.post(f"{BOARD}/{project.id}/budget/{row.id}/answer", data={"answer": "yes", **BACK})
    assert stale.status_code == 303 and "passkeys" in stale.location
    assert db.session.query(BudgetAnswer).count() == 0


@pytest.mark.parametrize(("form", "field"), [
    ({"amount": "0"}, "amount"), ({"amount": "たくさん"}, "amount"), ({"amount": ""}, "amount"),
    ({"purpose": " "}, "purpose"), ({"purpose": "あ" * 401}, "purpose"),
])  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_stays(project, client, form, field):
    answer = request_of(client, project, **form)
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert field == "purpose" or "木ざいと ねじ</textarea>" in answer.text
    assert db.session.query(BudgetRequest).count() == 0
