"""Opening a vote together: the screen on the wall, the page on paper, every round, and what one's share paid for."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request, url_for

from app import clock
from app.db import transaction
from app.errors import Missing
from app.votes import closing
from app.votes.ballots import page
from app.votes.ballots.words import cards, yen
from app.votes.choices import BUDGETS
from app.votes.models import Vote
from app.votes.showing import figures, shares, shown
from app.votes.views import blueprint
from app.web.access import Permission, requires
from app.web.pages import done, render_page

__all__ = ["blueprint"]
OVER = ("closed", "counting", "revealed")


@blueprint.get("/<tsk>/votes/<int:vote_id>/opening")
@requires(Permission.VOTE_READ)
def opening(vote_id: int) -> Response:
    """For the wall: dark until the hour, then the bars grow. Who has seen all that it says is told nothing (204)."""
    vote = page.found(vote_id)
    stand, at = page.now_of(vote)
    dark = shown.dark(vote, stand, at)
    if request.args.get("seen") == dark["seen"]:
        return Response(status=204)
    facts = page.facts(vote, stand, at)
    return render_page("votes/opening.html", **facts, **shown.facts(vote, stand, facts["options"], at), **dark)


@blueprint.post("/<tsk>/votes/<int:vote_id>/opening")
@requires(Permission.VOTE_CAST)
def open_now(vote_id: int) -> Response:
    """The hour has come: nobody has to wait for the clock's own round. Before the hour nothing happens."""
    vote = page.found(vote_id)
    with transaction():
        closing.settle(vote.id, clock.now())
    return done(url_for("votes.opening" if request.form.get("from") == "wall" else "votes.show", vote_id=vote_id))


@blueprint.get("/<tsk>/votes/<int:vote_id>/result")
@requires(Permission.VOTE_READ)
def sheet(vote_id: int) -> Response:
    """The result on one A4."""
    return _opened(vote_id, "votes/sheet.html")


@blueprint.get("/<tsk>/votes/<int:vote_id>/rounds")
@requires(Permission.VOTE_READ)
def rounds(vote_id: int) -> Response:
    """Every round and every tie, in words and tables."""
    return _opened(vote_id, "votes/rounds.html", exact=figures.exact, duels=figures.duels)


@blueprint.get("/<tsk>/votes/<int:vote_id>/shares")
@requires(Permission.VOTE_READ)
def shares_of(vote_id: int) -> Response:
    """«What your share paid for», for every kind of ballot, and for one that the reader ticks; nothing is kept."""
    vote, facts = opened(vote_id)
    if vote.method not in BUDGETS:
        raise Missing("not_found")
    count = facts["found"]["counts"]["all"]
    ticked = {one.name for one in facts["options"] if str(one.number) in request.args.getlist("choice")}
    told: dict[str, Any] = {
        "share": shares.share(count),
        "patterns": shares.patterns(count),
        "ticked": ticked,
        "mine": shares.of_ballot(count, ticked) if ticked else None,
        "choices": cards(vote, facts["options"]),
        "yen": yen,
    }
    return render_page("votes/shares.html", **facts, **told)


def _opened(vote_id: int, template: str, **more: Any) -> Response:
    _vote, facts = opened(vote_id)
    return render_page(template, **facts, **more)


def opened(vote_id: int) -> tuple[Vote, dict[str, Any]]:
    """A vote that is revealed, with all that its pages show. Raises Missing while it is dark."""
    vote = page.found(vote_id)
    stand, at = page.now_of(vote)
    if stand.result is None:
        raise Missing("vote_dark")
    facts = page.facts(vote, stand, at)
    return vote, facts | shown.facts(vote, stand, facts["options"], at)


def raw(vote_id: int) -> tuple[Vote, dict[str, Any], str]:
    """A revealed vote with its published bundle, as data and as the text that was hashed. Raises Missing."""
    vote = page.found(vote_id)
    stand, _at = page.now_of(vote)
    if stand.result is None:
        raise Missing("vote_dark")
    return vote, json.loads(stand.result.bundle), stand.result.bundle
