"""The ledger and issuing against a model in dictionaries: whatever people do, in whatever order, they agree.

Each step asks the model first; the database must give the same answer or refuse with the same code. Afterwards the
holdings, which are the fold of all transfers, must be the model's lots, lot by lot and hold by hold.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from app import clock
from app.db import db, uuid7
from app.errors import DomainError
from app.ledger import queries
from app.ledger.rules import Line
from tests.ledger.model import NEVER, Model, No
from tests.ledger.world import Person, World, reading

SIZES = {"quick": (50, 30), "soak": (500, 50)}
START = datetime(2027, 3, 30, 14, 40, tzinfo=UTC)  # 午後11時40分 of 30 March: a midnight and a 年度 are near
DAYS = [date(2027, 3, 30), date(2027, 3, 31), date(2027, 4, 1), date(2028, 3, 31)]
who, some, pick = st.integers(0, 2), st.integers(1, 4), st.integers(0, 10)
shortfalls = st.sampled_from(["refuse", "write_off"])
BUDGETS = {2026: 6, 2027: 5}


class Books(RuleBasedStateMachine):
    sent = Bundle("sent")  # what was asked for with a key, and the answer

    @initialize(coins=st.lists(st.tuples(who, some, st.sampled_from(DAYS)), min_size=6, max_size=9))
    def open(self, coins: list[tuple[int, int, date]]) -> None:
        self.world, self.model = World(day_cap=2, year_cap=4), Model(2, 4, dict(BUDGETS))
        self.world.at = START
        self.people: list[Person] = [self.world.person() for _ in range(3)]
        for year, cap in BUDGETS.items():
            self.world.limit(cap, year)
        self.seqs: list[int] = []  # of the model's acts
        self.hold_ids: list[int] = []
        for member, amount, day in coins:
            self.hand_out(member, amount, day)

    # --- one step ---

    @property
    def today(self) -> date:
        return self.world.local_day(self.world.at)

    def year(self, day: date) -> int:
        return clock.fiscal_year(self.world.region, day)

    def agree(self, expected: Any, asked: Any, *arguments: Any, **named: Any) -> Any:
        """The model's answer and the world's; None if both refuse, with the same code."""
        try:
            answer, code = expected(), None
        except No as refusal:
            answer, code = None, refusal.args[0]
        try:
            given = asked(*arguments, **named)
        except DomainError as error:
            assert error.code == code, f"refused as {error.code}; the model says {code or answer}"
            return None
        assert code is None, f"{given}; the model refuses as {code}"
        return answer, given

    def send(self, expected: Any, asked: Any, *arguments: Any, **named: Any) -> Any:
        """A step whose request carries a key; what was done can be asked again."""
        key = uuid7()
        both = self.agree(expected, asked, *arguments, key=key, **named)
        if both is None:
            return multiple()
        assert not both[1].repeated
        (self.hold_ids if asked == self.world.place else self.seqs).append(both[1][0])
        return (asked, arguments, named | {"key": key}, both[1])

    # --- what people do ---

    @rule(target=sent, member=who, amount=some, day=st.sampled_from(DAYS))
    def issue(self, member: int, amount: int, day: date) -> Any:
        return self.hand_out(member, amount, day)

    def hand_out(self, member: int, amount: int, day: date) -> Any:
        expected = lambda: self.model.move([("source", member, amount, day)])  # noqa: E731
        return self.send(expected, self.world.issue, self.people[member].account_id, amount, day)

    @rule(target=sent, giver=who, other=st.integers(1, 2), amount=some, lot=pick, hours=st.sampled_from([0, 30]))
    def post(self, giver: int, other: int, amount: int, lot: int, hours: int) -> Any:
        taker, at = (giver + other) % 3, self.world.at
        on = self.world.local_day(at + timedelta(hours=hours))
        lots = sorted(day for (whose, day), n in self.model.posted.items() if whose == giver and n) or DAYS
        line = (giver, taker, amount, lots[lot % len(lots)])

        def expected() -> None:
            self.model.thaw(giver)
            if line[3] < on:
                raise No("coins_expired")
            if self.model.free(giver, at).get(line[3], 0) < amount:
                raise No("not_enough_coins")
            self.model.run_out({giver}, at)
            self.model.move([line])

        asked = Line(self.people[giver].account_id, self.people[taker].account_id, *line[2:])
        return self.send(expected, self.world.post, asked, on=on)

    @rule(target=sent, member=who, amount=some)
    def spend(self, member: int, amount: int) -> Any:
        at, account_id = self.world.at, self.people[member].account_id
        expected = lambda: self.model.spend(member, amount, self.today, at)  # noqa: E731
        return self.send(expected, self.world.spend, account_id, amount, on=self.today)

    @rule(
        target=sent,
        verb=st.sampled_from(["place", "place", "capture", "capture", "release"]),
        member=who,
        amount=some,
        number=pick,
        seconds=st.sampled_from([130, 3600]),
    )
    def hold(self, verb: str, member: int, amount: int, number: int, seconds: int) -> Any:
        if verb == "place" or not self.hold_ids:
            return self.place(member, amount, seconds)
        number = len(self.hold_ids) - 1 - number % len(self.hold_ids)
        at, hold_id = self.world.at, self.hold_ids[number]
        if verb == "release":
            self.agree(lambda: self.model.release(number), self.world.release, hold_id)
            return multiple()
        return self.send(lambda: self.model.capture(number, amount, at), self.world.capture, hold_id, amount, at=at)

    def place(self, member: int, amount: int, seconds: int) -> Any:
        at, account_id = self.world.at, self.people[member].account_id
        until = at + timedelta(seconds=seconds)
        expected = lambda: self.model.place(member, amount, self.today, at, until)  # noqa: E731
        return self.send(expected, self.world.place, account_id, amount, on=self.today, seconds=seconds, at=at)

    @rule(target=sent, number=pick, shortfall=shortfalls)
    def reverse(self, number: int, shortfall: str) -> Any:
        number = len(self.seqs) - 1 - number % len(self.seqs)
        expected = lambda: self.model.reverse(number, shortfall == "write_off", self.world.at)  # noqa: E731
        return self.send(expected, self.world.reverse, self.seqs[number], shortfall=shortfall, at=self.world.at)

    @rule(later=st.sampled_from([0, 0, 1, 2]))
    def sweep(self, later: int) -> None:
        today = self.today + timedelta(days=later)
        answer, swept = self.agree(lambda: self.model.sweep(today, self.world.at), self.world.sweep, today)
        assert answer == swept
        assert self.world.sweep(today) == 0
        with reading():
            newest = queries.history(self.world.id, self.world.account("expired"), limit=swept) if swept else []
        self.seqs += sorted(entry.seq for entry in newest)

    @rule(member=who, thaw=st.sampled_from([True, True, False]))
    def freeze(self, member: int, thaw: bool) -> None:
        if thaw and member in self.model.frozen:
            self.world.unfreeze(self.people[member].account_id)
            self.model.frozen.remove(member)
        elif not thaw:
            self.world.freeze(self.people[member].account_id)
            self.model.frozen.add(member)

    # --- earning ---

    @rule(back=st.sampled_from([None, None, "refuse", "write_off"]), number=pick, member=who, wanted=st.integers(0, 3))
    def work(self, back: str | None, number: int, member: int, wanted: int) -> None:
        if back is None or not self.model.earned:
            self.earn(member, number % 3, wanted, self.today - timedelta(days=number % 2))
        else:
            self.take_back(*sorted(self.model.earned)[number % len(self.model.earned)], back)

    def earn(self, member: int, activity: int, wanted: int, day: date) -> None:
        expected = lambda: self.model.earn(member, activity, wanted, day, self.year(day))  # noqa: E731
        person = self.people[member]
        (amount, limit), earned = self.agree(expected, self.world.earn, person, wanted, f"event:{activity}", day)
        assert (earned.amount, earned.repeated) == (amount, limit == "repeated")
        if limit != "repeated":
            assert earned.limited_by == limit
            self.seqs += [earned.operation_seq] if amount else []

    def take_back(self, member: int, activity: int, shortfall: str) -> None:
        before, off = len(self.model.acts), shortfall == "write_off"
        expected = lambda: self.model.take_back(member, activity, off, self.world.at, self.year)  # noqa: E731
        self.agree(expected, self.world.take_back, self.people[member], f"event:{activity}", shortfall=shortfall)
        if len(self.model.acts) > before:
            with reading():
                mine = queries.history(self.world.id, self.world.source_id, limit=1)
            self.seqs.append(mine[0].seq)

    # --- asking again, and waiting ---

    @rule(asked=sent, otherwise=st.booleans())
    def ask_again(self, asked: Any, otherwise: bool) -> None:
        verb, arguments, named, first = asked
        if not otherwise:
            again = verb(*arguments, **named)
            assert again[0] == first[0] and again.repeated
            return
        if verb == self.world.reverse:
            named = named | {"actor": "membership:99"}
        elif verb == self.world.post:
            arguments = (arguments[0]._replace(amount=arguments[0].amount + 1),)
        else:
            arguments = (arguments[0], arguments[1] + 1, *arguments[2:])
        self.agree(lambda: self.refuse("other_request"), verb, *arguments, **named)

    def refuse(self, code: str) -> None:
        raise No(code)

    @rule(minutes=st.sampled_from([1, 3, 25, 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.world.at += timedelta(minutes=minutes)

    # --- what is true after each step ---

    @invariant()
    def holdings_are_the_models_lots(self) -> None:
        if not hasattr(self, "people"):
            return
        there = self.world.all_lots([*(person.account_id for person in self.people), self.world.shop_id])
        for number, person in enumerate(self.people):
            lots = {day: n for (whose, day), n in self.model.posted.items() if whose == number and n}
            expected = {day: (n, self.model.held(number, day)) for day, n in sorted(lots.items())}
            assert there[person.account_id] == expected
        assert there[self.world.shop_id].get(NEVER, (0, 0))[0] == self.model.posted["shop", NEVER]

    @invariant()
    def nothing_was_made_or_lost(self) -> None:
        if not hasattr(self, "people"):
            return
        with reading():
            totals = queries.totals(self.world.id)
        sums = {kind: self.model.posted[kind, NEVER] for kind in ("shop", "expired", "written_off")}
        members = sum(n for (whose, _), n in self.model.posted.items() if isinstance(whose, int))
        assert {kind: totals[kind] for kind in sums} == sums and totals["member"] == members
        assert totals["source"] == -self.model.posted["source", NEVER] == members + sum(sums.values())

    def teardown(self) -> None:
        if not hasattr(self, "people"):
            return
        for person, number in zip(self.people, range(3), strict=True):
            for year in BUDGETS:
                issued = self.world.issued(person, f"FY{year}")
                assert issued == self.model.issued[number, year] <= 4
        for year in BUDGETS:
            assert self.world.budget_left(year) == self.model.budgets[year] >= 0
        self.world.assert_proved()


def test_the_books_agree_with_the_model(app: Flask) -> None:
    examples, steps = SIZES[os.environ.get("HYPOTHESIS_PROFILE", "quick")]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # Hypothesis has no types here
        Books,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    db.session.remove()
