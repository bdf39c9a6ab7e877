"""The server's side of the outbox: whose an item is, and the mark by which a phone knows our answer.

What a check-in that comes from an outbox means is decided in `checkins`.
"""

from __future__ import annotations

import base64
import hmac

from flask import Response, current_app, request
from werkzeug.exceptions import Unauthorized

from app.web.access import actor

HEADER = "X-Outbox"
LENGTH = 9  # bytes


def whose() -> str:
    """A word for the member who is signed in, stored beside what they tap. "" for guests."""
    member = actor().member
    return mark(member.id) if member is not None else ""


def mark(member_id: int) -> str:
    """The same word each time, and it tells nobody who it is."""
    key = current_app.extensions["config"].key("outbox")
    return base64.urlsafe_b64encode(hmac.digest(key, str(member_id).encode(), "sha256")[:LENGTH]).decode()


def refuse_another() -> None:
    """What a member tapped must not arrive as somebody else's: it waits for that member's sign-in.

    What a guest tapped arrives as whoever is signed in on that phone by then: waiting, it would never be sent.
    """
    if not is_from_outbox():
        return
    meant = request.form.get("whose")
    if meant and not hmac.compare_digest(meant.encode(), whose().encode()):
        raise Unauthorized()


def sign(response: Response) -> Response:
    """A gateway that answers in our place (a hotel's sign-in page) does not carry this, so the phone keeps its item."""
    if is_from_outbox():
        response.headers[HEADER] = "1"
    return response


def is_from_outbox() -> bool:
    return request.method == "POST" and HEADER in request.headers
