"""Cards at the door: the host's camera or a typed number, a name in large letters, and ready for the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response, g, request

from app import clock
from app.cards import service as cards
from app.checkins.by_host.hosting import blueprint, let_in, with_party
from app.checkins.models import CheckIn
from app.checkins.views import refusal_text
from app.db import db, find, transaction
from app.errors import Refused
from app.members.models import Membership
from app.web.access import Permission, requires
from app.web.forms import Form
from app.web.pages import new_key, render_page

MOST = 200  # characters of what was read


@dataclass(frozen=True)
class Result:
    """Who has been let in; `repeated` if she was here already."""

    row: CheckIn
    membership: Membership
    repeated: bool


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins/scan")
@requires(Permission.CHECK_IN_MANAGE)
def scan(event_id: int) -> Response:
    return _page(None)


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins/scan")
@requires(Permission.CHECK_IN_MANAGE)
def scan_card(event_id: int) -> Response:
    """A printed card, a phone's card or a typed number. The same form again shows what it did."""
    form = Form(request.form)
    key = form.key()
    try:
        return _page(_before(key) or _let_in(key, form.raw("code")[:MOST]))
    except Refused as error:
        return _page(None, error=refusal_text(error), status=422)


def _let_in(key: str, text: str) -> Result:
    at = clock.now()
    with transaction():
        shown = cards.read(region=g.region, text=text, purpose=f"event:{g.event.id}", at=at)
        arrival = let_in(key, "card", at, **with_party(shown.membership))
        return Result(find(CheckIn, g.region.id, arrival.id), shown.membership, arrival.repeated)


def _before(key: str) -> Result | None:
    """What this very form did: a reloaded page reads no card twice."""
    query = sa.select(CheckIn, Membership).join(Membership, Membership.id == CheckIn.membership_id)
    found = db.session.execute(query.where(CheckIn.key == key, CheckIn.event_id == g.event.id)).first()
    return Result(found[0], found[1], repeated=True) if found is not None and found[0].undone_at is None else None


def _page(result: Result | None, *, error: str | None = None, status: int = 200) -> Response:
    g.uses_camera = True
    context: dict[str, Any] = {"event": g.event, "result": result, "error": error, "fresh_key": new_key}
    return render_page("checkins/scan.html", fragment="checkins/_scanned.html", status=status, **context)
