"""Every door of the sample instance, for people who try it and for programs that test it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.credentials import service as credentials
from app.db import db
from app.demo.sample import told
from app.demo.service import TODAY
from app.events.models import Event
from app.events.rules import state
from app.members.models import Duty, Membership
from app.places import queries as places
from app.places.models import Place
from app.regions import queries as regions
from app.regions.models import Region
from app.shops.models import Offer, Shop
from app.web.filters import code4

OFFICERS = {"officer", "officer_desk"}  # they read; they are no members besides
ORDER = ("member", "steward", "office", "auditor", "officer", "officer_desk", "shop", "host")


def links(*, origin: str, at: datetime) -> dict[str, Any]:
    """All regions with their addresses. It makes single-use links (30 minutes), so it needs a transaction.

    {"regions": [{"slug", "events": [{"id", "title", "state", "poster_url", "typed_code"}],
    "places": [{"id", "name", "url", "typed_code"}],
    "shops": [{"id", "name", "till_url", "offers": [{"id", "name", "price"}]}],
    "members": [{"number", "name", "roles": […], "sign_in_url"}]}]}; the open gathering of today comes first.
    """
    return {"regions": [_region(region, origin, at) for region in regions.everywhere()]}


def _region(region: Region, origin: str, at: datetime) -> dict[str, Any]:
    return {
        "slug": region.slug,
        "events": [_event(event, origin, at) for event in gatherings(region, at)],
        "places": [_place(place, origin) for place in places.of_region(region)],
        "shops": [_shop(shop, offers, origin, at) for shop, offers in counters(region)],
        "members": [_member(member, roles, origin, at) for member, roles in people(region, at)],
    }


def _event(event: Event, origin: str, at: datetime) -> dict[str, Any]:
    return {
        "id": event.id,
        "title": event.title,
        "state": state(event, at),
        "poster_url": f"{origin}/C/{event.code}",
        "typed_code": code4(event.code),
    }


def _place(place: Place, origin: str) -> dict[str, Any]:
    url = f"{origin}/C/{place.code}"
    return {"id": place.id, "name": place.name, "url": url, "typed_code": code4(place.code)}


def _shop(shop: Shop, offers: Sequence[Offer], origin: str, at: datetime) -> dict[str, Any]:
    key = credentials.make_link(purpose="till", subject=f"shop:{shop.id}", at=at)
    shelf = [{"id": offer.id, "name": offer.name, "price": offer.price} for offer in offers]
    return {"id": shop.id, "name": shop.name, "till_url": f"{origin}/till/{key}", "offers": shelf}


def _member(membership: Membership, roles: list[str], origin: str, at: datetime) -> dict[str, Any]:
    key = credentials.make_link(purpose="demo", subject=f"member:{membership.member_id}", at=at)
    address = f"{origin}/demo/sign-in/{key}"
    return {"number": membership.number, "name": membership.name, "roles": roles, "sign_in_url": address}


# --- what the page lists too --------------------------------------------------------------------------------


def gatherings(region: Region, at: datetime) -> list[Event]:
    """All gatherings, the open one of today first, then by their start."""
    rows = db.session.scalars(sa.select(Event).where(Event.region_id == region.id)).all()
    return sorted(rows, key=lambda event: (not _is_todays(event, at), event.starts_at, event.id))


def _is_todays(event: Event, at: datetime) -> bool:
    return event.series == TODAY and state(event, at) == "open"


def counters(region: Region) -> list[tuple[Shop, Sequence[Offer]]]:
    """The shops with what is on their shelves, as they were opened."""
    shops = db.session.scalars(sa.select(Shop).where(Shop.region_id == region.id).order_by(Shop.id))
    on_shelf = sa.select(Offer).where(Offer.withdrawn_at.is_(None)).order_by(Offer.id)
    return [(shop, db.session.scalars(on_shelf.where(Offer.shop_id == shop.id)).all()) for shop in shops]


def people(region: Region, at: datetime) -> list[tuple[Membership, list[str]]]:
    """Everybody who is told of and the roles they have today, in the order of their numbers."""
    cast = [person["number"] for one in told("regions")["regions"] for person in one["members"]]
    query = sa.select(Membership).where(Membership.region_id == region.id, Membership.number.in_(cast))
    duties = _duties(region, clock.local_day(region, at))
    hosts = set(db.session.scalars(sa.select(Event.host_id).where(Event.region_id == region.id)))
    return [
        (one, _roles(duties.get(one.id, set()), one.id in hosts))
        for one in db.session.scalars(query.order_by(Membership.number))
    ]


def _duties(region: Region, today: date) -> dict[int, set[str]]:
    query = sa.select(Duty.membership_id, Duty.role).where(Duty.region_id == region.id)
    found: dict[int, set[str]] = {}
    for membership_id, role in db.session.execute(query.where(Duty.starts_on <= today, Duty.ends_on > today)):
        found.setdefault(membership_id, set()).add(role)
    return found


def _roles(duties: set[str], is_host: bool) -> list[str]:
    roles = duties | ({"host"} if is_host else set()) | (set() if duties & OFFICERS else {"member"})
    return sorted(roles, key=ORDER.index)
