"""The reader's cards, the writer's, and the one field with which a card is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Refused
from app.projects import queries as projects
from app.thanks import people, queries, rules, service, words
from app.thanks.models import LONGEST
from app.web.access import Permission, actor, requires
from app.web.filters import isolated
from app.web.forms import Form, normalise, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("thanks", __name__)
TYPED = 40  # characters


@blueprint.get("/<tsk>/thanks")
@requires(Permission.THANKS_READ)
def index() -> Response:
    """Cards that came, or with `show=away` those that were put away, fifty a page."""
    away, after = request.args.get("show") == "away", request.args.get("after", type=row_id)
    cards = queries.received(actor().membership, queries.PAGE + 1, after, hidden=away)
    more = cards[queries.PAGE - 1].card.id if len(cards) > queries.PAGE else None
    return render_page("thanks/index.html", cards=cards[: queries.PAGE], more=more, away=away)


@blueprint.get("/<tsk>/thanks/sent")
@requires(Permission.THANKS_READ)
def sent() -> Response:
    return _sent()


def _sent(*, error: str | None = None) -> Response:
    at, after = clock.now(), request.args.get("after", type=row_id)
    cards = queries.sent(actor().membership, queries.PAGE + 1, after)
    more = cards[queries.PAGE - 1].card.id if len(cards) > queries.PAGE else None
    shown = [(one, rules.may_take_back(one.card.at, one.card.seen_at, at)) for one in cards[: queries.PAGE]]
    return render_page("thanks/sent.html", status=422 if error else 200, cards=shown, more=more, error=error)


@blueprint.post("/<tsk>/thanks/<int:thanks_id>/opening")
@requires(Permission.THANKS_READ)
def open_(thanks_id: int) -> Response:
    with transaction():
        service.open_(region=g.region, thanks_id=thanks_id, membership=actor().membership, at=clock.now())
    return done(url_for("thanks.index", _anchor=f"thanks-card-{thanks_id}"))


@blueprint.post("/<tsk>/thanks/<int:thanks_id>/hiding")
@requires(Permission.THANKS_READ)
def put_away(thanks_id: int) -> Response:
    with transaction():
        service.put_away(region=g.region, thanks_id=thanks_id, membership=actor().membership, at=clock.now())
    return done(url_for("thanks.index"), toast=_("カードを しまいました。しまったカードの中に あります。"))


@blueprint.post("/<tsk>/thanks/<int:thanks_id>/showing")
@requires(Permission.THANKS_READ)
def put_back(thanks_id: int) -> Response:
    with transaction():
        service.put_back(region=g.region, thanks_id=thanks_id, membership=actor().membership)
    return done(url_for("thanks.index"), toast=_("カードを もどしました。"))


@blueprint.post("/<tsk>/thanks/<int:thanks_id>/withdrawal")
@requires(Permission.THANKS_WRITE)
def take_back(thanks_id: int) -> Response:
    """とりけす, by the writer."""
    try:
        with transaction():
            service.take_back(region=g.region, thanks_id=thanks_id, writer=actor().membership, at=clock.now())
    except Refused as error:
        return _sent(error=sentence(error.code, **error.params))
    return done(url_for("thanks.sent"), toast=_("とりけしました。相手には とどきません。"))


# --- writing one ----------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/thanks/new")
@requires(Permission.THANKS_WRITE)
def new() -> Response:
    """The field, if it is clear whom it is for; else whom to choose from."""
    return _write(Form(request.args))


@blueprint.post("/<tsk>/thanks")
@requires(Permission.THANKS_WRITE)
def send() -> Response:
    """Send; or, with `say`, the form again with a ready sentence in it."""
    form, at = Form(request.form), clock.now()
    key, text = form.key(), form.text("words", most=LONGEST, required="say" not in request.form, lines=True)
    if form.raw("say"):
        return _write(form, key=key, text=words.added(text, form.raw("say")))
    to, about = _receiver(form)
    if to is None or not form.ok:
        return _write(form, key=key, error=sentence("thanks_unknown") if to is None else None)
    try:
        with transaction():
            service.send(region=g.region, writer=actor().membership, to_id=to.id, key=key, words=text, at=at, **about)
    except Refused as error:
        return _write(form, key=key, error=sentence(error.code, **error.params))
    return done(url_for("thanks.sent"), toast=_said(to.name, at))


def _said(name: str, at: datetime) -> str:
    left = rules.A_DAY - queries.sent_on(g.region, actor().membership, clock.local_day(g.region, at))
    who = isolated(name) if name else _("お客さま")
    text = _("%(name)sさんに ありがとうカードを 送りました。", name=who)
    return text if left else text + " " + _("きょうは これで おわりです。")


def _receiver(form: Form) -> tuple[Any, dict[str, int | None]]:
    """Whom the form means, and what the card speaks of."""
    about = {f"{name}_id": row_id(form.raw(name)) for name in ("event", "project")}
    to = normalise(form.raw("to"))[:TYPED]
    return people.receiver(g.region, actor().membership, to, clock.now(), **about) if to else None, about


def _write(form: Form, *, key: str | None = None, text: str | None = None, error: str | None = None) -> Response:
    to, about = _receiver(form)
    mine, status = actor().membership, 422 if error or form.errors else 200
    if to is not None and to.id == mine.id:
        to, error, status = None, sentence("thanks_oneself"), 422 if request.method == "POST" else 200
    if to is None:
        return _choose(form, about, error=error, status=status)
    return render_page(
        "thanks/new.html",
        status=status,
        to=to,
        text=form.values.get("words", "") if text is None else text,
        errors=form.sentences,
        error=error,
        key=key,
        event=people.event_of(g.region, mine, about["event_id"]),
        project=projects.one(g.region, about["project_id"]),
        ready=words.ready(),
        on_paper=queries.reads_on_paper(to),
        longest=LONGEST,
    )


def _choose(form: Form, about: dict[str, int | None], *, error: str | None, status: int) -> Response:
    mine, typed = actor().membership, normalise(form.values.get("q", ""))[:TYPED]
    event_id, project = about["event_id"], projects.one(g.region, about["project_id"])
    return render_page(
        "thanks/choose.html",
        status=status,
        error=error,
        q=typed,
        hits=people.found(g.region, mine, typed) if typed else (),
        event=people.event_of(g.region, mine, event_id),
        project=project,
        met=people.met_at(g.region, mine, event_id) if event_id is not None else (),
        partners=people.of_project(g.region, mine, project.id) if project is not None else (),
        gatherings=people.gatherings(g.region, mine, clock.now()),
        projects=projects.of_member(g.region, mine),
        may_search=mine.standing == "active",
        nothing=sentence("nobody_found"),
    )
