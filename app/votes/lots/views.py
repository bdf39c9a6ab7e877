"""くじを引く: what is drawn, and the form on which each of the two witnesses writes the order down."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Missing, Refused
from app.votes import queries
from app.votes.ballots import page
from app.votes.ballots.words import names
from app.votes.lots import service
from app.votes.models import Vote
from app.votes.views import blueprint, me
from app.web.access import Permission, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]


@blueprint.get("/<tsk>/votes/<int:vote_id>/lots")
@requires(Permission.VOTE_PAPER)
def lots(vote_id: int) -> Response:
    """What is to be drawn, and the form for what was drawn."""
    return _page(page.found(vote_id))


@blueprint.post("/<tsk>/votes/<int:vote_id>/lots")
@requires(Permission.VOTE_PAPER, fresh=True, field=True)
def draw(vote_id: int) -> Response:
    """The names in the order in which this witness saw them come; the second who says the same opens the vote."""
    vote, form = page.found(vote_id), Form(request.form)
    if queries.lot(vote) is not None:
        return done(url_for("votes.show", vote_id=vote_id))
    drawn = _drawn(form, _to_draw(vote))
    if not form.ok:
        return _page(vote, form)
    try:
        with transaction():
            row = service.witness(region=g.region, vote_id=vote_id, by=me(), drawn=drawn, at=clock.now())
    except (Refused, Conflict) as error:
        return _page(vote, form, error)
    if row is None:
        return done(url_for("votes.lots", vote_id=vote_id), toast=_("引いた順番を 書きました。"))
    return done(url_for("votes.show", vote_id=vote_id), toast=_("ふたりの 順番が 同じでした。結果を ひらきました。"))


def _drawn(form: Form, wanted: list[str]) -> list[str]:
    places = {str(number): name for number, name in enumerate(wanted, 1)}
    chosen = [form.choice(f"place_{number}", places) for number in range(1, len(wanted) + 1)]
    return [places[one] for one in chosen if one in places]


def _to_draw(vote: Vote) -> list[str]:
    """The names that wait for the lots. Raises Missing before the hour, and where nothing waits."""
    found = service.to_draw(vote, clock.now())
    if not found:
        raise Missing("lots_not_needed")
    return found


def _page(vote: Vote, form: Form | None = None, error: DomainError | None = None) -> Response:
    stand, at = page.now_of(vote)
    wanted, facts, mine = _to_draw(vote), page.facts(vote, stand, at), service.seen(vote, me())
    wrote = enumerate(mine.wrote, 1)
    before = {f"place_{place}": str(wanted.index(name) + 1) for place, name in wrote if name in wanted}
    return render_page(
        "votes/lots.html",
        status=200 if form is None else 422,
        **facts,
        wanted=wanted,
        mine=mine,
        names=names(vote, facts["options"]),
        values=form.values if form is not None else before,
        errors=form.sentences if form is not None else {},
        error=error and sentence(error.code, **error.params),
    )
