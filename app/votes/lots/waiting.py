"""What waits for a witness: lots that somebody else has written down, and that want a second person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from app.members.models import Membership
from app.members.waiting import Line
from app.regions.models import Region
from app.votes.lots import service
from app.web.access import TABLE


def lines(region: Region, membership: Membership, roles: Collection[str], _at: datetime) -> list[Line]:
    """One line for all of them; whoever may be the second is told."""
    if set(TABLE["vote.paper"]).isdisjoint(roles):
        return []
    votes = service.to_witness(region, membership)
    if not votes:
        return []
    text = _("くじの 順番を、もうひとりの 立会人が 書くのを 待っています。")
    return [Line(text, url_for("votes.lots", vote_id=votes[0]), len(votes))]
