"""Opening a place, and keeping what stands about it: words, hours of the week, closed days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.codes import service as codes
from app.codes.rules import PUBLIC
from app.db import db, find
from app.errors import Conflict
from app.places import rules
from app.places.models import ClosedDay, OpeningHours, Place
from app.places.rules import Hours
from app.regions import service as regions
from app.regions.models import Region

WORDS = ("name", "name_en", "about", "about_en", "address", "address_en", "phone", "pickup", "pickup_en")
FACTS = (*WORDS, "shop_id")
Facts = dict[str, Any]


def open_place(*, region_id: int, name: str, at: datetime, code: str | None = None, **facts: str | int | None) -> Place:
    """A place with the code of its sign. `facts`: the other names in FACTS, and coins; `code`: one drawn before."""
    code = code or codes.draw_public()
    place = Place(region_id=region_id, code=code, name=name, created_at=at, **facts)
    db.session.add(place)
    db.session.flush()
    codes.publish(code=code, region_id=region_id, purpose="place", subject_id=place.id)
    return place


def open_by_form(*, region: Region, key: str, facts: Facts, at: datetime) -> Place:
    """A place from a form; the same form again is answered by the first place. `facts`: FACTS."""
    regions.one_at_a_time(region)
    code = codes.derive(purpose="new place", of=key, length=PUBLIC)
    first = db.session.scalar(sa.select(Place).where(Place.code == code, Place.region_id == region.id))
    return first or open_place(region_id=region.id, at=at, code=code, **facts)


def change(*, region_id: int, place_id: int, values: Facts) -> Place:
    """What stands about a place, by the names in FACTS. Raises Missing."""
    place = find(Place, region_id, place_id, lock=True)
    for name in FACTS:
        setattr(place, name, values[name])
    db.session.flush()
    return place


def set_coins(*, region_id: int, place_id: int, coins: int) -> None:
    """What a visit gives from now on, 0 or 1. Two people decide it: this is called when the second one agrees."""
    find(Place, region_id, place_id, lock=True).coins = coins
    db.session.flush()


def withdraw(*, region_id: int, place_id: int, at: datetime) -> None:
    """The place is no more, its sign opens nothing. Doing it twice changes nothing."""
    place = find(Place, region_id, place_id, lock=True)
    if place.withdrawn_at is None:
        place.withdrawn_at = at
        codes.withdraw(code=place.code)
        db.session.flush()


def set_hours(*, region_id: int, place_id: int, hours: Iterable[Hours]) -> None:
    """The hours of the whole week, in place of those before. Stretches of a day do not overlap (`rules.fault`)."""
    place, week = find(Place, region_id, place_id, lock=True), sorted(hours)
    for weekday in range(7):
        if rules.fault([one for one in week if one.weekday == weekday]):
            raise ValueError(f"the hours of weekday {weekday} are no hours")
    db.session.execute(sa.delete(OpeningHours).where(OpeningHours.place_id == place.id))
    rows = [{"region_id": region_id, "place_id": place.id} | one._asdict() for one in week]
    if rows:
        db.session.execute(sa.insert(OpeningHours), rows)


def close_on(*, region_id: int, place_id: int, day: date, reason: str) -> None:
    """Closed on a day, with the reason that visitors read. Conflict: `closed_already`."""
    place = find(Place, region_id, place_id, lock=True)
    if db.session.get(ClosedDay, (place.id, day)) is not None:
        raise Conflict("closed_already")
    db.session.add(ClosedDay(region_id=region_id, place_id=place.id, day=day, reason=reason))
    db.session.flush()


def open_on(*, region_id: int, place_id: int, day: date) -> None:
    """The weekday's hours count again on this day. Doing it twice changes nothing."""
    place = find(Place, region_id, place_id, lock=True)
    db.session.execute(sa.delete(ClosedDay).where(ClosedDay.place_id == place.id, ClosedDay.day == day))
