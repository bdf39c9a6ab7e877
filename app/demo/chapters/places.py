"""The places of the sample regions, open on days of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.demo.sample import told
from app.places import upkeep
from app.places.rules import Hours

if TYPE_CHECKING:
    from app.demo.story import Cast


def add(cast: Cast) -> None:
    """Each with its hours, and with the counter that stands in it."""
    for one in told("places")["places"]:
        region = cast.regions[one["region"]]
        facts = {name: one[name] for name in (*upkeep.WORDS, "coins") if name in one}
        shop = cast.shops[one["counter"]] if "counter" in one else None
        place = upkeep.open_place(region_id=region.id, at=cast.began, shop_id=shop.id if shop else None, **facts)
        hours = [Hours(int(weekday), *span) for weekday, spans in one["hours"].items() for span in spans]
        upkeep.set_hours(region_id=region.id, place_id=place.id, hours=hours)
