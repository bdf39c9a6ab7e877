"""What others ask for as proof: who did enough for ふるさと住民登録, hours as a table, what the hours were worth."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from app.db import db
from app.hours import queries as hours
from app.hours.entries import STANDS
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.projects import queries as projects
from app.projects.models import Project
from app.records import rules, together
from app.records.models import Consent
from app.regions.models import Region


class Proven(NamedTuple):
    """A member with enough designated activities who agreed to be named to whoever asks for the proof."""

    membership: Membership
    times: int
    agreed_at: datetime


class Row(NamedTuple):
    """One line of the table of hours; `project` is "" for work of no project."""

    month: str
    project: str
    project_kind: str
    field: str
    paid: bool
    minutes: int
    entries: int
    people: int


class Worth(NamedTuple):
    """Confirmed unpaid minutes, and what they would have cost; `yen` None while the region has no such number."""

    minutes: int
    yen_an_hour: int | None
    yen: int | None


def list_of_year(region: Region, year: int) -> list[Proven]:
    """In the order of their よみ. Without consent, or with consent taken back, nobody is on it."""
    counts = {id: count for id, count in hours.designated(region, year) if count >= rules.DESIGNATED}
    query = sa.select(Membership, Consent.given_at).join(Consent, Consent.membership_id == Membership.id)
    query = query.where(Consent.region_id == region.id, Consent.part == "evidence", Consent.withdrawn_at.is_(None))
    query = query.where(Membership.standing == "active").order_by(Membership.yomi_search, Membership.id)
    rows = db.session.execute(query)
    return [Proven(member, counts[member.id], given_at) for member, given_at in rows if member.id in counts]


def table(region: Region, days: tuple[date, date]) -> list[Row]:
    """Confirmed hours by month, project, field, and whether they were paid; corrections are taken off."""
    keys = (HoursEntry.project_id, HoursEntry.field, HoursEntry.paid)
    standing = sa.case((STANDS, HoursEntry.membership_id))
    counts = (sa.func.count(standing), sa.func.count(sa.distinct(standing)))
    query = sa.select(hours.MONTH.label("month"), *keys, sa.func.sum(HoursEntry.minutes), *counts)
    query = query.where(HoursEntry.region_id == region.id, HoursEntry.day.between(*days))
    query = query.where(hours.CONFIRMED).group_by("month", *keys)
    found = [row for row in db.session.execute(query) if row[4] or row[5]]
    rows = projects.titles(region, {row[1] for row in found if row[1] is not None})
    lines = [_line(row, rows.get(row[1] or 0)) for row in found]
    return sorted(lines, key=lambda one: (one.month, one.project, one.field, one.paid))


def _line(row: sa.Row[str, int | None, str, bool, int, int, int], project: Project | None) -> Row:
    month, _project_id, field, paid, minutes, entries, people = row
    title, kind = (project.title, project.kind) if project is not None else ("", "")
    return Row(month, title, kind, field, bool(paid), int(minutes), int(entries), people)


def worth(region: Region, days: tuple[date, date]) -> Worth:
    """The unpaid hours of a period, valued at what the region says that an hour would have cost."""
    minutes, yen_an_hour = together.total(region, days, whole=True).free, region.hour_value_yen
    return Worth(minutes, yen_an_hour, rules.worth(minutes, yen_an_hour) if yen_an_hour is not None else None)
