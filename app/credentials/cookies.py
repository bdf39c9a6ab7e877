"""The sign-in cookie of an answer, and «last seen»."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import Response, current_app, g, request
from flask_login import current_user

from app import clock
from app.credentials.loader import TILL
from app.credentials.models import SignIn
from app.credentials.rules import device_name
from app.credentials.service import OWN_DEVICE_DAYS, open_till, sign_out
from app.db import commit_the_rest, connection, with_next
from app.web.access import Actor
from app.web.security import SAFE, drop_cookie, set_cookie

REGION = "region"  # the cookie with the slug of the last region; signing out takes it away
SEEN_BY_PAGE = timedelta(days=1)
SEEN_BY_FORM = timedelta(hours=1)  # a check-in then mostly writes nothing but itself
SEEN_ON_SHARED = timedelta(minutes=1)


def give(secret: str, *, days: float | None) -> None:
    """Let this request's answer sign the browser in. None: until the browser is closed."""
    g.sign_in_cookie = (secret, days)


def give_for(sign_in: SignIn, secret: str) -> None:
    """The same, for as long as this kind of device stays signed in."""
    give(secret, days=None if sign_in.shared else OWN_DEVICE_DAYS)


def begin_till(*, region_id: int, shop_id: int, at: datetime) -> None:
    """From here on this browser is the till of a shop; whoever was signed in on it is signed out."""
    before = _sign_in()
    if before is not None:
        sign_out(sign_in_id=before.id, at=at)
    _row, secret = open_till(region_id=region_id, shop_id=shop_id, at=at, label=device())
    give(secret, days=TILL / timedelta(days=1))


def last_region() -> str | None:
    """The slug of the region in which this browser's member was last."""
    return request.cookies.get(current_app.extensions["config"].cookie(REGION))


def take() -> None:
    """Let this request's answer sign the browser out and clear what it kept."""
    g.sign_in_cookie = None


def write(response: Response) -> Response:
    if "sign_in_cookie" not in g:
        return response
    if g.sign_in_cookie is None:
        drop_cookie(response, "yui")
        drop_cookie(response, REGION)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
    secret, days = g.sign_in_cookie
    set_cookie(response, "yui", secret, days=days)
    return response


def device() -> str:
    """What this browser calls itself, in two words."""
    return device_name(request.headers.get("User-Agent", ""))


def touch() -> None:
    """Note that the device is in use: once an hour by its forms, once a day by the pages it reads."""
    if request.blueprint in (None, "assets", "porch"):
        return
    sign_in = _sign_in()
    if sign_in is None:
        return
    at = clock.now()
    unseen = at - sign_in.last_seen_at
    often = SEEN_BY_PAGE if request.method in SAFE else SEEN_BY_FORM
    if unseen < (SEEN_ON_SHARED if sign_in.shared else often):
        return
    seen = {"device": sign_in.id, "seen_at": at, "name": sign_in.label or device()}
    with_next(lambda: connection().execute(_SEE, seen))
    if request.method in SAFE:
        commit_the_rest()
    if unseen >= SEEN_BY_PAGE and sign_in.kind == "member":
        give_for(sign_in, _cookie())  # the browser counts its 400 days from here too


def settle(response: Response) -> Response:
    """A form that wrote nothing else has told that its device is in use, too."""
    if response.status_code < 500:
        commit_the_rest()
    return response


_sign_ins = cast(sa.Table, SignIn.__table__)
_SEE = sa.update(_sign_ins).where(_sign_ins.c.id == sa.bindparam("device"))
_SEE = _SEE.values(last_seen_at=sa.bindparam("seen_at"), label=sa.bindparam("name"))


def _sign_in() -> Any:
    """Straight from the loader: `actor()` would settle the roles before the address has told its region."""
    user = current_user._get_current_object()
    return user.sign_in if isinstance(user, Actor) else None


def _cookie() -> str:
    return request.cookies[current_app.extensions["config"].cookie("yui")]
