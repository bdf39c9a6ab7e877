"""A slot's time in the reader's language."""

from __future__ import annotations

from datetime import datetime, time

from flask import g

from app import clock
from app.regions.models import Region
from app.rotas.rules import Timed
from app.web.filters import period


def instants(region: Region, slot: Timed) -> tuple[datetime, datetime]:
    """When a slot begins and ends, in UTC."""
    begins, ends = (datetime.combine(slot.day, time.fromisoformat(text)) for text in (slot.begins, slot.ends))
    return clock.instant(region, begins), clock.instant(region, ends)


def slot_period(slot: Timed) -> str:
    """午前10時から 正午まで / 10:00 am to noon."""
    return period(*instants(g.region, slot))
