"""A region with a place that is open from nine to five on Saturdays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from app.db import transaction
from app.places import upkeep
from app.places.models import Place
from app.places.rules import Hours
from app.regions.models import Region
from tests import factories

SATURDAYS = [Hours(5, "09:00", "17:00")]


@dataclass
class Spot:
    """ONOONO of Tsukigase."""

    world: factories.World
    place: Place

    @property
    def region(self) -> Region:
        return self.world.region

    @property
    def code(self) -> str:
        return f"/C/{self.place.code}"


def open_place(region: Region, at: datetime, **facts: Any) -> Place:
    """A place with the hours of `SATURDAYS`."""
    facts = {"name": "ONOONO", "coins": 1} | facts
    with transaction():
        place = upkeep.open_place(region_id=region.id, at=at, **facts)
        upkeep.set_hours(region_id=region.id, place_id=place.id, hours=SATURDAYS)
    return place


@pytest.fixture
def spot(app: Any, at: datetime) -> Spot:
    world = factories.world(at=at)
    return Spot(world, open_place(world.region, at))
