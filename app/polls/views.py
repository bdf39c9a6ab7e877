"""The board of small questions, asking one, answering it, and what came of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app import clock
from app.codes.drawing import svg
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.polls import forms, queries, rules, service
from app.polls.models import KINDS, Poll
from app.web.access import Actor, Permission, actor, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("polls", __name__)
FORMS = {"quick": "polls/quick.html", "dates": "polls/dates.html"}
FIRST_ROWS = 3
OUTSIDE = "openExternalBrowser=1"  # in the browser where one is signed in, not inside the chat that the link came by


def add_asker(actor: Actor, view_args: dict[str, Any]) -> None:
    """Whoever asked is `host` of this poll."""
    if request.blueprint != blueprint.name or "poll_id" not in view_args or actor.membership is None:
        return
    poll = db.session.get(Poll, view_args["poll_id"])
    if poll is not None and poll.asked_by_id == actor.membership.id:
        actor.roles.add("host")


@blueprint.get("/<tsk>/polls")
@requires(Permission.POLL_READ)
def index() -> Response:
    """Open ones, or with `show=over` those that are over, fifty a page."""
    over, after = request.args.get("show") == "over", request.args.get("after", type=row_id)
    polls = queries.board(g.region, clock.now(), over=over, after=after, limit=queries.PAGE + 1)
    more = polls[queries.PAGE - 1].id if len(polls) > queries.PAGE else None
    mine = set() if over else queries.answered(polls, actor().membership)
    return render_page("polls/index.html", polls=polls[: queries.PAGE], more=more, over=over, answered=mine)


@blueprint.get("/<tsk>/polls/<any(quick,dates):kind>/new")
@requires(Permission.POLL_ASK)
def new(kind: str) -> Response:
    return _form(kind, Form(MultiDict()))


@blueprint.post("/<tsk>/polls")
@requires(Permission.POLL_ASK)
def ask() -> Response:
    form, at = Form(request.form), clock.now()
    key, kind = form.key(), form.raw("kind")
    if kind not in KINDS:
        raise Refused("form_stale")
    if request.form.get("more"):
        return _form(kind, form, key=key, more=True)
    read = forms.read_quick(request.form) if kind == "quick" else forms.read_dates(request.form, g.region, at)
    form, question, choices, lasts = read
    if not form.ok:
        return _form(kind, form, key=key)
    told: dict[str, Any] = {"kind": kind, "question": question, "choices": choices, "lasts": lasts, "at": at}
    try:
        with transaction():
            poll = service.ask(region=g.region, by=actor().membership, key=key, **told)
    except Refused as error:
        return _form(kind, form, key=key, error=sentence(error.code, **error.params))
    return done(url_for("polls.show", poll_id=poll.id), toast=_("みんなに 聞きました。"))


def _form(kind: str, form: Form, *, key: str | None = None, more: bool = False, error: str | None = None) -> Response:
    filled = [number for number in range(1, rules.MOST_DAYS + 1) if form.values.get(f"day_{number}")]
    rows = min(max(FIRST_ROWS, *filled, 0) + (FIRST_ROWS if more else 0), rules.MOST_DAYS)
    return render_page(
        FORMS[kind],
        status=422 if form.errors or error else 200,
        values=form.values,
        errors={} if more else form.sentences,
        error=error,
        key=key,
        rows=rows,
        most=rules.MOST_DAYS,
    )


@blueprint.get("/<tsk>/polls/<int:poll_id>")
@requires(Permission.POLL_READ)
def show(poll_id: int) -> Response:
    return _show(queries.by_id(g.region, poll_id))


def poll_of_code(poll_id: int) -> Any:
    """Names stand on it, so its page is for the region's own people: the code only leads there."""
    return redirect(url_for("polls.show", poll_id=poll_id), 303)


def _show(poll: Poll, *, form: Form | None = None, error: str | None = None) -> Response:
    at, choices, mine = clock.now(), queries.options(poll), queries.answers_of(poll, actor().membership)
    is_asker, is_open = "host" in actor().roles, rules.is_open(poll, at)
    sees = rules.may_see(is_open=is_open, is_asker=is_asker, has_answered=bool(mine))
    address = url_for("codes.show", code=poll.code, _external=True)
    gathering = queries.gathering(poll) if is_asker and poll.chosen_number else None
    return render_page(
        "polls/show.html",
        status=422 if error or (form and form.errors) else 200,
        poll=poll,
        options=choices,
        mine=mine,
        values=form.values if form else {},
        errors=form.sentences if form else {},
        error=error,
        is_open=is_open,
        is_asker=is_asker,
        outcome=queries.outcome(poll, choices) if sees else None,
        asker=queries.asker(poll),
        address=f"{address}?{OUTSIDE}",
        code=svg(address) if is_open else None,
        gathering=_gathering_address(gathering) if gathering else None,
    )


@blueprint.post("/<tsk>/polls/<int:poll_id>/answers")
@requires(Permission.POLL_ANSWER)
def answer(poll_id: int) -> Response:
    poll, form = queries.by_id(g.region, poll_id), Form(request.form)
    marks = forms.read_marks(form, poll.kind, queries.options(poll))
    if not form.ok:
        return _show(poll, form=form)
    try:
        with transaction():
            service.answer(region=g.region, poll_id=poll_id, by=actor().membership, marks=marks, at=clock.now())
    except Refused as error:
        return _show(poll, form=form, error=sentence(error.code, **error.params))
    return done(url_for("polls.show", poll_id=poll_id), toast=_("こたえました。おわるまで なんどでも 変えられます。"))


@blueprint.post("/<tsk>/polls/<int:poll_id>/end")
@requires(Permission.POLL_MANAGE)
def end(poll_id: int) -> Response:
    with transaction():
        service.end(region=g.region, poll_id=poll_id, by=actor().membership, at=clock.now())
    return done(url_for("polls.show", poll_id=poll_id), toast=_("おわりにしました。"))


@blueprint.post("/<tsk>/polls/<int:poll_id>/day")
@requires(Permission.POLL_MANAGE)
def fix_day(poll_id: int) -> Response:
    number = Form(request.form).integer("number", least=1, most=rules.MOST_DAYS) or 0
    with transaction():
        service.fix_day(region=g.region, poll_id=poll_id, by=actor().membership, number=number, at=clock.now())
    return done(url_for("polls.show", poll_id=poll_id), toast=_("日を きめました。"))


@blueprint.post("/<tsk>/polls/<int:poll_id>/gathering")
@requires(Permission.POLL_MANAGE)
def make_gathering(poll_id: int) -> Response:
    """A draft on the chosen day; its maker goes on where the place is asked for."""
    who = {"region": g.region, "poll_id": poll_id, "by": actor().membership}
    try:
        with transaction():
            event = service.make_gathering(**who, place=_("これから きめます"), at=clock.now())
    except Refused as error:
        return _show(queries.by_id(g.region, poll_id), error=sentence(error.code))
    return done(_gathering_address(event), toast=_("行事の下書きを つくりました。"))


def _gathering_address(event: Event) -> str:
    if event.published_at is None:
        return url_for("drafts.what", event_id=event.id)
    return url_for("codes.show", code=event.code)
