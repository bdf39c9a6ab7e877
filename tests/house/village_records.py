"""What the village did and counts: confirmed hours of six and of one, thanks, a wrong number, a name on the board."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.hours.models import HoursEntry
from app.indicators import service as indicators
from app.indicators.models import Indicator, IndicatorValue
from app.members.models import Membership
from app.records import service as records
from app.records.models import PARTS
from app.regions.models import Region
from app.thanks.models import Thanks
from tests.house import village_certificates

ACTIVITIES = 10  # the ladder's last step


def fill(region: Region, keys: dict[str, str], *, at: datetime) -> None:
    """Everybody who stands in the sample data works; the first of them is named on the board and on the list."""
    people = list(db.session.scalars(_people(region)))
    first, second = people[0], people[1]
    with transaction():
        for number in range(ACTIVITIES):
            _worked(first, second, at.date() - timedelta(days=number), at)
        for one in people[1:7]:
            _worked(one, first, at.date(), at, minutes=90, field="resources")
        _worked(second, first, date(2026, 10, 1), at, minutes=120, field="energy", paid=True)
        for part in PARTS:
            records.agree(membership=first, part=part, at=at)
        for one in people[2:5]:
            words = {"words": "てつだってくれて ありがとう", "at": at, "key": uuid7()}
            db.session.add(Thanks(region_id=region.id, from_id=second.id, to_id=one.id, **words))
    _wrong_number(region, at)
    village_certificates.fill(region, keys, at=at)


def _people(region: Region) -> sa.Select[tuple[Membership]]:
    query = sa.select(Membership).where(Membership.region_id == region.id, Membership.standing == "active")
    return query.where(Membership.kind != "municipality", Membership.name != "").order_by(Membership.id)


def _worked(
    who: Membership, second: Membership, day: date, at: datetime, *, minutes: int = 60, **facts: object
) -> None:
    key = uuid7()
    confirmed = {"state": "confirmed", "confirmed_by_id": second.id, "confirmed_at": at, "confirmed_as": "named"}
    db.session.add(
        HoursEntry(
            region_id=who.region_id,
            key=key,
            membership_id=who.id,
            activity=f"hours:{key}",
            day=day,
            minutes=minutes,
            what="下草かり",
            way="phone",
            created_at=at,
            **confirmed,
            **facts,
        )
    )


def _wrong_number(region: Region, at: datetime) -> None:
    """One that was withdrawn, of an indicator with a goal; and an indicator that is no more."""
    query = sa.select(Indicator).where(Indicator.region_id == region.id).order_by(Indicator.id)
    every = list(db.session.scalars(query))
    goal = next(one for one in every if one.target is not None)
    value = db.session.scalars(sa.select(IndicatorValue).where(IndicatorValue.indicator_id == goal.id)).first()
    with transaction():
        where = {"region": region, "indicator_id": goal.id, "at": at}
        indicators.withdraw_value(**where, value_id=value.id)
        facts = {name: getattr(every[0], name) for name in indicators.FACTS} | {"name": "もう数えないもの"}
        gone = indicators.add(region=region, facts=facts, at=at)
        indicators.withdraw(region=region, indicator_id=gone.id, at=at)
