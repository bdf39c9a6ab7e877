"""Making a gathering in three steps. Each step is kept on the server, so that nothing typed is lost."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Forbidden, Refused
from app.events import service
from app.events.forms import read_what, read_when, read_who
from app.events.models import Event
from app.events.rules import minutes
from app.issuing import queries as issuing
from app.issuing.rules import coins_for
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("drafts", __name__)


@blueprint.get("/<tsk>/events/new")
@requires(Permission.EVENT_CREATE)
def new() -> Response:
    values = {"title": "", "place": "", "field": "other"}
    return render_page("events/what.html", event=None, values=values, errors={}, key=None)


@blueprint.post("/<tsk>/events")
@requires(Permission.EVENT_CREATE)
def begin() -> Response:
    form, what = read_what(request.form)
    key = form.key()
    if not form.ok:
        return _again("events/what.html", form, event=None, key=key)
    with transaction():
        event = service.draft(
            region=g.region,
            host=actor().membership,
            key=key,
            title=what.title,
            place=what.place,
            field=what.field,
            at=clock.now(),
        )
        event_id = event.id
    return done(url_for("drafts.when", event_id=event_id))


@blueprint.get("/<tsk>/events/<int:event_id>/draft/what")
@requires(Permission.EVENT_MANAGE)
def what(event_id: int) -> Response:
    event = _own_draft()
    values = {"title": event.title, "place": event.place, "field": event.field}
    return render_page("events/what.html", event=event, values=values, errors={}, key=None)


@blueprint.post("/<tsk>/events/<int:event_id>/draft/what")
@requires(Permission.EVENT_MANAGE)
def describe(event_id: int) -> Response:
    event = _own_draft()
    form, what = read_what(request.form)
    if not form.ok:
        return _again("events/what.html", form, event=event, key=None)
    with transaction():
        service.describe(region=g.region, event_id=event_id, title=what.title, place=what.place, field=what.field)
    return done(url_for("drafts.when", event_id=event_id))


@blueprint.get("/<tsk>/events/<int:event_id>/draft/when")
@requires(Permission.EVENT_MANAGE)
def when(event_id: int) -> Response:
    event = _own_draft()
    begins, ends = clock.local(g.region, event.starts_at), clock.local(g.region, event.ends_at)
    values = {"day": begins.date().isoformat(), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    return render_page("events/when.html", event=event, values=values, errors={})


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
    return _again("events/when.html", form, event=event)


@blueprint.get("/<tsk>/events/<int:event_id>/draft/who")
@requires(Permission.EVENT_MANAGE)
def who(event_id: int) -> Response:
    event = _own_draft()
    most = _most_coins(event)
    values = {"audience": "open", "capacity": "30", "coins": str(most)}
    return render_page("events/who.html", event=event, values=values, errors={}, most=most)


@blueprint.post("/<tsk>/events/<int:event_id>/publication")
@requires(Permission.EVENT_MANAGE)
def publish(event_id: int) -> Response:
    form, who = read_who(request.form)
    if not form.ok:
        return _again("events/who.html", form, event=g.event, most=_most_coins(g.event))
    try:
        with transaction():
            service.publish(
                region=g.region,
                event_id=event_id,
                audience=who.audience,
                capacity=who.capacity,
                coins=who.coins,
                award=who.award,
                at=clock.now(),
            )
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


def _most_coins(event: Event) -> int:
    """How many coins the region's rule gives for an event of this length."""
    rule = issuing.current_rule(g.region.id, clock.local_day(g.region, event.starts_at))
    return coins_for(rule, minutes(event.starts_at, event.ends_at))


def _again(template: str, form: Form, **context: Any) -> Response:
    """The same step with what was typed and the sentences beside the fields."""
    return render_page(template, status=422, values=form.values, errors=form.sentences, **context)
