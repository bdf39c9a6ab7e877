"""Decisions about coins that need no database: which lot, which coins first, what may move where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from app import canonical
from app.errors import Refused
from app.ledger.models import LOT_KEEPING, NEVER


class Line(NamedTuple):
    """`amount` coins (at least 1) of the lot `expires_on` from one account to another."""

    from_id: int
    to_id: int
    amount: int
    expires_on: date


Lot = tuple[date, int]  # last day on which the coins are good, how many
Key = tuple[int, date]  # a holding: account and lot


def keeps_lots(kind: str) -> bool:
    """Whether accounts of this kind have holdings; sources and sinks have none, so that none of their rows is
    hot.
    """
    return kind in LOT_KEEPING


def lot_at(kind: str, expires_on: date) -> date:
    """The lot under which an account of `kind` keeps a coin: only a member's coins expire."""
    return expires_on if kind == "member" else NEVER


def is_good(expires_on: date, on: date) -> bool:
    """Whether a coin can be spent on the local day `on`; its last day counts."""
    return on <= expires_on


def has_run_out(expires_at: datetime, at: datetime) -> bool:
    """Whether a hold is over at the instant `at`."""
    return expires_at <= at


def spend_plan(lots: Iterable[Lot], amount: int, on: date) -> list[Lot]:
    """Which lots pay `amount`, those that expire first before the others. Refused: `not_enough_coins`."""
    plan: list[Lot] = []
    missing = amount
    for expires_on, available in sorted(lot for lot in lots if is_good(lot[0], on) and lot[1] > 0):
        if missing == 0:
            break
        plan.append((expires_on, min(available, missing)))
        missing -= plan[-1][1]
    if missing:
        raise Refused("not_enough_coins", needed=amount, available=amount - missing)
    return plan


def lots_in(free: Mapping[Key, int], account_id: int) -> list[Lot]:
    """One account's lots among what is free in several."""
    return [(expires_on, amount) for (id, expires_on), amount in free.items() if id == account_id]


def first_of(lots: Iterable[Lot], amount: int) -> list[Lot]:
    """The part of the lots of a hold that pays `amount`: those that expire first."""
    return spend_plan(lots, amount, date.min)


def check_line(from_kind: str, to_kind: str, expires_on: date) -> None:
    """Coins come from a source or from whoever keeps lots, and are never renewed. Refused:
    `not_transferable`.

    A shop's coins have no last day, and a sink's had one once: handing either to a member would renew them.
    Only a reversal may do so, because it gives each coin its own old day.
    """
    if from_kind != "source" and not keeps_lots(from_kind):
        raise Refused("not_transferable")
    if to_kind == "member" and (from_kind not in ("source", "member") or expires_on == NEVER):
        raise Refused("not_transferable")


def backwards(lines: Iterable[Line]) -> list[Line]:
    """The lines of a reversal: the same lots, the other way."""
    return [Line(line.to_id, line.from_id, line.amount, line.expires_on) for line in lines]


def written_off(lines: Iterable[Line], kinds: Mapping[int, str], free: Mapping[Key, int], sink_id: int) -> list[Line]:
    """Split a reversal's lines where the coins are no longer there: the rest comes from `sink_id`.

    `free` holds what can be taken back from each holding; accounts without holdings give without limit.
    """
    left, split = dict(free), list[Line]()
    for line in lines:
        holding = (line.from_id, lot_at(kinds[line.from_id], line.expires_on))
        there = min(left.get(holding, 0), line.amount) if keeps_lots(kinds[line.from_id]) else line.amount
        left[holding] = left.get(holding, 0) - there
        if there:
            split.append(line._replace(amount=there))
        if there < line.amount:
            split.append(line._replace(from_id=sink_id, amount=line.amount - there))
    return split


def digest(request: Mapping[str, object]) -> str:
    """SHA-256 of the canonical request as hexadecimal text: equal for a repeat and for nothing else."""
    return hashlib.sha256(canonical.text(request, default=str).encode()).hexdigest()
