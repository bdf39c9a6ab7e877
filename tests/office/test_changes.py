"""Changes of what coins are given for: two people, and nothing that has become impossible."""

from __future__ import annotations

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, DomainError, Missing, Refused
from app.issuing import queries as issuing
from app.issuing import service as issuing_service
from app.issuing.models import Budget, Programme, RuleVersion
from app.members import service as members
from app.members.models import Duty, Membership
from app.office import queries, rules, service
from app.office.models import Change
from app.web.access import TABLE
from tests import factories
from tests.office.conftest import Office

RULE = {"one_coin_minutes": 90, "two_coins_minutes": 180, "day_cap": 3, "year_cap": 60, "valid_from": "2026-12-01"}


def ask(office: Office, kind: str = "rule", by: Membership | None = None, **changes: Any) -> Change:
    wish = {"programme_id": office.world.programme.id} | (RULE if kind == "rule" else {}) | changes.pop("wish", {})
    asked = {"kind": kind, "wish": wish, "why": "ためし", "key": uuid7(), "at": office.at} | changes
    with transaction():
        return service.ask(region=office.region, membership=by or office.jimuko, **asked)


def accept(office: Office, change: Change, by: Membership | None = None, **more: Any) -> Change:
    who = {"region": office.region, "membership": by or office.minoru, "at": office.at} | more
    with transaction():
        return service.accept(change_id=change.id, **who)


def budget(office: Office, year: int = 2026) -> Budget:
    query = sa.select(Budget).where(Budget.programme_id == office.world.programme.id, Budget.fiscal_year == year)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def versions() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(RuleVersion))


# --- two people ---------------------------------------------------------------------------------------------


def test_asking_changes_nothing_and_accepting_does(office: Office) -> None:
    change = ask(office)
    assert versions() == 1
    accept(office, change)
    rule = issuing.current_rule(office.region.id, office.at.date() + timedelta(days=3))
    assert (rule.one_coin_minutes, rule.two_coins_minutes, rule.day_cap, rule.year_cap) == (90, 180, 3, 60)
    assert issuing.current_rule(office.region.id, office.at.date()).one_coin_minutes == 60
    row = db.session.get_one(Change, change.id)
    assert (row.asked_by, row.decided_by, row.accepted) == (office.jimuko.id, office.minoru.id, True)


@pytest.mark.parametrize("verb", [service.accept, service.refuse])
def test_nobody_decides_what_they_asked_for(office: Office, verb: Any) -> None:
    change = ask(office)
    more = {"reason": "ちがう"} if verb is service.refuse else {}
    with pytest.raises(Refused, match="change_own"), transaction():
        verb(region=office.region, change_id=change.id, membership=office.jimuko, at=office.at, **more)
    assert versions() == 1 and db.session.get_one(Change, change.id).accepted is None


def test_nobody_decides_for_their_own_household(office: Office) -> None:
    change = ask(office)
    office.share_roof(office.jimuko, office.minoru)
    minoru = db.session.get_one(Membership, office.minoru.id)
    with pytest.raises(Refused, match="change_household"):
        accept(office, change, minoru)
    assert versions() == 1


def test_what_somebody_asked_whose_duty_ended_is_not_done(office: Office) -> None:
    change = ask(office)
    with transaction():
        duty = db.session.scalars(sa.select(Duty).where(Duty.membership_id == office.jimuko.id)).one()
        members.end_duty(region_id=office.region.id, duty_id=duty.id, shop_id=None, on=office.at.date())
    assert service.trouble(region=office.region, change=change, at=office.at).code == "change_asker"
    with pytest.raises(Refused, match="change_asker"):
        accept(office, change)
    assert versions() == 1
    who = {"region": office.region, "membership": office.minoru, "at": office.at}
    with transaction():
        service.refuse(change_id=change.id, reason="係が おわりました", **who)
    assert rules.state(db.session.get_one(Change, change.id)) == "refused"


def test_those_who_may_ask_are_those_whom_the_table_lets_ask() -> None:
    assert sorted(rules.ASKERS) == sorted(TABLE["office.manage"])


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ((1, 10, None), (1, 10, None), "change_own"),
        ((1, 10, None), (2, 10, None), "change_own"),  # the same human by another membership
        ((1, 10, 5), (2, 20, 5), "change_household"),
        ((1, 10, 5), (2, 20, 6), None),
        ((1, 10, None), (2, 20, None), None),
    ],
)
def test_who_may_decide(one: Any, other: Any, code: str | None) -> None:
    people = [SimpleNamespace(id=a, member_id=b, household_id=c) for a, b, c in (one, other)]
    assert rules.refusal(*people) == code


def test_the_database_keeps_two_people_apart_too(office: Office) -> None:
    change = ask(office)
    with pytest.raises(sa.exc.IntegrityError, match="two_people"), transaction():
        row = db.session.get_one(Change, change.id)
        row.decided_by, row.decided_at, row.accepted = office.jimuko.id, office.at, True


def test_refusing_says_why_and_changes_nothing(office: Office) -> None:
    change = ask(office)
    who = {"region": office.region, "change_id": change.id, "membership": office.minoru, "at": office.at}
    with pytest.raises(Refused, match="reason_missing"), transaction():
        service.refuse(reason="", **who)
    with transaction():
        service.refuse(reason="多すぎます", **who)
    assert (db.session.get_one(Change, change.id).reason, versions()) == ("多すぎます", 1)
    with pytest.raises(Conflict, match="change_decided"):
        accept(office, change)


def test_only_who_asked_takes_it_back(office: Office) -> None:
    change = ask(office)
    with pytest.raises(Refused, match="not_asker"), transaction():
        service.withdraw(region=office.region, change_id=change.id, membership=office.minoru, at=office.at)
    with transaction():
        service.withdraw(region=office.region, change_id=change.id, membership=office.jimuko, at=office.at)
    with pytest.raises(Conflict, match="change_decided"):
        accept(office, change)


def test_accepting_twice_happens_once(office: Office) -> None:
    change = ask(office)
    accept(office, change)
    with pytest.raises(Conflict, match="change_decided"):
        accept(office, change)
    assert versions() == 2


def test_eight_who_accept_at_once_make_one_version(office: Office, app: Any) -> None:
    change, came, ready = ask(office), [], threading.Barrier(8)
    change_id, minoru_id, region = change.id, office.minoru.id, office.region

    def press() -> None:
        with app.app_context():
            minoru = db.session.get_one(Membership, minoru_id)
            ready.wait()
            try:
                with transaction():
                    service.accept(region=region, change_id=change_id, membership=minoru, at=office.at)
                came.append("done")
            except DomainError as error:
                came.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["change_decided"] * 7 + ["done"]
    assert versions() == 2


# --- what has become impossible -----------------------------------------------------------------------------


def test_a_day_that_has_passed_is_told_at_acceptance(office: Office) -> None:
    change = ask(office)
    with pytest.raises(Refused, match="change_past"):
        accept(office, change, at=office.at + timedelta(days=5))
    assert versions() == 1


def test_a_rule_that_moved_meanwhile_is_told_at_acceptance(office: Office) -> None:
    first, second = ask(office), ask(office, wish={"day_cap": 4, "valid_from": "2026-12-02"})
    accept(office, first)
    with pytest.raises(Refused, match="change_outdated"):
        accept(office, second)
    assert versions() == 2


def test_no_rule_begins_before_one_that_is_to_come(office: Office) -> None:
    accept(office, ask(office, wish={"valid_from": "2027-04-01"}))
    with pytest.raises(Refused, match="rule_order"):
        ask(office, wish={"day_cap": 4})


def test_the_past_and_the_present_are_not_asked_for(office: Office) -> None:
    with pytest.raises(Refused, match="change_past"):
        ask(office, wish={"valid_from": "2026-11-27"})
    same = {"one_coin_minutes": 60, "two_coins_minutes": 120, "day_cap": 2, "year_cap": 50}
    with pytest.raises(Refused, match="change_same"):
        ask(office, wish=same)


def test_a_budget_is_set_by_two(office: Office) -> None:
    change = ask(office, "budget", wish={"fiscal_year": 2027, "cap": 4000})
    assert budget(office, 2027).cap == 10_000
    accept(office, change)
    assert budget(office, 2027).cap == 4000


def test_a_budget_below_what_was_given_is_told_at_acceptance(office: Office) -> None:
    change = ask(office, "budget", wish={"fiscal_year": 2026, "cap": 1})
    give(office, 2)
    with pytest.raises(Refused, match="budget_granted"):
        accept(office, change)
    assert (budget(office).cap, budget(office).granted) == (10_000, 2)
    with pytest.raises(Refused, match="budget_granted"):
        ask(office, "budget", wish={"fiscal_year": 2026, "cap": 1})


def give(office: Office, amount: int) -> None:
    sora = office.sora
    with transaction():
        issuing_service.earn(
            region=office.region,
            membership_id=sora.id,
            account_id=sora.account_id,
            activity="event:1",
            wanted=amount,
            day=office.at.date(),
            key=uuid7(),
            actor="test",
            at=office.at,
        )


def test_a_budget_that_moved_meanwhile_is_told(office: Office) -> None:
    first, second = (ask(office, "budget", wish={"fiscal_year": 2026, "cap": cap}) for cap in (20_000, 30_000))
    accept(office, second)
    with pytest.raises(Refused, match="change_outdated"):
        accept(office, first)
    assert budget(office).cap == 30_000


def test_last_years_budget_is_over(office: Office) -> None:
    with pytest.raises(Refused, match="change_past"):
        ask(office, "budget", wish={"fiscal_year": 2025, "cap": 20_000})


def test_a_programme_is_opened_by_two(office: Office) -> None:
    wish = RULE | {"name": "清掃", "fiscal_year": 2026, "cap": 500}
    first, second = (ask(office, "programme", wish=wish) for _ in range(2))
    assert db.session.scalar(sa.select(Programme.id).where(Programme.name == "清掃")) is None
    accept(office, first)
    opened = db.session.scalars(sa.select(Programme).where(Programme.name == "清掃")).one()
    assert issuing.budget_left(office.region.id, opened.id, 2026) == 500
    assert queries.programme(office.region, opened.id).versions[0].year_cap == 60
    with pytest.raises(Conflict, match="programme_exists"):
        accept(office, second)


# --- keys and regions ---------------------------------------------------------------------------------------


def test_the_same_form_asks_once(office: Office) -> None:
    key = uuid7()
    assert ask(office, key=key).id == ask(office, key=key, wish={"day_cap": 5}).id
    with pytest.raises(Conflict, match="other_request"):
        ask(office, key=key, by=office.minoru)
    assert queries.waiting(office.region) == 1


def test_another_regions_change_is_not_there(office: Office) -> None:
    change, other = ask(office), factories.world("ows", at=office.at)
    stranger = factories.membership(other.region, at=office.at)
    with pytest.raises(Missing):
        accept(office, change, stranger, region=other.region)
    with pytest.raises(Missing):
        ask(office, wish={"programme_id": other.programme.id})


def test_trouble_is_seen_before_the_button_is_pressed(office: Office) -> None:
    change = ask(office)
    assert service.trouble(region=office.region, change=change, at=office.at) is None
    late = service.trouble(region=office.region, change=change, at=office.at + timedelta(days=5))
    assert late is not None and late.code == "change_past"
