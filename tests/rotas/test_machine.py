"""Whatever people do with turns, `taken` is how many live turns a slot has, and a model in sets agrees on whose."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app import clock
from app.db import db, transaction
from app.errors import DomainError
from app.rotas import service
from app.rotas.models import Slot, Turn
from tests import factories
from tests.rotas import factories as made

START = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)
SIZES = {"quick": (15, 25), "soak": (150, 60)}
who, which, pick = st.integers(0, 3), st.integers(0, 3), st.integers(0, 15)


class Rotas(RuleBasedStateMachine):
    world = None

    @initialize(needed=st.lists(st.integers(1, 2), min_size=4, max_size=4))
    def open(self, needed):
        self.at = START
        cls = type(self)
        cls.world = cls.world or factories.world(at=START)
        self.region = cls.world.region
        self.people = [factories.membership(self.region, at=START) for _ in range(4)]
        self.rota = made.rota(self.region, self.people[0], at=START)
        self.slots = [
            made.slots(self.region, self.rota, day, at=START, needed=count)[0] for day, count in enumerate(needed)
        ]
        self.needed, self.has = needed, [set() for _ in needed]
        self.asked, self.removed, self.turns = [set() for _ in needed], set(), {}

    def may(self, slot):
        """Whether anything can still happen in a slot."""
        wall = clock.local(self.region, self.at)
        return (self.slots[slot].day, "11:00") > (wall.date(), f"{wall:%H:%M}")

    def act(self, verb, person, row, allowed):
        try:
            done = made.turn(verb, self.region, self.rota, self.people[person], row, at=self.at)
        except DomainError:
            assert not allowed, (verb, person)
            return None
        assert allowed, (verb, person)
        return done

    @rule(person=who, slot=which)
    def take(self, person, slot):
        has = self.has[slot]
        room = slot not in self.removed and self.may(slot) and len(has) < self.needed[slot]
        done = self.act("take", person, self.slots[slot], person in has or room)
        if done is not None:
            has.add(person)
            self.turns[slot, person] = done

    def live(self, number, *, asked=False):
        """One of those who have a turn, with the slot; of those who want to be relieved where there is one."""
        turns = [(slot, person) for slot, has in enumerate(self.has) for person in sorted(has)]
        wanted = [one for one in turns if one[1] in self.asked[one[0]]]
        turns = wanted if asked and wanted else turns
        return turns[number % len(turns)] if turns else (None, None)

    @rule(number=pick)
    def give_up(self, number):
        slot, person = self.live(number)
        if slot is not None:
            ahead = clock.local_day(self.region, self.at) < self.slots[slot].day
            if self.act("give_up", person, self.turns[slot, person], ahead):
                self.has[slot].discard(person)
                self.asked[slot].discard(person)

    @rule(number=pick, keeps=st.sampled_from([False, False, True]))
    def ask_swap(self, number, keeps):
        slot, person = self.live(number)
        if slot is not None:
            verb = "keep" if keeps else "ask_swap"
            if self.act(verb, person, self.turns[slot, person], keeps or self.may(slot)):
                (self.asked[slot].discard if keeps else self.asked[slot].add)(person)

    @rule(person=who, number=pick)
    def take_over(self, person, number):
        slot, of = self.live(number, asked=True)
        if slot is not None:
            old = self.turns[slot, of]
            allowed = person not in self.has[slot] and of in self.asked[slot] and self.may(slot)
            done = self.act("take_over", person, old, allowed)
            if done is not None:
                self.has[slot] = self.has[slot] - {of} | {person}
                self.asked[slot].discard(of)
                self.turns[slot, person] = done

    @rule(slot=which)
    def remove(self, slot):
        try:
            with transaction():
                row = self.slots[slot]
                service.remove_slot(region=self.region, rota_id=self.rota.id, slot_id=row.id, at=self.at)
            assert not self.has[slot]
            self.removed.add(slot)
        except DomainError:
            assert self.has[slot]

    @rule(hours=st.sampled_from([1, 2, 9]))
    def wait(self, hours):
        self.at += timedelta(hours=hours)

    @invariant()
    def taken_is_how_many_have_a_turn(self):
        if not hasattr(self, "slots"):
            return
        db.session.rollback()
        for number, slot in enumerate(self.slots):
            query = sa.select(Turn.membership_id).where(Turn.slot_id == slot.id, Turn.ended_at.is_(None))
            people = sorted(db.session.scalars(query))
            assert people == sorted(self.people[person].id for person in self.has[number])
            taken = db.session.scalar(sa.select(Slot.taken).where(Slot.id == slot.id))
            assert taken == len(people) <= self.needed[number]


@pytest.mark.usefixtures("app")
def test_taken_is_always_how_many_have_a_turn():
    examples, steps = SIZES[os.environ.get("HYPOTHESIS_PROFILE", "quick")]
    Rotas.world = None
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    limits = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet)
    run_state_machine_as_test(Rotas, settings=limits)
