"""The proof finds what no service can do: each kind of damage, done past the ledger, is named."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import connection, transaction
from app.ledger import proof
from app.ledger.holds import hold, hold_end, hold_lot
from app.ledger.models import NEVER
from app.ledger.posting import holding, operation, transfer
from tests.ledger.world import AT, LAST, World, reading


def checks(world: World) -> dict[str, Any]:
    with reading():
        found = proof.prove(world.id)["checks"]
    assert isinstance(found, dict)
    return found


def damage(statement: Any) -> None:
    with transaction():
        connection().execute(statement)


def act(world: World, *lines: tuple[int, int, int], day: Any = LAST, reverses: int | None = None) -> int:
    """An operation written past the one writer: (from, to, amount)."""
    common = {"region_id": world.id, "kind": "damage", "actor": "nobody", "at": AT}
    with transaction():
        row = common | {"key": world.key(), "digest": "", "reverses": reverses}
        seq = connection().execute(sa.insert(operation).values(row).returning(operation.c.seq)).scalar_one()
        for number, (giver, taker, amount) in enumerate(lines):
            line = {"operation_seq": seq, "line": number, "from_id": giver, "to_id": taker, "amount": amount}
            connection().execute(sa.insert(transfer).values(region_id=world.id, expires_on=day, **line))
    return int(seq)


def test_books_in_order_are_proved(world: World) -> None:
    anna = world.person((3, LAST))
    hold_id = world.place(anna.account_id, 2).hold_id
    world.reverse(world.capture(hold_id).seq)
    with reading():
        found = proof.prove()
    assert found["ok"] is True
    assert (found["regions"], found["operations"], found["transfers"]) == (1, 3, 3)
    assert set(checks(world).values()) == {None}


def test_a_changed_balance_is_found(world: World) -> None:
    anna = world.person((3, LAST))
    damage(sa.update(holding).values(posted=4))
    assert checks(world)["holdings_are_transfers"] == {
        "region_id": world.id,
        "account_id": anna.account_id,
        "lot": str(LAST),
        "off_by": -1,
    }
    with reading():
        assert proof.prove()["ok"] is False
        assert proof.prove(World().id)["ok"] is True


def test_a_missing_holding_is_found(world: World) -> None:
    world.person((3, LAST))
    damage(sa.delete(holding))
    assert checks(world)["holdings_are_transfers"]


def test_coins_held_for_nobody_are_found(world: World) -> None:
    world.person((3, LAST))
    damage(sa.update(holding).values(held=1))
    assert checks(world)["held_is_open_holds"]


def test_a_hold_without_its_lots_is_found(world: World) -> None:
    anna = world.person((3, LAST))
    row = {"key": world.key(), "digest": "", "placed_at": AT, "expires_at": AT}
    damage(sa.insert(hold).values(region_id=world.id, account_id=anna.account_id, amount=1, **row))
    assert checks(world)["holds_add_up"]


@pytest.mark.parametrize("captured", [1, 3])
def test_a_hold_that_paid_something_else_is_found(world: World, captured: int) -> None:
    anna = world.person((3, LAST))
    hold_id = world.place(anna.account_id, 2).hold_id
    seq = act(world, (anna.account_id, world.shop_id, 2))
    row = {"hold_id": hold_id, "region_id": world.id, "kind": "captured", "operation_seq": seq, "at": AT}
    damage(sa.insert(hold_end).values(captured=captured, **row))
    assert checks(world)["holds_add_up"]
    assert checks(world)["held_is_open_holds"]


def test_lots_that_were_never_held_are_found(world: World) -> None:
    anna = world.person((3, LAST))
    hold_id = world.place(anna.account_id, 2).hold_id
    damage(sa.insert(hold_lot).values(hold_id=hold_id, region_id=world.id, expires_on=NEVER, amount=1))
    assert checks(world)["holds_add_up"]


def test_a_reversal_of_too_much_is_found(world: World) -> None:
    anna = world.person((3, LAST))
    spent = world.spend(anna.account_id, 1)
    act(world, (world.shop_id, anna.account_id, 2), reverses=spent.seq)
    assert checks(world)["reversals_within_original"]


def test_a_reversal_into_another_lot_is_found(world: World) -> None:
    anna = world.person((3, LAST))
    spent = world.spend(anna.account_id, 1)
    act(world, (world.shop_id, anna.account_id, 1), day=LAST.replace(year=2030), reverses=spent.seq)
    assert checks(world)["reversals_within_original"]


def test_a_reversed_reversal_is_found(world: World) -> None:
    anna = world.person((3, LAST))
    back = world.reverse(world.spend(anna.account_id, 1).seq)
    act(world, (anna.account_id, world.shop_id, 1), reverses=back.seq)
    assert checks(world)["reversals_within_original"]


@pytest.mark.parametrize("day", [LAST, NEVER])
def test_a_renewed_coin_is_found(world: World, day: Any) -> None:
    anna = world.person((3, LAST))
    world.spend(anna.account_id, 1)
    act(world, (world.shop_id, anna.account_id, 1), day=day)
    assert checks(world)["no_coin_renewed"]
