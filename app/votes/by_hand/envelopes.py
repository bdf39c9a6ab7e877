"""Envelopes: a paper ballot has come, and its line of the roll is used. Who put it in stands nowhere on the ballot."""

from __future__ import annotations

from datetime import datetime

from app.db import find
from app.errors import Refused
from app.members.models import Membership
from app.regions.models import Region
from app.votes import casting
from app.votes import queries as votes
from app.votes.models import Vote


def take(*, region: Region, vote_id: int, membership: Membership, at: datetime) -> bool:
    """Use somebody's line by paper; False if paper has used it before.

    Raises Refused `vote_used_phone`, `vote_used_proxy`, … (this paper is not counted), `vote_not_on_roll`,
    `paper_named`, `vote_not_open`, `vote_over`.
    """
    vote = find(Vote, region.id, vote_id)
    if vote.secrecy == "open":
        raise Refused("paper_named")
    return casting.use_line(region=region, vote_id=vote.id, membership_id=membership.id, at=at)


def undo(*, region: Region, vote_id: int, membership_id: int, at: datetime) -> bool:
    """Take a wrong envelope back: the line is free again, while the doors are open and nothing is counted.

    False if there was none. Raises Refused `vote_over`, `paper_counted`, `vote_used_…`.
    """
    vote = find(Vote, region.id, vote_id)
    if votes.used(vote, membership_id) is None:
        return False
    casting.give_back(region=region, vote_id=vote.id, membership_id=membership_id, at=at)
    return True
