"""Spending in two steps: coins are set aside, then captured, released, or free again when the hold runs out.

A hold keeps its coins good: what was placed on a coin's last day may be captured within the hold's life,
which is a matter of minutes, even if midnight falls between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from app.db import connection, insert
from app.errors import Conflict, Missing, Refused
from app.ledger.models import Hold, HoldEnd, HoldLot
from app.ledger.posting import Posted, Request, account, free, move, record, take
from app.ledger.rules import Line, Lot, digest, first_of, has_run_out, lots_in, spend_plan

hold = cast(sa.Table, Hold.__table__)
hold_lot = cast(sa.Table, HoldLot.__table__)
hold_end = cast(sa.Table, HoldEnd.__table__)


class Held(NamedTuple):
    """The hold's id; `repeated` if the same request had placed it before."""

    hold_id: int
    repeated: bool


def place(
    *,
    key: str,
    region_id: int,
    account_id: int,
    amount: int,
    at: datetime,
    on: date,
    expires_at: datetime,
    reference: str | None = None,
) -> Held:
    """Set `amount` coins aside until `expires_at`, those that expire first before the others.

    Refused: `not_enough_coins`, `account_frozen`; Conflict: `other_request`; Missing: no such account here.
    """
    if amount < 1:
        raise ValueError("a hold sets at least one coin aside")
    status = _status(region_id, account_id)
    asked = {"region_id": region_id, "account_id": account_id, "amount": amount, "reference": reference}
    row = {**asked, "key": key, "digest": digest(asked), "placed_at": at, "expires_at": expires_at}
    statement = insert(hold).on_conflict_do_nothing(index_elements=["key"]).returning(hold.c.id)
    hold_id = connection().execute(statement, row).scalar()
    if hold_id is None:
        return _placed_before(key, digest(asked))
    if status != "open":
        raise Refused("account_frozen")
    release_expired(at=at, region_id=region_id, account_ids=[account_id])
    lots = spend_plan(lots_in(free([account_id]), account_id), amount, on)
    if not all(take((account_id, lot), 0, -part) for lot, part in lots):
        raise Refused("not_enough_coins")
    parts = [{"hold_id": hold_id, "region_id": region_id, "expires_on": lot, "amount": part} for lot, part in lots]
    connection().execute(sa.insert(hold_lot), parts)
    return Held(hold_id, False)


def capture(
    *,
    key: str,
    region_id: int,
    hold_id: int,
    to_id: int,
    amount: int,
    kind: str,
    actor: str,
    at: datetime,
    reference: str | None = None,
    on_behalf_of: str | None = None,
) -> Posted:
    """Pay `amount` of a hold's coins to an account and release the rest.

    Refused: `hold_expired`, `not_enough_coins` (more than was held), `account_frozen`; Conflict:
    `hold_resolved`, `other_request`; Missing: no such hold here.
    """
    if amount < 1:
        raise ValueError("a capture pays at least one coin")
    body = {"hold_id": hold_id, "to_id": to_id, "amount": amount}
    asked = Request(
        key=key,
        region_id=region_id,
        kind=kind,
        actor=actor,
        at=at,
        body=body,
        reference=reference,
        on_behalf_of=on_behalf_of,
    )
    posted = record(asked)
    if posted.repeated:
        return posted
    found = _find(region_id, hold_id)
    if found.ended == "expired" or (found.ended is None and has_run_out(found.expires_at, at)):
        raise Refused("hold_expired")
    _end(region_id, hold_id, "captured", at, captured=amount, operation_seq=posted.seq)
    lines = [Line(found.account_id, to_id, part, lot) for lot, part in first_of(found.lots, amount)]
    freed = {(found.account_id, lot): part for lot, part in found.lots}
    move(region_id, [(posted.seq, line) for line in lines], freed=freed)
    return posted


def release(*, region_id: int, hold_id: int, at: datetime, kind: str = "released") -> None:
    """Give a hold's coins free again. Conflict: `hold_resolved`; Missing: no such hold here."""
    found = _find(region_id, hold_id)
    _end(region_id, hold_id, kind, at)
    _free(found.account_id, found.lots)


def release_expired(
    *,
    at: datetime,
    region_id: int | None = None,
    account_ids: Collection[int] | None = None,
    limit: int = 500,
) -> int:
    """Release the holds that have run out, at most `limit`; how many. Every write that takes coins does it
    first.
    """
    query = sa.select(hold.c.id, hold.c.region_id, hold.c.account_id).where(hold.c.expires_at <= at)
    query = query.where(~sa.exists().where(hold_end.c.hold_id == hold.c.id))
    if region_id is not None:
        query = query.where(hold.c.region_id == region_id)
    if account_ids is not None:
        query = query.where(hold.c.account_id.in_(account_ids))
    found = connection().execute(query.order_by(hold.c.account_id, hold.c.id).limit(limit)).all()
    if not found:
        return 0
    lots, released = _lots_of([row.id for row in found]), 0
    for row in found:
        if _try_end(row.region_id, row.id, "expired", at):
            _free(row.account_id, lots[row.id])
            released += 1
    return released


def _status(region_id: int, account_id: int) -> str:
    query = sa.select(account.c.status).where(account.c.region_id == region_id, account.c.id == account_id)
    status: str | None = connection().scalar(query.with_for_update(read=True))
    if status is None:
        raise Missing("not_found")
    return status


def _placed_before(key: str, asked: str) -> Held:
    first = connection().execute(sa.select(hold.c.id, hold.c.digest).where(hold.c.key == key)).one()
    if first.digest != asked:
        raise Conflict("other_request")
    return Held(first.id, True)


class _Found(NamedTuple):
    account_id: int
    expires_at: datetime
    ended: str | None
    lots: list[Lot]


_FIND = (
    sa.select(hold.c.account_id, hold.c.expires_at, hold_end.c.kind, hold_lot.c.expires_on, hold_lot.c.amount)
    .outerjoin(hold_end, hold_end.c.hold_id == hold.c.id)
    .join(hold_lot, hold_lot.c.hold_id == hold.c.id)
    .where(hold.c.region_id == sa.bindparam("region"), hold.c.id == sa.bindparam("hold"))
    .order_by(hold_lot.c.expires_on)
)


def _find(region_id: int, hold_id: int) -> _Found:
    """Lots never change, so they may be read before the gate."""
    rows = connection().execute(_FIND, {"region": region_id, "hold": hold_id}).all()
    if not rows:
        raise Missing("not_found")
    return _Found(*rows[0][:3], [(lot, part) for *_, lot, part in rows])


def _end(region_id: int, hold_id: int, kind: str, at: datetime, **rest: int) -> None:
    if not _try_end(region_id, hold_id, kind, at, **rest):
        raise Conflict("hold_resolved")


def _try_end(
    region_id: int, hold_id: int, kind: str, at: datetime, captured: int = 0, operation_seq: int | None = None
) -> bool:
    """The gate: the first row for a hold ends it, and whoever comes second finds it there."""
    row = {"hold_id": hold_id, "region_id": region_id, "kind": kind, "at": at}
    row |= {"captured": captured, "operation_seq": operation_seq}
    return connection().execute(_ended(connection().dialect.name), row).scalar() is not None


@cache
def _ended(dialect: str) -> Any:
    statement = insert(hold_end).on_conflict_do_nothing(index_elements=["hold_id"])
    return statement.returning(hold_end.c.hold_id)


_LOTS = sa.select(hold_lot).where(hold_lot.c.hold_id.in_(sa.bindparam("holds", expanding=True)))
_LOTS = _LOTS.order_by(hold_lot.c.expires_on)


def _lots_of(hold_ids: list[int]) -> dict[int, list[Lot]]:
    lots: dict[int, list[Lot]] = {hold_id: [] for hold_id in hold_ids}
    for row in connection().execute(_LOTS, {"holds": hold_ids}):
        lots[row.hold_id].append((row.expires_on, row.amount))
    return lots


def _free(account_id: int, lots: Iterable[Lot]) -> None:
    for lot, part in lots:
        if not take((account_id, lot), 0, part):
            raise RuntimeError(f"account {account_id} holds less than its holds say: run `flask ledger prove`")
