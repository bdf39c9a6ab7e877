"""A hamlet whose people write down what they do. Each verb is one committed act, at an instant that may be moved."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.checkins import closing
from app.checkins import service as checkins
from app.checkins.models import CheckIn
from app.db import db, transaction, uuid7
from app.errors import DomainError
from app.hours import service as hours
from app.hours.confirming import Confirmed
from app.hours.models import HoursDay, HoursEntry
from app.issuing.models import Allowance
from app.ledger import queries as books
from app.members import service as members
from app.members.models import Household, Membership
from app.projects.models import Project
from app.regions.models import Region
from tests import factories

_words = itertools.count(1)


@dataclass
class Hamlet:
    """Sora and Hana share a roof; Kaze lives elsewhere; Yaku is the steward, Jimu of the office, Machi an officer."""

    world: factories.World
    at: datetime
    sora: Membership
    hana: Membership
    kaze: Membership
    yaku: Membership
    jimu: Membership
    machi: Membership
    roles: dict[int, set[str]] = field(default_factory=dict)

    @property
    def region(self) -> Region:
        return self.world.region

    @property
    def today(self) -> date:
        return clock.local_day(self.region, self.at)

    # --- people ---

    def person(self, **rest: Any) -> Membership:
        return factories.membership(self.region, at=self.at, **rest)

    def share_roof(self, *people: Membership) -> None:
        with transaction():
            household = Household(region_id=self.region.id)
            db.session.add(household)
            db.session.flush()
            for one in people:
                db.session.get_one(Membership, one.id).household_id = household.id

    def project(self, lead: Membership | None = None, **rest: Any) -> Project:
        with transaction():
            common = {"region_id": self.region.id, "key": uuid7(), "created_at": self.at, "active_at": self.at}
            made = Project(**common | {"title": "茶畑の再生", "lead_id": (lead or self.kaze).id} | rest)
            db.session.add(made)
            db.session.flush()
        return made

    # --- hours ---

    def log(self, who: Membership, minutes: int = 60, day: date | None = None, **more: Any) -> HoursEntry:
        values = {"key": uuid7(), "what": f"しごと {next(_words)}", "at": self.at} | more
        with transaction():
            return hours.log(region=self.region, membership=who, day=day or self.today, minutes=minutes, **values)

    def confirm(self, by: Membership, *rows: HoursEntry) -> list[Confirmed]:
        roles = self.roles.get(by.id, {"member"})
        with transaction():
            return hours.confirm(
                region=self.region, entry_ids=[row.id for row in rows], confirmer=by, roles=roles, at=self.at
            )

    def confirmed(self, by: Membership, row: HoursEntry) -> HoursEntry:
        """Confirmed for certain."""
        (done,) = self.confirm(by, row)
        assert done.skipped is None, done.skipped
        return done.entry

    def send_back(self, by: Membership, row: HoursEntry, reason: str = "時間を 見てください。") -> HoursEntry:
        with transaction():
            return hours.send_back(region=self.region, entry_id=row.id, by=by, reason=reason, at=self.at)

    def send_again(self, by: Membership, row: HoursEntry, **more: Any) -> HoursEntry:
        with transaction():
            return hours.send_again(region=self.region, entry_id=row.id, by=by, at=self.at, **more)

    def withdraw(self, by: Membership, row: HoursEntry) -> HoursEntry:
        with transaction():
            return hours.withdraw(region=self.region, entry_id=row.id, by=by, at=self.at)

    def correct(self, by: Membership, row: HoursEntry, minutes: int | None = None, **more: Any) -> HoursEntry | None:
        values = {"reason": "まちがえました", "key": uuid7(), "roles": self.roles.get(by.id, {"member"})} | more
        with transaction():
            return hours.correct(region=self.region, entry_id=row.id, by=by, minutes=minutes, at=self.at, **values)

    # --- gatherings ---

    def gathering(self, host: Membership, *, minutes: int = 120, **changes: Any) -> Any:
        begins = changes.pop("starts_at", self.at - timedelta(minutes=30))
        ends = begins + timedelta(minutes=minutes)
        return factories.event(self.region, host, at=self.at, starts_at=begins, ends_at=ends, **changes)

    def arrive(self, event: Any, who: Membership | None, **more: Any) -> int:
        values = {"key": uuid7(), "way": "poster", "at": self.at, "by": f"membership:{who.id}" if who else "visitor"}
        with transaction():
            arrival = checkins.check_in(region=self.region, event_id=event.id, membership=who, **values | more)
        return arrival.id

    def undo(self, check_in_id: int, by: Membership) -> CheckIn:
        with transaction():
            who = f"membership:{by.id}"
            return checkins.undo(region=self.region, check_in_id=check_in_id, by=who, at=self.at, correction=True)

    def end(self, event: Any, by: Membership | str, *left_out: int) -> None:
        who = by if isinstance(by, str) else f"membership:{by.id}"
        with transaction():
            closing.close(region=self.region, event_id=event.id, by=who, at=self.at, left_out=left_out)

    # --- what stands in the books ---

    def rows(self, who: Membership | None = None) -> list[HoursEntry]:
        query = sa.select(HoursEntry).where(HoursEntry.region_id == self.region.id).order_by(HoursEntry.id)
        if who is not None:
            query = query.where(HoursEntry.membership_id == who.id)
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    def minutes_of(self, who: Membership, day: date | None = None) -> int:
        """What the counter of a day says."""
        query = sa.select(HoursDay.minutes).where(HoursDay.membership_id == who.id)
        return db.session.scalar(query.where(HoursDay.day == (day or self.today))) or 0

    def coins(self, who: Membership) -> int:
        return books.balance(self.region.id, who.account_id or 0, self.today).available

    def issued(self, who: Membership, period: str) -> int:
        query = sa.select(Allowance.issued).where(Allowance.membership_id == who.id)
        return db.session.scalar(query.where(Allowance.period == period)) or 0


def hamlet(at: datetime, **world: Any) -> Hamlet:
    """The hamlet with its people; `budget` as `factories.world` knows it."""
    made = factories.world(at=at, **world)
    names = ("空想 そら", "空想 はな", "夢見 かぜ", "試田 やく", "仮野 じむ", "町見 まち")
    people = [factories.membership(made.region, at=at, name=name, yomi=name.split()[1]) for name in names]
    found = Hamlet(made, at, *people)
    found.share_roof(found.sora, found.hana)
    for who, duty in ((found.yaku, "steward"), (found.jimu, "office"), (found.machi, "officer")):
        with transaction():
            year = {"starts_on": found.today - timedelta(days=1), "ends_on": found.today + timedelta(days=700)}
            members.give_duty(membership=who, role=duty, **year)
        found.roles[who.id] = {"officer"} if duty == "officer" else {"member", duty}
    return found


@contextmanager
def refused(code: str) -> Iterator[DomainError]:
    """What is inside is answered by the DomainError `code`; what it says besides can be read afterwards."""
    told = DomainError(code)
    try:
        yield told
    except DomainError as error:
        assert error.code == code, f"{error.code}, not {code}"
        told.params, told.status = error.params, error.status  # type: ignore[misc]  # for this one
    else:
        raise AssertionError(f"nothing was refused; expected {code}")
