"""What waits for a voter: the open vote that closes next, one tap from its ballot."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from app.members.models import Membership
from app.members.waiting import Line
from app.regions.models import Region
from app.votes import queries
from app.votes.ballots.words import days_left
from app.votes.models import Vote
from app.web.filters import isolated, plain


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """A line for each open vote in which the member has not voted, the next to close first."""
    votes = queries.to_vote(region, membership, at)
    return [_line(vote, stand, at) for vote, stand in zip(votes, queries.stands(votes, at), strict=True)]


def _line(vote: Vote, stand: queries.Stand, at: datetime) -> Line:
    left = days_left(stand.ends_at, at)
    text = _("投票「%(question)s」（%(left)s）", question=isolated(plain(vote, "question")), left=left)
    return Line(text, url_for("votes.show", vote_id=vote.id), 1)
