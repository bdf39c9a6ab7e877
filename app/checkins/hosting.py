"""The host's side of the door: the list that fills, checking somebody in by name or number, and the end."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.checkins import closing, queries, service
from app.checkins.views import refusal_text
from app.db import find, transaction
from app.errors import Conflict, Refused
from app.events.rules import minutes, state
from app.members import queries as members
from app.members.models import Membership
from app.web.access import Permission, actor, requires
from app.web.filters import isolated
from app.web.forms import Form, normalise
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("hosting", __name__)


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins")
@requires(Permission.CHECK_IN_MANAGE)
def index(event_id: int) -> Response:
    """Who is here. With `q` also the members it may mean, by よみ or card number."""
    return _list(normalise(request.args.get("q", ""))[:40])


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins/live")
@requires(Permission.CHECK_IN_MANAGE)
def live(event_id: int) -> Response | tuple[str, int]:
    """The list again if somebody came or was undone since it was shown, else 204."""
    at = clock.now()
    rows = queries.rows(g.event, at)
    if request.args.get("seen") == seen(rows):
        return "", 204
    return render_page("checkins/_rows.html", event=g.event, rows=rows, seen=seen(rows))


@blueprint.post("/<tsk>/events/<int:event_id>/arrivals")
@requires(Permission.CHECK_IN_MANAGE)
def arrive(event_id: int) -> Response:
    """The host's tap on a name. A full house grows by one and says so."""
    form = Form(request.form)
    key, ids = form.key(), form.ids("membership")
    membership = find(Membership, g.region.id, min(ids, default=0))
    try:
        with transaction():
            arrival = service.check_in(
                region=g.region,
                event_id=event_id,
                key=key,
                way="name",
                by=actor().name,
                at=clock.now(),
                membership=membership,
                by_host=True,
            )
    except Refused as error:
        return _list("", error=refusal_text(error), status=422)
    except Conflict as error:
        if error.code != "already_checked_in":
            raise
        return done(url_for("hosting.index", event_id=event_id), toast=sentence(error.code))
    return done(url_for("hosting.index", event_id=event_id), toast=_arrived(membership, arrival))


@blueprint.get("/<tsk>/events/<int:event_id>/closure")
@requires(Permission.EVENT_MANAGE, fresh=True)
def closure(event_id: int) -> Response:
    """The sheet: people × hours, everybody ticked, one button."""
    return _sheet()


@blueprint.post("/<tsk>/events/<int:event_id>/closure")
@requires(Permission.EVENT_MANAGE, fresh=True, field=True)
def close(event_id: int) -> Response:
    """会を終える. Whoever comes second sees that it has been done."""
    form = Form(request.form)
    left_out = form.ids("shown") - form.ids("ticked")  # whoever came after the sheet was opened is not among them
    try:
        with transaction():
            closing.close(region=g.region, event_id=event_id, left_out=left_out, by=actor().name, at=clock.now())
    except Refused as error:
        return _sheet(error=sentence(error.code), status=422)
    except Conflict as error:
        if error.code != "already_ended":
            raise
        return _sheet(error=sentence(error.code), status=409)
    return done(url_for("hosting.closure", event_id=event_id), toast=_("会を おわりにしました。おつかれさまでした。"))


def seen(rows: list[queries.Row]) -> str:
    """A short word for what the list shows: it changes with every arrival and every undo."""
    return f"{len(rows)}-{max((row.check_in.id for row in rows), default=0)}"


def _list(q: str, *, error: str | None = None, status: int = 200) -> Response:
    at = clock.now()
    rows = queries.rows(g.event, at)
    hits = members.search(g.region, q) if q else ()
    return render_page(
        "checkins/list.html",
        status=status,
        event=g.event,
        rows=rows,
        seen=seen(rows),
        q=q,
        hits=hits,
        here=queries.arrived(g.event, hits),
        nothing=sentence("nobody_found") if q and not hits else None,
        error=error,
        state=state(g.event, at),
        closed=queries.closure(g.event),
    )


def _sheet(*, error: str | None = None, status: int = 200) -> Response:
    at = clock.now()
    return render_page(
        "checkins/closure.html",
        status=status,
        event=g.event,
        rows=queries.rows(g.event, at),
        closure=queries.closure(g.event),
        sums=queries.sums(g.event),
        each=minutes(g.event.starts_at, g.event.ends_at),
        error=error,
    )


def _arrived(membership: Membership, arrival: service.Arrival) -> str:
    if arrival.repeated:
        return sentence("already_checked_in")
    text = _(
        "%(name)sさんを 受付しました。受付番号 %(number)s。", name=isolated(membership.name), number=arrival.number
    )
    if arrival.capacity_raised:
        text += " " + _("定員を 1人 ふやしました。")
    return text
