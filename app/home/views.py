"""The front page of the house, and of each region."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, url_for

from app import clock
from app.assemblies import waiting as of_assemblies
from app.claims.service import unclaimed
from app.credentials import cookies, proving
from app.credentials.queries import cards, offers_passkey
from app.events import queries as events
from app.events.models import Event
from app.hours import waiting as of_hours
from app.members.waiting import Line
from app.places import queries as places
from app.places.words import line as open_today
from app.polls import waiting as of_polls
from app.projects import waiting as of_projects
from app.proposals import waiting as of_proposals
from app.regions import queries as regions
from app.rotas import waiting as of_rotas
from app.shops import queries as shops
from app.thanks import waiting as of_thanks
from app.votes.ballots import waiting as of_votes
from app.votes.by_hand import waiting as of_paper
from app.votes.lots import waiting as of_lots
from app.wallet.queries import purse
from app.web import visits
from app.web.access import Actor, Permission, actor, may, public, requires
from app.web.pages import done, render_page

blueprint = Blueprint("home", __name__)
NEXT = 3  # gatherings on the page; the list has them all
LINES = 4  # of what waits: the most pressing, room by room
WAITING = (
    *(of_votes, of_rotas, of_projects, of_hours, of_proposals),
    *(of_paper, of_lots, of_assemblies, of_thanks, of_polls),
)
CALLED_OFF = ("cancelled_at", "postponed_to")


@blueprint.get("/")
@public
def index() -> Response:
    """Members and tills go on to where they belong; everybody else reads what this is."""
    if actor().is_till:
        return done(url_for("till.show"))
    slug = _own_region()
    if slug is not None:
        return done(url_for("home.region", tsk=slug))
    return render_page("home/landing.html", regions=regions.everywhere())


@blueprint.get("/<tsk>")
@requires(Permission.REGION_READ)
def region() -> Response:
    at, who = clock.now(), actor()
    coming = events.upcoming(g.region, at, limit=NEXT)
    return render_page(
        "home/page.html",
        coming=coming,
        nearest=_nearest(coming, at),
        unclaimed=_unclaimed(at),
        counters=shops.shops_by_id(g.region, who.shop_ids),
        front=(place := places.front(g.region, at)),
        front_line=open_today(place.state) if place else None,
        **(_own(who, at) if who.member is not None else {}),
    )


def _own(who: Actor, at: datetime) -> dict[str, Any]:
    """What only a member sees: the purse, the way to other regions, the offer of a passkey."""
    has_purse = who.membership is not None and may(Permission.WALLET_READ)
    return {
        "purse": purse(g.region, who.membership, at) if has_purse else None,
        "waiting": _waiting(who, at),
        "several": len(cards(who.member.id)) > 1,
        "offer_passkey": proving.is_possible() and offers_passkey(who.member.id),
        "host": proving.party().host,
    }


def _waiting(who: Actor, at: datetime) -> list[Line]:
    """What waits for this member, the first line of each room before the second of any."""
    if who.membership is None:
        return []
    rooms = [room.lines(g.region, who.membership, who.roles, at) for room in WAITING]
    ranked = [(rank, line) for lines in rooms for rank, line in enumerate(lines)]
    return [line for _rank, line in sorted(ranked, key=lambda one: one[0])][:LINES]


def _unclaimed(at: datetime) -> int:
    """How many visits of this phone wait to be claimed."""
    visit = None if actor().is_till else visits.cookie()
    return len(unclaimed(visit, None, at)) if visit else 0


def _own_region() -> str | None:
    """Where a signed-in member was last, else the first region they belong to."""
    if actor().member is None:
        return None
    own = [region.slug for _, region in cards(actor().member.id)]
    last = cookies.last_region()
    return last if last in own else next(iter(own), None)


def _nearest(coming: Any, at: datetime) -> tuple[Event, int] | None:
    """The gathering to look forward to, and in how many days."""
    today = clock.local_day(g.region, at)
    for event in coming:
        if not any(getattr(event, name) for name in CALLED_OFF):
            return event, max((clock.local_day(g.region, event.starts_at) - today).days, 0)
    return None
