"""What the ledger and issuing promise, in dictionaries: what test_machine compares them with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

NEVER = date(9999, 12, 31)
Line = tuple[Any, Any, int, date]  # from, to, how many, last day; members are numbers, all others words


class No(Exception):
    """The model refuses, with this code."""


@dataclass
class Hold:
    who: int
    lots: dict[date, int]
    until: datetime
    end: str | None = None


@dataclass
class Act:
    lines: list[Line]
    final: bool = False  # a reversal or an expiry
    reversed: bool = False


class Model:
    def __init__(self, day_cap: int, year_cap: int, budgets: dict[int, int]) -> None:
        self.caps, self.budgets = (day_cap, year_cap), budgets
        self.posted: Counter[tuple[Any, date]] = Counter()
        self.issued: Counter[tuple[int, Any]] = Counter()
        self.holds: list[Hold] = []
        self.acts: list[Act] = []
        self.frozen: set[int] = set()
        self.earned: dict[tuple[int, int], tuple[int, date, int | None, bool]] = {}

    def lot(self, who: Any, day: date) -> date:
        return day if isinstance(who, int) else NEVER

    def held(self, who: int, day: date, at: datetime | None = None) -> int:
        live = [hold for hold in self.holds if hold.who == who and not hold.end and (not at or hold.until > at)]
        return sum(hold.lots.get(day, 0) for hold in live)

    def free(self, who: int, at: datetime) -> dict[date, int]:
        return {day: n - self.held(who, day, at) for (whose, day), n in self.posted.items() if whose == who}

    def run_out(self, whose: set[Any], at: datetime) -> None:
        for hold in self.holds:
            if hold.who in whose and not hold.end and hold.until <= at:
                hold.end = "expired"

    def plan(self, who: int, amount: int, on: date, at: datetime) -> dict[date, int]:
        lots: dict[date, int] = {}
        for day, there in sorted(self.free(who, at).items()):
            if day >= on and there and amount:
                lots[day] = min(there, amount)
                amount -= lots[day]
        if amount:
            raise No("not_enough_coins")
        return lots

    def move(self, lines: list[Line], final: bool = False) -> int:
        for giver, taker, amount, day in lines:
            self.posted[giver, self.lot(giver, day)] -= amount
            self.posted[taker, self.lot(taker, day)] += amount
        self.acts.append(Act(lines, final))
        return len(self.acts) - 1

    def thaw(self, who: Any) -> None:
        if who in self.frozen:
            raise No("account_frozen")

    def spend(self, who: int, amount: int, on: date, at: datetime) -> None:
        lots = self.plan(who, amount, on, at)
        self.thaw(who)
        self.run_out({who}, at)
        self.move([(who, "shop", n, day) for day, n in lots.items()])

    def place(self, who: int, amount: int, on: date, at: datetime, until: datetime) -> None:
        self.thaw(who)
        lots = self.plan(who, amount, on, at)
        self.run_out({who}, at)
        self.holds.append(Hold(who, lots, until))

    def capture(self, number: int, amount: int, at: datetime) -> None:
        hold, lines = self.holds[number], []
        if hold.end == "expired" or (hold.end is None and hold.until <= at):
            raise No("hold_expired")
        if hold.end:
            raise No("hold_resolved")
        if amount > sum(hold.lots.values()):
            raise No("not_enough_coins")
        self.thaw(hold.who)
        for day, there in sorted(hold.lots.items()):
            lines += [(hold.who, "shop", min(there, amount), day)] if amount else []
            amount -= min(there, amount)
        hold.end = "captured"
        self.move(lines)

    def release(self, number: int) -> None:
        if self.holds[number].end:
            raise No("hold_resolved")
        self.holds[number].end = "released"

    def reverse(self, number: int, write_off: bool, at: datetime) -> None:
        act, lines = self.acts[number], []
        if act.final:
            raise No("not_reversible")
        if act.reversed:
            raise No("already_reversed")
        for _, taker, _, _ in act.lines:
            self.thaw(taker)
        left = {}
        for giver, taker, amount, day in act.lines:
            where = (taker, self.lot(taker, day))
            left.setdefault(where, self.posted[where] - (self.held(*where, at) if where[0] in range(9) else 0))
            there = min(left[where], amount)
            left[where] -= there
            if there < amount and not write_off:
                raise No("coins_used")
            lines += [(who, giver, n, day) for who, n in ((taker, there), ("written_off", amount - there)) if n]
        self.run_out({line[1] for line in act.lines}, at)
        act.reversed = True
        self.move(lines, final=True)

    def sweep(self, today: date, at: datetime) -> int:
        self.run_out(set(range(9)), at)
        lots = sorted((who, day) for who, day in self.posted if isinstance(who, int) and day < today)
        gone = [(who, day, self.free(who, at)[day]) for who, day in lots if who not in self.frozen]
        for who, day, amount in gone:
            if amount:
                self.move([(who, "expired", amount, day)], final=True)
        return sum(1 for lot in gone if lot[2])

    def earn(self, who: int, activity: int, wanted: int, day: date, year: int) -> tuple[int, str | None]:
        if self.earned.get((who, activity), (0, day, None, True))[3] is False:
            return self.earned[who, activity][0], "repeated"
        lefts = {"year": self.caps[1] - self.issued[who, year], "day": self.caps[0] - self.issued[who, day]}
        lefts["budget"] = self.budgets.get(year, 0)
        amount = min(wanted, *lefts.values())
        for counter in ((who, year), (who, day)):
            self.issued[counter] += amount
        self.budgets[year] = lefts["budget"] - amount
        lot = date(year + 2, 3, 31)
        number = self.move([("source", who, amount, lot)]) if amount else None
        self.earned[who, activity] = (amount, day, number, False)
        return amount, None if amount == wanted else min(lefts, key=lambda name: lefts[name])

    def take_back(self, who: int, activity: int, write_off: bool, at: datetime, year: Any) -> None:
        if (who, activity) not in self.earned:
            raise No("not_found")
        amount, day, number, reversed = self.earned[who, activity]
        if reversed:
            raise No("already_reversed")
        if number is not None:
            self.reverse(number, write_off, at)
        for counter in ((who, year(day)), (who, day)):
            self.issued[counter] -= amount
        self.budgets[year(day)] = self.budgets.get(year(day), 0) + amount
        self.earned[who, activity] = (amount, day, number, True)
