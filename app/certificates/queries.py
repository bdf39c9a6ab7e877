"""Reading certificates: the hours that may be certified, one of them with what became of it, the chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock
from app.certificates import rules
from app.certificates.models import Certificate, CertificateAudience, CertificateLine, CertificateRevocation
from app.certificates.rules import Done, Link, Time
from app.db import db
from app.errors import Missing
from app.events.models import Event
from app.hours.entries import STANDS
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.projects.models import Project
from app.regions.models import Region

PAGE = 50
AT_ONCE = 500  # links of a chain
COUNTS = sa.and_(HoursEntry.state == "confirmed", STANDS)


class Counted(NamedTuple):
    """An entry that may be certified."""

    entry_id: int
    done: Done


class Sum(NamedTuple):
    """Confirmed hours of a 年度 or in a project: how long, how often."""

    minutes: int
    times: int


class Held(NamedTuple):
    """A certificate with who may see it, what its text says, and its revocation."""

    row: Certificate
    visibility: str
    revocation: CertificateRevocation | None
    whose: Membership

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.row.text)
        return found


class Anywhere(NamedTuple):
    """What a serial leads to, whatever region one looks from."""

    slug: str
    visibility: str
    revoked: bool


class Now(NamedTuple):
    """What stands today of the certified activities, and whether any of it was put right since."""

    unpaid: int
    paid: int
    corrected: bool


# --- what may be certified ------------------------------------------------------------------------------------


def counted(
    whose: Membership,
    *,
    first: date | None = None,
    last: date | None = None,
    project_id: int | None = None,
    limit: int = rules.MOST_TIMES,
) -> list[Counted]:
    """Somebody's own confirmed entries that were not taken back, the earliest first."""
    second = aliased(Membership)
    query = sa.select(HoursEntry, Project, Event, second.kind).where(_mine(whose))
    query = query.outerjoin(Project, Project.id == HoursEntry.project_id)
    query = query.outerjoin(Event, Event.id == HoursEntry.event_id)
    query = query.outerjoin(second, second.id == HoursEntry.confirmed_by_id)
    if first is not None:
        query = query.where(HoursEntry.day >= first)
    if last is not None:
        query = query.where(HoursEntry.day <= last)
    if project_id is not None:
        query = query.where(HoursEntry.project_id == project_id)
    rows = db.session.execute(query.order_by(HoursEntry.day, HoursEntry.id).limit(limit))
    return [Counted(entry.id, _done(entry, project, event, kind)) for entry, project, event, kind in rows]


def _mine(whose: Membership) -> sa.ColumnElement[bool]:
    return sa.and_(HoursEntry.region_id == whose.region_id, HoursEntry.membership_id == whose.id, COUNTS)


def _done(entry: HoursEntry, project: Project | None, event: Event | None, kind: str | None) -> Done:
    role, remote = rules.confirmed_by(entry.confirmed_as, kind), entry.place == "remote"
    time = Time(entry.day, entry.minutes, bool(entry.paid), remote, role)
    if project is not None:
        return Done(f"project:{project.id}", project.title, project.title_en, entry.field, entry.what, time)
    if event is not None:
        return Done(f"event:{event.title}", event.title, event.title_en, entry.field, "", time)
    return Done(f"field:{entry.field}", "", "", entry.field, entry.what, time)


def years(region: Region, whose: Membership) -> list[tuple[int, Sum]]:
    """The 年度 in which somebody has confirmed hours, the latest first."""
    query = sa.select(HoursEntry.day, sa.func.sum(HoursEntry.minutes), sa.func.count()).where(_mine(whose))
    found: dict[int, Sum] = {}
    for day, minutes, times in db.session.execute(query.group_by(HoursEntry.day)):
        year = clock.fiscal_year(region, day)
        before = found.get(year, Sum(0, 0))
        found[year] = Sum(before.minutes + int(minutes), before.times + times)
    return sorted(found.items(), reverse=True)


def projects(whose: Membership) -> list[tuple[Project, Sum]]:
    """The projects in which somebody has confirmed hours, the most first."""
    total = sa.func.sum(HoursEntry.minutes)
    query = sa.select(Project, total, sa.func.count()).join(Project, Project.id == HoursEntry.project_id)
    query = query.where(_mine(whose)).group_by(Project.id).order_by(total.desc(), Project.id).limit(PAGE)
    return [(project, Sum(int(minutes), times)) for project, minutes, times in db.session.execute(query)]


# --- certificates ---------------------------------------------------------------------------------------------


def _held() -> sa.Select[Certificate, str, CertificateRevocation, Membership]:
    query = sa.select(Certificate, CertificateAudience.visibility, CertificateRevocation, Membership)
    query = query.join(CertificateAudience, CertificateAudience.certificate_id == Certificate.id)
    query = query.join(Membership, Membership.id == Certificate.membership_id)
    return query.outerjoin(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)


def one(region: Region, *, id: int | None = None, code: str | None = None, serial: str | None = None) -> Held:
    """By its id, its code or its serial, of this region. Missing."""
    asked = {Certificate.id: id, Certificate.code: code, Certificate.serial: serial}
    query = _held().where(Certificate.region_id == region.id)
    query = query.where(*(column == value for column, value in asked.items() if value is not None))
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise Missing("not_found")
    return Held(*row)


def anywhere(serial: str) -> Anywhere | None:
    """The region of a serial, and what decides whether anything is said of it."""
    query = _held().with_only_columns(Region.slug, CertificateAudience.visibility, CertificateRevocation.at)
    query = query.join(Region, Region.id == Certificate.region_id).where(Certificate.serial == serial)
    row = db.session.execute(query).one_or_none()
    return Anywhere(row[0], row[1], row[2] is not None) if row else None


def page(
    region: Region, *, whose: Membership | None = None, before: int | None = None
) -> tuple[list[Held], int | None]:
    """Somebody's, or all of the region, the latest first; and where the next page begins."""
    query = _held().where(Certificate.region_id == region.id)
    if whose is not None:
        query = query.where(Certificate.membership_id == whose.id)
    if before is not None:
        query = query.where(Certificate.id < before)
    rows = [Held(*row) for row in db.session.execute(query.order_by(Certificate.id.desc()).limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].row.id if len(rows) > PAGE else None


def issued_since(whose: Membership, since: datetime) -> int:
    query = sa.select(sa.func.count()).where(Certificate.membership_id == whose.id, Certificate.issued_at > since)
    return db.session.scalar(query) or 0


def now(row: Certificate) -> Now:
    """What the certified activities come to today: what was taken back has gone, what replaced it counts."""
    old, today = aliased(HoursEntry), HoursEntry
    lines = sa.select(old.membership_id, old.activity, old.reversed).join(
        CertificateLine, sa.and_(CertificateLine.entry_id == old.id, CertificateLine.region_id == old.region_id)
    )
    mine = lines.where(CertificateLine.certificate_id == row.id).subquery()
    same = sa.and_(today.membership_id == mine.c.membership_id, today.activity == mine.c.activity, COUNTS)
    total = sa.func.coalesce(sa.func.sum(today.minutes), 0)
    paid = sa.func.coalesce(sa.func.sum(sa.case((today.paid, today.minutes), else_=0)), 0)
    minutes, paid_ones = db.session.execute(sa.select(total, paid).select_from(mine).join(today, same)).one()
    corrected = sa.select(sa.func.count()).select_from(mine).where(mine.c.reversed)
    return Now(int(minutes) - int(paid_ones), int(paid_ones), bool(db.session.scalar(corrected)))


# --- the chain ----------------------------------------------------------------------------------------------


def last_link(region: Region) -> Link | None:
    """The newest; None before the first."""
    rows = db.session.execute(_links(region).order_by(Certificate.place.desc()).limit(1)).all()
    return Link(*rows[0]) if rows else None


def last_number(region: Region, year: int) -> int:
    """How many the region has issued in a 年度."""
    query = sa.select(sa.func.max(Certificate.number))
    return db.session.scalar(query.where(Certificate.region_id == region.id, Certificate.year == year)) or 0


def chain(region: Region) -> Iterator[Link]:
    """All of a region's certificates in order, read a part at a time."""
    query, after = _links(region).order_by(Certificate.place).limit(AT_ONCE), 0
    while rows := db.session.execute(query.where(Certificate.place > after)).all():
        yield from (Link(*row) for row in rows)
        after = rows[-1].place


def _links(region: Region) -> sa.Select[int, str, str, str]:
    columns = (Certificate.place, Certificate.text, Certificate.prev_hash, Certificate.hash)
    return sa.select(*columns).where(Certificate.region_id == region.id)
