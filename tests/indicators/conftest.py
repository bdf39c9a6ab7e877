"""A region with one indicator, and somebody of the office who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from app import clock as app_clock
from app.db import transaction, uuid7
from app.indicators import service
from app.indicators.models import Indicator, IndicatorValue
from app.members import service as members
from app.members.models import Membership
from app.regions.models import Region
from tests import factories
from tests.client import Client

FACTS: dict[str, Any] = {
    "field": "energy",
    "name": "二酸化炭素の排出",
    "name_en": "Carbon dioxide",
    "about": "",
    "about_en": "",
    "unit": "千t",
    "unit_en": "kt",
    "decimals": 1,
    "target": 0,
    "target_on": date(2050, 12, 31),
}


@dataclass
class Bench:
    """The region, its indicator, and the member of the office whose browser `client` is."""

    region: Region
    indicator: Indicator
    office: Membership
    client: Client
    at: datetime

    def value(self, day: date, value: int, **more: Any) -> IndicatorValue:
        facts = {"estimated": False, "source": "見本の統計"} | more
        with transaction():
            return service.record(
                region=self.region,
                indicator_id=self.indicator.id,
                key=uuid7(),
                day=day,
                value=value,
                by_id=self.office.id,
                at=self.at,
                **facts,
            )

    @property
    def address(self) -> str:
        return f"/tsk/indicators/{self.indicator.id}"


@pytest.fixture
def desk(app: Any, client: Client, at: datetime) -> Bench:
    world = factories.world(at=at)
    office = factories.host_of(world, client, at=at)
    today = app_clock.local_day(world.region, at)
    with transaction():
        members.give_duty(membership=office, role="office", starts_on=today, ends_on=today.replace(year=today.year + 1))
        indicator = service.add(region=world.region, facts=FACTS, at=at)
    return Bench(world.region, indicator, office, client, at)
