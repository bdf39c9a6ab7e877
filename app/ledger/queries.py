"""What pages ask of the ledger. Nothing here is locked: a page shows what was true when it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from app.db import connection
from app.ledger.holds import hold, hold_end, hold_lot
from app.ledger.models import KINDS
from app.ledger.posting import account, holding, operation, transfer
from app.ledger.rules import Lot, is_good


@dataclass(frozen=True, slots=True)
class Balance:
    """What can be spent, what is set aside, and the former by last day, earliest first."""

    available: int
    held: int
    lots: list[Lot]


_HOLDINGS = (
    sa.select(holding.c.expires_on, holding.c.posted, holding.c.held)
    .where(holding.c.region_id == sa.bindparam("region"), holding.c.account_id == sa.bindparam("account"))
    .order_by(holding.c.expires_on)
)


def balance(region_id: int, account_id: int, on: date, *, at: datetime | None = None) -> Balance:
    """What an account has on the local day `on`; with `at`, holds that have run out no longer count."""
    rows = connection().execute(_HOLDINGS, {"region": region_id, "account": account_id}).all()
    over = _run_out(account_id, at) if at and any(row.held for row in rows) else {}
    held = {row.expires_on: row.held - over.get(row.expires_on, 0) for row in rows}
    lots = [(row.expires_on, row.posted - held[row.expires_on]) for row in rows if is_good(row.expires_on, on)]
    return Balance(sum(lot[1] for lot in lots), sum(held.values()), [lot for lot in lots if lot[1]])


def _run_out(account_id: int, at: datetime) -> dict[date, int]:
    query = sa.select(hold_lot.c.expires_on, sa.func.sum(hold_lot.c.amount)).group_by(hold_lot.c.expires_on)
    query = query.join(hold, hold.c.id == hold_lot.c.hold_id).where(hold.c.account_id == account_id)
    query = query.where(hold.c.expires_at <= at, ~sa.exists().where(hold_end.c.hold_id == hold.c.id))
    return {row[0]: int(row[1]) for row in connection().execute(query)}


class Entry(NamedTuple):
    """One operation as one account sees it: `amount` above 0 came in, `expires_on` is the earliest of its
    lots.
    """

    seq: int
    at: datetime
    kind: str
    reference: str | None
    amount: int
    expires_on: date
    reverses: int | None
    reversed: bool


def history(region_id: int, account_id: int, *, before_seq: int | None = None, limit: int = 50) -> list[Entry]:
    """The account's operations, the latest first; the next page begins before the last entry's `seq`."""
    lines = _lines_of(region_id, account_id, before_seq, limit)
    sums = (
        sa.select(lines.c.seq, sa.func.sum(lines.c.amount).label("amount"), sa.func.min(lines.c.day).label("day"))
        .group_by(lines.c.seq)
        .order_by(lines.c.seq.desc())
        .limit(limit)
        .subquery()
    )
    later = operation.alias("later")
    was_reversed = sa.exists().where(later.c.reverses == operation.c.seq)
    query = sa.select(
        *(operation.c[name] for name in ("seq", "at", "kind", "reference")),
        *(sums.c.amount, sums.c.day, operation.c.reverses, was_reversed),
    )
    query = query.join(sums, sums.c.seq == operation.c.seq).order_by(operation.c.seq.desc())
    return [Entry(*row[:4], int(row[4]), *row[5:7], bool(row[7])) for row in connection().execute(query)]


def _lines_of(region_id: int, account_id: int, before_seq: int | None, limit: int) -> sa.Subquery:
    """All lines of the newest operations on either side; each side walks its index and stops at the limit."""
    sides = []
    for column, sign in ((transfer.c.from_id, -1), (transfer.c.to_id, 1)):
        mine = (column == account_id) & (transfer.c.region_id == region_id)
        newest = sa.select(transfer.c.operation_seq).where(mine).distinct()
        if before_seq is not None:
            newest = newest.where(transfer.c.operation_seq < before_seq)
        newest = sa.select(newest.order_by(transfer.c.operation_seq.desc()).limit(limit).subquery())
        sides.append(
            sa.select(
                transfer.c.operation_seq.label("seq"),
                (sign * transfer.c.amount).label("amount"),
                transfer.c.expires_on.label("day"),
            ).where(mine, transfer.c.operation_seq.in_(newest))
        )
    return sa.union_all(*sides).subquery()


def totals(region_id: int) -> dict[str, int]:
    """Coins by kind of account: what each kind has, and for `source` what was issued less what came back."""
    sides = [
        sa.select(account.c.kind, (sign * transfer.c.amount).label("amount"))
        .join(transfer, column == account.c.id)
        .where(account.c.region_id == region_id)
        for column, sign in ((transfer.c.from_id, -1), (transfer.c.to_id, 1))
    ]
    lines = sa.union_all(*sides).subquery()
    query = sa.select(lines.c.kind, sa.func.sum(lines.c.amount)).group_by(lines.c.kind)
    sums = dict.fromkeys(KINDS, 0) | {row[0]: int(row[1]) for row in connection().execute(query)}
    return sums | {"source": -sums["source"]}
