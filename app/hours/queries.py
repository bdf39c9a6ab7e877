"""Reading hours: what one person did, what everybody did together, what waits for a second person.

Only confirmed entries count, and an entry that takes another back has less than no minutes. Sums read the rows of the
asked days and no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock
from app.db import db, find
from app.events.models import Event
from app.hours import rules
from app.hours.entries import STANDS, Second
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.projects.models import Project
from app.regions.models import Region

PAGE = 50
TYPED = timedelta(days=60)  # for so long somebody is told of what they typed in and was sent back
CONFIRMED = HoursEntry.state == "confirmed"
MONTH = sa.func.substr(sa.cast(HoursEntry.day, sa.Text), 1, 7)  # 2026-11
# Spelt out, and with a day: SQLite takes the index of what waits for nothing less.
WAITING = sa.and_(HoursEntry.state == sa.literal_column("'waiting'"), HoursEntry.day > date(2000, 1, 1))


class MonthSum(NamedTuple):
    """`month` 2026-11; all confirmed minutes, `paid_minutes` among them; how many people's, and entries that stand."""

    month: str
    minutes: int
    paid_minutes: int
    people: int
    entries: int


class FieldSum(NamedTuple):
    """The same of a field."""

    field: str
    minutes: int
    paid_minutes: int
    people: int
    entries: int


class ProjectSum(NamedTuple):
    """The same of a project; None: of no project."""

    project_id: int | None
    minutes: int
    paid_minutes: int
    people: int
    entries: int


@dataclass(frozen=True)
class ToConfirm:
    """An entry that somebody may confirm, as what (`role`: host, together, named, steward, office), and whose it is."""

    entry: HoursEntry
    whose: Membership
    role: str
    typist: Membership | None = None  # 代理入力
    named: Membership | None = None  # だれと


# --- of everybody -------------------------------------------------------------------------------------------


def months(region: Region, first: date, last: date) -> list[MonthSum]:
    """The months between two days in which something was done, in order."""
    return [MonthSum(*row) for row in _sums(region, first, last, MONTH)]


def by_field(region: Region, first: date, last: date) -> list[FieldSum]:
    """The fields between two days, by name."""
    return [FieldSum(*row) for row in _sums(region, first, last, HoursEntry.field)]


def by_project(region: Region, first: date, last: date) -> list[ProjectSum]:
    """The projects between two days, by id; what belongs to none is last."""
    sums = [ProjectSum(*row) for row in _sums(region, first, last, HoursEntry.project_id)]
    return sorted(sums, key=lambda one: (one.project_id is None, one.project_id or 0))


def of_project(region: Region, project_id: int) -> ProjectSum:
    """All that was ever done in a project."""
    here = sa.select(Project.id).where(Project.id == project_id, Project.region_id == region.id).scalar_subquery()
    row = db.session.execute(sa.select(*_SUMS).where(HoursEntry.project_id == here, CONFIRMED)).one()
    return ProjectSum(project_id, *(int(one or 0) for one in row))


def designated(region: Region, fiscal_year: int) -> list[tuple[int, int]]:
    """(membership, how many confirmed activities for ふるさと住民登録) of a 年度: designated gatherings or projects."""
    days = clock.fiscal_year_days(fiscal_year)
    query = sa.select(HoursEntry.membership_id, sa.func.count(sa.distinct(HoursEntry.activity)))
    query = query.outerjoin(Event, Event.id == HoursEntry.event_id)
    query = query.outerjoin(Project, Project.id == HoursEntry.project_id)
    query = query.where(_of_days(region, *days), STANDS, sa.or_(Event.designated, Project.designated))
    query = query.group_by(HoursEntry.membership_id).order_by(HoursEntry.membership_id)
    return [(membership_id, count) for membership_id, count in db.session.execute(query)]


_ALIVE = sa.case((STANDS, HoursEntry.membership_id))
_SUMS = (
    sa.func.sum(HoursEntry.minutes),
    sa.func.sum(sa.case((HoursEntry.paid, HoursEntry.minutes), else_=0)),
    sa.func.count(sa.distinct(_ALIVE)),
    sa.func.count(_ALIVE),
)


def _sums(region: Region, first: date, last: date, part: Any) -> Iterable[tuple[Any, int, int, int, int]]:
    """For each value of `part` of which anything is left: minutes, paid ones, people, entries."""
    query = sa.select(part.label("part"), *_SUMS).where(_of_days(region, first, last)).group_by("part").order_by("part")
    for name, *numbers in db.session.execute(query):
        minutes, paid, people, number = (int(one) for one in numbers)
        if minutes or number:
            yield name, minutes, paid, people, number


def _of_days(region: Region, first: date, last: date) -> sa.ColumnElement[bool]:
    return sa.and_(HoursEntry.region_id == region.id, HoursEntry.day.between(first, last), CONFIRMED)


# --- of one person ------------------------------------------------------------------------------------------


def by_id(region: Region, entry_id: int) -> HoursEntry:
    """An entry of this region. Missing."""
    return find(HoursEntry, region.id, entry_id)


def typed_by(region: Region, membership: Membership, entry_ids: Collection[int]) -> Sequence[HoursEntry]:
    """Those of these entries that somebody typed in for others, at most a page."""
    query = sa.select(HoursEntry).where(HoursEntry.id.in_(entry_ids), HoursEntry.region_id == region.id)
    query = query.where(HoursEntry.entered_by_id == membership.id).order_by(HoursEntry.id)
    return db.session.scalars(query.limit(PAGE)).all()


def of_membership(
    membership: Membership,
    first: date | None = None,
    last: date | None = None,
    *,
    limit: int = PAGE,
    after: int | None = None,
    states: Collection[str] | None = None,
) -> Sequence[HoursEntry]:
    """A person's entries in all states (or in `states`), the latest day first; `after` is the last one shown before."""
    query = sa.select(HoursEntry).where(HoursEntry.membership_id == membership.id)
    if first is not None:
        query = query.where(HoursEntry.day >= first)
    if last is not None:
        query = query.where(HoursEntry.day <= last)
    if states is not None:
        query = query.where(HoursEntry.state.in_(states))
    seen = db.session.get(HoursEntry, after) if after is not None else None
    if seen is not None and seen.membership_id == membership.id:
        same_day = sa.and_(HoursEntry.day == seen.day, HoursEntry.id < seen.id)
        query = query.where(sa.or_(HoursEntry.day < seen.day, same_day))
    return db.session.scalars(query.order_by(HoursEntry.day.desc(), HoursEntry.id.desc()).limit(limit)).all()


def confirmed_minutes(membership: Membership, first: date | None = None, last: date | None = None) -> int:
    """All confirmed minutes of a person, or those between two days, paid ones among them."""
    return minutes_by_state(membership, first, last).get("confirmed", 0)


def minutes_by_state(membership: Membership, first: date | None = None, last: date | None = None) -> dict[str, int]:
    """The minutes of a person that wait and those that are confirmed, all of them or those between two days."""
    query = sa.select(HoursEntry.state, sa.func.sum(HoursEntry.minutes)).where(HoursEntry.state.in_(rules.LIVE))
    query = query.where(HoursEntry.membership_id == membership.id).group_by(HoursEntry.state)
    if first is not None and last is not None:
        query = query.where(HoursEntry.day.between(first, last))
    return {state: int(minutes) for state, minutes in db.session.execute(query)}


def correction_of(entry: HoursEntry) -> HoursEntry | None:
    """What took an entry back."""
    return db.session.scalar(sa.select(HoursEntry).where(HoursEntry.reverses_id == entry.id))


def activities(membership: Membership, since: date | None) -> int:
    """How many different confirmed activities a person has from a day on, or ever."""
    query = sa.select(sa.func.count(sa.distinct(HoursEntry.activity))).where(CONFIRMED, STANDS)
    query = query.where(HoursEntry.membership_id == membership.id)
    if since is not None:
        query = query.where(HoursEntry.day >= since)
    return int(db.session.scalar(query) or 0)


def confirmations(membership_ids: Collection[int]) -> list[tuple[int, datetime, datetime | None]]:
    """(membership, when it was confirmed, when it was taken back) of all that these people ever had confirmed."""
    back = aliased(HoursEntry)
    query = sa.select(HoursEntry.membership_id, HoursEntry.confirmed_at, back.confirmed_at)
    query = query.outerjoin(back, back.reverses_id == HoursEntry.id)
    query = query.where(HoursEntry.membership_id.in_(membership_ids), CONFIRMED, HoursEntry.minutes > 0)
    return [(id, confirmed_at, at) for id, confirmed_at, at in db.session.execute(query) if confirmed_at is not None]


def returned(membership: Membership, typed_since: date | None = None) -> Sequence[HoursEntry]:
    """What was sent back to a person and not put right yet, the latest first; with `typed_since` also what they typed
    in for others, of work since that day: all entries since then are looked at.
    """
    back = sa.select(HoursEntry).where(HoursEntry.state == "returned")
    found = list(db.session.scalars(back.where(HoursEntry.membership_id == membership.id)))
    if typed_since is not None:
        recent = back.where(HoursEntry.region_id == membership.region_id, HoursEntry.day >= typed_since)
        found += db.session.scalars(recent.where(HoursEntry.entered_by_id == membership.id))
    return sorted(found, key=lambda one: one.id, reverse=True)[:PAGE]


# --- what waits ---------------------------------------------------------------------------------------------


def to_confirm(
    region: Region, membership: Membership, roles: Collection[str], limit: int = PAGE, after: int | None = None
) -> list[ToConfirm]:
    """What this person may confirm, in the order in which it was written; `after` is the last one shown before."""
    query = _may_confirm(region, membership, roles)
    if query is None:
        return []
    typist, named = aliased(Membership), aliased(Membership)
    query = query.outerjoin(typist, typist.id == HoursEntry.entered_by_id)
    query = query.outerjoin(named, named.id == HoursEntry.with_id).order_by(HoursEntry.id).limit(limit)
    if after is not None:
        query = query.where(HoursEntry.id > after)
    rows = db.session.execute(query.with_only_columns(HoursEntry, Membership, typist, named)).all()
    second = Second.of(membership, roles, [row[0] for row in rows])
    judged = [(second.role(entry, whose), entry, whose, by, other) for entry, whose, by, other in rows]
    return [ToConfirm(entry, whose, role, by, other) for role, entry, whose, by, other in judged if role is not None]


def waiting_count(region: Region, membership: Membership, roles: Collection[str]) -> int:
    """How many entries this person may confirm."""
    query = _may_confirm(region, membership, roles)
    return 0 if query is None else int(db.session.scalar(query.with_only_columns(sa.func.count())) or 0)


def _may_confirm(
    region: Region, membership: Membership, roles: Collection[str]
) -> sa.Select[HoursEntry, Membership] | None:
    """The waiting entries of others with whose they are, by the rule of `rules.may_confirm`; None: never any."""
    if membership.standing != "active" or not rules.OFFICERS.isdisjoint(roles):
        return None
    query = sa.select(HoursEntry, Membership).join(Membership, Membership.id == HoursEntry.membership_id)
    query = query.where(HoursEntry.region_id == region.id, WAITING)
    query = query.where(HoursEntry.membership_id != membership.id)
    query = query.where(HoursEntry.entered_by_id.is_distinct_from(membership.id))
    if membership.household_id is not None:
        query = query.where(Membership.household_id.is_distinct_from(membership.household_id))
    if set(rules.DUTIES).isdisjoint(roles):
        query = query.where(sa.or_(HoursEntry.with_id == membership.id, *_at_a_gathering(membership)))
    return query


def _at_a_gathering(membership: Membership) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Of a gathering that this person held, or was at."""
    own = aliased(HoursEntry)
    held = sa.select(Event.id).where(Event.id == HoursEntry.event_id, Event.host_id == membership.id)
    was = sa.select(own.id).where(own.event_id == HoursEntry.event_id, own.membership_id == membership.id)
    was = was.where(own.minutes > 0, ~own.reversed, own.state.in_(rules.LIVE))
    return sa.exists(held), sa.exists(was)
