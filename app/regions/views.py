"""The list of regions, to switch between them."""

from __future__ import annotations

from flask import Blueprint, Response

from app.regions import queries
from app.web.access import public
from app.web.pages import render_page

blueprint = Blueprint("regions", __name__)


@blueprint.get("/regions")
@public
def index() -> Response:
    return render_page("regions/index.html", regions=queries.everywhere())
