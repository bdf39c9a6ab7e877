"""Whoever made a rota looks after it, as a host does after a gathering."""

from __future__ import annotations

from typing import Any

from flask import g

from app.rotas import queries
from app.web.access import Actor


def add_host(actor: Actor, view_args: dict[str, Any]) -> None:
    """The rota of the address, kept in `g.rota` for its view, and whether the actor made it. Officers read only."""
    if "rota_id" not in view_args or g.get("region") is None:
        return
    g.rota = queries.by_id(g.region, view_args["rota_id"])
    if "member" in actor.roles and actor.membership.id == g.rota.made_by_id:
        actor.roles.add("host")
