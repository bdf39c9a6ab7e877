"""Whoever writes a proposal looks after it, as a host does after a gathering."""

from __future__ import annotations

from typing import Any

from flask import g, request

from app.errors import Missing
from app.proposals import queries
from app.web.access import Actor

WRITES = {"member"}  # an officer reads only; whoever has no number yet does not propose


def add_author(actor: Actor, view_args: dict[str, Any]) -> None:
    """The proposal of the address, kept in `g.proposal` for its view, and whether the actor writes it.

    A draft is there for its authors, and for whom they asked, alone. Raises Missing.
    """
    if "proposal_id" not in view_args or g.get("region") is None:
        return
    g.proposal = queries.by_id(g.region, view_args["proposal_id"])
    who = actor.membership
    g.writes_proposal = bool(who and actor.roles & WRITES and queries.is_author(g.proposal, who))
    if g.writes_proposal:
        actor.roles.add("host")
    elif g.proposal.stage == "draft" and not (who and queries.is_asked(g.proposal, who)) and _would_get_in(actor):
        raise Missing("not_found")


def _would_get_in(actor: Actor) -> bool:
    """Whoever only reads is refused by the permission when they write, whatever the address means."""
    return request.method == "GET" or bool(actor.roles & WRITES)
