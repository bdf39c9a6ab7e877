"""Whoever writes a proposal answers what was said about it."""

from __future__ import annotations

from typing import Any

from flask import g

from app.db import find
from app.proposals import queries
from app.proposals.models import Opinion
from app.proposals.roles import WRITES
from app.web.access import Actor


def add_author(actor: Actor, view_args: dict[str, Any]) -> None:
    """The opinion of the address with its proposal, kept in `g`, and whether the actor writes that proposal."""
    if "opinion_id" not in view_args or g.get("region") is None:
        return
    g.opinion = find(Opinion, g.region.id, view_args["opinion_id"])
    about = g.opinion.proposal_id
    g.proposal = queries.by_id(g.region, about) if about is not None else None
    who = actor.membership
    knows = g.proposal is not None and who is not None and not actor.roles.isdisjoint(WRITES)
    g.writes_proposal = knows and queries.is_author(g.proposal, who)
    if g.writes_proposal:
        actor.roles.add("host")
