"""Reading places, what they are today, and visits to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from app import clock
from app.codes import service as codes
from app.db import db
from app.errors import Missing
from app.events import queries as events
from app.events.models import Event
from app.members.models import Membership
from app.places import rules
from app.places.models import ClosedDay, OpeningHours, Place, PlaceVisit
from app.places.rules import Hours
from app.regions.models import Region
from app.shops import queries as shops
from app.shops.queries import Goods


class Today(NamedTuple):
    """A place, and what it is at an instant."""

    place: Place
    state: rules.State


def of_region(region: Region) -> Sequence[Place]:
    """The places that stand, those with a counter first, then as they were opened."""
    query = sa.select(Place).where(Place.region_id == region.id, Place.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(Place.shop_id.is_(None), Place.id)).all()


def by_id(region: Region, place_id: int) -> Place:
    """A place of this region that stands. Raises Missing."""
    query = sa.select(Place).where(Place.region_id == region.id, Place.id == place_id)
    place = db.session.scalar(query.where(Place.withdrawn_at.is_(None)))
    if place is None:
        raise Missing("not_found")
    return place


def today(region: Region, places: Iterable[Place], at: datetime) -> list[Today]:
    """Each place with what it is now."""
    places = list(places)
    ids, day = [place.id for place in places], clock.local_day(region, at)
    hours: dict[int, list[Hours]] = {id: [] for id in ids}
    for row in db.session.scalars(sa.select(OpeningHours).where(OpeningHours.place_id.in_(ids))):
        hours[row.place_id].append(Hours(row.weekday, row.opens, row.closes))
    closed: dict[int, dict[date, str]] = {id: {} for id in ids}
    for rest in db.session.scalars(sa.select(ClosedDay).where(ClosedDay.place_id.in_(ids), ClosedDay.day >= day)):
        closed[rest.place_id][rest.day] = rest.reason
    return [Today(place, rules.state(region, hours[place.id], closed[place.id], at)) for place in places]


def front(region: Region, at: datetime) -> Today | None:
    """The place that the region's front page tells of: the one with a counter, else its first."""
    return next(iter(today(region, of_region(region)[:1], at)), None)


def hours(place: Place) -> list[Hours]:
    """The hours of the week, Monday first."""
    query = sa.select(OpeningHours).where(OpeningHours.place_id == place.id)
    return sorted(Hours(row.weekday, row.opens, row.closes) for row in db.session.scalars(query))


def closed_days(place: Place, since: date) -> Sequence[ClosedDay]:
    """The closed days from `since` on."""
    query = sa.select(ClosedDay).where(ClosedDay.place_id == place.id, ClosedDay.day >= since)
    return db.session.scalars(query.order_by(ClosedDay.day)).all()


def desks(region: Region, place: Place, at: datetime) -> list[Goods]:
    """What the place's counter has so many of each day: a desk, a room."""
    if place.shop_id is None:
        return []
    shelf = shops.shelf(region, at=at, shop_id=place.shop_id)
    return [goods for goods in shelf if goods.left is not None and goods.offer.stock_period == "day"]


def gatherings(region: Region, place: Place, at: datetime) -> list[Event]:
    """What is on at this place today, as far as the gatherings name it."""
    day = clock.local_day(region, at)
    todays = (event for event in events.upcoming(region, at) if clock.local_day(region, event.starts_at) == day)
    return [event for event in todays if rules.is_at(place.name, event)]


def visit_of(place_id: int, day: date, membership: Membership | None, visit: str | None) -> PlaceVisit | None:
    """The visit of a person, or of a phone that nobody is signed in on, on a local day."""
    query = sa.select(PlaceVisit).where(PlaceVisit.place_id == place_id, PlaceVisit.day == day)
    if membership is not None:
        return db.session.scalar(query.where(PlaceVisit.membership_id == membership.id))
    if not visit:
        return None
    return db.session.scalar(query.where(PlaceVisit.visit_hash == codes.digest(visit)))


def visits(place: Place, day: date) -> int:
    """How many came on a local day without a gathering."""
    query = sa.select(sa.func.count()).select_from(PlaceVisit)
    return db.session.scalar(query.where(PlaceVisit.place_id == place.id, PlaceVisit.day == day)) or 0
