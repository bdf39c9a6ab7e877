"""`/demo`: one page with a button for everybody one can be. Only with sample data, only on this machine."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, g, url_for

from app import clock
from app.credentials import cookies
from app.credentials import service as credentials
from app.db import db, transaction
from app.demo.links import counters, gatherings, people
from app.demo.service import is_demo
from app.errors import Missing
from app.events.models import Event
from app.events.rules import state
from app.members.models import Membership
from app.regions import queries as regions
from app.regions.models import Region
from app.shops import queries as shops
from app.web.access import actor, public
from app.web.pages import done, render_page
from app.web.security import check_field

blueprint = Blueprint("demo", __name__)


@blueprint.before_request
def only_here() -> None:
    """Signing in without any proof is for sample data on this machine. Raises Missing."""
    if not (is_demo() and current_app.extensions["config"].is_local):
        raise Missing("not_found")


@blueprint.get("/demo")
@public
def index() -> Response:
    at = clock.now()
    doors = [
        {
            "region": region,
            "people": people(region, at),
            "shops": [shop for shop, _offers in counters(region)],
            "events": _posters(region, at),
        }
        for region in regions.everywhere()
    ]
    return render_page("demo/page.html", doors=doors)


def _posters(region: Region, at: datetime) -> list[tuple[Event, str]]:
    """Each with its state; what is over stands last."""
    found = [(event, state(event, at)) for event in gatherings(region, at)]
    return sorted(found, key=lambda one: one[1] == "ended")


@blueprint.post("/demo/members/<int:membership_id>")
@public
def sign_in(membership_id: int) -> Response:
    """Be this person in their region."""
    check_field()
    membership = db.session.scalar(sa.select(Membership).where(Membership.id == membership_id))
    if membership is None:
        raise Missing("not_found")
    with transaction():
        device = {"label": cookies.device(), "replaces": actor().sign_in}
        row, secret = credentials.sign_in(member_id=membership.member_id, way="demo", at=clock.now(), **device)
    cookies.give_for(row, secret)
    g.region = regions.by_id(membership.region_id)
    return done(url_for("home.region"))


@blueprint.post("/demo/shops/<int:shop_id>")
@public
def open_till(shop_id: int) -> Response:
    """Be the till of this shop."""
    check_field()
    shop, at = shops.shop_by_id(shop_id), clock.now()
    with transaction():
        cookies.begin_till(region_id=shop.region_id, shop_id=shop.id, at=at)
    return done(url_for("till.show"))
