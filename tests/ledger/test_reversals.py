"""Taking back: the same lots, once, never more than was moved, never below zero."""

from __future__ import annotations

from datetime import date, timedelta

from app.db import uuid7
from app.ledger.models import NEVER
from app.ledger.rules import Line
from tests.ledger.world import AT, LAST, World, refused

SOON = date(2027, 3, 31)


def test_coins_come_back_with_their_old_last_days(world: World) -> None:
    anna = world.person((1, SOON), (2, LAST))
    posted = world.spend(anna.account_id, 2)
    world.reverse(posted.seq)
    assert world.lots(anna.account_id) == {SOON: (1, 0), LAST: (2, 0)}
    assert world.lots(world.shop_id) == {}
    world.assert_proved()


def test_a_lot_that_has_passed_meanwhile_stays_passed(world: World) -> None:
    anna = world.person((2, SOON))
    posted = world.spend(anna.account_id, 1)
    after = SOON + timedelta(days=1)
    assert world.sweep(after) == 1
    world.reverse(posted.seq)
    assert world.balance(anna.account_id, on=after) == (0, 0)
    assert world.sweep(after) == 1
    world.assert_proved()


def test_a_second_reversal_is_a_conflict(world: World) -> None:
    anna, key = world.person((1, LAST)), uuid7()
    posted = world.spend(anna.account_id, 1)
    first = world.reverse(posted.seq, key=key)
    assert world.reverse(posted.seq, key=key) == (first.seq, True)
    with refused("already_reversed"):
        world.reverse(posted.seq)
    with refused("other_request"):
        world.reverse(posted.seq, key=key, shortfall="write_off")


def test_a_reversal_is_not_reversed(world: World) -> None:
    anna = world.person((1, LAST))
    posted = world.reverse(world.spend(anna.account_id, 1).seq)
    with refused("not_reversible"):
        world.reverse(posted.seq)


def test_used_coins_are_not_taken_back(world: World) -> None:
    anna = world.person()
    posted = world.issue(anna.account_id, 2)
    world.spend(anna.account_id, 1)
    with refused("coins_used"):
        world.reverse(posted.seq)
    assert world.balance(anna.account_id) == (1, 0)


def test_held_coins_are_not_taken_back_until_the_hold_runs_out(world: World) -> None:
    anna = world.person()
    posted = world.issue(anna.account_id, 2)
    world.place(anna.account_id, 1)
    with refused("coins_used"):
        world.reverse(posted.seq)
    world.reverse(posted.seq, at=AT + timedelta(seconds=130))
    assert world.lots(anna.account_id) == {}
    world.assert_proved()


def test_what_was_used_is_written_off(world: World) -> None:
    anna = world.person()
    posted = world.issue(anna.account_id, 3)
    world.spend(anna.account_id, 1)
    world.place(anna.account_id, 1)
    world.reverse(posted.seq, shortfall="write_off")
    assert world.lots(anna.account_id) == {LAST: (1, 1)}
    world.assert_proved()


def test_a_shop_that_has_settled_does_not_go_below_zero(world: World) -> None:
    anna = world.person((1, SOON), (1, LAST))
    posted = world.spend(anna.account_id, 2)
    world.post(Line(world.shop_id, world.account("settled"), 1, NEVER))
    with refused("coins_used"):
        world.reverse(posted.seq)
    world.reverse(posted.seq, shortfall="write_off")
    assert world.lots(anna.account_id) == {SOON: (1, 0), LAST: (1, 0)}
    assert world.lots(world.shop_id) == {}
    world.assert_proved()


def test_a_frozen_account_gives_nothing_back(world: World) -> None:
    anna = world.person()
    posted = world.issue(anna.account_id, 2)
    world.freeze(anna.account_id)
    for shortfall in ("refuse", "write_off"):
        with refused("account_frozen"):
            world.reverse(posted.seq, shortfall=shortfall)
    assert world.balance(anna.account_id) == (2, 0)


def test_nobody_reverses_what_is_not_in_his_region(world: World) -> None:
    posted = world.issue(world.person().account_id)
    with refused("not_found"):
        World().reverse(posted.seq)
    with refused("not_found"):
        world.reverse(posted.seq + 100)
