"""Changes of what coins are given for: two people, and nothing that has become impossible."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing, Refused
from app.issuing import queries as issuing
from app.issuing import service as issuing_service
from app.issuing.models import Budget, Programme, RuleVersion
from app.members import service as members
from app.members.models import Duty, Membership
from app.office import queries, rules, service
from app.office.models import Change
from app.places import upkeep as places
from app.places.models import Place
from app.web.access import TABLE
from tests import factories
from tests.client import Client
from tests.office.conftest import Office, changed, post, text
from tests.threads import all_at_once

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
    change_id, minoru_id, region = ask(office).id, office.minoru.id, office.region

    def press() -> str:
        minoru = db.session.get_one(Membership, minoru_id)
        with transaction():
            service.accept(region=region, change_id=change_id, membership=minoru, at=office.at)
        return "done"

    assert all_at_once(app, press) == ["change_decided"] * 7 + ["done"]
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


# --- a visit to a place -------------------------------------------------------------------------------------


@pytest.fixture
def place(office: Office) -> Place:
    with transaction():
        return places.open_place(region_id=office.region.id, name="ONOONO", at=office.at)


def ask_visit(office: Office, place: Place, coins: int = 1, **changes: Any) -> Change:
    wish = {"place_id": place.id, "coins": coins}
    asked = {"region": office.region, "membership": office.jimuko, "at": office.at, "key": uuid7()} | changes
    with transaction():
        return service.ask(kind="place", wish=wish, why="ためし", **asked)


def test_one_person_alone_gives_no_coins_for_visits(jimuko: Client, place: Place) -> None:
    """Neither when a place is opened nor when its facts change, whatever the form brings."""
    facts = {"name": "ONOONO", "shop": "", "phone": "", "coins": "1"}
    assert post(jimuko, f"/tsk/office/places/{place.id}/facts", facts).status_code == 303
    assert post(jimuko, "/tsk/office/places", facts | {"name": "もう一つ"}).status_code == 303
    given = sa.select(Place.coins).order_by(Place.id)
    assert db.session.scalars(given.execution_options(populate_existing=True)).all() == [0, 0]


def test_two_people_change_what_a_visit_gives(office: Office, jimuko: Client, minoru: Client, place: Place) -> None:
    address = f"/tsk/office/places/{place.id}/coins"
    assert "コインは なし" in text(jimuko.get(f"/tsk/office/places/{place.id}"))
    there = post(jimuko, address, {"coins": "1", "why": "来る人に お礼"}).headers["Location"]
    assert "ONOONO に 来た人への コインを かえる" in text(minoru.get(there))
    assert "来た人に コインは なし 来たら 1枚" in text(minoru.get(there)) and changed(place).coins == 0
    assert post(jimuko, f"{there}/acceptance", {}).status_code == 422 and changed(place).coins == 0
    assert post(minoru, f"{there}/acceptance", {}, at=there).status_code == 303
    assert changed(place).coins == 1 and "来たら 1枚" in text(jimuko.get(f"/tsk/office/places/{place.id}"))
    assert "ONOONO" in text(minoru.get("/tsk/office/changes"))
    assert post(jimuko, address, {"coins": "1", "why": "もう一度"}).status_code == 422


def test_what_a_visit_gives_is_looked_at_again(office: Office, place: Place) -> None:
    first, second = ask_visit(office, place), ask_visit(office, place)
    accept(office, first)
    with pytest.raises(Refused, match="change_same"):
        accept(office, second)
    back = ask_visit(office, place, 0)
    with transaction():
        places.withdraw(region_id=office.region.id, place_id=place.id, at=office.at)
    with pytest.raises(Refused, match="change_outdated"):
        accept(office, back)
    with pytest.raises(Missing):
        ask_visit(office, SimpleNamespace(id=place.id + 9))


# --- reading ------------------------------------------------------------------------------------------------


def test_decided_changes_come_page_by_page(office: Office, minoru: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SHOWN", 2)
    for number in range(5):
        change = ask(office, wish={"year_cap": 60 + number})
        with transaction():
            service.withdraw(region=office.region, change_id=change.id, membership=office.jimuko, at=office.at)
    seen, address = [], "/tsk/office/changes"
    while address:
        html = minoru.get(address).get_data(as_text=True)
        seen += [int(id) for id in re.findall(r'href="/tsk/office/changes/(\d+)"', html)]
        following = re.search(r'href="(/tsk/office/changes\?before=\d+)#', html)
        address = following[1] if following else ""
    assert seen == sorted(seen, reverse=True) and len(set(seen)) == len(seen) == 5
    assert "はじめへ" in html
