"""Regions as this worker read them a moment ago: every request asks for one, and their rows change by hand, if ever.

A kept region belongs to no database session, so that the threads of a worker may share it; nobody changes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import current_app

from app.db import db
from app.regions import queries
from app.regions.models import Region

SECONDS = 5.0


def by_slug(slug: str) -> Region:
    """The region of an address. Raises Missing."""
    return _kept(slug, queries.by_slug)


def by_id(region_id: int) -> Region:
    """The region that a row names."""
    return _kept(region_id, queries.by_id)


def _kept(name: Any, read: Callable[[Any], Region]) -> Region:
    """Tests change databases under one app, so for them it is read each time."""
    kept: dict[Any, tuple[float, Region]] = current_app.extensions.setdefault("regions_kept", {})
    now = time.monotonic()
    read_at, region = kept.get(name, (now - SECONDS, None))
    if region is None or now - read_at >= SECONDS or current_app.extensions["config"].testing:
        region = read(name)
        db.session.expunge(region)
        kept[name] = now, region
    return region
