"""くじ: where a tie waits for it, two witnesses draw, and one of them writes down in which order the names came."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Missing, Refused
from app.members import queries as members
from app.votes import closing, counting
from app.votes.ballots import page
from app.votes.ballots.words import names
from app.votes.models import Vote
from app.votes.views import blueprint, me
from app.web.access import Permission, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
NUMBER = 20  # characters of a member number as typed


@blueprint.get("/<tsk>/votes/<int:vote_id>/lots")
@requires(Permission.VOTE_PAPER)
def lots(vote_id: int) -> Response:
    """What is tied, and the form for what is drawn."""
    return _page(page.found(vote_id))


@blueprint.post("/<tsk>/votes/<int:vote_id>/lots")
@requires(Permission.VOTE_PAPER, fresh=True, field=True)
def draw(vote_id: int) -> Response:
    """The names in the order in which they came; the vote is opened with it."""
    vote, form = page.found(vote_id), Form(request.form)
    tied = _tied(vote)
    places = {str(number): name for number, name in enumerate(tied, 1)}
    drawn = [places[form.choice(f"place_{number}", places) or "1"] for number in range(1, len(tied) + 1) if form.ok]
    second = members.by_number(g.region, form.text("second", most=NUMBER, required=True))
    if second is None:
        form.complain("second", "number_unknown")
    if second is None or not form.ok:
        return _page(vote, form)
    try:
        with transaction():
            who: dict[str, Any] = {"drawn": drawn, "first": me(), "second": second}
            closing.draw_lots(region=g.region, vote_id=vote_id, at=clock.now(), **who)
    except (Refused, Conflict) as error:
        return _page(vote, form, error)
    return done(url_for("votes.show", vote_id=vote_id), toast=_("くじの 順番を 書きました。結果を ひらきました。"))


def _tied(vote: Vote) -> list[str]:
    """The names that wait for the lots. Raises Missing before the hour, and where nothing waits."""
    stand, _at = page.now_of(vote)
    found = counting.open_ties(vote) if stand.state == "counting" and stand.closure is not None else []
    if not found:
        raise Missing("lots_not_needed")
    return list(found[0]["between"])


def _page(vote: Vote, form: Form | None = None, error: DomainError | None = None) -> Response:
    stand, at = page.now_of(vote)
    tied, facts = _tied(vote), page.facts(vote, stand, at)
    return render_page(
        "votes/lots.html",
        status=200 if form is None else 422,
        **facts,
        tied=tied,
        names=names(vote, facts["options"]),
        values=form.values if form is not None else {},
        errors=form.sentences if form is not None else {},
        error=error and sentence(error.code, **error.params),
    )
