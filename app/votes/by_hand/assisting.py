"""Helped to vote: on a helper's device, by the voter's own hand, with a trace that never says what was chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.errors import Forbidden, Refused
from app.members import queries as members
from app.members.models import Membership
from app.regions.models import Region
from app.votes import casting, queries
from app.votes.by_hand import rules
from app.votes.by_hand.rules import Choice


def cast(
    *,
    region: Region,
    vote_id: int,
    voter: Membership,
    helper: Membership,
    why: str,
    choice: Choice,
    key: str,
    reason: str = "",
    at: datetime,
) -> None:
    """The voter's ballot. A line that was used with help stays as it is: no helper goes back and changes it.

    Raises Forbidden `assist_self`, `assist_household`, Refused `assist_why`, `vote_used_…` and those of a ballot.
    """
    if not why:
        raise Refused("assist_why")
    people = members.read_again(region, {voter.id, helper.id})
    code = rules.refusal_of_helper(people[voter.id], people[helper.id])
    if code is not None:
        raise Forbidden(code)
    vote = casting.at_the_doors(region, vote_id, at)
    if queries.used(vote, voter) == "assisted":
        return
    who: dict[str, Any] = {"vote_id": vote_id, "membership_id": voter.id, "helper": helper}
    casting.cast_assisted(region=region, **who, choice=choice, key=key, why=why, reason=reason, at=at)
