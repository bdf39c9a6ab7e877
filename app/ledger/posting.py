"""The one writer: an operation's row, then the holdings it changes, then its transfers. Nothing else moves
coins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from app.db import connection, insert
from app.errors import Conflict, Missing, Refused
from app.ledger.models import NEVER, Account, Holding, Operation, Transfer
from app.ledger.rules import Key, Line, check_line, digest, is_good, keeps_lots, lot_at

account = cast(sa.Table, Account.__table__)
operation = cast(sa.Table, Operation.__table__)
transfer = cast(sa.Table, Transfer.__table__)
holding = cast(sa.Table, Holding.__table__)


class Posted(NamedTuple):
    """The operation's number; `repeated` if the same request was posted before and nothing was done now."""

    seq: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What is to become one operation. `body` is what was asked for, in JSON's types; `at` is no part of the
    request.
    """

    key: str
    region_id: int
    kind: str
    actor: str
    at: datetime
    body: Mapping[str, object]
    reference: str | None = None
    rule: str | None = None
    on_behalf_of: str | None = None
    reverses: int | None = None

    def row(self) -> dict[str, object]:
        names = ("region_id", "kind", "actor", "on_behalf_of", "rule", "reference", "reverses")
        asked: dict[str, object] = {name: getattr(self, name) for name in names}
        return {**asked, "key": self.key, "at": self.at, "digest": digest({**asked, "body": dict(self.body)})}


# --- the operation's row ------------------------------------------------------------------------------------


def record(request: Request) -> Posted:
    """Write one operation's row, or find that it is there. Conflict: `other_request`, `already_reversed`."""
    return record_all([request])[0]


def record_all(requests: Sequence[Request]) -> list[Posted]:
    """Write the rows of many operations; the answers stand in the order of the requests."""
    rows = {request.key: request.row() for request in requests}
    if len(rows) < len(requests):
        raise Conflict("other_request")
    written = connection().execute(_record(connection().dialect.name), list(rows.values()))
    posted = {row.key: Posted(row.seq, False) for row in written}
    missing = [key for key in rows if key not in posted]
    if missing:
        posted |= _repeats(missing, rows)
    return [posted[request.key] for request in requests]


@cache
def _record(dialect: str) -> Any:
    return insert(operation).on_conflict_do_nothing().returning(operation.c.key, operation.c.seq)


def _repeats(keys: list[str], rows: Mapping[str, Mapping[str, object]]) -> dict[str, Posted]:
    query = sa.select(operation.c.key, operation.c.seq, operation.c.digest).where(operation.c.key.in_(keys))
    first = {row.key: row for row in connection().execute(query)}
    for key in keys:
        if key not in first:
            raise Conflict("already_reversed")  # `reverses` is the only other unique column that a caller chooses
        if first[key].digest != rows[key]["digest"]:
            raise Conflict("other_request")
    return {key: Posted(first[key].seq, True) for key in keys}


# --- its lines ----------------------------------------------------------------------------------------------


def move(
    region_id: int,
    moves: Sequence[tuple[int, Line]],
    *,
    on: date | None = None,
    freed: Mapping[Key, int] = MappingProxyType({}),
    correction: bool = False,
    short: str = "not_enough_coins",
    kinds: Mapping[int, str] | None = None,
) -> None:
    """Apply the lines (operation, line) of operations that were just recorded.

    `on` is the local day for which the coins must still be good; None where their day does not matter: expiry
    itself, a hold placed in time, a correction. `freed` coins stop being held in the same breath. `kinds`: what
    `kinds_of` told of these lines in this transaction. Refused: `account_frozen`, `coins_expired`,
    `not_transferable`, `short`.
    """
    if not moves:
        raise ValueError("an operation moves at least one coin")
    lines = [line for _, line in moves]
    kinds = kinds or kinds_of(region_id, lines)
    for line in lines:
        _check(line, kinds, on, correction)
    for is_credit, run in groupby(_changes(lines, kinds, freed), key=lambda change: change[1]):
        if is_credit:
            _credit(region_id, [(where, amount) for where, _, amount in run])
            continue
        for where, _, amount in run:
            if not take(where, amount, freed.get(where, 0)):
                raise Refused(short)
    _write_transfers(region_id, moves)


def _kinds(wanted: Any) -> sa.Select[Any]:
    query = sa.select(account.c.id, account.c.kind, account.c.status)
    query = query.where(account.c.region_id == sa.bindparam("region"), account.c.id.in_(wanted))
    return query.order_by(account.c.id).with_for_update(read=True)


_KINDS = _kinds(sa.bindparam("wanted", expanding=True))
_KINDS_OF_TWO = _kinds([sa.bindparam("one"), sa.bindparam("other")])  # the usual, and its text needs no writing


def kinds_of(region_id: int, lines: Iterable[Line]) -> dict[int, str]:
    """The kinds of the accounts in `lines`, status locked. Refused: `account_frozen`; Missing: not in this
    region.

    The shared lock is no dearer than the one of the transfers' foreign keys, and it keeps `freeze` waiting.
    """
    gives = {line.from_id for line in lines}
    wanted = gives | {line.to_id for line in lines}
    if len(wanted) == 2:
        one, other = wanted
        rows = connection().execute(_KINDS_OF_TWO, {"region": region_id, "one": one, "other": other}).all()
    else:
        rows = connection().execute(_KINDS, {"region": region_id, "wanted": list(wanted)}).all()
    if len(rows) < len(wanted):
        raise Missing("not_found")
    if any(row.status == "closed" or (row.status == "frozen" and row.id in gives) for row in rows):
        raise Refused("account_frozen")
    return {row.id: row.kind for row in rows}


def will_issue(*, region_id: int, source_id: int, account_ids: Iterable[int]) -> Mapping[int, str]:
    """The `kinds` for `issue_all`, status locked: for who locks a busy row before paying. Refused: `account_frozen`."""
    return kinds_of(region_id, [Line(source_id, account_id, 1, NEVER) for account_id in account_ids])


def _check(line: Line, kinds: Mapping[int, str], on: date | None, correction: bool) -> None:
    if line.amount < 1:
        raise ValueError("a line moves at least one coin")
    if not correction:
        check_line(kinds[line.from_id], kinds[line.to_id], line.expires_on)
    if on is not None and kinds[line.from_id] == "member" and not is_good(line.expires_on, on):
        raise Refused("coins_expired")


def _changes(lines: Iterable[Line], kinds: Mapping[int, str], freed: Iterable[Key]) -> list[tuple[Key, bool, int]]:
    """What happens to which holding: (holding, whether it is a credit, amount), in the one order of locks."""
    sums: defaultdict[tuple[Key, bool], int] = defaultdict(int, {(where, False): 0 for where in freed})
    for line in lines:
        for id, is_credit in ((line.from_id, False), (line.to_id, True)):
            if keeps_lots(kinds[id]):
                sums[(id, lot_at(kinds[id], line.expires_on)), is_credit] += line.amount
    return [(where, is_credit, amount) for (where, is_credit), amount in sorted(sums.items())]


_taken, _freed = sa.bindparam("taken", type_=sa.Integer), sa.bindparam("freed", type_=sa.Integer)
_TAKE = (
    sa.update(holding)
    .where(holding.c.account_id == sa.bindparam("id"), holding.c.expires_on == sa.bindparam("lot"))
    .where(holding.c.held >= _freed, holding.c.posted - holding.c.held >= _taken - _freed)
    .values(posted=holding.c.posted - _taken, held=holding.c.held - _freed)
)


def take(where: Key, taken: int, freed: int) -> bool:
    """Take coins out of a holding, of which `freed` were held (less than 0: hold some); False if they are not
    there.

    The condition stands in the statement that changes the row: no other writer comes between.
    """
    row = {"id": where[0], "lot": where[1], "taken": taken, "freed": freed}
    return bool(connection().execute(_TAKE, row).rowcount)


def free(account_ids: Iterable[int]) -> dict[Key, int]:
    """What is neither spent nor held in every holding of the accounts; locked, in the one order.

    Whoever reads before spending names the receiver too, so that its holding is not locked out of turn later.
    """
    query = sa.select(holding).where(holding.c.account_id.in_(account_ids))
    rows = connection().execute(query.order_by(holding.c.account_id, holding.c.expires_on).with_for_update())
    return {(row.account_id, row.expires_on): row.posted - row.held for row in rows}


@cache
def _credit_statement(dialect: str) -> Any:
    statement = insert(holding)  # for `dialect`: building it anew for each credit takes longer than running it
    added = holding.c.posted + statement.excluded.posted
    return statement.on_conflict_do_update(index_elements=["account_id", "expires_on"], set_={"posted": added})


def _credit(region_id: int, credits: list[tuple[Key, int]]) -> None:
    rows = [
        {"region_id": region_id, "account_id": id, "expires_on": lot, "posted": amount, "held": 0}
        for (id, lot), amount in credits
    ]
    connection().execute(_credit_statement(connection().dialect.name), rows)


_TRANSFERS = sa.insert(transfer)


def _write_transfers(region_id: int, moves: Sequence[tuple[int, Line]]) -> None:
    lines: defaultdict[int, int] = defaultdict(int)
    rows = []
    for seq, line in moves:
        lines[seq] += 1
        rows.append({"operation_seq": seq, "line": lines[seq], "region_id": region_id, **line._asdict()})
    connection().execute(_TRANSFERS, rows)
