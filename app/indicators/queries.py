"""Reading indicators and their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import db
from app.errors import Missing
from app.events.rules import FIVE
from app.indicators.models import Indicator, IndicatorValue
from app.regions.models import Region

PAGE = 50


class Shown(NamedTuple):
    """An indicator with the last value that counts; None while it has none."""

    indicator: Indicator
    last: IndicatorValue | None


class Group(NamedTuple):
    """One field with what is counted in it."""

    field: str
    shown: list[Shown]


def by_field(region: Region) -> list[Group]:
    """The five fields in their order, then the others that have an indicator."""
    groups: dict[str, list[Shown]] = {field: [] for field in FIVE}
    last = _last_values(region)
    for one in _standing(region):
        groups.setdefault(one.field, []).append(Shown(one, last.get(one.id)))
    return [Group(field, shown) for field, shown in groups.items()]


def by_id(region: Region, indicator_id: int) -> Indicator:
    """An indicator of this region that stands. Raises Missing."""
    query = sa.select(Indicator).where(Indicator.region_id == region.id, Indicator.id == indicator_id)
    found = db.session.scalar(query.where(Indicator.withdrawn_at.is_(None)))
    if found is None:
        raise Missing("not_found")
    return found


def by_name(region: Region, name: str) -> Indicator | None:
    """The indicator of this name, also one that was withdrawn."""
    query = sa.select(Indicator).where(Indicator.region_id == region.id, Indicator.name == name)
    return db.session.scalar(query)


def live(indicator: Indicator) -> Sequence[IndicatorValue]:
    """The values that count, the oldest first: the baseline and what came after."""
    query = _of(indicator).where(IndicatorValue.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(IndicatorValue.day, IndicatorValue.id)).all()


def history(indicator: Indicator, *, before: int | None = None) -> tuple[list[IndicatorValue], int | None]:
    """A page of all that was entered, withdrawn ones too, the last entered first; and where the next one begins."""
    query = _of(indicator).order_by(IndicatorValue.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(IndicatorValue.id < before)
    rows = list(db.session.scalars(query))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _of(indicator: Indicator) -> sa.Select[IndicatorValue]:
    same = (IndicatorValue.region_id == indicator.region_id) & (IndicatorValue.indicator_id == indicator.id)
    return sa.select(IndicatorValue).where(same)


def _standing(region: Region) -> Sequence[Indicator]:
    query = sa.select(Indicator).where(Indicator.region_id == region.id, Indicator.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(Indicator.id)).all()


def _last_values(region: Region) -> dict[int, IndicatorValue]:
    """By indicator: of one day, the one that was entered last."""
    one = aliased(IndicatorValue)
    last = sa.select(one.id).where(one.indicator_id == Indicator.id, one.withdrawn_at.is_(None))
    last = last.order_by(one.day.desc(), one.id.desc()).limit(1).correlate(Indicator)
    query = sa.select(IndicatorValue).join(Indicator, IndicatorValue.id == last.scalar_subquery())
    rows = db.session.scalars(query.where(Indicator.region_id == region.id))
    return {row.indicator_id: row for row in rows}
