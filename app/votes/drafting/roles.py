"""Whoever writes the proposal may draft the vote about it, as a host does their own gathering."""

from __future__ import annotations

from typing import Any

from flask import g, request

from app.proposals import queries as proposals
from app.proposals.models import Proposal
from app.votes import queries
from app.web.access import Actor
from app.web.forms import row_id

DRAFTS = ("votes.new", "votes.draft")


def add_author(actor: Actor, view_args: dict[str, Any]) -> None:
    """An author of the proposal that the vote of the address is about, or that a new one names."""
    who = actor.membership
    if g.get("region") is None or who is None or "member" not in actor.roles:
        return
    proposal = _proposal(view_args)
    if proposal is not None and proposals.is_author(proposal, who):
        actor.roles.add("host")


def _proposal(view_args: dict[str, Any]) -> Proposal | None:
    """Raises Missing for a vote or proposal of another region."""
    if "vote_id" in view_args:
        vote = queries.by_id(g.region, view_args["vote_id"])
        return proposals.by_id(g.region, vote.proposal_id) if vote.proposal_id is not None else None
    named = row_id(request.values.get("proposal", "")) if request.endpoint in DRAFTS else None
    return proposals.by_id(g.region, named) if named is not None else None
