"""Adding indicators and values; taking wrong ones out of the count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.db import db, find
from app.errors import Conflict, Missing
from app.indicators import queries
from app.indicators.models import Indicator, IndicatorValue
from app.regions.models import Region

FACTS = ("field", "name", "name_en", "about", "about_en", "unit", "unit_en", "decimals", "target", "target_on")
Facts = dict[str, Any]


def add(*, region: Region, facts: Facts, at: datetime) -> Indicator:
    """A new indicator with the columns of FACTS. The same form again is answered by the first; another one of that
    name is Conflict `indicator_known`.
    """
    known = queries.by_name(region, facts["name"])
    if known is not None:
        if known.withdrawn_at is None and all(getattr(known, name) == facts[name] for name in FACTS):
            return known
        raise Conflict("indicator_known")
    indicator = Indicator(region_id=region.id, created_at=at, **facts)
    db.session.add(indicator)
    db.session.flush()
    return indicator


def change(*, region: Region, indicator_id: int, facts: Facts) -> Indicator:
    """What stands about an indicator; how its numbers are written stays, or old ones would mean something else.

    Conflict: `indicator_known`; Missing.
    """
    indicator = find(Indicator, region.id, indicator_id, lock=True)
    if indicator.withdrawn_at is not None:
        raise Missing("not_found")
    other = queries.by_name(region, facts["name"])
    if other is not None and other.id != indicator.id:
        raise Conflict("indicator_known")
    for name in FACTS:
        if name != "decimals":
            setattr(indicator, name, facts[name])
    db.session.flush()
    return indicator


def withdraw(*, region: Region, indicator_id: int, at: datetime) -> None:
    """The indicator is shown no more. Doing it twice changes nothing."""
    indicator = find(Indicator, region.id, indicator_id, lock=True)
    if indicator.withdrawn_at is None:
        indicator.withdrawn_at = at
        db.session.flush()


def record(
    *,
    region: Region,
    indicator_id: int,
    key: str,
    day: date,
    value: int,
    estimated: bool,
    source: str,
    by_id: int,
    at: datetime,
) -> IndicatorValue:
    """A number on a day, in whole units of the indicator's last decimal; `by_id` is the membership that enters it.

    The same form again is answered by the first value. Conflict: `other_request`; Missing.
    """
    indicator = queries.by_id(region, indicator_id)
    sent = db.session.scalar(sa.select(IndicatorValue).where(IndicatorValue.key == key))
    if sent is not None:
        if sent.indicator_id != indicator.id:
            raise Conflict("other_request")
        return sent
    row = IndicatorValue(
        region_id=region.id,
        key=key,
        indicator_id=indicator.id,
        day=day,
        value=value,
        estimated=estimated,
        source=source,
        entered_by_id=by_id,
        at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def withdraw_value(*, region: Region, indicator_id: int, value_id: int, at: datetime) -> None:
    """A wrong value counts no more, and stays to be seen. Doing it twice changes nothing. Raises Missing."""
    row = find(IndicatorValue, region.id, value_id, lock=True)
    if row.indicator_id != indicator_id:
        raise Missing("not_found")
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        db.session.flush()
