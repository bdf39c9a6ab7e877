"""Who types paper slips: duty holders, and hosts: whoever holds a gathering or leads a project these days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import g, request

from app import clock
from app.db import db
from app.events.models import Event
from app.projects import queries as projects
from app.web.access import Actor

ENDPOINTS = ("hours.slips", "hours.enter_slips", "hours.slip_line", "hours.slip_form", "hours.slip_sheet")
LATELY = timedelta(days=60)  # after a gathering its slips come in


def add_host(actor: Actor, _view_args: dict[str, Any]) -> None:
    """On these pages `host` is also who held a gathering lately, holds one soon, or leads a project that runs."""
    who = actor.membership
    if request.endpoint not in ENDPOINTS or who is None or who.standing != "active" or "region" not in g:
        return
    held = sa.select(Event.id).where(Event.region_id == g.region.id, Event.host_id == who.id)
    held = held.where(Event.published_at.is_not(None), Event.ends_at > clock.now() - LATELY).limit(1)
    leads = any(project.lead_id == who.id for project in projects.of_member(g.region, who))
    if leads or db.session.scalar(held) is not None:
        actor.roles.add("host")
