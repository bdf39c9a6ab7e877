"""The visit cookie: how a phone without a sign-in is known again, by nothing but a random number."""

from __future__ import annotations

import secrets

from flask import Response, current_app, g, request

from app.web.access import actor
from app.web.security import set_cookie

VISIT = "visit"


def cookie() -> str | None:
    """This phone's visit number, also one that this very answer will set."""
    value = request.cookies.get(current_app.extensions["config"].cookie(VISIT)) or g.get("new_visit")
    return value if value and len(value) <= 100 else None


def remember(response: Response) -> Response:
    """Give a phone that has none its number, before its first tap: two taps are then still one visit."""
    if cookie() is None and actor().member is None and not actor().is_till:
        g.new_visit = secrets.token_urlsafe(32)
        set_cookie(response, VISIT, g.new_visit, days=400)
    return response


def number() -> str:
    """This phone's number for a form that is being sent, made now if cookies came too late."""
    found = cookie()
    if found is None:
        found = g.new_visit = secrets.token_urlsafe(32)
    return found


def keep(response: Response) -> Response:
    if g.get("new_visit"):
        set_cookie(response, VISIT, g.new_visit, days=400)
    return response
