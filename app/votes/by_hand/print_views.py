"""What is printed: the ballot, one A4 for each group, and 回覧 with a slip to tear off."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask_babel import gettext as _

from app import clock
from app.codes import addresses
from app.errors import Missing
from app.votes import queries as votes
from app.votes.ballots import words as kinds
from app.votes.by_hand import queries, words
from app.votes.by_hand.views import blueprint, shown
from app.votes.models import Vote
from app.votes.rules import parts
from app.web.access import Permission, requires
from app.web.pages import render_page

__all__ = ["blueprint"]


@blueprint.get("/<tsk>/votes/<int:vote_id>/paper/ballots")
@requires(Permission.VOTE_PAPER)
def ballots(vote_id: int) -> Response:
    """The paper ballot of one group; of a vote with names there is none, and the desk says so."""
    vote = queries.vote(g.region, vote_id)
    known = parts(vote.electorate)
    part = request.args.get("part") or known[0]
    if part not in known:
        raise Missing("not_found")
    if vote.secrecy == "open":
        return shown(vote)
    options = votes.options(vote)
    return render_page(
        "votes/by_hand/ballots.html",
        options=options,
        sheets=words.sheets(words.lines(vote, options)),
        size=words.size(vote, options),
        part=part,
        mark=words.MARK[vote.method],
        how=kinds.how_counted(vote),
        **_told(vote),
    )


@blueprint.get("/<tsk>/votes/<int:vote_id>/paper/circular")
@requires(Permission.VOTE_PAPER)
def circular(vote_id: int) -> Response:
    """回覧: what is asked, until when, how; a slip to tear off."""
    vote = queries.vote(g.region, vote_id)
    return render_page("votes/by_hand/circular.html", lines=words.lines(vote, votes.options(vote)), **_told(vote))


def _told(vote: Vote) -> dict[str, Any]:
    """What both papers say: until when, how many are enough, the code as a picture and to type."""
    return {
        "vote": vote,
        "parts": parts(vote.electorate),
        "ends_at": votes.stand(vote, clock.now()).ends_at,
        "quorum": kinds.quorum_words(vote),
        "effect": kinds.effect_sentence(vote.effect),
        "method": kinds.method_name(vote.method),
        "part_names": kinds.PARTS,
        "yen": kinds.yen,
        "qr": addresses.qr(vote.code, level="Q", label=_("投票のQRコード")),
    }
