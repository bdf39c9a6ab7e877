"""Decisions about coins, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refused
from app.ledger.models import NEVER
from app.ledger.rules import (
    Line,
    backwards,
    check_line,
    digest,
    first_of,
    has_run_out,
    is_good,
    lot_at,
    lots_in,
    spend_plan,
    written_off,
)
from tests.ledger.world import refused

pytestmark = pytest.mark.rules
DAYS = [date(2027, 3, 31), date(2028, 3, 31), date(2029, 3, 31)]
lots = st.lists(st.tuples(st.sampled_from(DAYS), st.integers(0, 5)), unique_by=lambda lot: lot[0])


def test_a_coin_is_good_on_its_last_day() -> None:
    assert is_good(DAYS[0], DAYS[0])
    assert not is_good(DAYS[0], DAYS[0] + timedelta(days=1))


def test_a_hold_is_over_at_its_instant() -> None:
    at = datetime(2026, 11, 28, tzinfo=UTC)
    assert has_run_out(at, at)
    assert not has_run_out(at, at - timedelta(microseconds=1))


def test_only_a_members_coins_expire() -> None:
    assert lot_at("member", DAYS[0]) == DAYS[0]
    assert lot_at("shop", DAYS[0]) == lot_at("project", DAYS[0]) == NEVER


def test_what_expires_first_is_spent_first() -> None:
    assert spend_plan([(DAYS[1], 5), (DAYS[0], 2)], 3, DAYS[0]) == [(DAYS[0], 2), (DAYS[1], 1)]


def test_expired_coins_are_not_spent() -> None:
    with refused("not_enough_coins"):
        spend_plan([(DAYS[0], 5)], 1, DAYS[0] + timedelta(days=1))


def test_a_refusal_says_how_many_are_missing() -> None:
    with pytest.raises(Refused) as error:
        spend_plan([(DAYS[0], 2)], 3, DAYS[0])
    assert error.value.params == {"needed": 3, "available": 2}


@given(lots=lots, amount=st.integers(1, 16), on=st.sampled_from(DAYS))
def test_a_plan_pays_exactly_and_never_a_later_lot_before_an_earlier(
    lots: list[tuple[date, int]], amount: int, on: date
) -> None:
    good = {day: n for day, n in lots if day >= on}
    if sum(good.values()) < amount:
        with refused("not_enough_coins"):
            spend_plan(lots, amount, on)
        return
    plan = dict(spend_plan(lots, amount, on))
    assert sum(plan.values()) == amount
    assert all(0 < n <= good[day] for day, n in plan.items())
    assert all(plan.get(day, 0) == n for day, n in good.items() if day < max(plan))


def test_a_hold_is_paid_from_its_first_lots_whatever_the_day() -> None:
    assert first_of([(DAYS[0], 2), (DAYS[1], 2)], 3) == [(DAYS[0], 2), (DAYS[1], 1)]


@pytest.mark.parametrize("kinds", [("source", "member"), ("member", "member"), ("member", "shop"), ("shop", "settled")])
def test_what_may_move(kinds: tuple[str, str]) -> None:
    check_line(*kinds, DAYS[0])


@pytest.mark.parametrize(
    ("giver", "taker", "day"),
    [
        ("shop", "member", DAYS[0]),
        ("shop", "member", NEVER),
        ("project", "member", DAYS[0]),
        ("source", "member", NEVER),
        ("expired", "member", DAYS[0]),
        ("written_off", "member", DAYS[0]),
        ("settled", "shop", NEVER),
    ],
)
def test_what_would_renew_a_coin_is_refused(giver: str, taker: str, day: date) -> None:
    with refused("not_transferable"):
        check_line(giver, taker, day)


def test_a_reversal_is_the_same_lots_the_other_way() -> None:
    line = Line(1, 2, 3, DAYS[0])
    assert backwards([line]) == [Line(2, 1, 3, DAYS[0])]
    assert backwards(backwards([line])) == [line]


def test_what_is_no_longer_there_is_written_off_once() -> None:
    kinds, free = {1: "source", 2: "member", 3: "shop"}, {(2, DAYS[0]): 2, (3, NEVER): 3}
    lines = [Line(3, 2, 2, DAYS[0]), Line(3, 2, 2, DAYS[1]), Line(2, 1, 2, DAYS[1])]
    assert written_off(lines, kinds, free, 9) == [
        Line(3, 2, 2, DAYS[0]),
        Line(3, 2, 1, DAYS[1]),
        Line(9, 2, 1, DAYS[1]),
        Line(9, 1, 2, DAYS[1]),
    ]


def test_accounts_without_holdings_give_without_limit() -> None:
    line = Line(1, 2, 3, DAYS[0])
    assert written_off([line], {1: "expired", 2: "member"}, {}, 9) == [line]


def test_lots_of_one_account_among_others() -> None:
    assert lots_in({(1, DAYS[0]): 2, (2, DAYS[0]): 3}, 2) == [(DAYS[0], 3)]


def test_a_digest_does_not_depend_on_the_order_of_names() -> None:
    assert digest({"a": 1, "b": DAYS[0]}) == digest({"b": DAYS[0], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
