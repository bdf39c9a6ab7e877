"""Whoever takes part in a project looks after it, as a host does after a gathering."""

from __future__ import annotations

from typing import Any

from flask import g

from app.projects import queries
from app.web.access import Actor

TAKES_PART = {"member", "provisional"}  # an officer reads only


def add_host(actor: Actor, view_args: dict[str, Any]) -> None:
    """The project of the address, kept in `g.project` for its view, and whether the actor takes part in it."""
    if "project_id" not in view_args or g.get("region") is None:
        return
    g.project = queries.by_id(g.region, view_args["project_id"])
    who = actor.membership
    g.in_project = bool(who and actor.roles & TAKES_PART and queries.is_in(g.project.id, who.id))
    if g.in_project:
        actor.roles.add("host")
