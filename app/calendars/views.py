"""Files for calendars and sheets for the wall."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from app import clock
from app.calendars import ics, leaflets, link_cards, queries, rules
from app.codes.drawing import svg
from app.errors import Missing
from app.events.models import Event
from app.web.access import Permission, requires
from app.web.filters import WHOLE_DAY, plain
from app.web.pages import absolute, render_page

blueprint = Blueprint("calendars", __name__)
CALENDAR = "text/calendar; charset=utf-8"
SEEN = (  # what `ics` tells of a gathering
    *("id", "title", "title_en", "place", "place_en", "bring", "bring_en", "phone", "field"),
    *("starts_at", "ends_at", "cancelled_at", "postponed_to", "reason"),
)


@blueprint.get("/<tsk>/events/<int:event_id>/calendar.ics")
@requires(Permission.EVENT_READ)
def entry(event_id: int) -> Response:
    """One gathering, for the reader's own calendar."""
    event = queries.told(g.region, event_id)
    response = _file([event], clock.now())
    response.headers["Content-Disposition"] = f'attachment; filename="{g.region.slug}-{event.id}.ics"'
    return response


@blueprint.get("/<tsk>/events.ics")
@requires(Permission.EVENT_READ)
def feed() -> Response:
    """All that are open to everybody: an address to subscribe to."""
    at = clock.now()
    return _file(queries.feed(g.region, at), at, name=plain(g.region, "name"))


@blueprint.get("/<tsk>/events/<int:event_id>/pictures/<digest>.png")
@requires(Permission.EVENT_READ)
def picture(event_id: int, digest: str) -> Any:
    """The picture of a link card, by its content: a changed event has another address."""
    event = queries.told(g.region, event_id)
    current = link_cards.digest(g.region, event)
    if event.audience == "invited":
        raise Missing("not_found")
    if digest != current:
        return redirect(url_for("calendars.picture", event_id=event_id, digest=current), 303)
    folder = current_app.extensions["config"].instance / "link-cards"
    response = Response(link_cards.kept(folder, g.region, event), content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/<tsk>/calendar")
@requires(Permission.EVENT_READ)
def this_month() -> Response:
    return _month(f"{clock.local(g.region, clock.now()):%Y-%m}")


@blueprint.get("/<tsk>/calendar/<month>")
@requires(Permission.EVENT_READ)
def month(month: str) -> Response:
    return _month(month)


@blueprint.get("/<tsk>/circular")
@requires(Permission.EVENT_READ)
def circular() -> Response:
    """回覧: the coming gatherings on one A4, to pass from house to house."""
    events = queries.coming(g.region, clock.now())
    rows = [{"event": event, **leaflets.drawn(event)} for event in events]
    return render_page("calendars/circular.html", rows=rows)


def _month(text: str) -> Response:
    """A month on one A4, weeks from Sunday."""
    first, today = rules.month_of(text), clock.local_day(g.region, clock.now())
    if first is None or not rules.is_shown(first, today):
        abort(404)
    weeks = rules.weeks(first)
    neighbours = {by: rules.neighbour(first, by) for by in (-1, 1)}
    return render_page(
        "calendars/month.html",
        first=first,
        weeks=weeks,
        days=queries.by_day(g.region, weeks[0][0], weeks[-1][-1]),
        lines=rules.LINES[len(weeks)],
        whole_day=WHOLE_DAY,
        neighbours={by: day for by, day in neighbours.items() if rules.is_shown(day, today)},
        qr=svg(absolute(url_for("events.index")), level="M", label=_("月の予定")),
    )


def _file(events: Sequence[Event], at: datetime, *, name: str | None = None) -> Response:
    """The calendar, or 304 to whoever has it already: what it says decides, not when it was written."""
    said = [[str(getattr(event, column)) for column in SEEN] for event in events]
    response = Response(content_type=CALENDAR)
    response.set_etag(hashlib.sha256(f"{get_locale()}{said}".encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    if response.status_code != 304:
        response.set_data(ics.written(g.region, events, at, name=name))
    return response
