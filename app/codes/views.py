"""`/C/…`, where every QR leads, and `/n`, the one box for numbers."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy import bindparam, select

from app import clock
from app.codes.models import PublicCode
from app.codes.rules import PUBLIC, is_code, read, scanned
from app.codes.signed import parse
from app.db import db
from app.errors import Missing, Refused
from app.web.access import public
from app.web.forms import Form
from app.web.keeping.rows import kept
from app.web.limits import throttle
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("codes", __name__)
WRONG_TRIES, WINDOW = 20, 300
_MEANING = select(PublicCode.region_id, PublicCode.purpose, PublicCode.subject_id)
_MEANING = _MEANING.where(PublicCode.code == bindparam("code"))


@blueprint.get("/c/<code>")
@blueprint.get("/C/<code>")
@public
def show(code: str) -> Any:
    """The page that the code stands for, at this very address. Only the code's own letters ignore case."""
    plain = read(code)
    if is_code(plain) and len(plain) == PUBLIC:
        row = kept("codes", plain, lambda: _meaning(plain))
        g.region = current_app.extensions["region_by_id"](row.region_id)
        return current_app.extensions["code_views"][row.purpose](row.subject_id)
    if (parts := parse(plain)) is not None and parts.kind in _signed_views():
        return _signed_views()[parts.kind](parts, plain)
    address = current_app.extensions["code_addresses"].get(len(plain))
    if address is None or not is_code(plain):
        raise Missing("not_found")
    return done(address(plain))


def _meaning(code: str) -> Any:
    """Which row of which region this is. Raises Missing."""
    row = db.session.execute(_MEANING, {"code": code}).one_or_none()
    if row is None:
        raise Missing("not_found")
    return row


@blueprint.get("/n")
@public
def box() -> Response:
    return render_page("codes/box.html", text="", error=None)


@blueprint.post("/n")
@public
def enter() -> Response:
    """Known by its shape: a poster's eight characters, a slip's twelve. Digits alone belong to a counter."""
    text = Form(request.form).text("number", most=80)
    at, key = clock.now(), f"number:{throttle.address()}"
    throttle.check(key=key, limit=WRONG_TRIES, seconds=WINDOW, at=at)
    try:
        return done(_address_of(text))
    except (Missing, Refused) as error:
        throttle.note_failure(key=key, seconds=WINDOW, at=at)
        return render_page("codes/box.html", text=text, error=sentence(error.code), status=422)


def _address_of(text: str) -> str:
    for reader in current_app.extensions.get("typed_readers", ()):
        if known := reader(text):
            return str(known)
    code = scanned(text, frozenset(current_app.config["TRUSTED_HOSTS"]))
    if code is None:
        raise Missing("number_unknown")
    if re.fullmatch(r"[0-9]{6}", code):
        raise Refused("number_for_shop")
    if len(code) == PUBLIC and db.session.get(PublicCode, code) is not None:
        return f"/C/{code}"
    if (parts := parse(code)) is not None and parts.kind in _signed_views():
        return f"/C/{code}"
    address = current_app.extensions["code_addresses"].get(len(code))
    if address is None:
        raise Missing("number_unknown")
    return str(address(code))


def _signed_views() -> dict[str, Any]:
    """Who answers codes that carry their own proof, by kind."""
    views: dict[str, Any] = current_app.extensions.get("signed_views", {})
    return views
