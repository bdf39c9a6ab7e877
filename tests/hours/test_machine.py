"""Hours against a model in dictionaries: whatever people write, confirm, send back, correct and hold, they agree.

Each step asks the model first; the database must give the same answer or refuse with the same code. Midnight in Japan
and the 31st of March are near. Afterwards all entries, the minutes of all days, all coins and the reports are the
model's, to the minute.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.db import db, transaction, uuid7
from app.errors import DomainError
from app.events.models import Event
from app.hours import queries
from app.hours import service as hours
from app.hours.models import HoursDay, HoursEntry
from app.issuing.models import Allowance
from app.ledger.service import act_key
from app.members.models import Duty, Household, Membership
from app.records.rules import Activity, Done, done
from tests.hours.model import Gathering, Model, No, Row
from tests.ledger.world import World, reading

SIZES = {"quick": (40, 30), "soak": (400, 60)}
START = datetime(2027, 3, 30, 14, 40, tzinfo=UTC)  # 午後11時40分 of 30 March: a midnight and a 年度 are near
WORDS = ("草むしり", "竹きり", "会議")
CAPS, BUDGETS = (2, 7), {2026: 9, 2027: 6}
PEOPLE = 5  # the last two have a duty
who, pick, some = st.integers(0, PEOPLE - 1), st.integers(0, 30), st.integers(1, 3)
second = st.sampled_from([*range(PEOPLE), PEOPLE - 2, PEOPLE - 1, PEOPLE - 1])  # more often one who has a duty
lengths = st.sampled_from([15, 45, 60, 60, 105, 120, 120, 180, 330, 720])
maybe = st.none() | who
words, ago = st.sampled_from(WORDS), st.sampled_from([0, 0, 0, 1, 2, -1])


class Book(RuleBasedStateMachine):
    @initialize(
        houses=st.lists(st.sampled_from([None, 0, 0, 1]), min_size=PEOPLE, max_size=PEOPLE),
        first=st.lists(st.tuples(who, lengths, ago, words), min_size=4, max_size=8),
    )
    def open(self, houses: list[int | None], first: list[tuple[int, int, int, str]]) -> None:
        self.world = World(day_cap=CAPS[0], year_cap=CAPS[1])
        self.world.at = START
        for year, cap in BUDGETS.items():
            self.world.limit(cap, year)
        self.people = [self.world.person() for _ in range(PEOPLE)]
        self.numbers = {person.membership_id: number for number, person in enumerate(self.people)}
        self.model = Model(dict.fromkeys(range(PEOPLE)), {PEOPLE - 2, PEOPLE - 1}, CAPS, dict(BUDGETS))
        self.ids: list[int] = []  # of the model's rows
        self.event_ids: list[int] = []
        self.sent: list[dict[str, Any]] = []
        self.most = Counter[int]()  # activities of each at once, at any time: the ladder of rights never falls
        with transaction():
            households = [Household(region_id=self.world.id) for _ in range(2)]
            db.session.add_all(households)
            db.session.flush()
            self.houses = [household.id for household in households]
            for person in self.people:
                db.session.get_one(Membership, person.membership_id).account_id = person.account_id
            for number in self.model.duties:
                year = {"starts_on": date(2026, 4, 1), "ends_on": date(2029, 4, 1), "role": "steward"}
                membership_id = self.people[number].membership_id
                db.session.add(Duty(region_id=self.world.id, membership_id=membership_id, **year))
        for number, house in enumerate(houses):
            self.move(number, house)
        for doer, minutes, days, what in first:
            self.log(doer, minutes, days, what, paid=False, named=None, typist=None)

    # --- one step ---

    def agree(self, expected: Callable[[], Any], asked: Callable[[], Any]) -> tuple[Any, Any] | None:
        """The model's answer and the book's; None if both refuse, with the same code."""
        try:
            answer, code = expected(), None
        except No as refusal:
            answer, code = None, refusal.args[0]
        try:
            with transaction():
                given = asked()
        except DomainError as error:
            assert error.code == code, f"refused as {error.code}; the model says {code or answer}"
            return None
        assert code is None, f"{given}; the model refuses as {code}"
        self.world.at += timedelta(microseconds=1)  # no two acts are of one instant
        for number, reached in self.model.activities().items():
            self.most[number] = max(self.most[number], reached)
        return answer, given

    @property
    def common(self) -> dict[str, Any]:
        return {"region": self.world.region, "at": self.world.at}

    @property
    def today(self) -> date:
        return self.world.local_day(self.world.at)

    def member(self, number: int) -> Membership:
        return db.session.get_one(Membership, self.people[number].membership_id)

    def roles(self, number: int) -> set[str]:
        return {"member", "steward"} if number in self.model.duties else {"member"}

    def choose(self, number: int) -> int:
        """One of the entries, the latest ones first."""
        return len(self.ids) - 1 - number % len(self.ids)

    def learn(self) -> None:
        """The ids of what was written in this step, in order."""
        query = sa.select(HoursEntry.id).where(HoursEntry.region_id == self.world.id).order_by(HoursEntry.id)
        with reading():
            self.ids = list(db.session.scalars(query))
        assert len(self.ids) == len(self.model.rows)

    # --- what people do ---

    @rule(
        again=st.sampled_from([False, False, False, True]),
        number=pick,
        doer=who,
        minutes=lengths,
        days=ago,
        what=words,
        paid=st.sampled_from([False, False, False, True]),
        named=maybe,
        typist=maybe,
    )
    def say(self, again: bool, number: int, **said: Any) -> None:
        """A form, or one that was sent before."""
        if again and self.sent:
            self.write(**self.sent[number % len(self.sent)])
        else:
            self.log(**said)

    def log(
        self, doer: int, minutes: int, days: int, what: str, paid: bool, named: int | None, typist: int | None
    ) -> None:
        day = self.today - timedelta(days=days)
        whose = {"doer": doer, "named": named, "typist": typist if typist != doer else None}
        self.write(key=uuid7(), day=day, minutes=minutes, what=what, paid=paid, **whose)

    def write(self, **asked: Any) -> None:
        key, doer, named, typist = (asked[name] for name in ("key", "doer", "named", "typist"))
        said = {name: asked[name] for name in ("day", "minutes", "what")}
        new = Row(
            who=doer, activity=key, key=key, at=self.world.at, paid=asked["paid"], named=named, typist=typist, **said
        )
        both = self.agree(
            lambda: self.model.log(new, self.today),
            lambda: hours.log(
                membership=self.member(doer),
                key=key,
                paid=asked["paid"],
                with_membership=self.member(named) if named is not None else None,
                entered_by=self.member(typist) if typist is not None else None,
                **said,
                **self.common,
            ),
        )
        if both is not None:
            self.learn()
            assert both[1].id == self.ids[both[0]]
            self.sent.append(asked)

    @rule(
        verb=st.sampled_from(["confirm", "confirm", "confirm", "correct", "correct", "turn", "turn", "spend"]),
        numbers=st.lists(pick, min_size=1, max_size=8),
        by=second,
        minutes=st.none() | lengths,
        turn=st.sampled_from(["send_back", "send_back", "send_again", "withdraw"]),
        own=st.booleans(),
        amount=some,
    )
    def judge(
        self, verb: str, numbers: list[int], by: int, minutes: int | None, turn: str, own: bool, amount: int
    ) -> None:
        """Somebody looks at what is written."""
        if verb == "spend":
            self.spend(by, amount)
        elif self.ids and verb == "confirm":
            self.confirm(by, numbers)
        elif self.ids and verb == "correct":
            self.correct(by, self.likely(numbers[0], "confirmed"), minutes)
        elif self.ids:
            wanted = "returned" if turn == "send_again" else "waiting"
            self.turn(turn, own, by, self.likely(numbers[0], wanted), bool(numbers[0] % 2))

    def likely(self, number: int, state: str) -> int:
        """One of the entries, rather one in this state."""
        there = [place for place, row in enumerate(self.model.rows) if row.state == state and not row.reversed]
        return there[number % len(there)] if there and number % 4 else self.choose(number)

    def confirm(self, by: int, numbers: list[int]) -> None:
        chosen = sorted({self.choose(number) for number in numbers})
        ids = [self.ids[number] for number in reversed(chosen)]
        verb = {"entry_ids": ids, "confirmer": self.member(by), "roles": self.roles(by)}
        both = self.agree(lambda: self.model.confirm(chosen, by), lambda: hours.confirm(**verb, **self.common))
        assert both is not None
        assert [one.skipped for one in both[1]] == both[0]
        for row in (self.model.rows[number] for number, one in zip(chosen, both[1], strict=True) if not one.skipped):
            assert by not in (row.who, row.typist)

    def turn(self, verb: str, own: bool, by: int, chosen: int, shorter: bool) -> None:
        """Sent back, sent again, withdrawn."""
        by = self.model.rows[chosen].who if own and verb != "send_back" else by
        asked: dict[str, Any] = {"entry_id": self.ids[chosen], "by": self.member(by), **self.common}
        if verb == "send_back":
            self.agree(lambda: self.model.send_back(chosen, by), lambda: hours.send_back(reason="？", **asked))
        elif verb == "withdraw":
            self.agree(lambda: self.model.withdraw(chosen, by), lambda: hours.withdraw(**asked))
        else:
            minutes = 90 if shorter else None
            self.agree(
                lambda: self.model.send_again(chosen, by, minutes), lambda: hours.send_again(minutes=minutes, **asked)
            )

    def correct(self, by: int, chosen: int, minutes: int | None) -> None:
        key = uuid7()
        asked = {"entry_id": self.ids[chosen], "by": self.member(by), "roles": self.roles(by), "reason": "まちがい"}
        self.agree(
            lambda: self.model.correct(chosen, by, minutes, key, self.world.at),
            lambda: hours.correct(minutes=minutes, key=key, **asked, **self.common),
        )
        self.learn()

    # --- gatherings, houses, coins, time ---

    @rule(
        host=who,
        what=st.sampled_from(WORDS),
        stayed=st.dictionaries(who, st.sampled_from([17, 60, 97, 150, 720]), max_size=PEOPLE),
        closer=st.sampled_from(["host", "duty", "job"]),
        designated=st.booleans(),
        turn=st.sampled_from(["new", "new", "again", "undo"]),
        number=pick,
    )
    def meet(self, turn: str, number: int, host: int, stayed: dict[int, int], **held: Any) -> None:
        """A gathering ends, is entered again, or somebody was not there after all."""
        if turn != "undo":
            self.gather(again=turn == "again", number=number, host=host, stayed=stayed, **held)
        elif self.event_ids:
            self.undo_arrival(number % len(self.event_ids), next(iter(stayed), host), host)

    def gather(
        self, host: int, what: str, stayed: dict[int, int], closer: str, designated: bool, again: bool, number: int
    ) -> None:
        if not (again and self.event_ids):
            self.hold(host, what, designated)
        event = len(self.event_ids) - 1 - (number % len(self.event_ids) if again else 0)
        by = {"host": self.model.events[event].host, "duty": PEOPLE - 1, "job": None}[closer]

        def asked() -> Any:
            held = db.session.get_one(Event, self.event_ids[event])
            keys = {one: act_key("visit", f"{held.id} {one}") for one in stayed}
            present = [(self.member(one), keys[one], minutes) for one, minutes in stayed.items()]
            closed_by = self.member(by) if by is not None else None
            return hours.of_gathering(event=held, present=present, closed_by=closed_by, **self.common)

        self.agree(lambda: self.model.gather(event, stayed, by, self.world.at), asked)
        self.learn()

    def hold(self, host: int, what: str, designated: bool) -> None:
        begins = self.world.at - timedelta(minutes=30)
        period = {"starts_at": begins, "ends_at": begins + timedelta(hours=2)}
        period |= {"checkin_from": begins, "checkin_until": begins + timedelta(hours=3), "created_at": begins}
        with transaction():
            common = {"region_id": self.world.id, "host_id": self.people[host].membership_id, "title": what}
            event = Event(code=uuid7(), key=uuid7(), designated=designated, **common, **period)
            db.session.add(event)
            db.session.flush()
            self.event_ids.append(event.id)
        self.model.events.append(Gathering(host, self.world.local_day(begins), what, designated))

    def undo_arrival(self, event: int, one: int, by: int) -> None:
        asked = {"event_id": self.event_ids[event], "membership_id": self.people[one].membership_id}
        self.agree(
            lambda: self.model.undo(event, one, by, self.world.at),
            lambda: hours.undo_gathering(by=self.member(by), **asked, **self.common),
        )
        self.learn()

    @rule(who=maybe, house=st.sampled_from([None, 0, 1]), minutes=st.sampled_from([1, 9, 25, 60, 24 * 60]))
    def go_on(self, who: int | None, house: int | None, minutes: int) -> None:
        """Time passes, and people move house."""
        self.world.at += timedelta(minutes=minutes)
        if who is not None:
            self.move(who, house)

    def move(self, number: int, house: int | None) -> None:
        self.model.houses[number] = house
        with transaction():
            self.member(number).household_id = self.houses[house] if house is not None else None

    def spend(self, number: int, amount: int) -> None:
        try:
            self.model.spend(number, amount)
        except No:
            return
        self.world.spend(self.people[number].account_id, amount, on=self.today)

    # --- what is true after each step ---

    @invariant()
    def the_entries_are_the_models(self) -> None:
        if not hasattr(self, "sent"):
            return
        query = sa.select(HoursEntry).where(HoursEntry.region_id == self.world.id).order_by(HoursEntry.id)
        with reading():
            there = list(db.session.scalars(query.execution_options(populate_existing=True)))
        told = [(self.numbers[row.membership_id], row.day, row.minutes, row.state, row.reversed) for row in there]
        assert told == [(row.who, row.day, row.minutes, row.state, row.reversed) for row in self.model.rows]
        for row in there:
            if row.confirmed_by_id is not None and row.minutes > 0:
                assert row.confirmed_by_id not in (row.membership_id, row.entered_by_id)

    @invariant()
    def the_days_are_the_sums_of_their_entries(self) -> None:
        if not hasattr(self, "sent"):
            return
        query = sa.select(HoursDay).where(HoursDay.region_id == self.world.id, HoursDay.minutes > 0)
        with reading():
            rows = db.session.scalars(query.execution_options(populate_existing=True)).all()
        there = {(self.numbers[row.membership_id], row.day): row.minutes for row in rows}
        days = {(row.who, row.day) for row in self.model.rows}
        assert there == {one: minutes for one in days if (minutes := self.model.minutes(*one))}
        assert all(minutes <= 720 for minutes in there.values())

    @invariant()
    def the_coins_are_the_models(self) -> None:
        if not hasattr(self, "sent"):
            return
        lots = self.world.all_lots([person.account_id for person in self.people])
        for number, person in enumerate(self.people):
            there = {day.year - 2: posted for day, (posted, _held) in lots[person.account_id].items()}
            assert there == {year: n for (one, year), n in self.model.lots.items() if one == number and n}
        query = sa.select(Allowance).where(Allowance.region_id == self.world.id, Allowance.issued > 0)
        with reading():
            rows = db.session.scalars(query.execution_options(populate_existing=True)).all()
        issued = {(self.numbers[row.membership_id], row.period): row.issued for row in rows}
        named = {(one, f"FY{p}" if isinstance(p, int) else str(p)): n for (one, p), n in self.model.issued.items() if n}
        assert issued == named

    def teardown(self) -> None:
        if not hasattr(self, "sent"):
            return
        self.world.assert_proved()
        for year, left in self.model.budgets.items():
            assert self.world.budget_left(year) == left >= 0
        counted = [row for row in self.model.rows if row.state == "confirmed"]
        span = date(2027, 3, 1), date(2028, 12, 31)
        with reading():
            self.report(counted, span)

    def report(self, counted: list[Row], span: tuple[date, date]) -> None:
        """What the pages say is the sum of the confirmed minutes, to the minute."""
        minutes, paid = Counter[str](), Counter[str]()
        for row in counted:
            minutes[f"{row.day:%Y-%m}"] += row.minutes
            paid[f"{row.day:%Y-%m}"] += row.minutes if row.paid else 0
        told = queries.months(self.world.region, *span)
        assert {one.month: one.minutes for one in told if one.minutes} == {m: n for m, n in minutes.items() if n}
        assert {one.month: one.paid_minutes for one in told if one.paid_minutes} == {m: n for m, n in paid.items() if n}
        total = sum(minutes.values())
        for parts in (queries.by_field(self.world.region, *span), queries.by_project(self.world.region, *span)):
            assert sum(one.minutes for one in parts) == total
        assert total == sum(queries.confirmed_minutes(self.member(number)) for number in range(PEOPLE))
        standing = [row for row in counted if row.stands]
        for number in range(PEOPLE):
            mine = {row.activity for row in standing if row.who == number}
            assert queries.activities(self.member(number), None) == len(mine)
            times = queries.confirmations([self.people[number].membership_id])
            assert done([Activity(*one[1:]) for one in times]) == Done(len(mine), self.most[number])
        for year in BUDGETS:
            of_year = [row for row in standing if self.model.year(row.day) == year and row.event is not None]
            mine_of = Counter(row.who for row in of_year if self.model.events[row.event or 0].designated)
            told_of = queries.designated(self.world.region, year)
            assert {self.numbers[one]: n for one, n in told_of} == dict(mine_of)


def test_the_book_agrees_with_the_model(app: Flask) -> None:
    examples, steps = SIZES[os.environ.get("HYPOTHESIS_PROFILE", "quick")]
    size: dict[str, Any] = {"max_examples": examples, "stateful_step_count": steps, "deadline": None}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # Hypothesis has no types here
        Book, settings=settings(**size, suppress_health_check=list(HealthCheck))
    )
    db.session.remove()
