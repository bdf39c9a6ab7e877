"""Proving that holdings, holds and reversals say what the transfers say.

Each check is one statement that looks for what must not be there, so that it sees one moment of the database
and is true while others write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.db import connection
from app.ledger.holds import hold, hold_end, hold_lot
from app.ledger.models import LOT_KEEPING, NEVER
from app.ledger.posting import account, holding, operation, transfer

Check = sa.Select[Any]
_sum = sa.func.sum


def prove(region_id: int | None = None) -> dict[str, object]:
    """Whether the books are right, in all regions or one; for each check None or the first wrong row."""
    checks = {name: _first_failure(check(), region_id) for name, check in CHECKS.items()}
    return {
        "ok": not any(checks.values()),
        "regions": _count(sa.func.count(account.c.region_id.distinct()), account, region_id),
        "operations": _count(sa.func.count(), operation, region_id),
        "transfers": _count(sa.func.count(), transfer, region_id),
        "checks": checks,
    }


def _count(what: Any, table: sa.Table, region_id: int | None) -> int:
    query = sa.select(what).select_from(table)
    if region_id is not None:
        query = query.where(table.c.region_id == region_id)
    return int(connection().scalar(query) or 0)


def _first_failure(check: Check, region_id: int | None) -> dict[str, object] | None:
    """The first column of each check is the region."""
    if region_id is not None:
        wrong = check.subquery()
        check = sa.select(wrong).where(wrong.c.region_id == region_id)
    row = connection().execute(check.limit(1)).mappings().first()
    if row is None:
        return None
    return {name: value if isinstance(value, int) else str(value) for name, value in row.items()}


def _sides() -> list[sa.Select[Any]]:
    """Both ends of every transfer: what account, which of its lots, how much with its sign."""
    lot = sa.case(
        (account.c.kind == "member", transfer.c.expires_on),
        else_=sa.literal(NEVER, holding.c.expires_on.type),
    )
    return [
        sa.select(
            account.c.region_id,
            account.c.id.label("account_id"),
            account.c.kind,
            lot.label("lot"),
            (sign * transfer.c.amount).label("amount"),
        ).join(transfer, column == account.c.id)
        for column, sign in ((transfer.c.from_id, -1), (transfer.c.to_id, 1))
    ]


def _holdings() -> Check:
    """A holding is not the sum of the transfers in and out of it."""
    lines = sa.union_all(*_sides()).subquery()
    folded = sa.select(lines.c.region_id, lines.c.account_id, lines.c.lot, lines.c.amount)
    posted = sa.select(holding.c.region_id, holding.c.account_id, holding.c.expires_on, -holding.c.posted)
    both = sa.union_all(folded.where(lines.c.kind.in_(LOT_KEEPING)), posted).subquery()
    where = both.c.region_id, both.c.account_id, both.c.lot
    return sa.select(*where, _sum(both.c.amount).label("off_by")).group_by(*where).having(_sum(both.c.amount) != 0)


def _held() -> Check:
    """What a holding says is held is not what the open holds set aside of it."""
    is_open = ~sa.exists().where(hold_end.c.hold_id == hold.c.id)
    lots = sa.select(hold.c.region_id, hold.c.account_id, hold_lot.c.expires_on, hold_lot.c.amount)
    lots = lots.join(hold, hold.c.id == hold_lot.c.hold_id).where(is_open)
    held = sa.select(holding.c.region_id, holding.c.account_id, holding.c.expires_on, -holding.c.held)
    both = sa.union_all(lots, held).subquery()
    where = both.c.region_id, both.c.account_id, both.c.expires_on
    return sa.select(*where, _sum(both.c.amount).label("off_by")).group_by(*where).having(_sum(both.c.amount) != 0)


def _zero() -> Check:
    """The accounts of a region do not add up to zero."""
    lines = sa.union_all(*_sides()).subquery()
    off_by = _sum(lines.c.amount)
    return sa.select(lines.c.region_id, off_by.label("off_by")).group_by(lines.c.region_id).having(off_by != 0)


def _negative() -> Check:
    """A holding is below zero, or holds more than it has."""
    wrong = (holding.c.held < 0) | (holding.c.posted < holding.c.held)
    return sa.select(holding.c.region_id, holding.c.account_id, holding.c.expires_on).where(wrong)


def _reversals() -> Check:
    """A reversal gives back to somebody more of a lot than he gave, or reverses a reversal."""
    back, first = operation.alias("back"), operation.alias("first")
    returned = sa.select(back.c.region_id, back.c.seq, transfer.c.to_id.label("who"), transfer.c.expires_on)
    returned = returned.add_columns(transfer.c.amount).join(back, back.c.seq == transfer.c.operation_seq)
    given = sa.select(back.c.region_id, back.c.seq, transfer.c.from_id, transfer.c.expires_on, -transfer.c.amount)
    given = given.join(back, back.c.reverses == transfer.c.operation_seq)
    both = sa.union_all(returned.where(back.c.reverses.is_not(None)), given).subquery()
    lot = both.c.region_id, both.c.seq, both.c.who, both.c.expires_on
    too_much = sa.select(both.c.region_id, both.c.seq).group_by(*lot).having(_sum(both.c.amount) > 0)
    twice = sa.select(back.c.region_id, back.c.seq).join(first, first.c.seq == back.c.reverses)
    wrong = sa.union_all(too_much, twice.where(first.c.reverses.is_not(None))).subquery()
    return sa.select(wrong)


def _holds() -> Check:
    """A hold's lots are not its amount, or what it paid is not what was captured, or is more than it."""
    lots = sa.select(_sum(hold_lot.c.amount)).where(hold_lot.c.hold_id == hold.c.id).scalar_subquery()
    paid = sa.select(_sum(transfer.c.amount)).where(transfer.c.operation_seq == hold_end.c.operation_seq)
    paid = paid.where(transfer.c.from_id == hold.c.account_id)
    captured = sa.func.coalesce(hold_end.c.captured, 0)
    wrong = (sa.func.coalesce(lots, 0) != hold.c.amount) | (captured > hold.c.amount)
    wrong |= sa.func.coalesce(paid.scalar_subquery(), 0) != captured
    return sa.select(hold.c.region_id, hold.c.id).outerjoin(hold_end, hold_end.c.hold_id == hold.c.id).where(wrong)


def _renewed() -> Check:
    """A member was given coins that had no last day, or had lost it, other than by a reversal."""
    giver, taker = account.alias("giver"), account.alias("taker")
    query = sa.select(transfer.c.region_id, transfer.c.operation_seq, transfer.c.line)
    query = query.join(operation, operation.c.seq == transfer.c.operation_seq)
    query = query.join(giver, giver.c.id == transfer.c.from_id).join(taker, taker.c.id == transfer.c.to_id)
    wrong = giver.c.kind.not_in(("source", "member")) | (transfer.c.expires_on == NEVER)
    return query.where(taker.c.kind == "member", operation.c.reverses.is_(None), wrong)


CHECKS: dict[str, Callable[[], Check]] = {
    "holdings_are_transfers": _holdings,
    "held_is_open_holds": _held,
    "sum_is_zero": _zero,
    "none_negative": _negative,
    "reversals_within_original": _reversals,
    "holds_add_up": _holds,
    "no_coin_renewed": _renewed,
}
