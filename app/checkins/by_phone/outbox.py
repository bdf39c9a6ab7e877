"""What a phone's outbox sends again once there is signal: the very form of the page, answered in a few words.

Such a request carries the header `X-Outbox`; its answer is JSON: `state` (done, repeated, late, refused), `text` (one
sentence for the person who waits) and `url` (where the seal is).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, g, jsonify, request
from flask_babel import gettext as _

from app.checkins.by_phone.late import Received
from app.web import visits
from app.web.access import actor
from app.web.forms import Form
from app.web.sentences import sentence

HEADER = "X-Outbox"
DOORS = ("checkins", "hosting")
CODE, NOTE = 64, 40  # characters


TOLD = {"delay": "late_delay", "old_code": "late_old_code", "many": "late_many", "closed": "late_closed"}


def is_replay() -> bool:
    """Sent later. A tap with signal comes by the outbox too, but says `tap`: it is judged as the plain form is."""
    return request.headers.get(HEADER) == "1"


def speaks() -> bool:
    """Whether an outbox reads the answer, and not a person."""
    return HEADER in request.headers


def device() -> str:
    """This phone's name for what it may do once: its sign-in, else its visit cookie."""
    sign_in = actor().sign_in
    return f"sign_in:{sign_in.id}" if sign_in is not None else f"visit:{visits.number()}"


def brought(form: Form, at: datetime) -> dict[str, Any]:
    """What the form and its sender say about when and where the tap was, for a `late.Knock`."""
    code, seen = g.scanned = form.text("code", most=CODE), form.text("seen", most=NOTE)
    replayed = is_replay()
    told = device_at(form, at) if replayed else None
    return {"code": code, "seen": seen, "device": device(), "replayed": replayed, "device_at": told}


def device_at(form: Form, at: datetime) -> datetime | None:
    """When the tap was by the phone's own clock: kept as a claim, and never later than now."""
    try:
        told = datetime.fromisoformat(form.raw("device_at"))
    except ValueError:
        return None
    if told.tzinfo is None or not 2000 <= told.year <= 2100:
        return None
    return min(told.astimezone(UTC), at)


def answer(received: Received, url: str) -> Response:
    """For the outbox: what became of what it sent."""
    if received.state == "late":
        return _answer("late", late_text(received.reason or ""), url, 409)
    if received.state == "repeated":
        return _answer("repeated", sentence("already_checked_in"), url, 200)
    return _answer("done", _("受付しました。受付番号 %(number)s。", number=received.number), url, 200)


def refused(text: str, url: str, status: int = 422) -> Response:
    return _answer("refused", text, url, status)


def answer_host(text: str, url: str, *, repeated: bool) -> Response:
    """For the host's list: whom it let in."""
    return _answer("repeated" if repeated else "done", text, url, 200)


def late_text(reason: str) -> str:
    """Why the host decides."""
    return sentence(TOLD[reason])


def _answer(state: str, text: str, url: str, status: int) -> Response:
    response = jsonify(state=state, text=text, url=url)
    response.status_code = status
    return visits.keep(response)


def speak_json(response: Response) -> Response:
    """Whatever answered an outbox with a page (a refusal at the porch, a redirection) answers it in JSON."""
    if not speaks() or request.blueprint not in DOORS or response.is_json or response.status_code >= 500:
        return response
    if response.status_code in (302, 303):
        return _as("done", "", response.headers.pop("Location", ""), response, 200)
    codes = {401: "sign_in_first", 403: "not_allowed", 429: "busy"}
    return _as("refused", sentence(codes.get(response.status_code, "form_stale")), "", response, response.status_code)


def _as(state: str, text: str, url: str, response: Response, status: int) -> Response:
    told = jsonify(state=state, text=text, url=url)
    response.data, response.status_code = told.data, status
    response.content_type = "application/json"
    return response
