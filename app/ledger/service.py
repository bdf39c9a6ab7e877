"""What rooms may ask of the ledger; setting coins aside first stands in `holds`.

Every verb is called inside a transaction. `at` is the instant (aware), `on` and `today` are days of the region, `key`
is chosen by the caller before sending: the same request again is answered by its first result, another one with the
same key is the Conflict `other_request`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, cast

import sqlalchemy as sa

from app.db import connection, insert
from app.errors import Missing, Refused
from app.ledger import rules
from app.ledger.holds import release_expired
from app.ledger.posting import (
    Posted,
    Request,
    account,
    free,
    holding,
    kinds_of,
    move,
    operation,
    record,
    record_all,
    transfer,
)
from app.ledger.posting import will_issue as will_issue
from app.ledger.rules import Line

EXPIRY = "expiry"  # the kind of operation that only the sweep writes, and that nothing takes back
_ACTS = uuid.UUID("a2f6d3c1-0c53-5d0e-9f0b-6d1f3e6c7a51")  # keys of acts that nobody sends derive from it


def act_key(kind: str, reference: str) -> str:
    """The key of an act that nobody sends, such as an award at the end or a sweep: the same each time."""
    return str(uuid.uuid5(_ACTS, f"{kind} {reference}"))


# --- accounts -----------------------------------------------------------------------------------------------


def open_account(*, region_id: int, kind: str, owner: str) -> int:
    """The account's id; opened if it is not there yet."""
    found = account_id(region_id=region_id, kind=kind, owner=owner)
    if found is None:
        row = {"region_id": region_id, "kind": kind, "owner": owner, "status": "open"}
        connection().execute(insert(account).on_conflict_do_nothing(), row)
        found = account_id(region_id=region_id, kind=kind, owner=owner)
    return cast(int, found)


def account_id(*, region_id: int, kind: str, owner: str) -> int | None:
    """The account's id, or None."""
    query = sa.select(account.c.id).where(account.c.region_id == region_id, account.c.kind == kind)
    found: int | None = connection().scalar(query.where(account.c.owner == owner))
    return found


def freeze(*, region_id: int, account_id: int) -> None:
    """From now on nothing is taken out of the account; it still receives. Missing: no such account here."""
    _change_status(region_id, account_id, "open", "frozen")


def unfreeze(*, region_id: int, account_id: int) -> None:
    """Let coins be taken out of the account again. Missing: no such account here."""
    _change_status(region_id, account_id, "frozen", "open")


def _change_status(region_id: int, id: int, before: str, after: str) -> None:
    mine = (account.c.region_id == region_id) & (account.c.id == id)
    statement = sa.update(account).where(mine, account.c.status.in_([before, after])).values(status=after)
    if connection().execute(statement).rowcount == 0:
        raise Missing("not_found")


# --- moving coins -------------------------------------------------------------------------------------------


def post(
    *,
    key: str,
    region_id: int,
    kind: str,
    actor: str,
    lines: Sequence[Line],
    at: datetime,
    on: date,
    reference: str | None = None,
    rule: str | None = None,
    on_behalf_of: str | None = None,
) -> Posted:
    """Move exactly these lots. Refused: `not_enough_coins`, `account_frozen`, `coins_expired`,
    `not_transferable`.
    """
    posted = record(Request(key, region_id, kind, actor, at, {"lines": lines}, reference, rule, on_behalf_of))
    if not posted.repeated:
        release_expired(at=at, region_id=region_id, account_ids={line.from_id for line in lines})
        move(region_id, [(posted.seq, line) for line in lines], on=on)
    return posted


def spend(
    *,
    key: str,
    region_id: int,
    from_id: int,
    to_id: int,
    amount: int,
    kind: str,
    actor: str,
    at: datetime,
    on: date,
    reference: str | None = None,
    on_behalf_of: str | None = None,
) -> Posted:
    """Pay at once, with the coins that expire first. Refused: `not_enough_coins`, `account_frozen`."""
    body = {"from_id": from_id, "to_id": to_id, "amount": amount}
    posted = record(Request(key, region_id, kind, actor, at, body, reference, None, on_behalf_of))
    if not posted.repeated:
        release_expired(at=at, region_id=region_id, account_ids=[from_id])
        lots = rules.lots_in(free([from_id, to_id]), from_id)
        plan = rules.spend_plan(lots, amount, on)
        move(region_id, [(posted.seq, Line(from_id, to_id, part, lot)) for lot, part in plan], on=on)
    return posted


@dataclass(frozen=True, slots=True)
class Issue:
    """New coins for one account, with the key of the operation that they become."""

    key: str
    account_id: int
    amount: int
    reference: str | None = None


def issue(
    *,
    key: str,
    region_id: int,
    source_id: int,
    account_id: int,
    amount: int,
    expires_on: date,
    actor: str,
    at: datetime,
    kind: str = "issue",
    reference: str | None = None,
    rule: str | None = None,
) -> Posted:
    """New coins, good until `expires_on`, out of a programme's source. Refused: `account_frozen`."""
    return issue_all(
        region_id=region_id,
        source_id=source_id,
        issues=[Issue(key, account_id, amount, reference)],
        expires_on=expires_on,
        actor=actor,
        at=at,
        kind=kind,
        rule=rule,
    )[0]


def issue_all(
    *,
    region_id: int,
    source_id: int,
    issues: Sequence[Issue],
    expires_on: date,
    actor: str,
    at: datetime,
    kind: str = "issue",
    rule: str | None = None,
    kinds: Mapping[int, str] | None = None,
) -> list[Posted]:
    """New coins for many, one operation each, in as many statements as for one. Refused: `account_frozen`."""
    if not issues:
        return []
    lines = [Line(source_id, one.account_id, one.amount, expires_on) for one in issues]
    requests = [
        Request(one.key, region_id, kind, actor, at, {"lines": [line]}, one.reference, rule)
        for one, line in zip(issues, lines, strict=True)
    ]
    posted = record_all(requests)
    new = [(done.seq, line) for done, line in zip(posted, lines, strict=True) if not done.repeated]
    if new:
        move(region_id, new, kinds=kinds)
    return posted


# --- taking back --------------------------------------------------------------------------------------------


def reverse(
    *,
    key: str,
    region_id: int,
    seq: int,
    actor: str,
    at: datetime,
    shortfall: Literal["refuse", "write_off"] = "refuse",
    kind: str = "reversal",
    reference: str | None = None,
) -> Posted:
    """Give the same lots back with their old last day; one that has passed meanwhile stays passed.

    Where the coins are no longer there: Refused `coins_used`, or the rest is written off. Refused
    `not_reversible` for a reversal or an expiry, `account_frozen`; Conflict `already_reversed`; Missing: no
    such operation here. Without a `reference` it has the original's.
    """
    first, lines = _to_reverse(region_id, seq)
    body = {"shortfall": shortfall}
    posted = record(Request(key, region_id, kind, actor, at, body, reference or first, reverses=seq))
    if posted.repeated:
        return posted
    release_expired(at=at, region_id=region_id, account_ids={line.from_id for line in lines})
    if shortfall == "write_off":
        sink_id = open_account(region_id=region_id, kind="written_off", owner="region")
        kinds = kinds_of(region_id, lines)
        lines = rules.written_off(lines, kinds, free(kinds), sink_id)
    move(region_id, [(posted.seq, line) for line in lines], correction=True, short="coins_used")
    return posted


def _to_reverse(region_id: int, seq: int) -> tuple[str | None, list[Line]]:
    """The original's reference and the reversal's lines. Neither ever changes, so they need no lock."""
    lines = transfer.c.from_id, transfer.c.to_id, transfer.c.amount, transfer.c.expires_on
    query = sa.select(*lines, operation.c.kind, operation.c.reverses, operation.c.reference)
    query = query.join(operation, operation.c.seq == transfer.c.operation_seq).order_by(transfer.c.line)
    rows = connection().execute(query.where(operation.c.region_id == region_id, operation.c.seq == seq)).all()
    if not rows:
        raise Missing("not_found")
    if rows[0].reverses is not None or rows[0].kind == EXPIRY:
        raise Refused("not_reversible")
    return rows[0].reference, rules.backwards(Line(*row[:4]) for row in rows)


# --- expiry -------------------------------------------------------------------------------------------------


def sweep_expired(*, region_id: int, today: date, at: datetime, limit: int = 500) -> int:
    """Move at most `limit` lots whose last day has passed out of the members' accounts; how many. 0: nothing
    is left.

    What is held stays until the hold ends, what is frozen until it is opened again; neither can be spent
    meanwhile.
    """
    release_expired(at=at, region_id=region_id)
    lots = _expired_lots(region_id, today, limit)
    if not lots:
        return 0
    sink_id = open_account(region_id=region_id, kind="expired", owner="region")
    before = _sweeps_of(region_id, [lot.reference for lot in lots])
    requests = []
    for lot in lots:
        key = act_key(EXPIRY, f"{lot.reference} {before.get(lot.reference, 0)}")
        body = {"amount": lot.amount}
        requests.append(Request(key, region_id, EXPIRY, "job:sweep", at, body, lot.reference))
    moves = [
        (posted.seq, Line(lot.account_id, sink_id, lot.amount, lot.expires_on))
        for posted, lot in zip(record_all(requests), lots, strict=True)
        if not posted.repeated
    ]
    if moves:
        move(region_id, moves)
    return len(moves)


class _Expired(NamedTuple):
    account_id: int
    expires_on: date
    amount: int

    @property
    def reference(self) -> str:
        return f"lot:{self.account_id}:{self.expires_on}"


def _expired_lots(region_id: int, today: date, limit: int) -> list[_Expired]:
    there = holding.c.posted - holding.c.held
    query = sa.select(holding.c.account_id, holding.c.expires_on, there.label("there"))
    query = query.join(account, account.c.id == holding.c.account_id).where(account.c.region_id == region_id)
    query = query.where(account.c.status == "open", holding.c.expires_on < today, there > 0)
    query = query.order_by(holding.c.account_id, holding.c.expires_on).limit(limit)
    return [_Expired(*row) for row in connection().execute(query.with_for_update(of=holding))]


def _sweeps_of(region_id: int, references: list[str]) -> dict[str, int]:
    """How often each lot was swept before: a reversal may have put coins back into one that has passed."""
    query = sa.select(operation.c.reference, sa.func.count()).group_by(operation.c.reference)
    query = query.where(operation.c.region_id == region_id, operation.c.reference.in_(references))
    return {row[0]: row[1] for row in connection().execute(query)}
