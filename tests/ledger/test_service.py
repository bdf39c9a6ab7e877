"""Accounts and moving coins: one request happens once, nothing is taken that is not there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.db import connection, transaction, uuid7
from app.ledger import service as ledger
from app.ledger.models import NEVER
from app.ledger.posting import operation, transfer
from app.ledger.rules import Line
from tests.ledger.world import DAY, LAST, World, reading, refused

SOON = date(2027, 3, 31)


def count(table: sa.Table) -> int:
    with reading():
        return connection().scalar(sa.select(sa.func.count()).select_from(table)) or 0


# --- accounts ------------------------------------------------------------------------------------------------


def test_an_account_is_opened_once(world: World) -> None:
    assert world.account("shop", "shop:2") == world.account("shop", "shop:2") != world.shop_id
    assert World().account("shop", "shop:2") != world.account("shop", "shop:2")


def test_an_account_that_was_never_opened_is_none(world: World) -> None:
    with reading():
        assert ledger.account_id(region_id=world.id, kind="shop", owner="shop:9") is None
        assert ledger.account_id(region_id=world.id, kind="shop", owner="shop:1") == world.shop_id


def test_another_regions_account_is_missing(world: World) -> None:
    other = World()
    with refused("not_found"):
        other.freeze(world.shop_id)
    with refused("not_found"):
        world.issue(other.person().account_id)
    with refused("not_found"):
        other.post(Line(world.source_id, world.person().account_id, 1, LAST))


def test_a_frozen_account_receives_but_gives_nothing(world: World) -> None:
    anna = world.person((3, LAST))
    world.freeze(anna.account_id)
    world.freeze(anna.account_id)
    for act in (world.spend, world.place):
        with refused("account_frozen"):
            act(anna.account_id, 1)
    with refused("account_frozen"):
        world.post(Line(anna.account_id, world.shop_id, 1, LAST))
    world.issue(anna.account_id, 2)
    assert world.balance(anna.account_id) == (5, 0)
    world.unfreeze(anna.account_id)
    world.spend(anna.account_id, 5)


# --- issuing and spending -------------------------------------------------------------------------------------


def test_issued_coins_arrive_in_their_lot(world: World) -> None:
    anna = world.person((2, LAST), (1, SOON), (1, LAST))
    assert world.lots(anna.account_id) == {SOON: (1, 0), LAST: (3, 0)}
    world.assert_proved()


def test_the_coins_that_expire_first_are_spent_first(world: World) -> None:
    anna = world.person((2, LAST), (2, SOON))
    world.spend(anna.account_id, 3)
    assert world.lots(anna.account_id) == {LAST: (1, 0)}
    assert world.lots(world.shop_id) == {NEVER: (3, 0)}
    world.assert_proved()


def test_more_than_there_is_is_refused_and_nothing_is_written(world: World) -> None:
    anna = world.person((2, LAST))
    before = count(operation)
    with refused("not_enough_coins"):
        world.spend(anna.account_id, 3)
    with refused("not_enough_coins"):
        world.post(Line(anna.account_id, world.shop_id, 3, LAST))
    assert count(operation) == before
    assert world.balance(anna.account_id) == (2, 0)


def test_an_expired_lot_is_unspendable_before_any_sweep(world: World) -> None:
    anna = world.person((2, SOON))
    after = SOON + timedelta(days=1)
    assert world.balance(anna.account_id, on=after) == (0, 0)
    with refused("not_enough_coins"):
        world.spend(anna.account_id, 1, on=after)
    with refused("coins_expired"):
        world.post(Line(anna.account_id, world.shop_id, 1, SOON), on=after)
    world.spend(anna.account_id, 1, on=SOON)


def test_held_coins_are_not_spent(world: World) -> None:
    anna = world.person((2, LAST))
    world.place(anna.account_id, 1)
    with refused("not_enough_coins"):
        world.spend(anna.account_id, 2)
    with refused("not_enough_coins"):
        world.post(Line(anna.account_id, world.shop_id, 2, LAST))
    assert world.balance(anna.account_id) == (1, 1)


def test_no_post_hands_a_shops_coins_to_a_member(world: World) -> None:
    anna = world.person((2, LAST))
    world.spend(anna.account_id, 2)
    for day in (LAST, NEVER):
        with refused("not_transferable"):
            world.post(Line(world.shop_id, anna.account_id, 1, day))


def test_a_member_cannot_be_handed_a_later_lot(world: World) -> None:
    anna, ben = world.person((2, SOON)), world.person()
    with refused("not_enough_coins"):
        world.post(Line(anna.account_id, ben.account_id, 1, LAST))
    world.post(Line(anna.account_id, ben.account_id, 1, SOON))
    assert world.lots(ben.account_id) == {SOON: (1, 0)}


def test_several_lines_are_one_act(world: World) -> None:
    anna, ben = world.person((2, LAST)), world.person((1, LAST))
    lines = [Line(anna.account_id, world.shop_id, 2, LAST), Line(ben.account_id, world.shop_id, 2, LAST)]
    with refused("not_enough_coins"):
        world.post(*lines)
    assert world.balance(anna.account_id) == (2, 0)
    world.post(lines[0], lines[1]._replace(amount=1))
    assert world.lots(world.shop_id) == {NEVER: (3, 0)}
    world.assert_proved()


@pytest.mark.parametrize("amount", [0, -1])
def test_a_line_moves_at_least_one_coin(world: World, amount: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        world.post(Line(world.source_id, world.person().account_id, amount, LAST))


# --- the key -------------------------------------------------------------------------------------------------


def test_the_same_request_is_answered_by_its_first_result(world: World) -> None:
    anna, key = world.person((3, LAST)), uuid7()
    first = world.spend(anna.account_id, 2, key=key)
    world.at += timedelta(hours=1)
    again = world.spend(anna.account_id, 2, key=key)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.seq == first.seq
    assert world.balance(anna.account_id) == (1, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 1},
        {"kind": "gift"},
        {"actor": "till:2"},
        {"reference": "redemption:2"},
        {"on_behalf_of": "membership:9"},
    ],
)
def test_another_request_with_the_same_key_is_a_conflict(world: World, other: dict[str, object]) -> None:
    anna, key = world.person((3, LAST)), uuid7()
    world.spend(anna.account_id, 2, key=key)
    before = count(transfer)
    with refused("other_request"):
        world.spend(anna.account_id, key=key, **({"amount": 2} | other))  # type: ignore[arg-type]  # of many types
    assert count(transfer) == before


def test_a_key_belongs_to_one_region(world: World) -> None:
    anna, key, other = world.person(), uuid7(), World()
    world.issue(anna.account_id, key=key)
    with refused("other_request"):
        other.issue(other.person().account_id, key=key)


def test_two_requests_of_one_batch_need_two_keys(world: World) -> None:
    anna, ben = world.person(), world.person()
    issues = [ledger.Issue("one", person.account_id, 1) for person in (anna, ben)]
    common = {"region_id": world.id, "source_id": world.source_id, "expires_on": LAST, "actor": "job", "at": world.at}
    with refused("other_request"), transaction():
        ledger.issue_all(issues=issues, **common)  # type: ignore[arg-type]  # of many types


def test_a_batch_that_was_half_done_is_completed(world: World) -> None:
    anna, ben = world.person(), world.person()
    issues = [ledger.Issue(f"k{person.account_id}", person.account_id, 1) for person in (anna, ben)]
    common = {"region_id": world.id, "source_id": world.source_id, "expires_on": LAST, "actor": "job", "at": world.at}
    with transaction():
        first = ledger.issue_all(issues=issues[:1], **common)  # type: ignore[arg-type]  # of many types
    with transaction():
        both = ledger.issue_all(issues=issues, **common)  # type: ignore[arg-type]  # of many types
    assert [one.repeated for one in both] == [True, False]
    assert both[0].seq == first[0].seq
    assert world.balance(anna.account_id) == world.balance(ben.account_id) == (1, 0)


def test_the_key_of_an_act_that_nobody_sends_is_the_same_each_time() -> None:
    assert ledger.act_key("award", "event:1") == ledger.act_key("award", "event:1")
    assert ledger.act_key("award", "event:1") != ledger.act_key("award", "event:2")


# --- history is never rewritten --------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["operation", "transfer", "hold", "hold_lot", "hold_end"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET region_id = region_id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_written(world: World, table: str, verb: str) -> None:
    anna = world.person((2, LAST))
    world.capture(world.place(anna.account_id).hold_id)
    with pytest.raises(DBAPIError, match="append-only|permission denied"), transaction():
        connection().execute(sa.text(verb.format(table)))


def test_a_day_of_the_balance_is_the_regions(world: World) -> None:
    assert world.local_day(world.at) == DAY
