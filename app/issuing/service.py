"""Giving coins for what people did, within the caps and the budget, and taking them back.

Paying has two halves, so that a caller's busy row (a gathering that many enter at once) is locked as briefly
as may be: `reserve` asks the caps and the accounts, which only this person's other acts wait for; then the caller
changes its row; `pay` asks the budget and writes. `earn` and `earn_all` do both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from app import clock
from app.db import connection, db, find, on_conflict
from app.errors import Conflict, Missing, Refused
from app.issuing import counters
from app.issuing.models import Programme, RuleVersion
from app.issuing.queries import EARNED, Earned, Left, Region, Rule, earning, rule_and_earnings, rule_version
from app.issuing.rules import Limit, good_until, grant, periods
from app.ledger import service as ledger

on_conflict("uq_earning_once", "already_earned")
on_conflict("uq_programme_region_id_name", "programme_exists")

AT_MOST = (1 << 31) - 1  # what is left where there is no limit


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody is to be given for an activity, under the key of the operation that it becomes."""

    membership_id: int
    account_id: int
    wanted: int
    key: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What the caps leave to one who is due."""

    due: Due
    left: Left
    amount: int
    limited_by: Limit | None


@dataclass(frozen=True, slots=True)
class Reserved:
    """What the caps allow for one activity; to be paid in the same transaction. `repeated` has earned it
    before.
    """

    region: Region
    activity: str
    day: date
    rule: Rule
    shares: list[Share]
    repeated: dict[int, Earned]
    kinds: Mapping[int, str]  # of the accounts, for the ledger


# --- programmes ---------------------------------------------------------------------------------------------


def open_programme(*, region_id: int, name: str, valid_from: date, **terms: int) -> Programme:
    """A programme with its source account and the first version of its rule. Conflict: `programme_exists`."""
    account_id = ledger.open_account(region_id=region_id, kind="source", owner=f"programme:{name}")
    programme = Programme(region_id=region_id, name=name, account_id=account_id)
    db.session.add(programme)
    db.session.flush()
    change_rule(region_id=region_id, programme_id=programme.id, valid_from=valid_from, **terms)
    return programme


def change_rule(*, region_id: int, programme_id: int, valid_from: date, **terms: int) -> RuleVersion:
    """The next version of a programme's rule; of those in force on a day, the latest counts.

    `terms` are one_coin_minutes (60), two_coins_minutes (120), day_cap (2) and year_cap (50).
    """
    find(Programme, region_id, programme_id, lock=True)
    last = db.session.scalar(sa.select(sa.func.max(RuleVersion.version)).filter_by(programme_id=programme_id))
    rule = {"region_id": region_id, "programme_id": programme_id, "version": (last or 0) + 1}
    version = RuleVersion(**rule, valid_from=valid_from, **terms)
    db.session.add(version)
    db.session.flush()
    return version


def set_budget(*, region_id: int, programme_id: int, fiscal_year: int, cap: int) -> None:
    """What the programme may give in a 年度. Refused `budget_granted`: it has given more than `cap` already."""
    if not counters.set_budget(region_id, programme_id, fiscal_year, cap):
        raise Refused("budget_granted")


# --- giving -------------------------------------------------------------------------------------------------


def earn(
    *,
    region: Region,
    membership_id: int,
    account_id: int,
    activity: str,
    wanted: int,
    day: date,
    key: str,
    actor: str,
    at: datetime,
    reference: str | None = None,
) -> Earned:
    """Give one membership coins for one activity of the local day `day`; see `earn_all`."""
    due = Due(membership_id, account_id, wanted, key, reference)
    return earn_all(region=region, activity=activity, day=day, dues=[due], actor=actor, at=at)[0]


def earn_all(
    *, region: Region, activity: str, day: date, dues: Sequence[Due], actor: str, at: datetime
) -> list[Earned]:
    """Give many memberships coins for one activity, as much of what is wanted as caps and budget leave.

    Where the budget does not reach, those with the older accounts come first. The answers stand in the order
    of `dues`. Whoever has earned it before is answered that, `repeated`, and nothing is done. Refused:
    `no_rule`, `account_frozen`; Conflict: `other_request`, `already_earned` (on another day),
    `already_reversed`.
    """
    if not dues:
        return []
    reserved = reserve(region=region, activity=activity, day=day, dues=dues)
    paid = {one.membership_id: one for one in pay(reserved, actor=actor, at=at)}
    return [paid[due.membership_id] for due in dues]


def reserve(*, region: Region, activity: str, day: date, dues: Sequence[Due]) -> Reserved:
    """The first half: how much the caps leave to each, who wait from now on for this transaction. Refused as `pay`.

    What is wanted is added to the allowances before the rule is known, because adding locks them; what the
    caps do not allow is given back at once.
    """
    counted = periods(region, day)
    if len({due.membership_id for due in dues}) < len(dues):
        raise ValueError("one activity earns once for each membership")
    wanted = {due.membership_id: due.wanted for due in dues}
    issued = counters.add_to_allowances(region.id, counted, wanted)
    rule, repeated = rule_and_earnings(region.id, activity, day, [due.membership_id for due in dues])
    shares = []
    for due in sorted(dues, key=lambda due: due.account_id):
        before = [issued[due.membership_id, period] - due.wanted for period in counted]
        left = Left(rule.day_cap - before[0], rule.year_cap - before[1])
        shares.append(Share(due, left, *grant(due.wanted, left.day, left.year, AT_MOST)))
    back = {one.due.membership_id: one.due.wanted - one.amount for one in shares}
    back |= {one.due.membership_id: one.due.wanted for one in shares if one.due.membership_id in repeated}
    counters.give_back(counted, back)
    shares = [one for one in shares if one.due.membership_id not in repeated]
    paid = [one.due.account_id for one in shares if one.amount]
    kinds = ledger.will_issue(region_id=region.id, source_id=rule.source_id, account_ids=paid) if paid else {}
    return Reserved(region, activity, day, rule, shares, repeated, kinds)


def pay(reserved: Reserved, *, actor: str, at: datetime) -> list[Earned]:
    """The second half: as much of the shares as the budget leaves; see `earn_all`."""
    if not reserved.shares:
        return list(reserved.repeated.values())
    shares = _within_budget(reserved)
    paid = [one for one in shares if one.amount]
    posted = ledger.issue_all(
        region_id=reserved.region.id,
        source_id=reserved.rule.source_id,
        issues=[ledger.Issue(one.due.key, one.due.account_id, one.amount, one.due.reference) for one in paid],
        expires_on=good_until(reserved.region, reserved.day),
        actor=actor,
        at=at,
        rule=f"programme:{reserved.rule.programme_id} v{reserved.rule.version}",
        kinds=reserved.kinds,
    )
    if any(one.repeated for one in posted):
        raise Conflict("already_reversed")  # these keys paid once, and what they paid was taken back
    seqs = {one.due.membership_id: done.seq for one, done in zip(paid, posted, strict=True)}
    return [*reserved.repeated.values(), *_write_earnings(reserved, shares, seqs, at)]


def _within_budget(reserved: Reserved) -> list[Share]:
    total = sum(one.amount for one in reserved.shares)
    year = clock.fiscal_year(reserved.region, reserved.day)
    left = counters.draw(reserved.region.id, reserved.rule.programme_id, year, total) if total else 0
    if left == total:
        return reserved.shares
    shares, back = [], {}
    for one in reserved.shares:
        amount, limited_by = grant(one.due.wanted, one.left.day, one.left.year, left)
        shares.append(replace(one, amount=amount, limited_by=limited_by))
        back[one.due.membership_id] = one.amount - amount
        left -= amount
    counters.give_back(periods(reserved.region, reserved.day), back)
    return shares


def _write_earnings(reserved: Reserved, shares: Iterable[Share], seqs: Mapping[int, int], at: datetime) -> list[Earned]:
    earned = [
        Earned(
            one.due.membership_id,
            reserved.activity,
            one.due.wanted,
            one.amount,
            one.limited_by,
            seqs.get(one.due.membership_id),
        )
        for one in shares
    ]
    common = {
        "region_id": reserved.region.id,
        "day": reserved.day,
        "rule_version_id": reserved.rule.id,
        "at": at,
    }
    rows = [common | {name: getattr(one, name) for name in EARNED} for one in earned]
    connection().execute(_EARNINGS, rows)
    return earned


_EARNINGS = sa.insert(earning).inline()


# --- taking back --------------------------------------------------------------------------------------------


def reverse_earning(
    *,
    region: Region,
    membership_id: int,
    activity: str,
    actor: str,
    at: datetime,
    key: str,
    shortfall: Literal["refuse", "write_off"] = "refuse",
) -> None:
    """Take back what a membership earned for an activity, which may then be earned again.

    Caps and budget get the amount back, also where coins that are no longer there are written off. Refused:
    `coins_used`, `account_frozen`; Conflict: `already_reversed`; Missing: nothing was earned.
    """
    found = _last_earning(region.id, membership_id, activity)
    if found.reversed_by is None and _mark_reversed(found.id, actor):
        year = clock.fiscal_year(region, found.day)
        counters.give_back(periods(region, found.day), {membership_id: found.amount})
        counters.draw(region.id, found.programme_id, year, -found.amount)
    elif found.operation_seq is None:
        raise Conflict("already_reversed")
    if found.operation_seq is not None:  # the ledger knows whether the same was asked before
        seq = found.operation_seq
        ledger.reverse(key=key, region_id=region.id, seq=seq, actor=actor, at=at, shortfall=shortfall)


def _last_earning(region_id: int, membership_id: int, activity: str) -> Any:
    query = sa.select(earning, rule_version.c.programme_id)
    query = query.join(rule_version, rule_version.c.id == earning.c.rule_version_id)
    query = query.where(earning.c.region_id == region_id, earning.c.membership_id == membership_id)
    query = query.where(earning.c.activity == activity).order_by(earning.c.id.desc()).limit(1)
    found = connection().execute(query).one_or_none()
    if found is None:
        raise Missing("not_found")
    return found


def _mark_reversed(earning_id: int, actor: str) -> bool:
    """Before the counters: of two who take the same back, the second must not lower them."""
    mark = sa.update(earning).where(earning.c.id == earning_id, earning.c.reversed_by.is_(None))
    return bool(connection().execute(mark.values(reversed_by=actor)).rowcount)
