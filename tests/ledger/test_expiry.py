"""The sweep: what has passed leaves the accounts, once."""

from __future__ import annotations

from datetime import date, timedelta

from app.ledger import queries
from tests.ledger.world import AT, LAST, World, reading, refused

SOON = date(2027, 3, 31)
AFTER = SOON + timedelta(days=1)


def swept(world: World) -> int:
    with reading():
        return queries.totals(world.id)["expired"]


def test_sweeping_twice_is_sweeping_once(world: World) -> None:
    anna, ben = world.person((2, SOON), (1, LAST)), world.person((3, SOON))
    assert world.sweep(SOON) == 0
    assert world.sweep(AFTER) == 2
    assert world.sweep(AFTER) == 0
    assert swept(world) == 5
    assert (world.lots(anna.account_id), world.lots(ben.account_id)) == ({LAST: (1, 0)}, {})
    world.assert_proved()


def test_a_sweep_stops_at_its_limit(world: World) -> None:
    for _ in range(3):
        world.person((1, SOON))
    assert [world.sweep(AFTER, limit=2) for _ in range(3)] == [2, 1, 0]


def test_held_and_frozen_coins_wait(world: World) -> None:
    anna, ben = world.person((2, SOON)), world.person((1, SOON))
    world.place(anna.account_id, 1)
    world.freeze(ben.account_id)
    assert world.sweep(AFTER) == 1
    assert world.lots(anna.account_id) == {SOON: (1, 1)}
    world.at = AT + timedelta(seconds=130)
    world.unfreeze(ben.account_id)
    assert world.sweep(AFTER) == 2
    assert swept(world) == 3
    world.assert_proved()


def test_a_shops_coins_are_never_swept(world: World) -> None:
    world.spend(world.person((2, SOON)).account_id, 2)
    assert world.sweep(date(2100, 1, 1)) == 0


def test_expired_coins_stay_expired(world: World) -> None:
    anna = world.person((2, SOON))
    world.sweep(AFTER)
    with reading():
        entry = queries.history(world.id, anna.account_id)[0]
    assert (entry.kind, entry.amount) == ("expiry", -2)
    with refused("not_reversible"):
        world.reverse(entry.seq)


def test_another_regions_coins_are_not_swept(world: World) -> None:
    world.person((2, SOON))
    assert World().sweep(AFTER) == 0
