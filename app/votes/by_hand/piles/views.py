"""Typing a pile: once, and once more by somebody who has not seen it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import find, transaction
from app.errors import Conflict, DomainError, Forbidden, Missing, Refused
from app.votes import queries as votes
from app.votes.by_hand import queries, rules, words
from app.votes.by_hand.models import PaperCount
from app.votes.by_hand.piles import service
from app.votes.by_hand.piles.forms import LINE, Line, Typing, read_ballot
from app.votes.by_hand.views import blueprint, shown
from app.votes.models import Vote
from app.votes.rules import parts
from app.web.access import Permission, actor, requires
from app.web.forms import Form, normalise
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
NAME, REASON = 40, 200


@blueprint.get("/<tsk>/votes/<int:vote_id>/paper/piles/new")
@requires(Permission.VOTE_PAPER)
def new_pile(vote_id: int) -> Response:
    vote = queries.vote(g.region, vote_id)
    return _page(vote, _part(vote, request.args.get("part", "")), Typing(vote))


@blueprint.get("/<tsk>/votes/<int:vote_id>/paper/piles/line")
@requires(Permission.VOTE_PAPER)
def pile_line(vote_id: int) -> Response:
    """While a ballot is typed: what it says."""
    vote = queries.vote(g.region, vote_id)
    name, text = next(((one, request.args[one]) for one in request.args if one.startswith("b_")), ("b_1", ""))
    number = name.removeprefix("b_")
    if number not in [str(one) for one in range(1, rules.TYPED + 1)]:
        raise Missing("not_found")
    line = Line(name, number, normalise(text)[:LINE])
    read_ballot(vote, votes.options(vote), line)
    return render_page("votes/by_hand/_pile_line.html", line=line)


@blueprint.post("/<tsk>/votes/<int:vote_id>/paper/piles")
@requires(Permission.VOTE_PAPER, fresh=True, field=True)
def begin_pile(vote_id: int) -> Response:
    form, vote = Form(request.form), queries.vote(g.region, vote_id)
    key, part, name = form.key(), _part(vote, form.raw("part")), form.text("name", most=NAME)
    typing = Typing(vote, form)
    if not typing.ok:
        return _page(vote, part, typing, form=form, key=key)
    what: dict[str, Any] = {"part": part, "name": name, "ballots": typing.ballots, "invalid": typing.invalid}
    try:
        with transaction():
            service.begin(region=g.region, vote_id=vote.id, by=actor().membership, key=key, at=clock.now(), **what)
    except (Refused, Conflict) as error:
        return _page(vote, part, typing, form=form, key=key, error=error)
    said = _("束を 入れました。もう1人が、見ないで もう一度 打ちます。")
    return done(url_for("by_hand.desk", vote_id=vote.id), toast=said)


@blueprint.get("/<tsk>/votes/<int:vote_id>/paper/piles/<int:pile_id>")
@requires(Permission.VOTE_PAPER)
def pile(vote_id: int, pile_id: int) -> Response:
    """For the second person: the same empty form. What the first typed is not shown to anybody."""
    vote, row = queries.vote(g.region, vote_id), _pile(vote_id, pile_id)
    mine = actor().membership
    first = find(type(mine), g.region.id, row.first_by_id)
    code = rules.refusal_of_second(first, mine)
    return _page(vote, row.part, Typing(vote), row=row, error=Forbidden(code) if code else None)


@blueprint.post("/<tsk>/votes/<int:vote_id>/paper/piles/<int:pile_id>")
@requires(Permission.VOTE_PAPER, fresh=True, field=True)
def type_again(vote_id: int, pile_id: int) -> Response:
    form, vote, row = Form(request.form), queries.vote(g.region, vote_id), _pile(vote_id, pile_id)
    typing = Typing(vote, form)
    if not typing.ok:
        return _page(vote, row.part, typing, row=row, form=form)
    what: dict[str, Any] = {"ballots": typing.ballots, "invalid": typing.invalid, "by": actor().membership}
    try:
        with transaction():
            came = service.second(region=g.region, vote_id=vote.id, pile_id=row.id, at=clock.now(), **what)
    except DomainError as error:
        return _page(vote, row.part, typing, row=row, form=form, error=error)
    if came.differs:
        typing.mark(came.differs)
        return _page(vote, row.part, typing, row=row, form=form, error=Conflict("pile_differs"))
    return done(url_for("by_hand.desk", vote_id=vote.id), toast=_("2人の 数が 合いました。束を 数えました。"))


@blueprint.post("/<tsk>/votes/<int:vote_id>/paper/piles/<int:pile_id>/dropping")
@requires(Permission.VOTE_PAPER, fresh=True)
def drop_pile(vote_id: int, pile_id: int) -> Response:
    try:
        with transaction():
            service.drop(region=g.region, vote_id=vote_id, pile_id=pile_id, at=clock.now())
    except (Refused, Conflict) as error:
        return shown(queries.vote(g.region, vote_id), error=sentence(error.code), status=error.status)
    return done(url_for("by_hand.desk", vote_id=vote_id), toast=_("束を けしました。はじめから 打ってください。"))


@blueprint.post("/<tsk>/votes/<int:vote_id>/paper/rest")
@requires(Permission.VOTE_PAPER, fresh=True, field=True)
def declare_rest(vote_id: int) -> Response:
    """のこりを 無効にする, with a reason; a second person says the same."""
    form, vote = Form(request.form), queries.vote(g.region, vote_id)
    key, part, reason = form.key(), _part(vote, form.raw("part")), form.text("reason", most=REASON)
    who = {"region": g.region, "vote_id": vote.id, "by": actor().membership}
    try:
        with transaction():
            service.declare_rest(**who, key=key, part=part, reason=reason, at=clock.now())
    except (Refused, Conflict) as error:
        return shown(vote, error=sentence(error.code, **error.params), status=error.status)
    said = _("のこりを 無効と 書きました。もう1人が 確認すると、数え終わります。")
    return done(url_for("by_hand.desk", vote_id=vote.id), toast=said)


# --- shown ---------------------------------------------------------------------------------------------------


def _part(vote: Vote, text: str) -> str:
    """The group of a pile; the only one where there is only one. Raises Missing."""
    known = parts(vote.electorate)
    if len(known) == 1 and not text:
        return known[0]
    if text not in known:
        raise Missing("not_found")
    return text


def _pile(vote_id: int, pile_id: int) -> PaperCount:
    row: PaperCount = find(PaperCount, g.region.id, pile_id)
    if row.vote_id != vote_id:
        raise Missing("not_found")
    return row


def _page(
    vote: Vote,
    part: str,
    typing: Typing,
    *,
    row: PaperCount | None = None,
    form: Form | None = None,
    key: str | None = None,
    error: DomainError | None = None,
) -> Response:
    status = error.status if error and form else 422 if not typing.ok else 200
    return render_page(
        "votes/by_hand/pile.html",
        status=status,
        vote=vote,
        part=part,
        parts=parts(vote.electorate),
        typing=typing,
        options=words.lines(vote, typing.options),
        hint=words.keys_hint(vote),
        row=row,
        name=form.raw("name") if form and not row else row.name if row else "",
        key=key,
        line_length=LINE,
        desk=queries.desk(vote),
        barred=error is not None and form is None,
        error=sentence(error.code, **error.params) if error else None,
    )
