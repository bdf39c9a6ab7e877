"""What other rooms read of rules, budgets and earnings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple, Protocol, cast

import sqlalchemy as sa

from app import clock
from app.db import connection, db
from app.errors import Refused
from app.issuing.models import Allowance, Budget, Earning, Programme, RuleVersion
from app.issuing.rules import Limit

programme = cast(sa.Table, Programme.__table__)
rule_version = cast(sa.Table, RuleVersion.__table__)
budget = cast(sa.Table, Budget.__table__)
earning = cast(sa.Table, Earning.__table__)
allowance = cast(sa.Table, Allowance.__table__)

EARNED = ("membership_id", "activity", "wanted", "amount", "limited_by", "operation_seq")


class Region(clock.HasZone, Protocol):
    """What this room needs to know of a region."""

    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Earned:
    """What one activity gave. `limited_by` says why it was less than wanted; `repeated`: it had been given
    before.
    """

    membership_id: int
    activity: str
    wanted: int
    amount: int
    limited_by: Limit | None
    operation_seq: int | None
    repeated: bool = False


class Rule(NamedTuple):
    """The part of a rule version that paying needs."""

    id: int
    programme_id: int
    version: int
    source_id: int
    day_cap: int
    year_cap: int


class Left(NamedTuple):
    """How many coins somebody may still be given on a day and in its 年度."""

    day: int
    year: int


def in_force(region_id: Any, day: Any, programme_id: int | None = None) -> sa.Select[Any]:
    """The rule of the region's first programme (or of one) on `day`: the columns of its version and
    `source_id`.
    """
    query = sa.select(*rule_version.c, programme.c.account_id.label("source_id"), programme.c.name)
    query = query.join(programme, programme.c.id == rule_version.c.programme_id)
    query = query.where(rule_version.c.region_id == region_id, rule_version.c.valid_from <= day)
    if programme_id is not None:
        query = query.where(programme.c.id == programme_id)
    return query.order_by(programme.c.id, rule_version.c.version.desc()).limit(1)


def current_rule(region_id: int, day: date, *, programme_id: int | None = None) -> RuleVersion:
    """The rule in force on the local day `day`. Refused: `no_rule`."""
    found = in_force(region_id, day, programme_id).with_only_columns(rule_version.c.id)
    rule = db.session.scalar(sa.select(RuleVersion).where(RuleVersion.id.in_(found.scalar_subquery())))
    if rule is None:
        raise Refused("no_rule")
    return rule


def budget_left(region_id: int, programme_id: int, fiscal_year: int) -> int:
    """What a programme may still give in a 年度; 0 without a budget."""
    query = sa.select(budget.c.cap - budget.c.granted).where(budget.c.region_id == region_id)
    query = query.where(budget.c.programme_id == programme_id, budget.c.fiscal_year == fiscal_year)
    return int(connection().scalar(query) or 0)


def earned(region_id: int, membership_id: int, activity: str) -> Earned | None:
    """What a membership earned for an activity and has not had taken back; None if nothing was recorded."""
    query = live(region_id, activity, [membership_id])
    row = connection().execute(query).one_or_none()
    return as_earned(row) if row else None


def live(region_id: Any, activity: Any, membership_ids: Any) -> sa.Select[Any]:
    """The earnings of an activity that stand."""
    query = sa.select(earning).where(earning.c.region_id == region_id, earning.c.activity == activity)
    return query.where(earning.c.membership_id.in_(membership_ids), earning.c.reversed_by.is_(None))


def as_earned(row: Any) -> Earned:
    """A stored earning as the answer to whoever asks again."""
    return Earned(**{name: getattr(row, name) for name in EARNED}, repeated=True)


def rule_and_earnings(
    region_id: int, activity: str, day: date, membership_ids: list[int]
) -> tuple[Rule, dict[int, Earned]]:
    """The rule in force on `day` and what stands of these memberships' earnings. Refused: `no_rule`."""
    asked: dict[str, Any] = {"region": region_id, "day": day, "activity": activity}
    is_one = len(membership_ids) == 1
    asked["memberships"] = membership_ids[0] if is_one else membership_ids
    rows = connection().execute(_rule_and_earnings(is_one), asked).all()
    if not rows:
        raise Refused("no_rule")
    stand = [row for row in rows if row.membership_id is not None]
    return Rule(*rows[0][: len(Rule._fields)]), {row.membership_id: as_earned(row) for row in stand}


@cache
def _rule_and_earnings(is_one: bool) -> sa.Select[Any]:
    """Built once: building it takes longer than asking it. So does writing a list of one into its text."""
    rule = in_force(sa.bindparam("region"), sa.bindparam("day")).subquery("rule")
    memberships: Any = [sa.bindparam("memberships")] if is_one else sa.bindparam("memberships", expanding=True)
    mine = live(sa.bindparam("region"), sa.bindparam("activity"), memberships).subquery("mine")
    columns = [rule.c[name] for name in Rule._fields] + [mine.c[name] for name in EARNED]
    return sa.select(*columns).select_from(rule.outerjoin(mine, sa.true()))
