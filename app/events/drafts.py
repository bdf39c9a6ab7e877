"""Making a gathering in three steps. Each step is kept on the server, so that nothing typed is lost."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Forbidden, Refused
from app.events import queries, service
from app.events.forms import FOLDED_WHAT, FOLDED_WHO, Who, read_what, read_when, read_who
from app.events.models import Event
from app.events.rules import minutes
from app.events.words import field_options
from app.issuing import queries as issuing
from app.issuing.rules import coins_for
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("drafts", __name__)
FIRST_TERMS = {"capacity": 30, "coins": 2}  # what the third step proposes; no more than the region's rule


@blueprint.get("/<tsk>/events/new")
@requires(Permission.EVENT_CREATE)
def new() -> Response:
    """The first step, empty; below it what can be taken from before."""
    return _what(
        values={"field": "other"},
        templates=queries.templates(g.region),
        earlier=queries.earlier_of(actor().membership.id, clock.now()),
    )


@blueprint.post("/<tsk>/events")
@requires(Permission.EVENT_CREATE)
def begin() -> Response:
    form, what = read_what(request.form)
    key = form.key()
    if not form.ok:
        return _what(form, key=key)
    with transaction():
        event = service.draft(
            region=g.region,
            host=actor().membership,
            key=key,
            title=what.title,
            place=what.place,
            field=what.field,
            at=clock.now(),
            values=asdict(what) | FIRST_TERMS,
        )
        event_id = event.id
    return done(url_for("drafts.when", event_id=event_id))


@blueprint.get("/<tsk>/events/<int:event_id>/draft/what")
@requires(Permission.EVENT_MANAGE)
def what(event_id: int) -> Response:
    event = _own_draft()
    return _what(values={name: getattr(event, name) for name in service.WORDS}, event=event)


@blueprint.post("/<tsk>/events/<int:event_id>/draft/what")
@requires(Permission.EVENT_MANAGE)
def describe(event_id: int) -> Response:
    event = _own_draft()
    form, what = read_what(request.form)
    if not form.ok:
        return _what(form, event=event)
    with transaction():
        service.describe(region=g.region, event_id=event_id, values=asdict(what))
    return done(url_for("drafts.when", event_id=event_id))


@blueprint.get("/<tsk>/events/<int:event_id>/draft/when")
@requires(Permission.EVENT_MANAGE)
def when(event_id: int) -> Response:
    event = _own_draft()
    begins, ends = clock.local(g.region, event.starts_at), clock.local(g.region, event.ends_at)
    values = {"day": begins.date().isoformat(), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    return _step("when", values, {}, event=event)


@blueprint.post("/<tsk>/events/<int:event_id>/draft/when")
@requires(Permission.EVENT_MANAGE)
def set_time(event_id: int) -> Response:
    event = _own_draft()
    form, when = read_when(request.form)
    if when is not None:
        try:
            with transaction():
                service.set_time(
                    region=g.region,
                    event_id=event_id,
                    day=when.day,
                    begins=when.begins,
                    ends=when.ends,
                    at=clock.now(),
                )
            return done(url_for("drafts.who", event_id=event_id))
        except Refused as error:
            form.complain("ends" if error.code == "field_order" else "day", error.code)
    return _step("when", form.values, form.sentences, event=event)


@blueprint.get("/<tsk>/events/<int:event_id>/draft/who")
@requires(Permission.EVENT_MANAGE)
def who(event_id: int) -> Response:
    event = _own_draft()
    coins = min(event.coins, _most_coins(event))
    values = {name: getattr(event, name) for name in ("audience", *FOLDED_WHO)}
    values |= {
        "capacity": "" if event.capacity is None else str(event.capacity),
        "coins": "arrival" if event.award == "arrival" and coins == 1 else str(coins),
        "designated": "1" if event.designated else "",
    }
    return _who(values=values)


@blueprint.post("/<tsk>/events/<int:event_id>/draft/who")
@requires(Permission.EVENT_MANAGE)
def keep_who(event_id: int) -> Response:
    """The third step put aside: nobody sees the event yet."""
    form, who = read_who(request.form)
    if not form.ok:
        return _who(form)
    with transaction():
        service.describe(region=g.region, event_id=event_id, values=_terms(form, who))
    return done(url_for("events.index"), toast=_("下書きに しまいました。"))


@blueprint.post("/<tsk>/events/<int:event_id>/publication")
@requires(Permission.EVENT_MANAGE)
def publish(event_id: int) -> Response:
    form, who = read_who(request.form)
    if not form.ok:
        return _who(form)
    terms = _terms(form, who)
    first = {name: terms[name] for name in ("audience", "capacity", "coins", "award")}
    try:
        with transaction():
            service.publish(region=g.region, event_id=event_id, at=clock.now(), values=terms, **first)
    except Refused as error:
        return done(url_for("drafts.when", event_id=event_id), toast=sentence(error.code))
    return done(
        url_for("checkins.show", event_id=event_id),
        toast=_("行事ができました。つぎは ポスターを印刷してください。"),
    )


@blueprint.post("/<tsk>/events/<int:event_id>/draft/discard")
@requires(Permission.EVENT_MANAGE)
def discard(event_id: int) -> Response:
    with transaction():
        service.discard(region=g.region, event_id=event_id)
    return done(url_for("events.index"), toast=_("下書きを すてました。"))


def _own_draft() -> Event:
    if g.event.published_at is not None:
        raise Forbidden("already_published")
    event: Event = g.event
    return event


def _terms(form: Form, who: Who) -> dict[str, Any]:
    """The third step as columns; only a duty holder says whether it counts for ふるさと住民登録."""
    granted = {"designated": form.raw("designated") == "1"} if may(Permission.OFFICE_READ) else {}
    return asdict(who) | granted


def _most_coins(event: Event) -> int:
    """How many coins the region's rule gives for an event of this length."""
    rule = issuing.current_rule(g.region.id, clock.local_day(g.region, event.starts_at))
    return coins_for(rule, minutes(event.starts_at, event.ends_at))


def _what(form: Form | None = None, *, values: dict[str, str] | None = None, **context: Any) -> Response:
    """The first step; the fold stands open where something in it was written or is wrong."""
    typed, errors = values or {}, {}
    if form is not None:
        typed, errors = form.values, form.sentences
    context = {"event": None, "key": None, "templates": (), "earlier": ()} | context
    unfolded = any(typed.get(name) or name in errors for name in FOLDED_WHAT)
    return _step("what", typed, errors, unfolded=unfolded, fields=field_options(), **context)


def _who(form: Form | None = None, *, values: dict[str, str] | None = None) -> Response:
    typed, errors = values or {}, {}
    if form is not None:
        typed, errors = form.values, form.sentences
    ordinary = ("none", "poster", "", None)
    unfolded = any(typed.get(name) not in ordinary or name in errors for name in (*FOLDED_WHO, "designated"))
    return _step("who", typed, errors, unfolded=unfolded, event=g.event, most=_most_coins(g.event))


def _step(name: str, values: dict[str, str], errors: dict[str, str], **context: Any) -> Response:
    """A step with what was typed and the sentences beside the fields."""
    pages = {"what": "events/what.html", "when": "events/when.html", "who": "events/who.html"}
    return render_page(pages[name], status=422 if errors else 200, values=values, errors=errors, **context)
