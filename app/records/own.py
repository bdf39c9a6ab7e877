"""What one member sees of their own year: seals, hours, thanks, the ladder, consent. Nobody else asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple

import sqlalchemy as sa

from app import clock
from app.checkins.models import CheckIn
from app.db import db
from app.events.models import Event
from app.hours import queries as hours
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.records import rules, together
from app.records.models import Consent, LadderStep
from app.records.rules import Bar, Rung
from app.regions.models import Region

SEALS = 48  # of a page, three across


class Seal(NamedTuple):
    """An arrival; `filled` once the gathering is over."""

    check_in: CheckIn
    event: Event
    filled: bool


def seals(membership: Membership, *, before: int | None = None) -> tuple[list[Seal], int | None]:
    """The last arrivals in the order in which they came, and where the part before them ends."""
    query = _arrivals(membership).order_by(CheckIn.id.desc()).limit(SEALS + 1)
    if before is not None:
        query = query.where(CheckIn.id < before)
    rows = db.session.execute(query).all()
    shown = [Seal(check_in, event, event.ended_at is not None) for check_in, event in rows[:SEALS]]
    return shown[::-1], shown[-1].check_in.id if len(rows) > SEALS else None


def seals_of_year(region: Region, membership: Membership, year: int) -> list[Seal]:
    """All arrivals of a 年度, in order."""
    begins, ends = instants(region, year)
    query = _arrivals(membership).where(CheckIn.at >= begins, CheckIn.at < ends).order_by(CheckIn.id)
    return [Seal(check_in, event, event.ended_at is not None) for check_in, event in db.session.execute(query)]


def instants(region: Region, year: int) -> tuple[datetime, datetime]:
    """When 年度 `year` begins and when it is over, by the region's clocks."""
    first, _last = clock.fiscal_year_days(year)
    after, _last = clock.fiscal_year_days(year + 1)
    begins, ends = (clock.instant(region, datetime.combine(day, time())) for day in (first, after))
    return begins, ends


def _arrivals(membership: Membership) -> sa.Select[CheckIn, Event]:
    query = sa.select(CheckIn, Event).join(Event, Event.id == CheckIn.event_id)
    return query.where(CheckIn.membership_id == membership.id, CheckIn.undone_at.is_(None))


def months(membership: Membership, year: int) -> list[Bar]:
    """The twelve months of a 年度: confirmed minutes, and how many of them were paid."""
    paid = sa.func.sum(sa.case((HoursEntry.paid, HoursEntry.minutes), else_=0))
    query = sa.select(hours.MONTH.label("month"), sa.func.sum(HoursEntry.minutes), paid)
    query = query.where(*_confirmed(membership, year)).group_by("month")
    sums = {month: (int(minutes), int(paid_ones)) for month, minutes, paid_ones in db.session.execute(query)}
    return [Bar(first, *sums.get(first.isoformat()[:7], (0, 0))) for first in rules.months_of(year)]


def by_field(membership: Membership, year: int) -> list[tuple[str, int]]:
    """(field, confirmed minutes) of a 年度, the most first."""
    total = sa.func.sum(HoursEntry.minutes)
    query = sa.select(HoursEntry.field, total).where(*_confirmed(membership, year))
    rows = db.session.execute(query.group_by(HoursEntry.field).having(total > 0).order_by(total.desc()))
    return [(field, int(minutes)) for field, minutes in rows]


def _confirmed(membership: Membership, year: int) -> tuple[sa.ColumnElement[bool], ...]:
    days = HoursEntry.day.between(*clock.fiscal_year_days(year))
    return HoursEntry.membership_id == membership.id, days, hours.CONFIRMED


def ladder(region: Region, membership: Membership) -> list[Rung]:
    """The region's steps. What was reached once stays so, whatever is put right later."""
    steps = _steps(region)
    return rules.ladder([(step.activities, step) for step in steps], together.done([membership.id])[membership.id])


def _steps(region: Region) -> Sequence[LadderStep]:
    query = sa.select(LadderStep).where(LadderStep.region_id == region.id)
    return db.session.scalars(query.order_by(LadderStep.activities)).all()


def consents(membership: Membership) -> set[str]:
    """The parts that others may see now."""
    query = sa.select(Consent.part).where(Consent.membership_id == membership.id, Consent.withdrawn_at.is_(None))
    return set(db.session.scalars(query))
