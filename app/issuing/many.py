"""Giving coins for many activities in one transaction, each with its own day, in the one order of locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app import clock
from app.issuing import counters
from app.issuing.queries import Earned, Region
from app.issuing.rules import periods
from app.issuing.service import Due, Reserved, pay, reserve


@dataclass(frozen=True, slots=True)
class Work:
    """What one membership is due for an activity of the local day `day`."""

    activity: str
    day: date
    due: Due


def earn_each(*, region: Region, works: Sequence[Work], actor: str, at: datetime) -> list[Earned]:
    """Give coins for each, as much of what is wanted as caps and budget leave; the answers in the order of `works`.

    Where a cap does not reach, earlier ones come first; where the budget does not, older accounts. All allowances are
    locked before the first is used, by membership and period, and then all budgets: whoever pays one activity only
    locks in the same order. Refused: `no_rule`, `account_frozen`; Conflict as `earn_all`.
    """
    _lock_allowances(region, works)
    reserved = [reserve(region=region, activity=one.activity, day=one.day, dues=[one.due]) for one in works]
    _lock_budgets(region, reserved)
    order = sorted(range(len(works)), key=lambda place: (works[place].due.account_id, works[place].day, place))
    paid = {place: pay(reserved[place], actor=actor, at=at)[0] for place in order}
    return [paid[place] for place in range(len(works))]


def _lock_allowances(region: Region, works: Sequence[Work]) -> None:
    wanted: defaultdict[int, set[str]] = defaultdict(set)
    for one in works:
        wanted[one.due.membership_id].update(periods(region, one.day))
    for membership_id, counted in sorted(wanted.items()):
        counters.add_to_allowances(region.id, sorted(counted), {membership_id: 0})


def _lock_budgets(region: Region, reserved: Sequence[Reserved]) -> None:
    """Those that are paid from: nothing is drawn yet."""
    paying = {(one.rule.programme_id, clock.fiscal_year(region, one.day)) for one in reserved if one.shares}
    for programme_id, year in sorted(paying):
        counters.draw(region.id, programme_id, year, 0)
