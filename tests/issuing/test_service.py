"""Earning: once for each activity, within caps and budget, taken back in full."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.db import transaction, uuid7
from app.issuing import queries
from app.issuing import service as issuing
from tests.ledger.world import DAY, LAST, World, reading, refused, statements, without_begin

TOMORROW = DAY + timedelta(days=1)


def test_a_programme_has_a_source_and_a_rule(world: World) -> None:
    with reading():
        rule = queries.current_rule(world.id, DAY)
    assert (rule.one_coin_minutes, rule.two_coins_minutes, rule.day_cap, rule.year_cap) == (60, 120, 2, 50)
    with refused("programme_exists"), transaction():
        issuing.open_programme(region_id=world.id, name="活動", valid_from=DAY)


def test_a_new_rule_counts_from_its_day(world: World) -> None:
    with transaction():
        issuing.change_rule(region_id=world.id, programme_id=world.programme_id, valid_from=TOMORROW, day_cap=1)
    with reading():
        assert queries.current_rule(world.id, DAY).version == 1
        assert queries.current_rule(world.id, TOMORROW).version == 2
    anna = world.person()
    assert world.earn(anna, 2, "event:1").amount == 2
    assert world.earn(anna, 2, "event:2", TOMORROW).amount == 1


def test_before_the_first_rule_nothing_is_earned(world: World) -> None:
    with refused("no_rule"):
        world.earn(world.person(), day=date(2020, 3, 31))
    with refused("no_rule"), reading():
        queries.current_rule(world.id, date(2020, 3, 31))


def test_a_budget_never_falls_below_what_was_given(world: World) -> None:
    world.earn(world.person(), 2)
    common = {"region_id": world.id, "programme_id": world.programme_id, "fiscal_year": 2026}
    with refused("budget_granted"), transaction():
        issuing.set_budget(**common, cap=1)
    with transaction():
        issuing.set_budget(**common, cap=2)
    assert world.budget_left() == 0


# --- earning -------------------------------------------------------------------------------------------------


def test_coins_are_earned(world: World) -> None:
    anna = world.person()
    earned = world.earn(anna, 2, reference="check-in:1")
    assert (earned.amount, earned.wanted, earned.limited_by, earned.repeated) == (2, 2, None, False)
    assert earned.operation_seq is not None
    assert world.lots(anna.account_id) == {LAST: (2, 0)}
    assert (world.issued(anna, "2026-11-28"), world.issued(anna, "FY2026")) == (2, 2)
    assert world.budget_left() == 998
    world.assert_proved()


def test_a_single_earning_takes_eight_statements(world: World) -> None:
    anna = world.person()
    with statements() as seen:
        world.earn(anna, 2)
    assert len(without_begin(seen)) == 8, "\n".join(seen)


def test_many_earnings_take_as_many_statements_as_one(world: World) -> None:
    wanted = {world.person(): 1 for _ in range(20)}
    with statements() as seen:
        earned = world.earn_all(wanted)
    assert [one.amount for one in earned] == [1] * 20
    assert len(without_begin(seen)) == 8, "\n".join(seen)
    world.assert_proved()


def test_one_activity_earns_once(world: World) -> None:
    anna = world.person()
    first = world.earn(anna, 1)
    again = world.earn(anna, 2, day=TOMORROW)
    assert (again.amount, again.operation_seq, again.repeated) == (1, first.operation_seq, True)
    assert world.balance(anna.account_id) == (1, 0)
    assert (world.issued(anna, "FY2026"), world.budget_left()) == (1, 999)
    assert world.issued(anna, TOMORROW.isoformat()) == 0
    with reading():
        found = queries.earned(world.id, anna.membership_id, "event:1")
        assert queries.earned(world.id, anna.membership_id, "event:2") is None
    assert found == again


def test_nothing_is_an_earning_too(world: World) -> None:
    anna = world.person()
    earned = world.earn(anna, 0)
    assert (earned.amount, earned.limited_by, earned.operation_seq) == (0, None, None)
    assert world.earn(anna, 2).repeated


def test_the_day_cap(world: World) -> None:
    anna = world.person()
    world.earn(anna, 1, "event:1")
    earned = world.earn(anna, 2, "event:2")
    assert (earned.amount, earned.limited_by) == (1, "day")
    nothing = world.earn(anna, 1, "event:3")
    assert (nothing.amount, nothing.limited_by, nothing.operation_seq) == (0, "day", None)
    assert world.earn(anna, 2, "event:4", TOMORROW).amount == 2


def test_the_year_cap(app: object) -> None:
    world = World(day_cap=2, year_cap=3)
    anna = world.person()
    assert world.earn(anna, 2, "event:1").amount == 2
    earned = world.earn(anna, 2, "event:2", TOMORROW)
    assert (earned.amount, earned.limited_by) == (1, "year")
    assert world.issued(anna, "FY2026") == 3


def test_the_budget(app: object) -> None:
    world = World(budget=3)
    assert world.earn(world.person(), 2).amount == 2
    anna = world.person()
    earned = world.earn(anna, 2)
    assert (earned.amount, earned.limited_by) == (1, "budget")
    assert world.issued(anna, "FY2026") == world.issued(anna, "2026-11-28") == 1
    nothing = world.earn(world.person(), 1)
    assert (nothing.amount, nothing.limited_by) == (0, "budget")
    assert world.budget_left() == 0
    world.assert_proved()


def test_a_year_without_a_budget_gives_nothing(world: World) -> None:
    earned = world.earn(world.person(), day=date(2027, 4, 1))
    assert (earned.amount, earned.limited_by) == (0, "budget")


def test_a_key_earns_once(world: World) -> None:
    anna, ben, key = world.person(), world.person(), uuid7()
    world.earn(anna, key=key)
    assert world.earn(anna, key=key).repeated
    with refused("other_request"):
        world.earn(ben, key=key)
    assert world.issued(ben, "FY2026") == 0


def test_a_frozen_member_still_earns(world: World) -> None:
    anna = world.person()
    world.freeze(anna.account_id)
    assert world.earn(anna).amount == 1


# --- days and years --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 28, 14, 59, tzinfo=UTC), date(2026, 11, 28)),
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), date(2026, 11, 29)),
    ],
)
def test_a_day_ends_at_midnight_in_japan(world: World, at: datetime, day: date) -> None:
    assert world.local_day(at) == day


def test_caps_count_by_day_across_midnight(world: World) -> None:
    anna = world.person()
    before, after = datetime(2026, 11, 28, 14, 59, tzinfo=UTC), datetime(2026, 11, 28, 15, 1, tzinfo=UTC)
    assert world.earn(anna, 2, "event:1", world.local_day(before), at=before).amount == 2
    assert world.earn(anna, 1, "event:2", world.local_day(before), at=after).amount == 0
    assert world.earn(anna, 2, "event:3", world.local_day(after), at=after).amount == 2


def test_caps_budget_and_last_day_change_on_the_first_of_april(app: object) -> None:
    world = World(day_cap=2, year_cap=2)
    anna = world.person()
    world.limit(10, fiscal_year=2027)
    at = datetime(2027, 3, 31, 15, 30, tzinfo=UTC)  # half past midnight on 1 April
    assert world.earn(anna, 2, "event:1", date(2027, 3, 31), at=at).amount == 2
    assert world.earn(anna, 2, "event:2", world.local_day(at), at=at).amount == 2
    assert world.lots(anna.account_id) == {date(2028, 3, 31): (2, 0), date(2029, 3, 31): (2, 0)}
    assert (world.budget_left(2026), world.budget_left(2027)) == (998, 8)


def test_at_the_end_everybody_is_given_what_is_left_to_them(app: object) -> None:
    world = World(budget=4)
    anna, ben, chie, dai = (world.person() for _ in range(4))
    world.earn(anna, 1, "event:1")
    world.earn(ben, 1, "event:2")
    earned = world.earn_all({dai: 1, chie: 2, ben: 2, anna: 2}, "event:1")
    assert [(one.membership_id, one.amount, one.limited_by) for one in earned] == [
        (dai.membership_id, 0, "budget"),
        (chie.membership_id, 1, "budget"),
        (ben.membership_id, 1, "day"),
        (anna.membership_id, 1, None),
    ]
    assert earned[3].repeated
    assert [world.issued(person, "FY2026") for person in (anna, ben, chie, dai)] == [1, 2, 1, 0]
    assert world.budget_left() == 0
    assert all(one.repeated for one in world.earn_all({dai: 1, anna: 2}, "event:1"))
    world.assert_proved()


def test_nobody_is_nobody(world: World) -> None:
    assert world.earn_all({}) == []


def test_one_membership_is_due_once(world: World) -> None:
    anna = world.person()
    due = issuing.Due(*anna, 1, uuid7())
    with pytest.raises(ValueError, match="earns once"), transaction():
        issuing.earn_all(region=world.region, activity="event:1", day=DAY, dues=[due, due], actor="job", at=world.at)


def test_a_reservation_is_paid_after_the_callers_own_row(world: World) -> None:
    anna = world.person()
    with statements() as seen, transaction():
        due = issuing.Due(*anna, 2, uuid7())
        reserved = issuing.reserve(region=world.region, activity="event:1", day=DAY, dues=[due])
        first = len(without_begin(seen))
        earned = issuing.pay(reserved, actor="job", at=world.at)
    assert (first, earned[0].amount) == (3, 2)  # the allowances, the rule, the accounts
    assert not any("budget" in statement for statement in without_begin(seen)[:first])


# --- taking back ---------------------------------------------------------------------------------------------


def test_what_is_taken_back_may_be_earned_again(world: World) -> None:
    anna = world.person()
    world.earn(anna, 2)
    world.take_back(anna)
    assert world.lots(anna.account_id) == {}
    assert (world.issued(anna, "2026-11-28"), world.issued(anna, "FY2026")) == (0, 0)
    assert world.budget_left() == 1000
    assert world.earn(anna, 1).amount == 1
    assert world.balance(anna.account_id) == (1, 0)
    world.assert_proved()


def test_taking_back_twice_is_a_conflict_unless_asked_with_the_same_key(world: World) -> None:
    anna, key = world.person(), uuid7()
    world.earn(anna, 2)
    world.take_back(anna, key=key)
    world.take_back(anna, key=key)
    with refused("already_reversed"):
        world.take_back(anna)
    assert world.budget_left() == 1000
    world.earn(anna, 1)
    with refused("other_request"):
        world.take_back(anna, key=key)


def test_an_earning_of_nothing_is_taken_back_too(world: World) -> None:
    anna = world.person()
    world.earn(anna, 0)
    world.take_back(anna)
    with refused("already_reversed"):
        world.take_back(anna)
    assert world.earn(anna, 1).amount == 1


def test_what_was_never_earned_is_missing(world: World) -> None:
    anna, other = world.person(), World()
    with refused("not_found"):
        world.take_back(anna)
    world.earn(anna)
    with refused("not_found"):
        other.take_back(anna)


def test_used_coins_are_refused_or_written_off(world: World) -> None:
    anna = world.person()
    world.earn(anna, 2)
    world.spend(anna.account_id, 1)
    with refused("coins_used"):
        world.take_back(anna)
    assert (world.issued(anna, "FY2026"), world.budget_left()) == (2, 998)
    world.take_back(anna, shortfall="write_off")
    assert (world.issued(anna, "FY2026"), world.budget_left()) == (0, 1000)
    assert world.lots(anna.account_id) == {}
    world.assert_proved()


def test_a_key_that_was_taken_back_earns_no_more(world: World) -> None:
    anna, key = world.person(), uuid7()
    world.earn(anna, key=key)
    world.take_back(anna)
    with refused("already_reversed"):
        world.earn(anna, key=key)
    assert world.issued(anna, "FY2026") == 0
