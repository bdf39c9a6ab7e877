"""Giving and ending the duty of a shop's staff: for a year, and never to oneself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app import clock
from app.db import db, find
from app.errors import Conflict, Missing, Refused
from app.members import queries as members_queries
from app.members import service as members
from app.members.models import Duty, Membership
from app.office import queries, rules
from app.regions.models import Region
from app.shops import upkeep
from app.shops.models import Shop


def give_staff(*, region: Region, shop_id: int, membership_id: int, by: Membership, at: datetime) -> Duty:
    """A member stands behind a shop's counter for a year from today.

    Refused: `duty_own` (oneself, or one's own household), `shop_withdrawn`; Conflict: `staff_already`; Missing,
    also for whoever has left or has no number yet, and for a municipality's officer.
    """
    shop = find(Shop, region.id, shop_id, lock=True)
    membership, today = find(Membership, region.id, membership_id), clock.local_day(region, at)
    if shop.withdrawn_at is not None:
        raise Refused("shop_withdrawn")
    if membership.standing != "active" or members_queries.reads_only(membership, today):
        raise Missing("not_found")
    if rules.is_near(by, membership):
        raise Refused("duty_own")
    if any(one.id == membership.id for _duty, one in queries.staff(shop, today)):
        raise Conflict("staff_already")
    return members.give_duty(membership=membership, role="shop", starts_on=today, shop_id=shop.id)


def end_staff(*, region: Region, shop_id: int, duty_id: int, at: datetime) -> None:
    """The duty ends today. Doing it twice changes nothing. Missing: no such duty at this shop."""
    members.end_duty(region_id=region.id, duty_id=duty_id, shop_id=shop_id, on=clock.local_day(region, at))


def close_shop(*, region: Region, shop_id: int, at: datetime) -> None:
    """The shop takes no more part, and nobody stands behind its counter."""
    today = clock.local_day(region, at)
    upkeep.withdraw_shop(region_id=region.id, shop_id=shop_id, at=at)
    held = sa.select(Duty.id).where(Duty.region_id == region.id, Duty.shop_id == shop_id, Duty.ends_on > today)
    for duty_id in db.session.scalars(held.order_by(Duty.id)).all():
        end_staff(region=region, shop_id=shop_id, duty_id=duty_id, at=at)
