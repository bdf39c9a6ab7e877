"""The screen at the door: a code that changes by itself, a count that grows and a tree that blossoms.

The page is given the codes of the next hours and draws them without signal; the clock of its machine does not matter.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, g, jsonify, request
from flask_babel import gettext as _

from app import clock
from app.checkins import views
from app.checkins.by_phone import rotating, tree
from app.checkins.models import CheckIn
from app.codes import addresses
from app.codes.signed import Signed, is_genuine
from app.db import db
from app.errors import Missing
from app.events.models import Event
from app.events.rules import state
from app.web import visits
from app.web.access import Permission, requires
from app.web.pages import render_page

blueprint = Blueprint("screen", __name__)


@blueprint.get("/<tsk>/events/<int:event_id>/screen")
@requires(Permission.CHECK_IN_MANAGE)
def show(event_id: int) -> Response:
    """For a laptop or projector; the page itself may stand open for hours."""
    at, event = clock.now(), g.event
    step = rotating.step_at(at)
    return render_page(
        "checkins/screen.html",
        event=event,
        state=state(event, at),
        supply=_supply(event, step, at),
        first=addresses.qr(rotating.code(event, step), level="M", label=_("いまの受付のコード")),
        tree=tree.grow(event.code),
        blossoms=tree.blossoms(event.code, _numbers(event)),
        seen=_seen(event),
    )


@blueprint.get("/<tsk>/events/<int:event_id>/screen/codes")
@requires(Permission.CHECK_IN_MANAGE)
def supply(event_id: int) -> Response:
    """More codes for an open page, from the step `after` which it has none, and the server's time."""
    at, after = clock.now(), request.args.get("after", "")
    step = rotating.step_at(at)
    known = int(after) + 1 if after.isascii() and after.isdigit() and len(after) < 12 else step
    return jsonify(_supply(g.event, max(step, known), at))


@blueprint.get("/<tsk>/events/<int:event_id>/screen/arrivals")
@requires(Permission.CHECK_IN_MANAGE)
def arrivals(event_id: int) -> Response | tuple[str, int]:
    """Who came or was undone since the page last asked; 204 if nobody."""
    event, seen = g.event, request.args.get("seen", "")
    if seen == _seen(event):
        return "", 204
    last = seen.rpartition("-")[2]
    after = int(last) if last.isascii() and last.isdigit() and len(last) < 10 else event.last_number
    rows = _numbers(event)
    names = {number: name for number, name in rows.items() if name and number > after}
    return jsonify(count=event.taken, seen=_seen(event), numbers=list(rows), names=names)


def open_by_code(signed: Signed, code: str) -> Response:
    """`/C/<32 characters>`: the event's own page, if its screen has shown this code."""
    event = db.session.get(Event, signed.subject_id)
    if event is None or not is_genuine(signed, region_id=event.region_id):
        raise Missing("not_found")
    g.region = current_app.extensions["region_by_id"](event.region_id)
    g.event, g.scanned = event, (code, "")
    return visits.keep(views.page_of(event.id))


def picture(event: Event) -> dict[str, Any]:
    """For templates: the tree as all who came have left it."""
    return {"grown": tree.grow(event.code), "blossoms": tree.blossoms(event.code, _numbers(event))}


def _numbers(event: Event) -> dict[int, str]:
    """受付番号 of everybody here, with the name that they gave for the list."""
    query = sa.select(CheckIn.number, CheckIn.nickname).where(CheckIn.event_id == event.id, CheckIn.undone_at.is_(None))
    return {row.number: row.nickname for row in db.session.execute(query.order_by(CheckIn.number))}


def _seen(event: Event) -> str:
    """Changes with every arrival and every undo."""
    return f"{event.taken}-{event.last_number}"


def _supply(event: Event, first: int, at: datetime) -> dict[str, Any]:
    """`now` in milliseconds since 1970; `codes` those of the steps from `first` on, each `step` milliseconds long."""
    return {
        "now": int(at.timestamp() * 1000),
        "step": int(rotating.STEP.total_seconds() * 1000),
        "first": first,
        "codes": rotating.codes_from(event, first, at),
        "address": addresses.in_capitals(""),
    }
