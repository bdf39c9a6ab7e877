"""The votes about a proposal, on the proposal's own page: how they stand, and the way to the ballot or the result."""

from __future__ import annotations

from flask import g, url_for
from markupsafe import Markup

from app import clock
from app.proposals.models import Proposal
from app.votes import queries
from app.votes.ballots import page, words
from app.web.access import may
from app.web.pages import rendered


def section(proposal: Proposal) -> Markup | None:
    """A card for each vote, the newest first; for whoever may write one, the way to a new one."""
    votes = [vote for vote in queries.of_proposal(proposal.id) if vote.opened_at is not None or may("vote.draft")]
    make = url_for("votes.new", proposal=proposal.id) if proposal.stage == "talk" and may("vote.draft") else None
    if not votes and make is None:
        return None
    found = page.rows(votes, clock.now())
    return rendered("votes/_of_proposal.html", proposal=proposal, found=found, make=make, words=words)


def until(proposal: Proposal) -> str | None:
    """しめきり of the vote that is open."""
    for row in page.rows(queries.of_proposal(proposal.id), clock.now()) if g.get("region") else ():
        if row.state == "open":
            return row.line
    return None
