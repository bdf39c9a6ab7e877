"""A crash at any statement leaves nothing behind, and the same request afterwards does what it would have done.

The crash is an exception in place of the n-th statement, for every n, and then in place of the commit. The twin is a
region in which the same was done without a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app.db import Base, connection, db
from app.ledger import queries
from tests.ledger.world import AT, LAST, Person, World, reading, statements

SOON = date(2027, 3, 31)
KEY = "the key of the act"


class Crash(Exception):
    pass


class Scene:
    """Two members and what they did before the act."""

    def __init__(self) -> None:
        self.world = World(budget=3)
        self.anna, self.ben = self.world.person((2, SOON), (3, LAST)), self.world.person((2, SOON))
        self.hold = self.world.place(self.anna.account_id, 3).hold_id
        self.world.earn(self.ben, 1, "event:9")
        self.bought = self.world.spend(self.ben.account_id, 1).seq
        self.key = f"{KEY} {self.world.id}"

    def state(self) -> Any:
        """All that the ledger and issuing know of this region, without numbers that differ between regions."""
        world, people = self.world, (self.anna, self.ben)
        with reading():
            totals = queries.totals(world.id)
        lots = [world.lots(id) for id in (*(person.account_id for person in people), world.shop_id)]
        issued = [world.issued(person, period) for person in people for period in ("2026-11-28", "FY2026")]
        return totals, lots, issued, world.budget_left(), rows(world.id)


def rows(region_id: int) -> dict[str, int]:
    """How many rows each table has for the region."""
    tables = [table for table in Base.metadata.tables.values() if "region_id" in table.c]
    with reading():
        return {
            table.name: connection().scalar(
                sa.select(sa.func.count()).select_from(table).where(table.c.region_id == region_id)
            )
            for table in tables
        }


def earn_together(scene: Scene) -> None:
    wanted: dict[Person, int] = {scene.anna: 2, scene.ben: 2}
    keys = iter([f"{scene.key} {n}" for n in range(2)])
    scene.world.key = lambda: next(keys)
    scene.world.earn_all(wanted)


ACTS: dict[str, Callable[[Scene], Any]] = {
    "issue": lambda scene: scene.world.issue(scene.anna.account_id, 2, key=scene.key),
    "spend": lambda scene: scene.world.spend(scene.anna.account_id, 2, key=scene.key),
    "place": lambda scene: scene.world.place(scene.anna.account_id, 2, key=scene.key),
    "place over one that ran out": lambda scene: scene.world.place(
        scene.anna.account_id, 4, key=scene.key, at=AT + timedelta(hours=1)
    ),
    "capture": lambda scene: scene.world.capture(scene.hold, 2, key=scene.key),
    "reverse": lambda scene: scene.world.reverse(scene.bought, key=scene.key),
    "sweep": lambda scene: scene.world.sweep(SOON + timedelta(days=1)),
    "earn": lambda scene: scene.world.earn(scene.anna, 2, key=scene.key),
    "earn together, beyond the budget": earn_together,
    "take back what was used": lambda scene: scene.world.take_back(
        scene.ben, "event:9", key=scene.key, shortfall="write_off"
    ),
}


@contextmanager
def no_commit() -> Iterator[None]:
    def crash(_: Any) -> None:
        raise Crash

    event.listen(db.engine, "commit", crash)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", crash)


def crash_at(n: int) -> Callable[[int, str], None]:
    def before(number: int, _: str) -> None:
        if number == n:
            raise Crash

    return before


@pytest.mark.parametrize("name", ACTS)
def test_a_crash_anywhere_leaves_nothing_and_the_replay_does_it(app: Flask, name: str) -> None:
    act, twin, scene = ACTS[name], Scene(), Scene()
    with statements() as seen:
        act(twin)
    before = scene.state()
    assert len(seen) > 3
    for n in range(1, len(seen) + 1):
        with pytest.raises(Crash), statements(crash_at(n)):
            act(scene)
        assert scene.state() == before, seen[n - 1]
    with pytest.raises(Crash), no_commit():
        act(scene)
    assert scene.state() == before
    act(scene)
    assert scene.state() == twin.state() != before
    scene.world.assert_proved()
