"""Whoever made an event is its host, for this event only."""

from __future__ import annotations

from typing import Any

from flask import g, request

from app.events import queries
from app.events.models import Event
from app.web.access import Actor

ROOMS = (
    "events",
    "drafts",
    "checkins",
    "hosting",
    "sign_ups",
    "reuse",
    "series",
    "calendars",
    "leaflets",
    "screen",
    "slips",
    "late_arrivals",
)
BY_THEMSELVES = ("checkins.check_in",)  # the door reads its event once, with all that it decides on


def add_host(actor: Actor, view_args: dict[str, Any]) -> None:
    """The event of the address, kept in `g.event` for its view, and whether the actor is its host."""
    if request.blueprint not in ROOMS or "event_id" not in view_args or g.get("region") is None:
        return
    if request.endpoint in BY_THEMSELVES:
        return
    g.event = queries.by_id(g.region, view_args["event_id"])
    add_role(actor, g.event)


def add_role(actor: Actor, event: Event) -> None:
    if actor.membership is not None and event.host_id == actor.membership.id:
        actor.roles.add("host")
