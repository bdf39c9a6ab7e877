"""おさそい: the leaflet that hangs for weeks, and the notice that its code opens.

The leaflet's code is its own, ten characters that lead to the notice; the door's eight stand on the door's poster
alone. So whoever photographs a leaflet, or types what stands on a strip, is told when and where, and never checks in.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext as _

from app import clock
from app.calendars import queries, rules
from app.codes import addresses
from app.codes import service as codes
from app.db import db
from app.errors import Missing
from app.events.models import Event
from app.events.queries import next_after
from app.events.rules import state
from app.regions.queries import by_id as region_by_id
from app.web import visits
from app.web.access import Permission, requires
from app.web.pages import absolute, render_page

blueprint = Blueprint("leaflets", __name__)
STRIPS = 8


@blueprint.get("/<tsk>/events/<int:event_id>/notice")
@requires(Permission.EVENT_READ)
def notice(event_id: int) -> Response:
    """When, where, what to bring. No door: at no moment can one check in here."""
    event, at = queries.told(g.region, event_id), clock.now()
    now = state(event, at)
    following = next_after(g.region, event, at) if now in ("ended", "cancelled") else None
    page = render_page("calendars/notice.html", event=event, state=now, next_event=following)
    return visits.remember(page)  # whoever signs up is known again


@blueprint.get("/<tsk>/events/<int:event_id>/leaflet")
@requires(Permission.EVENT_MANAGE)
def poster(event_id: int) -> Response:
    """One A4 with eight strips to tear off."""
    event = queries.told(g.region, event_id)
    return render_page("calendars/leaflet.html", event=event, strips=STRIPS, **drawn(event))


def drawn(event: Event) -> dict[str, Any]:
    """What paper shows of a leaflet's code: `code` to type, `qr` to photograph."""
    code = code_of(event)
    return {"code": code, "qr": addresses.qr(code, level="Q", label=_("おさそいのQRコード"))}


def code_of(event: Event) -> str:
    return rules.leaflet_code(event.id, _proof(event.id))


def address(code: str) -> str:
    """Where a leaflet's code leads. Raises Missing for one that we did not make."""
    event_id = rules.leaflet_number(code)
    event = db.session.get(Event, event_id) if hmac.compare_digest(code[: rules.PROOF], _proof(event_id)) else None
    if event is None:
        raise Missing("number_unknown")
    return url_for("leaflets.notice", tsk=region_by_id(event.region_id).slug, event_id=event.id)


def notice_address(event: Event) -> str:
    """The notice as others write it down: with the instance's origin."""
    return absolute(url_for("leaflets.notice", event_id=event.id))


def share_address(event: Event) -> str:
    """What is pasted into a chat: LINE opens it in the phone's own browser."""
    return f"{notice_address(event)}?openExternalBrowser=1"


def _proof(event_id: int) -> str:
    return codes.derive(purpose="leaflet", of=str(event_id), length=rules.PROOF)
