"""The ladder of the sample regions, what they count, and what some of their people let others see."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from app.db import uuid7
from app.demo.sample import told
from app.indicators import rules
from app.indicators import service as indicators
from app.members.models import Membership
from app.records import service as records
from app.regions.models import Region

if TYPE_CHECKING:
    from app.demo.story import Cast

SOURCE = "見本の数です"
WORDS = ("name", "name_en", "about", "about_en", "unit", "unit_en")


def add(cast: Cast) -> None:
    """After everybody has joined."""
    data = told("records")
    for region in cast.regions.values():
        records.set_ladder(region=region)
    for one in data["hour_value"]:
        region = cast.regions[one["region"]]
        records.set_hour_value(region=region, yen=one["yen"], source=one["source"])
    for one in data["indicators"]:
        region = cast.regions[one["region"]]
        _count(region, _keeper(cast, region), one, cast)
    for one in data["consents"]:
        for part in one["parts"]:
            records.agree(membership=cast.memberships[one["member"]], part=part, at=cast.at)


def _keeper(cast: Cast, region: Region) -> Membership:
    """Whoever joined first writes the numbers."""
    return next(one for one in cast.memberships.values() if one.region_id == region.id)


def _count(region: Region, keeper: Membership, one: dict[str, Any], cast: Cast) -> None:
    decimals, target_on = one.get("decimals", 0), one.get("target_on")
    facts: dict[str, Any] = {name: one.get(name, "") for name in WORDS}
    facts |= {"field": one["field"], "decimals": decimals, "target": None, "target_on": None}
    if target_on is not None:
        facts |= {"target": rules.whole(one["target"], decimals), "target_on": date.fromisoformat(target_on)}
    indicator = indicators.add(region=region, facts=facts, at=cast.began)
    for day, number, estimated in one["values"]:
        indicators.record(
            region=region,
            indicator_id=indicator.id,
            key=uuid7(),
            day=date.fromisoformat(day),
            value=rules.whole(number, decimals) or 0,
            estimated=estimated,
            source=SOURCE,
            by_id=keeper.id,
            at=cast.at,
        )
