"""Opening a region."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import db
from app.errors import Refused
from app.regions import RESERVED
from app.regions.models import Region


def change_region(*, region_id: int, facts: dict[str, Any]) -> None:
    """What stands about a region and how early and late its doors open. `facts`: the columns to change."""
    region = db.session.get_one(Region, region_id, with_for_update={"key_share": True}, populate_existing=True)
    for name, value in facts.items():
        setattr(region, name, value)
    db.session.flush()


def one_at_a_time(region: Region) -> None:
    """Whoever else does this in the region waits until it is over: so a second tap sees what the first has done."""
    db.session.execute(sa.select(Region.id).where(Region.id == region.id).with_for_update(key_share=True))


def open_region(*, slug: str, code: str, name: str, name_en: str, at: datetime, **rest: object) -> Region:
    """A new region. `slug` (3–12 small letters) is its address, `code` stands on its cards. Raises Refused."""
    if slug in RESERVED or not re.fullmatch(r"[a-z]{3,12}", slug):
        raise Refused("field_choice")
    region = Region(slug=slug, code=code, name=name, name_en=name_en, created_at=at, **rest)
    db.session.add(region)
    db.session.flush()
    return region
