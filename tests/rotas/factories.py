"""Rotas for tests: each call is one committed act."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.db import transaction, uuid7
from app.members.models import Membership
from app.regions.models import Region
from app.rotas import service, turns
from app.rotas.models import Rota, Slot, Turn
from app.rotas.service import When

TITLE = "おしゃべり当番"


def rota(region: Region, maker: Membership, *, at: datetime, **facts: Any) -> Rota:
    """A rota of the region, or of a project."""
    told = {"title": TITLE, "place": "めぐるステーション", "key": uuid7(), **facts}
    with transaction():
        return service.make(region=region, maker=maker, at=at, **told)


def slots(region: Region, of: Rota, day: int, *, at: datetime, **facts: Any) -> list[Slot]:
    """Slots `day` days from today, 午前10時から 11時 for one, unless told otherwise."""
    first = clock.local_day(region, at) + timedelta(days=day)
    with transaction():
        when = When(**{"first": first, "begins": "10:00", "ends": "11:00", **facts})
        return service.add_slots(region=region, rota_id=of.id, when=when, at=at)


def turn(
    verb: str, region: Region, of: Rota, who: Membership, which: Slot | Turn, *, at: datetime, **more: Any
) -> Turn:
    """One verb of `turns`: take (of a slot), give_up, ask_swap, keep, take_over (of a turn)."""
    told = {"slot_id" if verb == "take" else "turn_id": which.id} | ({} if verb == "keep" else {"at": at})
    if verb == "ask_swap":
        told["words"] = more.pop("words", "")
    with transaction():
        return getattr(turns, verb)(region=region, rota_id=of.id, membership=who, **told, **more)
