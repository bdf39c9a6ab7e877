"""What hours promise, in lists and dictionaries: what test_machine compares them with. It shares no code with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

TWELVE_HOURS = 720
LIVE = ("waiting", "confirmed")


class No(Exception):
    """The model refuses, with this code."""


@dataclass
class Row:
    who: int
    day: date
    minutes: int
    what: str
    activity: Any
    key: Any
    at: datetime
    paid: bool = False
    named: int | None = None
    typist: int | None = None
    event: int | None = None
    state: str = "waiting"
    reversed: bool = False
    reverses: int | None = None
    by: int | None = None  # who confirmed it
    returned_by: int | None = None

    @property
    def stands(self) -> bool:
        return self.minutes > 0 and not self.reversed


@dataclass
class Gathering:
    host: int
    day: date
    what: str
    designated: bool


@dataclass
class Model:
    """`houses` by person (None: alone), `duties` the people with a duty; caps and budgets in coins."""

    houses: dict[int, int | None]
    duties: set[int]
    caps: tuple[int, int]
    budgets: dict[int, int]
    rows: list[Row] = field(default_factory=list)
    events: list[Gathering] = field(default_factory=list)
    issued: Counter[tuple[int, Any]] = field(default_factory=Counter)
    lots: Counter[tuple[int, int]] = field(
        default_factory=Counter
    )  # coins by person and 年度 in which they were earned
    earned: dict[tuple[int, Any], tuple[int, date]] = field(default_factory=dict)

    # --- asked ---

    def minutes(self, who: int, day: date) -> int:
        return sum(row.minutes for row in self.rows if (row.who, row.day) == (who, day) and row.state in LIVE)

    def activities(self) -> Counter[int]:
        """How many activities of each are confirmed and stand."""
        return Counter(row.who for row in self.rows if row.state == "confirmed" and row.stands)

    def year(self, day: date) -> int:
        return day.year - (day.month < 4)

    def role(self, row: Row, by: int) -> str:
        """As what `by` confirms it; otherwise it refuses."""
        if by == row.who:
            raise No("hours_own")
        if by == row.typist:
            raise No("hours_typed")
        if self.houses[by] is not None and self.houses[by] == self.houses[row.who]:
            raise No("hours_household")
        if row.event is not None and self.events[row.event].host == by:
            return "host"
        if row.event is not None and any(
            one.event == row.event and one.who == by and one.stands and one.state in LIVE for one in self.rows
        ):
            return "together"
        if row.named == by:
            return "named"
        if by in self.duties:
            return "steward"
        raise No("hours_stranger")

    def room(self, who: int, day: date, more: int) -> None:
        if self.minutes(who, day) + more > TWELVE_HOURS:
            raise No("hours_full")

    def state(self, row: Row) -> None:
        if row.state != "waiting":
            raise No(f"hours_{row.state}")

    # --- written ---

    def log(self, new: Row, today: date) -> int:
        if new.day > today:
            raise No("hours_future")
        if (today - new.day).days > 400:
            raise No("hours_old")
        if new.named == new.who:
            raise No("hours_with_oneself")
        for number, row in enumerate(self.rows):
            if row.key == new.key:
                if (row.who, row.day, row.minutes, row.what) != (new.who, new.day, new.minutes, new.what):
                    raise No("other_request")
                return number
        there = [row for row in self.rows if (row.who, row.day) == (new.who, new.day)]
        there = [row for row in there if row.stands and row.state != "withdrawn" and row.what == new.what]
        if any(row.event is not None for row in there):
            raise No("already_logged")
        twins = [row for row in there if row.minutes == new.minutes]
        if twins:
            if twins[0].state == "waiting" and new.at - twins[0].at <= timedelta(minutes=10):
                return self.rows.index(twins[0])
            raise No("already_logged")
        self.room(new.who, new.day, new.minutes)
        self.rows.append(new)
        return len(self.rows) - 1

    def confirm(self, numbers: list[int], by: int) -> list[str | None]:
        told: list[str | None] = []
        accepted = []
        for number in numbers:
            try:
                told.append(self._accept(self.rows[number], by))
                if told[-1] is None and self.rows[number].state == "waiting":
                    accepted.append(self.rows[number])
            except No as no:
                told.append(no.args[0])
        for row in accepted:
            row.state, row.by = "confirmed", by
        self._pay([row for row in accepted if row.event is None and not row.paid])
        return told

    def _accept(self, row: Row, by: int) -> None:
        if row.state == "confirmed" and row.by == by and row.minutes > 0:
            return
        self.state(row)
        self.role(row, by)
        same = [one for one in self.rows if one.event is not None and (one.who, one.day) == (row.who, row.day)]
        if row.event is None and any(one.stands and one.state in LIVE and one.what == row.what for one in same):
            raise No("already_logged")

    def send_back(self, number: int, by: int) -> None:
        row = self.rows[number]
        if row.state == "returned" and row.returned_by == by:
            return
        self.state(row)
        self.role(row, by)
        row.state, row.returned_by = "returned", by

    def send_again(self, number: int, by: int, minutes: int | None) -> None:
        row = self.rows[number]
        if by not in (row.who, row.typist):
            raise No("not_allowed")
        if row.state == "waiting":
            return
        if row.state != "returned":
            raise No(f"hours_{row.state}")
        minutes = minutes or row.minutes
        if row.event is None and minutes != row.minutes:
            there = [one for one in self.rows if (one.who, one.day, one.what) == (row.who, row.day, row.what)]
            there = [one for one in there if one is not row and one.stands and one.state != "withdrawn"]
            if any(one.event is not None or one.minutes == minutes for one in there):
                raise No("already_logged")
        self.room(row.who, row.day, minutes)
        row.state, row.minutes = "waiting", minutes

    def withdraw(self, number: int, by: int) -> None:
        row = self.rows[number]
        if by not in (row.who, row.typist):
            raise No("not_allowed")
        if row.state == "confirmed":
            raise No("hours_confirmed")
        row.state = "withdrawn"

    def correct(self, number: int, by: int, minutes: int | None, key: Any, at: datetime) -> None:
        row = self.rows[number]
        host = self.events[row.event].host if row.event is not None else None
        if by not in (row.who, row.by, host) and by not in self.duties:
            raise No("not_allowed")
        if row.state != "confirmed" or row.minutes < 0:
            raise No("hours_not_confirmed")
        if row.reversed:
            raise No("hours_corrected")
        if minutes == row.minutes:
            raise No("hours_same")
        if minutes:
            self.room(row.who, row.day, minutes - row.minutes)
        self._reverse(row, by, at)
        if minutes:
            typist = by if by != row.who else None
            same = (row.what, row.activity, key, at, row.paid, row.named, typist, row.event)
            self.rows.append(Row(row.who, row.day, minutes, *same))

    def _reverse(self, row: Row, by: int | None, at: datetime) -> None:
        row.reversed = True
        same = (row.what, row.activity, None, at, row.paid, row.named, by, row.event, "confirmed", False)
        self.rows.append(Row(row.who, row.day, -row.minutes, *same, reverses=self.rows.index(row), by=by))
        if row.event is None:
            self._take_back(row.who, row.activity)

    # --- gatherings ---

    def gather(self, event: int, stayed: dict[int, int], by: int | None, at: datetime) -> None:
        held, new = self.events[event], []
        for who, minutes in sorted(stayed.items()):
            there = [row for row in self.rows if (row.who, row.day) == (who, held.day)]
            if any(row.key == ("visit", event, who) for row in there):
                continue
            live = [row for row in there if row.stands and row.state != "withdrawn"]
            by_hand = [row for row in live if row.event is None and row.state == "confirmed" and row.what == held.what]
            counted = min(minutes, TWELVE_HOURS - self.minutes(who, held.day))
            if by_hand or any(row.event == event for row in live) or counted <= 0:
                continue
            key = ("visit", event, who)
            new.append(Row(who, held.day, counted, held.what, ("event", event), key, at, event=event))
        for row in new:
            try:
                if by is not None and self.role(row, by):
                    row.state, row.by = "confirmed", by
            except No:
                pass
        self.rows += new

    def undo(self, event: int, who: int, by: int, at: datetime) -> None:
        for row in self.rows:
            if (row.event, row.who) == (event, who) and row.stands and row.state != "withdrawn":
                if row.state == "confirmed":
                    self._reverse(row, by, at)
                else:
                    row.state = "withdrawn"
                return

    # --- coins ---

    def _pay(self, rows: list[Row]) -> None:
        shares = []
        for row in rows:
            wanted = (row.minutes >= 60) + (row.minutes >= 120)
            periods = (row.who, row.day), (row.who, self.year(row.day))
            left = [cap - self.issued[period] for cap, period in zip(self.caps, periods, strict=True)]
            amount = max(min(wanted, *left), 0)
            for period in periods:
                self.issued[period] += amount
            shares.append((row, periods, amount))
        for row, periods, wanted in sorted(shares, key=lambda one: (one[0].who, one[0].day)):
            year = self.year(row.day)
            amount = min(wanted, self.budgets[year])
            for period in periods:
                self.issued[period] -= wanted - amount
            self.budgets[year] -= amount
            self.lots[row.who, year] += amount
            self.earned[row.who, row.activity] = amount, row.day

    def _take_back(self, who: int, activity: Any) -> None:
        amount, day = self.earned.pop((who, activity), (0, date(2027, 3, 31)))
        year = self.year(day)
        self.issued[who, day] -= amount
        self.issued[who, year] -= amount
        self.budgets[year] += amount
        self.lots[who, year] -= min(amount, self.lots[who, year])  # what was spent is written off

    def spend(self, who: int, amount: int) -> None:
        if amount > sum(n for (whose, _), n in self.lots.items() if whose == who):
            raise No("not_enough_coins")
        for place in sorted(one for one in self.lots if one[0] == who):
            part = min(amount, self.lots[place])
            self.lots[place] -= part
            amount -= part
