"""What shops gave, line by line, as the till and the shop's list both read it.

A line is a movement of coins: a redemption adds at the instant at which it was confirmed, its reversal takes away at
the instant at which it was taken back. So the sum of any period is what the ledger moved to the shop in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa

from app import clock
from app.db import db
from app.regions.models import Region
from app.shops import rules
from app.shops.models import Redemption, Shop
from app.shops.queries import Sale, every_sale


class Entry(NamedTuple):
    """`coins` above 0 came to the shop, below 0 went back to the customer."""

    at: datetime
    coins: int
    sale: Sale

    @property
    def is_reversal(self) -> bool:
        return self.coins < 0

    @property
    def is_slip(self) -> bool:
        return self.sale.redemption.way == "paper"


class Sum(NamedTuple):
    """`given` counts what was not taken back, `coins` is the sum of all lines."""

    given: int
    undone: int
    coins: int


class Sheet(NamedTuple):
    """A period of one shop; `slips` is the part that the shop entered from paper, None without any."""

    entries: list[Entry]
    given: int
    undone: int
    coins: int
    slips: Sum | None


def day(*, region: Region, on: date, shop_id: int) -> Sheet:
    """A shop's local day."""
    return _sheet(region, on, on + timedelta(days=1), shop_id)


def month(*, region: Region, first: date, shop_id: int) -> Sheet:
    """A shop's local month, which begins on `first`."""
    return _sheet(region, first, rules.next_month(first), shop_id)


def months(*, shop: Shop, region: Region, today: date, most: int = 12) -> list[date]:
    """The months since the shop opened, the present one first."""
    opened = clock.local_day(region, shop.created_at).replace(day=1)
    found = [today.replace(day=1)]
    while found[-1] > opened and len(found) < most:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _sheet(region: Region, first: date, after: date, shop_id: int) -> Sheet:
    began, over = clock.midnight(region, first), clock.midnight(region, after)
    entries = _entries(_sales(region, began, over, shop_id), began, over)
    slips = [entry for entry in entries if entry.is_slip]
    return Sheet(entries, *_sum(entries), slips=_sum(slips) if slips else None)


def _sum(entries: Sequence[Entry]) -> Sum:
    kept = [entry for entry in entries if entry.sale.redemption.reversed_at is None]
    undone = sum(entry.is_reversal for entry in entries)
    return Sum(len(kept), undone, sum(entry.coins for entry in entries))


def _entries(sales: Sequence[Sale], began: datetime, over: datetime) -> list[Entry]:
    found = []
    for sale in sales:
        row = sale.redemption
        for at, coins in ((row.confirmed_at, row.price), (row.reversed_at, -row.price)):
            if at is not None and began <= at < over:
                found.append(Entry(at, coins, sale))
    return sorted(found, key=attrgetter("at"))


def _sales(region: Region, began: datetime, over: datetime, shop_id: int) -> list[Sale]:
    query = every_sale().where(Redemption.region_id == region.id, sa.or_(*_between(began, over)))
    query = query.where(Redemption.shop_id == shop_id)
    rows = db.session.execute(query.order_by(Redemption.confirmed_at, Redemption.id))
    return [Sale(*row) for row in rows]


def _between(began: datetime, over: datetime) -> list[sa.ColumnElement[bool]]:
    instants = (Redemption.confirmed_at, Redemption.reversed_at)
    return [sa.and_(instant >= began, instant < over) for instant in instants]
