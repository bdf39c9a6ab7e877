"""A region with people and coins, for tests. Every verb runs in a transaction of its own, at a fixed instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import event

from app import clock
from app.db import connection, db, transaction, uuid7
from app.errors import DomainError
from app.issuing import counters
from app.issuing import queries as issued
from app.issuing import service as issuing
from app.ledger import holds, proof, queries
from app.ledger import service as ledger
from app.ledger.posting import holding
from app.ledger.rules import Line
from app.members.models import Member, Membership
from app.regions.models import Region

AT = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)  # 午前9時30分, a Saturday in 年度 2026
DAY = date(2026, 11, 28)
LAST = date(2028, 3, 31)  # the last day of coins earned in 年度 2026


class Person(NamedTuple):
    membership_id: int
    account_id: int


class World:
    def __init__(self, *, budget: int = 1000, **terms: int) -> None:
        self.at, self.key = AT, uuid7
        with transaction():
            name = uuid7()
            self.region = Region(slug=name, code=name, name="月ヶ瀬", name_en="Tsukigase", created_at=AT)
            db.session.add(self.region)
            db.session.flush()
            self.id = self.region.id
            start = date(2020, 4, 1)
            made = issuing.open_programme(region_id=self.id, name="活動", valid_from=start, **terms)
            self.programme_id, self.source_id = made.id, made.account_id
            issuing.set_budget(region_id=self.id, programme_id=made.id, fiscal_year=2026, cap=budget)
            self.shop_id = ledger.open_account(region_id=self.id, kind="shop", owner="shop:1")

    # --- people and their coins ---

    def person(self, *coins: tuple[int, date]) -> Person:
        """A member with these coins: (how many, last day)."""
        with transaction():
            member = Member(handle=uuid7().encode(), created_at=AT)
            db.session.add(member)
            db.session.flush()
            row = Membership(region_id=self.id, member_id=member.id, kind="resident", standing="active", joined_at=AT)
            db.session.add(row)
            db.session.flush()
            account_id = ledger.open_account(region_id=self.id, kind="member", owner=f"membership:{row.id}")
        for amount, expires_on in coins:
            self.issue(account_id, amount, expires_on)
        return Person(row.id, account_id)

    def account(self, kind: str, owner: str = "region") -> int:
        with transaction():
            return ledger.open_account(region_id=self.id, kind=kind, owner=owner)

    def lots(self, account_id: int) -> dict[date, tuple[int, int]]:
        """posted and held of each lot that is not empty."""
        return self.all_lots([account_id])[account_id]

    def all_lots(self, account_ids: list[int]) -> dict[int, dict[date, tuple[int, int]]]:
        """The same of many accounts, read at one moment."""
        found: dict[int, dict[date, tuple[int, int]]] = {id: {} for id in account_ids}
        query = sa.select(holding).where(holding.c.account_id.in_(account_ids)).order_by(holding.c.expires_on)
        with reading():
            for row in connection().execute(query):
                if row.posted:
                    found[row.account_id][row.expires_on] = (row.posted, row.held)
        return found

    def balance(self, account_id: int, on: date = DAY) -> tuple[int, int]:
        with reading():
            found = queries.balance(self.id, account_id, on)
        return found.available, found.held

    # --- verbs of the ledger ---

    def issue(self, account_id: int, amount: int = 1, expires_on: date = LAST, key: str | None = None) -> Any:
        with transaction():
            return ledger.issue(
                key=key or self.key(),
                region_id=self.id,
                source_id=self.source_id,
                account_id=account_id,
                amount=amount,
                expires_on=expires_on,
                actor="job:test",
                at=self.at,
            )

    def post(self, *lines: Line, on: date = DAY, key: str | None = None, kind: str = "move", **more: Any) -> Any:
        common = {"region_id": self.id, "kind": kind, "actor": "membership:1", "at": self.at, "on": on} | more
        with transaction():
            return ledger.post(key=key or self.key(), lines=list(lines), **common)

    def spend(self, account_id: int, amount: int, on: date = DAY, key: str | None = None, **more: Any) -> Any:
        common = {"region_id": self.id, "to_id": self.shop_id, "kind": "purchase", "actor": "till:1"} | more
        with transaction():
            return ledger.spend(key=key or self.key(), from_id=account_id, amount=amount, at=self.at, on=on, **common)

    def place(
        self, account_id: int, amount: int = 1, on: date = DAY, key: str | None = None, seconds: int = 130, **more: Any
    ) -> Any:
        common = {"region_id": self.id, "account_id": account_id, "at": self.at, "on": on} | more
        until = common["at"] + timedelta(seconds=seconds)
        with transaction():
            return holds.place(key=key or self.key(), amount=amount, expires_at=until, **common)

    def capture(self, hold_id: int, amount: int = 1, key: str | None = None, **more: Any) -> Any:
        common = {"region_id": self.id, "to_id": self.shop_id, "kind": "purchase", "actor": "till:1", "at": self.at}
        with transaction():
            return holds.capture(key=key or self.key(), hold_id=hold_id, amount=amount, **common | more)

    def release(self, hold_id: int, **more: Any) -> None:
        with transaction():
            holds.release(**{"region_id": self.id, "hold_id": hold_id, "at": self.at} | more)

    def release_expired(self, at: datetime) -> int:
        with transaction():
            return holds.release_expired(at=at, region_id=self.id)

    def reverse(self, seq: int, key: str | None = None, **more: Any) -> Any:
        common = {"region_id": self.id, "actor": "membership:1", "at": self.at} | more
        with transaction():
            return ledger.reverse(key=key or self.key(), seq=seq, **common)

    def sweep(self, today: date, **more: Any) -> int:
        with transaction():
            return ledger.sweep_expired(region_id=self.id, today=today, at=self.at, **more)

    def freeze(self, account_id: int) -> None:
        with transaction():
            ledger.freeze(region_id=self.id, account_id=account_id)

    def unfreeze(self, account_id: int) -> None:
        with transaction():
            ledger.unfreeze(region_id=self.id, account_id=account_id)

    # --- verbs of issuing ---

    def earn(self, person: Person, wanted: int = 1, activity: str = "event:1", day: date = DAY, **more: Any) -> Any:
        common = {"region": self.region, "actor": "membership:1", "at": self.at, "key": self.key()} | more
        with transaction():
            return issuing.earn(**person._asdict(), activity=activity, wanted=wanted, day=day, **common)

    def earn_all(self, wanted: dict[Person, int], activity: str = "event:1", day: date = DAY) -> list[Any]:
        dues = [issuing.Due(*person, amount, self.key()) for person, amount in wanted.items()]
        with transaction():
            return issuing.earn_all(
                region=self.region, activity=activity, day=day, dues=dues, actor="job:end", at=self.at
            )

    def take_back(self, person: Person, activity: str = "event:1", **more: Any) -> None:
        common = {"region": self.region, "actor": "membership:1", "at": self.at, "key": self.key()} | more
        with transaction():
            issuing.reverse_earning(membership_id=person.membership_id, activity=activity, **common)

    def budget_left(self, fiscal_year: int = 2026) -> int:
        with reading():
            return issued.budget_left(self.id, self.programme_id, fiscal_year)

    def issued(self, person: Person, period: str) -> int:
        query = sa.select(issued.allowance.c.issued).where(issued.allowance.c.period == period)
        with reading():
            return connection().scalar(query.filter_by(membership_id=person.membership_id)) or 0

    def limit(self, cap: int, fiscal_year: int = 2026) -> None:
        with transaction():
            assert counters.set_budget(self.id, self.programme_id, fiscal_year, cap)

    # --- the books ---

    def assert_proved(self) -> None:
        with reading():
            found = proof.prove(self.id)
        assert found["ok"], found

    def local_day(self, at: datetime) -> date:
        return clock.local_day(self.region, at)


@contextmanager
def reading() -> Iterator[None]:
    """Reads that end here, so that the next ones see what others have committed."""
    yield
    db.session.commit()


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is inside is answered by the DomainError `code`."""
    try:
        yield
    except DomainError as error:
        assert error.code == code, f"{error.code}, not {code}"
    else:
        raise AssertionError(f"nothing was refused; expected {code}")


@contextmanager
def statements(before: Callable[[int, str], None] | None = None) -> Iterator[list[str]]:
    """The statements which this process sends meanwhile; `before` is called with each one's number and text."""
    seen: list[str] = []

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)
        if before is not None:
            before(len(seen), statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def without_begin(seen: list[str]) -> list[str]:
    return [statement for statement in seen if not statement.startswith("BEGIN")]
