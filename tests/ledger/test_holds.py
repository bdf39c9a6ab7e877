"""Coins set aside: placed once, ended once, earliest expiry first, free again when time is over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.db import uuid7
from app.ledger.models import NEVER
from tests.ledger.world import AT, DAY, LAST, World, refused

SOON = date(2026, 11, 28)  # DAY is its last day
LATER = AT + timedelta(seconds=130)


def test_a_hold_takes_what_expires_first(world: World) -> None:
    anna = world.person((2, LAST), (1, SOON))
    world.place(anna.account_id, 2)
    assert world.lots(anna.account_id) == {SOON: (1, 1), LAST: (2, 1)}
    assert world.balance(anna.account_id) == (1, 2)
    world.assert_proved()


def test_a_hold_is_for_coins_that_are_free_and_good(world: World) -> None:
    anna = world.person((1, SOON), (1, LAST))
    with refused("not_enough_coins"):
        world.place(anna.account_id, 3)
    with refused("not_enough_coins"):
        world.place(anna.account_id, 2, on=DAY + timedelta(days=1))
    world.place(anna.account_id, 1)
    with refused("not_enough_coins"):
        world.place(anna.account_id, 2)


def test_the_same_hold_is_placed_once(world: World) -> None:
    anna, key = world.person((2, LAST)), uuid7()
    first = world.place(anna.account_id, key=key)
    world.freeze(anna.account_id)
    again = world.place(anna.account_id, key=key)
    assert again == (first.hold_id, True)
    with refused("other_request"):
        world.place(anna.account_id, 2, key=key)
    assert world.balance(anna.account_id) == (1, 1)


def test_a_hold_is_captured_in_full(world: World) -> None:
    anna = world.person((1, SOON), (2, LAST))
    hold = world.place(anna.account_id, 2)
    world.capture(hold.hold_id, 2)
    assert world.lots(anna.account_id) == {LAST: (1, 0)}
    assert world.lots(world.shop_id) == {NEVER: (2, 0)}
    world.assert_proved()


def test_the_rest_of_a_partly_captured_hold_is_free(world: World) -> None:
    anna = world.person((1, SOON), (2, LAST))
    hold = world.place(anna.account_id, 3)
    world.capture(hold.hold_id, 2)
    assert world.lots(anna.account_id) == {LAST: (1, 0)}
    world.assert_proved()


def test_more_than_was_held_is_not_captured(world: World) -> None:
    anna = world.person((5, LAST))
    hold = world.place(anna.account_id, 2)
    with refused("not_enough_coins"):
        world.capture(hold.hold_id, 3)
    assert world.balance(anna.account_id) == (3, 2)


def test_a_capture_may_be_asked_again(world: World) -> None:
    anna, key = world.person((2, LAST)), uuid7()
    hold = world.place(anna.account_id)
    first = world.capture(hold.hold_id, key=key)
    assert world.capture(hold.hold_id, key=key, at=LATER) == (first.seq, True)
    with refused("other_request"):
        world.capture(hold.hold_id, key=key, to_id=world.account("shop", "shop:2"))


@pytest.mark.parametrize("first", ["capture", "release"])
@pytest.mark.parametrize("second", ["capture", "release"])
def test_a_hold_ends_once(world: World, first: str, second: str) -> None:
    anna = world.person((2, LAST))
    hold = world.place(anna.account_id)
    getattr(world, first)(hold.hold_id)
    with refused("hold_resolved"):
        getattr(world, second)(hold.hold_id)
    world.assert_proved()


def test_a_hold_that_has_run_out_is_not_captured(world: World) -> None:
    anna = world.person((2, LAST))
    hold = world.place(anna.account_id)
    with refused("hold_expired"):
        world.capture(hold.hold_id, at=LATER)
    world.release_expired(LATER)
    with refused("hold_expired"):
        world.capture(hold.hold_id, at=LATER)
    with refused("hold_resolved"):
        world.release(hold.hold_id)


def test_a_hold_is_good_until_the_last_instant(world: World) -> None:
    anna = world.person((2, LAST))
    hold = world.place(anna.account_id)
    assert world.release_expired(LATER - timedelta(microseconds=1)) == 0
    world.capture(hold.hold_id, at=LATER - timedelta(microseconds=1))


def test_what_has_run_out_is_free_again(world: World) -> None:
    anna, ben = world.person((2, LAST)), world.person((2, LAST))
    for person in (anna, ben):
        world.place(person.account_id, 2)
    assert world.release_expired(LATER) == 2
    assert world.release_expired(LATER) == 0
    assert world.balance(anna.account_id) == (2, 0)
    world.assert_proved()


def test_the_next_write_frees_what_has_run_out(world: World) -> None:
    anna = world.person((2, LAST))
    world.place(anna.account_id, 2)
    world.at = LATER
    hold = world.place(anna.account_id, 2)
    world.at += timedelta(seconds=130)
    world.spend(anna.account_id, 2)
    with refused("hold_expired"):
        world.capture(hold.hold_id, at=world.at)
    world.assert_proved()


def test_a_hold_keeps_its_coins_good_over_midnight(world: World) -> None:
    anna = world.person((1, SOON))
    hold = world.place(anna.account_id)
    assert world.sweep(SOON + timedelta(days=1)) == 0
    world.capture(hold.hold_id)
    assert world.lots(world.shop_id) == {NEVER: (1, 0)}


def test_a_hold_on_an_account_frozen_since_is_not_captured(world: World) -> None:
    anna = world.person((1, LAST))
    hold = world.place(anna.account_id)
    world.freeze(anna.account_id)
    with refused("account_frozen"):
        world.capture(hold.hold_id)
    world.release(hold.hold_id)
    assert world.balance(anna.account_id) == (1, 0)


def test_another_regions_hold_is_missing(world: World) -> None:
    other, anna = World(), world.person((1, LAST))
    hold = world.place(anna.account_id)
    with refused("not_found"):
        other.capture(hold.hold_id)
    with refused("not_found"):
        other.release(hold.hold_id)
    with refused("not_found"):
        other.place(anna.account_id)


@pytest.mark.parametrize("amount", [0, -1])
def test_nobody_holds_or_captures_nothing(world: World, amount: int) -> None:
    anna = world.person((2, LAST))
    hold = world.place(anna.account_id)
    for act, subject in ((world.place, anna.account_id), (world.capture, hold.hold_id)):
        with pytest.raises(ValueError, match="at least one"):
            act(subject, amount)
