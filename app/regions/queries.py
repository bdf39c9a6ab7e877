"""Reading regions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from app.db import db
from app.errors import Missing
from app.regions.models import Region

_BY_ID = select(Region).where(Region.id == bindparam("region"))
_BY_SLUG = select(Region).where(Region.slug == bindparam("slug"))


def by_slug(slug: str) -> Region:
    """The region of an address. Raises Missing."""
    region = db.session.scalar(_BY_SLUG, {"slug": slug})
    if region is None:
        raise Missing("not_found")
    return region


def by_id(region_id: int) -> Region:
    region = db.session.scalar(_BY_ID, {"region": region_id})
    if region is None:
        raise Missing("not_found")
    return region


def everywhere() -> Sequence[Region]:
    """All regions in the order in which they joined."""
    return db.session.scalars(select(Region).order_by(Region.id)).all()
