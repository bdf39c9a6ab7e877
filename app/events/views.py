"""The list of gatherings, the poster to print, and cancelling."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.codes.drawing import svg
from app.db import transaction
from app.errors import Refused
from app.events import queries, service
from app.events.rules import state
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("events", __name__)


@blueprint.get("/<tsk>/events")
@requires(Permission.EVENT_READ)
def index() -> Response:
    at, membership = clock.now(), actor().membership
    return render_page(
        "events/index.html",
        upcoming=queries.upcoming(g.region, at),
        past=queries.past(g.region, at),
        drafts=queries.drafts_of(membership.id) if membership else (),
        state=state,
    )


@blueprint.get("/<tsk>/events/<int:event_id>/poster")
@requires(Permission.EVENT_MANAGE)
def poster(event_id: int) -> Response:
    """One A4 for the table at the door."""
    address = poster_address(g.event.code)
    qr = svg(address.upper(), level="Q", label=_("受付のQRコード"))
    return render_page("events/poster.html", event=g.event, qr=qr, address=address)


def poster_address(code: str) -> str:
    """What the poster's QR says: upper case, so that it needs fewer cells."""
    return f"{current_app.extensions['config'].origin}/C/{code}"


@blueprint.get("/<tsk>/events/<int:event_id>/cancellation")
@requires(Permission.EVENT_MANAGE)
def cancellation(event_id: int) -> Response:
    return render_page("events/cancellation.html", event=g.event, reason="", error=None)


@blueprint.post("/<tsk>/events/<int:event_id>/cancellation")
@requires(Permission.EVENT_MANAGE)
def cancel(event_id: int) -> Response:
    form = Form(request.form)
    reason = form.text("reason", most=120)
    try:
        with transaction():
            service.cancel(region=g.region, event_id=event_id, reason=reason, at=clock.now())
    except Refused as error:
        text = sentence(error.code)
        return render_page("events/cancellation.html", status=422, event=g.event, reason=reason, error=text)
    return done(
        url_for("checkins.show", event_id=event_id),
        toast=_("中止にしました。ポスターのページにも そう出ています。"),
    )


@blueprint.post("/<tsk>/events/<int:event_id>/cancellation/undo")
@requires(Permission.EVENT_MANAGE)
def restore(event_id: int) -> Response:
    with transaction():
        service.restore(region=g.region, event_id=event_id, at=clock.now())
    return done(url_for("checkins.show", event_id=event_id), toast=_("中止を とりけしました。"))
