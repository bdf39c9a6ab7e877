"""Whoever holds a series is host on its page."""

from __future__ import annotations

from typing import Any

from flask import g, request

from app.series import queries
from app.web.access import Actor


def add_host(actor: Actor, view_args: dict[str, Any]) -> None:
    """The series of the address, kept in `g.series` for its view."""
    if request.blueprint != "series" or "series_id" not in view_args or g.get("region") is None:
        return
    g.series = queries.by_id(g.region, view_args["series_id"])
    if actor.membership is not None and g.series.host_id == actor.membership.id:
        actor.roles.add("host")
