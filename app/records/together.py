"""What everybody did together: sums of confirmed hours, how many people, by field and by project. Never by person.

Only rows of the days that are asked for are read. `whole` says whether the reader is told every number. Whoever is not
reads no number behind which there are fewer than five people, nor can work it out: of a year the months, the fields
and the projects are told each by themselves, of a month its sum alone, and paid hours not apart.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from app import clock
from app.db import db
from app.events.rules import FIVE
from app.hours import queries as hours
from app.hours.entries import STANDS
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.projects import queries as projects
from app.records import rules
from app.records.models import Consent, LadderStep
from app.records.rules import Bar
from app.regions.models import Region

PAGE = 50


class Sum(NamedTuple):
    """Confirmed minutes, `paid` among them, and how many people they are of; `hidden`: not told to this reader."""

    minutes: int = 0
    paid: int = 0
    people: int = 0
    hidden: bool = False

    @property
    def free(self) -> int:
        return self.minutes - self.paid


class Part(NamedTuple):
    """A field (`what` its name in the books) or a project (`what` its row, None for work of no project)."""

    what: object
    sum: Sum


def total(region: Region, days: tuple[date, date], *, whole: bool) -> Sum:
    """All of a period. Somebody whose hours were all taken back is not counted."""
    first, last = days
    paid = sa.case((HoursEntry.paid, HoursEntry.minutes), else_=0)
    each = sa.select(sa.func.sum(HoursEntry.minutes).label("minutes"), sa.func.sum(paid).label("paid"))
    each = each.where(HoursEntry.region_id == region.id, HoursEntry.day.between(first, last))
    people = each.where(HoursEntry.state == "confirmed").group_by(HoursEntry.membership_id).subquery()
    sums = (people.c.minutes, people.c.paid, sa.case((people.c.minutes > 0, 1), else_=0))
    row = db.session.execute(sa.select(*(sa.func.coalesce(sa.func.sum(one), 0) for one in sums))).one()
    minutes, paid_ones, number = (int(one) for one in row)
    if whole:
        return Sum(minutes, paid_ones, number)
    return Sum(minutes, 0, number, hidden=0 < number < rules.FEW)


def month(region: Region, first: date, *, whole: bool) -> Sum:
    """All of a month; hidden where it is hidden among the months of its year."""
    if whole:
        return total(region, rules.month_days(first), whole=True)
    bars = months(region, clock.fiscal_year(region, first), whole=False)
    return of_bar(next(bar for bar in bars if bar.first == first))


def of_bar(bar: Bar) -> Sum:
    return Sum(bar.minutes, bar.paid, bar.people or 0, bar.hidden)


def months(region: Region, year: int, *, whole: bool) -> list[Bar]:
    """The twelve months of a 年度."""
    told = {one.month: one for one in hours.months(region, *clock.fiscal_year_days(year))}
    bars = [_bar(one, told.get(one.isoformat()[:7])) for one in rules.months_of(year)]
    if whole:
        return bars
    few = rules.hidden([bar.people or 0 for bar in bars])
    return [bar._replace(paid=0, hidden=place in few) for place, bar in enumerate(bars)]


def _bar(first: date, told: hours.MonthSum | None) -> Bar:
    return Bar(first) if told is None else Bar(first, told.minutes, told.paid_minutes, told.people)


def by_field(region: Region, days: tuple[date, date], *, whole: bool) -> list[Part]:
    """The five fields in their order, then the others in which something was done."""
    told = {one.field: Sum(one.minutes, one.paid_minutes, one.people) for one in hours.by_field(region, *days)}
    fields = [*FIVE, *sorted(field for field in told if field not in FIVE)]
    return _veiled([Part(field, told.get(field, Sum())) for field in fields], whole)


def by_project(region: Region, days: tuple[date, date], *, whole: bool) -> list[Part]:
    """The projects in which something was done, the most hours first; the work of no project is last."""
    told = {one.project_id: Sum(one.minutes, one.paid_minutes, one.people) for one in hours.by_project(region, *days)}
    rows = projects.titles(region, {id for id in told if id is not None})
    ordered = sorted(told, key=lambda id: (id is None, -told[id].minutes, id or 0))
    return _veiled([Part(rows.get(id or 0), told[id]) for id in ordered], whole)


def _veiled(parts: list[Part], whole: bool) -> list[Part]:
    if whole:
        return parts
    few = rules.hidden([part.sum.people for part in parts])
    return [Part(part.what, part.sum._replace(paid=0, hidden=place in few)) for place, part in enumerate(parts)]


# --- names, with consent only -------------------------------------------------------------------------------


def last_step(region: Region) -> int | None:
    """How many activities bring a name on the board: the ladder's last step. None without a ladder."""
    return db.session.scalar(sa.select(sa.func.max(LadderStep.activities)).where(LadderStep.region_id == region.id))


def board(region: Region, *, after: int | None = None) -> tuple[list[Membership], int | None]:
    """Whoever reached the last step and lets their name be seen, as they agreed one after the other; never by hours.

    Answers a page and where the next one begins.
    """
    step = last_step(region)
    if step is None:
        return [], None
    query = sa.select(Membership).join(Consent, Consent.membership_id == Membership.id)
    query = query.where(Consent.part == "board", Consent.withdrawn_at.is_(None), Consent.region_id == region.id)
    query = query.where(Membership.standing == "active", Membership.name != "", _had(step))
    if after is not None:
        query = query.where(Membership.id > after)
    rows = list(db.session.execute(query.add_columns(_had(step, STANDS)).order_by(Membership.id).limit(PAGE + 1)))
    shown, more = rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else None
    unsure = done([who.id for who, stands in shown if not stands])
    return [who for who, stands in shown if stands or unsure[who.id].most >= step], more


def done(membership_ids: Collection[int]) -> dict[int, rules.Done]:
    """Of each of these people, how many activities were confirmed."""
    found: dict[int, list[rules.Activity]] = {id: [] for id in membership_ids}
    for id, confirmed_at, taken_back_at in hours.confirmations(membership_ids) if found else ():
        found[id].append(rules.Activity(confirmed_at, taken_back_at))
    return {id: rules.done(activities) for id, activities in found.items()}


def _had(step: int, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether so many activities were ever confirmed: reads no more rows than that, where all are such."""
    mine = sa.select(HoursEntry.id).where(HoursEntry.membership_id == Membership.id, HoursEntry.minutes > 0, *more)
    mine = mine.where(HoursEntry.state == "confirmed")
    return sa.exists(mine.correlate(Membership).offset(step - 1).limit(1))
