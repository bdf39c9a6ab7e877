"""What limits giving: allowances (one membership, one period) and budgets (one programme, one 年度).

Both are counters that a transaction locks by changing them, allowances by ascending membership and period,
the budget after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.db import connection, insert
from app.issuing.queries import allowance, budget


def add_to_allowances(region_id: int, counted: Iterable[str], amounts: Mapping[int, int]) -> dict[tuple[int, str], int]:
    """Add an amount for each membership to each period that counts; what they come to, by (membership,
    period).
    """
    rows = [
        {"membership_id": membership_id, "period": period, "region_id": region_id, "issued": amount}
        for membership_id, amount in sorted(amounts.items())
        for period in counted
    ]
    return {(row[0], row[1]): row[2] for row in connection().execute(_add(connection().dialect.name), rows)}


@cache
def _add(dialect: str) -> Any:
    statement = insert(allowance)
    added = {"issued": allowance.c.issued + statement.excluded.issued}
    statement = statement.on_conflict_do_update(index_elements=["membership_id", "period"], set_=added)
    return statement.returning(allowance.c.membership_id, allowance.c.period, allowance.c.issued)


_GIVE_BACK = (
    sa.update(allowance)
    .where(allowance.c.membership_id == sa.bindparam("whose"), allowance.c.period == sa.bindparam("when"))
    .values(issued=allowance.c.issued - sa.bindparam("back", type_=sa.Integer))
)


def give_back(counted: Iterable[str], amounts: Mapping[int, int]) -> None:
    """Take an amount for each membership out of each period that counts."""
    rows = [
        {"whose": membership_id, "when": period, "back": amount}
        for membership_id, amount in sorted(amounts.items())
        for period in counted
        if amount
    ]
    if rows:
        connection().execute(_GIVE_BACK, rows)


_MINE = (budget.c.programme_id == sa.bindparam("programme")) & (budget.c.fiscal_year == sa.bindparam("year"))
_MINE &= budget.c.region_id == sa.bindparam("region")
_wanted = sa.bindparam("wanted", type_=sa.Integer)
_MORE = sa.update(budget).where(_MINE, budget.c.granted + _wanted <= budget.c.cap)
_MORE = _MORE.values(granted=budget.c.granted + _wanted)
_LEFT = sa.select(budget.c.cap - budget.c.granted).where(_MINE).with_for_update()


def draw(region_id: int, programme_id: int, year: int, wanted: int) -> int:
    """Take `wanted` coins out of the budget, or what is left (0 without a budget); less than 0 puts some
    back.
    """
    whose = {"region": region_id, "programme": programme_id, "year": year}
    if connection().execute(_MORE, whose | {"wanted": wanted}).rowcount:
        return wanted
    left = min(int(connection().scalar(_LEFT, whose) or 0), wanted)
    if left:
        connection().execute(_MORE, whose | {"wanted": left})
    return left


def set_budget(region_id: int, programme_id: int, year: int, cap: int) -> bool:
    """Set what a programme may give in a 年度; False if it has given more already."""
    row = {"region_id": region_id, "programme_id": programme_id, "fiscal_year": year, "granted": 0, "cap": cap}
    statement = insert(budget).on_conflict_do_update(
        index_elements=["programme_id", "fiscal_year"],
        set_={"cap": cap},
        where=(budget.c.granted <= cap) & (budget.c.region_id == region_id),
    )
    return connection().execute(statement.returning(budget.c.id), row).scalar() is not None
