"""Places and the waiting list against a model: whatever people and the host do, in whatever order, they agree.

After each step no place is lost or doubled: what sign-ups hold is what the event says is booked, places taken and
held never exceed the capacity, and everybody stands where the model has them, in the same order.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.codes.service import digest
from app.db import db, transaction, uuid7
from app.errors import DomainError, Refused
from app.events.models import Event
from app.events.rules import places_left
from app.members.models import Membership
from app.sign_ups import queries, service
from app.sign_ups.models import SignUp
from app.sign_ups.service import Party
from tests import factories
from tests.conftest import AT
from tests.factories import World
from tests.sign_ups.model import Model, No

SIZES = {"quick": (40, 30), "soak": (400, 60)}
who, people = st.sampled_from("abcdefg"), st.integers(1, 4)
places = st.sampled_from([None, 1, 2, 3, 4, 5, 6, 8])
START = AT + timedelta(days=7)


def done(_: object) -> None:
    """Whatever a verb answers, where the model answers nothing."""


class Places(RuleBasedStateMachine):
    world: World
    host: Membership

    @initialize(capacity=places, first=st.lists(people, min_size=2, max_size=6))
    def open(self, capacity: int | None, first: list[int]) -> None:
        self.event = factories.event(self.world.region, self.host, at=AT, starts_at=START, capacity=capacity)
        self.model, self.at = Model(capacity), AT
        self.arrived_at: dict[str, datetime] = {}
        for name, size in zip("abcdef", first, strict=False):
            self.sign_up(name, size)

    # --- one step ---

    def agree(self, expected: Callable[[], Any], act: Callable[[], Any]) -> None:
        """The model's answer or its refusal is the service's."""
        try:
            wanted: Any = expected()
        except No as no:
            wanted = str(no)
        try:
            with transaction():
                found = act()
        except DomainError as error:
            found = error.code
        assert found == wanted

    @property
    def here(self) -> dict[str, Any]:
        return {"region": self.world.region, "event_id": self.event.id, "at": self.at}

    @rule(who=who, people=people)
    def sign_up(self, who: str, people: int) -> None:
        party, more = Party(people=people), {"key": uuid7(), "by": "test", "visit": who}
        act = service.sign_up
        self.agree(lambda: self.model.sign_up(who, people), lambda: act(**self.here, party=party, **more).state)

    @rule(people=people)
    def somebody_new_signs_up(self, people: int) -> None:
        self.sign_up(f"new {len(self.model.parties)}", people)

    @rule(who=who)
    def leave(self, who: str) -> None:
        self.agree(lambda: self.model.leave(who), lambda: done(service.leave(**self.here, visit=who)))

    @rule(capacity=places)
    def resize(self, capacity: int | None) -> None:
        act = service.set_capacity
        self.agree(lambda: self.model.resize(capacity), lambda: done(act(**self.here, capacity=capacity)))

    @rule(who=who, people=people)
    def arrive(self, who: str, people: int) -> None:
        """The door takes places for as many as came, after what was held for them was given to it."""
        if self.model.of(who) is None or self.model.of(who).state == "arrived":  # type: ignore[union-attr]  # just asked
            return

        def act() -> int:
            self.arrived_at[who] = self.at
            held = service.arrive(event_id=self.event.id, visit_hash=digest(who), at=self.at)
            fits = sa.or_(Event.capacity.is_(None), Event.taken + people <= Event.capacity - Event.booked)
            taken = sa.update(Event).where(Event.id == self.event.id, fits).values(taken=Event.taken + people)
            if not db.session.execute(taken).rowcount:  # type: ignore[attr-defined]  # of an UPDATE it has one
                raise Refused("full")
            return held

        self.agree(lambda: self.model.arrive(who, people), act)

    @rule(who=who)
    def undo(self, who: str) -> None:
        party = self.model.of(who)
        if party is None or party.state != "arrived":
            return

        def act() -> None:
            freed = sa.update(Event).where(Event.id == self.event.id).values(taken=Event.taken - party.came)
            db.session.execute(freed)
            when = {"arrived_at": self.arrived_at[who], "at": self.at}
            service.unarrive(event_id=self.event.id, visit_hash=digest(who), **when)

        self.agree(lambda: self.model.unarrive(who), act)

    @rule()
    def sweep(self) -> None:
        self.agree(self.model.promote, lambda: done(service.sweep(at=self.at)))

    @precondition(lambda self: not self.model.late and len(self.model.parties) > 12)
    @rule()
    def wait_until_the_evening_before(self) -> None:
        self.model.late, self.at = True, START - timedelta(hours=11)

    @precondition(lambda self: self.model.late)
    @rule()
    def free_absent(self) -> None:
        """Asked at the start; then it is a moment earlier again, so that others still sign up."""
        here = self.here | {"at": START}
        self.agree(self.model.free_absent, lambda: service.free_absent(**here))

    # --- what is true after each step ---

    @invariant()
    def no_place_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "event"):
            return
        db.session.rollback()
        db.session.expire_all()
        event = db.session.get_one(Event, self.event.id)
        rows = list(db.session.scalars(sa.select(SignUp).where(SignUp.event_id == event.id).order_by(SignUp.id)))
        assert [(row.people, row.state) for row in rows] == [(one.people, one.state) for one in self.model.parties]
        assert (event.capacity, event.taken, event.booked) == (
            self.model.capacity,
            self.model.taken,
            self.model.booked,
        )
        assert event.capacity is None or event.taken + event.booked <= event.capacity
        assert places_left(event) is None or places_left(event) == event.capacity - event.taken - event.booked
        assert [queries.ahead(row) for row in queries.waiting(event)] == list(range(1, len(self.model.waiting()) + 1))


def test_places_agree_with_the_model(app: Flask) -> None:
    world = factories.world(at=AT)
    Places.world, Places.host = world, factories.membership(world.region, at=AT)
    examples, steps = SIZES[os.environ.get("HYPOTHESIS_PROFILE", "quick")]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # Hypothesis has no types here
        Places,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    db.session.remove()
