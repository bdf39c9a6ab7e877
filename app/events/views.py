"""The list of gatherings, the poster to print, cancelling and postponing."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.codes import addresses
from app.db import transaction
from app.errors import Conflict, Refused
from app.events import queries, service
from app.events.rules import state
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("events", __name__)
WEEK, REASON = timedelta(weeks=1), 120
QUICK = {"rain": "雨のため", "snow": "雪のため", "wind": "風が強いため", "few": "人が少ないため"}  # as one tap


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
    qr = addresses.qr(g.event.code, level="Q", label=_("受付のQRコード"))
    return render_page("events/poster.html", event=g.event, qr=qr)


# --- calling off ----------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/events/<int:event_id>/cancellation")
@requires(Permission.EVENT_MANAGE)
def cancellation(event_id: int) -> Response:
    return render_page("events/cancellation.html", event=g.event, reason="", error=None)


@blueprint.post("/<tsk>/events/<int:event_id>/cancellation")
@requires(Permission.EVENT_MANAGE)
def cancel(event_id: int) -> Response:
    """中止. A second tap is told calmly that it is so already."""
    form = Form(request.form)
    reason = _reason(form)
    try:
        with transaction():
            service.cancel(region=g.region, event_id=event_id, reason=reason, at=clock.now())
    except Conflict as error:
        return _told(event_id, sentence(error.code))
    except Refused as error:
        text = sentence(error.code)
        return render_page("events/cancellation.html", status=422, event=g.event, reason=reason, error=text)
    return _told(event_id, _("中止にしました。ポスターのページにも そう出ています。"))


@blueprint.post("/<tsk>/events/<int:event_id>/cancellation/undo")
@requires(Permission.EVENT_MANAGE)
def restore(event_id: int) -> Response:
    with transaction():
        service.restore(region=g.region, event_id=event_id, at=clock.now())
    return done(url_for("checkins.show", event_id=event_id), toast=_("中止を とりけしました。"))


@blueprint.get("/<tsk>/events/<int:event_id>/postponement")
@requires(Permission.EVENT_MANAGE)
def postponement(event_id: int) -> Response:
    """The new day: a week later at the same hour, unless the host says otherwise."""
    proposed = clock.local(g.region, g.event.postponed_to or g.event.starts_at + WEEK)
    values = {"day": proposed.date().isoformat(), "begins": f"{proposed:%H:%M}", "reason": g.event.reason}
    return render_page("events/postponement.html", event=g.event, values=values, errors={})


@blueprint.post("/<tsk>/events/<int:event_id>/postponement")
@requires(Permission.EVENT_MANAGE)
def postpone(event_id: int) -> Response:
    form = Form(request.form)
    day, begins, reason = form.day("day"), form.time("begins"), _reason(form)
    if day is not None and begins is not None:
        starts_at = clock.instant(g.region, datetime.combine(day, begins))
        try:
            with transaction():
                service.postpone(region=g.region, event_id=event_id, starts_at=starts_at, reason=reason, at=clock.now())
            return _told(event_id, _("延期にしました。ポスターのページにも そう出ています。"))
        except Conflict as error:
            return _told(event_id, sentence(error.code))
        except Refused as error:
            form.complain("reason" if error.code == "reason_missing" else "day", error.code)
    return render_page("events/postponement.html", status=422, event=g.event, values=form.values, errors=form.sentences)


@blueprint.post("/<tsk>/events/<int:event_id>/postponement/undo")
@requires(Permission.EVENT_MANAGE)
def keep_day(event_id: int) -> Response:
    with transaction():
        service.keep_day(region=g.region, event_id=event_id, at=clock.now())
    return done(url_for("checkins.show", event_id=event_id), toast=_("延期を とりけしました。"))


@blueprint.post("/<tsk>/events/<int:event_id>/designation")
@requires(Permission.OFFICE_MANAGE)
def designate(event_id: int) -> Response:
    """Count it among the activities for ふるさと住民登録, or no longer."""
    wanted = request.form.get("designated") == "1"
    with transaction():
        service.designate(region=g.region, event_id=event_id, designated=wanted)
    text = _("ふるさと住民登録の 活動に 数えます。") if wanted else _("ふるさと住民登録の 活動から はずしました。")
    return done(url_for("checkins.show", event_id=event_id), toast=text)


def _reason(form: Form) -> str:
    """What was typed, else the reason that was tapped."""
    return form.text("reason", most=REASON)[:REASON] or QUICK.get(form.raw("quick"), "")


def _told(event_id: int, toast: str) -> Response:
    """On to whoever signed up and has to be called; else to the page that says so."""
    page = "sign_ups.calls" if g.event.booked else "checkins.show"
    return done(url_for(page, event_id=event_id), toast=toast)
