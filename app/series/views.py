"""A series: begun from an event in one form, its days on one page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.db import find, transaction
from app.errors import Conflict, Refused
from app.events.models import Event
from app.series import queries, rules, service
from app.series.words import week_options, weekday_options
from app.web.access import Permission, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("series", __name__)


@blueprint.get("/<tsk>/events/<int:event_id>/series")
@requires(Permission.EVENT_MANAGE)
def new(event_id: int) -> Response:
    """The form; an event that is in a series already leads to that."""
    known = queries.of_event(g.event)
    if known is not None:
        return done(url_for("series.show", series_id=known))
    day = clock.local_day(g.region, g.event.starts_at)
    values = {"week": rules.suggested_week(day), "weekday": day.weekday(), "until": ""}
    return _form(values, {}, None)


@blueprint.post("/<tsk>/events/<int:event_id>/series")
@requires(Permission.EVENT_MANAGE)
def begin(event_id: int) -> Response:
    form = Form(request.form)
    key, asked = form.key(), _read(form)
    if not form.ok:
        return _form(form.values, form.sentences, key)
    with transaction():
        series = service.begin(region=g.region, event_id=event_id, key=key, at=clock.now(), **asked)
        series_id = series.id
    return done(url_for("series.show", series_id=series_id), toast=_("くりかえしが できました。"))


@blueprint.get("/<tsk>/series/<int:series_id>")
@requires(Permission.EVENT_MANAGE)
def show(series_id: int) -> Response:
    return _page({}, None)


@blueprint.post("/<tsk>/series/<int:series_id>/days")
@requires(Permission.EVENT_MANAGE)
def make(series_id: int) -> Response:
    with transaction():
        made = service.make(region=g.region, series_id=series_id, at=clock.now())
    text = ngettext("%(num)s回分 できました。", "%(num)s回分 できました。", len(made))
    text = text if made else _("3か月先まで もう できています。")
    return done(url_for("series.show", series_id=series_id), toast=text)


@blueprint.post("/<tsk>/series/<int:series_id>/exceptions")
@requires(Permission.EVENT_MANAGE)
def leave_out(series_id: int) -> Response:
    form = Form(request.form)
    day, reason = form.day("day"), form.text("reason", most=120, required=True)
    if not form.ok or day is None:
        return _page(form.values, next(iter(form.sentences.values())))
    try:
        with transaction():
            off = service.leave_out(region=g.region, series_id=series_id, day=day, reason=reason, at=clock.now())
            call = off.id if off is not None and off.booked else None
    except (Refused, Conflict) as error:
        return _page(form.values, sentence(error.code))
    page = url_for("sign_ups.calls", event_id=call) if call else url_for("series.show", series_id=series_id)
    return done(page, toast=_("その日は 休みに しました。"))


@blueprint.post("/<tsk>/series/<int:series_id>/exceptions/undo")
@requires(Permission.EVENT_MANAGE)
def take_back(series_id: int) -> Response:
    form = Form(request.form)
    day = form.day("day")
    if day is None:
        return _page({}, sentence("field_day"))
    with transaction():
        service.take_back(region=g.region, series_id=series_id, day=day, at=clock.now())
    return done(url_for("series.show", series_id=series_id), toast=_("休みを とりけしました。"))


@blueprint.post("/<tsk>/series/<int:series_id>/end")
@requires(Permission.EVENT_MANAGE)
def end(series_id: int) -> Response:
    with transaction():
        service.end(region=g.region, series_id=series_id, at=clock.now())
    return done(url_for("series.show", series_id=series_id), toast=_("くりかえしを おわりにしました。"))


def _read(form: Form) -> dict[str, Any]:
    """What the form of a new series says; its complaints stay in the form."""
    week = form.choice("week", [value for value, _name in week_options()])
    weekday = form.choice("weekday", [value for value, _name in weekday_options()])
    until = form.day("until") if form.data.get("until") else None
    if until is not None and until <= clock.local_day(g.region, clock.now()):
        form.complain("until", "field_past")
    return {} if not form.ok else {"week": int(week), "weekday": int(weekday), "until": until}


def _form(values: dict[str, Any], errors: dict[str, str], key: str | None) -> Response:
    return render_page(
        "series/new.html",
        status=422 if errors else 200,
        event=g.event,
        values=values,
        errors=errors,
        key=key,
        weeks=week_options(),
        weekdays=weekday_options(),
    )


def _page(values: dict[str, str], error: str | None) -> Response:
    series = g.series
    return render_page(
        "series/show.html",
        status=422 if error else 200,
        series=series,
        pattern=find(Event, g.region.id, series.event_id),
        days=queries.days(g.region, series, clock.now()),
        values=values,
        error=error,
    )
