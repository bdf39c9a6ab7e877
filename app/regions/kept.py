"""Regions as this worker read them a moment ago: every request asks for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.db import db
from app.regions import queries
from app.regions.models import Region
from app.web.keeping.rows import kept


def by_slug(slug: str) -> Region:
    """The region of an address. Raises Missing."""
    return kept("regions", slug, lambda: _loose(queries.by_slug, slug))


def by_id(region_id: int) -> Region:
    """The region that a row names."""
    return kept("regions", region_id, lambda: _loose(queries.by_id, region_id))


def _loose(read: Callable[[Any], Region], name: Any) -> Region:
    region = read(name)
    db.session.expunge(region)
    return region
