"""What a browser needs to work without signal, and to stand on a phone's first screen: the same for everybody."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _

from app.offline import icons, worker
from app.web.access import Actor, public

blueprint = Blueprint("offline", __name__)
PAPER, ACCENT = "#faf8f2", "#a23456"
DAY = "public, max-age=86400"


@blueprint.get("/offline")
@public
def page() -> Response:
    """Shown in place of any page while there is no signal; written for nobody, whoever asks for it."""
    return make_response(render_template("offline/page.html", actor=Actor(), region=None, said=None))


@blueprint.get("/sw.js")
@public
def script() -> Response:
    return _file(worker.script(), "text/javascript; charset=utf-8", "no-cache")


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """One app for all regions: people belong to more than one, and `/` leads to the last."""
    pictures = [(name, size, "maskable" if maskable else "any") for name, (size, maskable) in icons.SIZES.items()]
    response = jsonify(
        id="/",
        start_url="/",
        scope="/",
        display="standalone",
        name=_("結（ゆい）"),
        short_name=_("結"),
        description=_("受付と コインと 地域のお店"),
        background_color=PAPER,
        theme_color=ACCENT,
        icons=[
            {"src": f"/static/icons/{name}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in pictures
        ],
    )
    response.content_type = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
def icon() -> Response:
    return _file(icons.drawn(PurePosixPath(request.path).stem), "image/png", DAY)


for _name in icons.SIZES:
    blueprint.add_url_rule(f"/static/icons/{_name}.png", view_func=icon)


def _file(data: bytes, content_type: str, keeping: str) -> Response:
    response = Response(data, content_type=content_type)
    response.headers["Cache-Control"] = keeping
    response.add_etag()
    response.make_conditional(request)
    return response
