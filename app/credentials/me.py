"""`/me`, «わたし»: one's names and numbers, and the way to everything that is one's own."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from app import clock
from app.credentials import cookies, proving, queries
from app.members.models import Membership
from app.members.roles import add_roles
from app.regions.models import Region
from app.web.access import Permission, actor, requires
from app.web.pages import render_page
from app.web.security import set_cookie

blueprint = Blueprint("me", __name__)


@blueprint.get("/me")
@requires(Permission.ME_READ)
def show() -> Response:
    member = actor().member
    cards = queries.cards(member.id)
    enter_region(cards)
    return render_page(
        "me/page.html",
        cards=cards,
        without_coins=queries.without_coins(member.id, clock.now()),
        has_passkey=queries.has_passkey(member.id),
        offers_passkey=queries.offers_passkey(member.id),
        possible=proving.is_possible(),
        host=proving.party().host,
    )


def enter_region(cards: list[tuple[Membership, Region]]) -> None:
    """Pages about oneself wear the colour, and the tabs, of the region the member was in last, else of the first."""
    regions = [region for _, region in cards]
    g.region = next((one for one in regions if one.slug == cookies.last_region()), regions[0] if regions else None)
    if g.region is not None:  # the tabs lead only where this member may go
        actor().roles.discard("provisional")
        add_roles(actor(), {})


def remember_region(response: Response) -> Response:
    """Keep the slug of the region in which a signed-in member reads a page."""
    region = g.get("region")
    if region is None or request.method != "GET" or "actor" not in g or g.actor.member is None:
        return response
    if cookies.last_region() != region.slug:
        set_cookie(response, cookies.REGION, region.slug, days=400)
    return response
