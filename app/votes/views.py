"""The doors of this room."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, url_for

from app.errors import Forbidden
from app.members.models import Membership
from app.web.access import actor

blueprint = Blueprint("votes", __name__)


def me() -> Membership:
    """Whoever reads. Raises Forbidden."""
    membership = actor().membership
    if membership is None:
        raise Forbidden("not_allowed")
    return membership


def whose(vote_id: int) -> dict[str, Any]:
    """Region, vote and whoever acts, as the verbs of a draft want them."""
    return {"region": g.region, "vote_id": vote_id, "by": me(), "roles": actor().roles}


def page_of(vote_id: int) -> str:
    """The page of a vote."""
    return url_for("votes.show", vote_id=vote_id)
