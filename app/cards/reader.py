"""よみとる: a member's own camera, a photo or typed letters; the page says what the code is before it leads there."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, current_app, g, request

from app import clock
from app.cards import pictures
from app.codes.models import PublicCode
from app.codes.rules import CLAIM, PUBLIC, REDEMPTION, scanned
from app.codes.signed import parse
from app.db import db, transaction
from app.errors import Refused
from app.regions.models import Region
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.limits import throttle
from app.web.pages import render_page
from app.web.sentences import sentence

blueprint = Blueprint("card_reader", __name__)
MOST = 200  # characters of a text that are looked at
PHOTOS, WINDOW = 20, 300  # photos that one member may send within so many seconds
SECRET = {CLAIM: "claim", REDEMPTION: "redemption"}


class Found(NamedTuple):
    """What a code is, where it leads (None: nowhere, it is to be shown) and whose region's it is, if it says so."""

    kind: str
    address: str | None
    region: Region | None = None


@blueprint.get("/<tsk>/card/reader")
@requires(Permission.CARD_SHOW)
def show() -> Response:
    return _page()


@blueprint.post("/<tsk>/card/reader")
@requires(Permission.CARD_SHOW)
def read() -> Response:
    """What the camera or a finger has entered, else the photo."""
    form = Form(request.form)
    text = form.text("code", most=MOST)
    try:
        found = what(text or _text_of_photo())
    except Refused as error:
        return _page(text=text, error=sentence(error.code, **error.params))
    return render_page("cards/found.html", found=found)


def what(text: str) -> Found:
    """The meaning of a code of this instance. Refused: `number_unknown`, `number_for_shop`."""
    code = scanned(text[:MOST], frozenset(current_app.config["TRUSTED_HOSTS"])) or ""
    row = db.session.get(PublicCode, code) if len(code) == PUBLIC else None
    if row is not None:
        return Found(row.purpose, f"/C/{code}", current_app.extensions["region_by_id"](row.region_id))
    parts = parse(code)
    if parts is not None:
        return Found("card", None) if parts.kind != "rotating" else Found("rotating", f"/C/{code}")
    address = current_app.extensions["code_addresses"].get(len(code))
    if address is not None and len(code) in SECRET:
        return Found(SECRET[len(code)], str(address(code)))
    raise Refused("number_for_shop" if len(code) == 6 and code.isdigit() else "number_unknown")


def _text_of_photo() -> str:
    photo = request.files.get("photo")
    if photo is None or not photo.filename:
        raise Refused("number_unknown")
    with transaction():
        throttle.allow(key=f"photo:{actor().name}", limit=PHOTOS, seconds=WINDOW, at=clock.now())
    return pictures.read_code(photo.stream)


def _page(*, text: str = "", error: str | None = None) -> Response:
    g.uses_camera = True
    return render_page("cards/reader.html", status=422 if error else 200, text=text, error=error)
