"""Reading shops, shelves and redemptions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.db import UtcDateTime, db, find
from app.errors import Missing
from app.members.models import Membership
from app.regions.models import Region
from app.shops import rules
from app.shops.models import PERIODS, Offer, Redemption, Shop

STRIP = 3  # redemptions that the counter shows


class Taken(NamedTuple):
    """Within the offer's periods: units gone or held, and how many of them by the person asked for."""

    units: int = 0
    own: int = 0


class Goods(NamedTuple):
    """An offer on the shelf; `left` is None if there are as many as wanted."""

    offer: Offer
    shop: Shop
    left: int | None
    used_up: bool  # the person's own limit is reached


class Day(NamedTuple):
    """What a shop gave today: how many redemptions, how many coins."""

    redemptions: int
    coins: int


class Sale(NamedTuple):
    """A redemption with what stands around it."""

    redemption: Redemption
    offer: Offer
    shop: Shop
    membership: Membership


# --- what counts --------------------------------------------------------------------------------------------


def counting(at: datetime) -> sa.ColumnElement[bool]:
    """Redemptions that hold a unit at this instant: judged by time, not by whether the sweep has come by."""
    is_held = sa.and_(Redemption.state == "requested", Redemption.expires_at > at - rules.GRACE)
    is_gone = sa.and_(Redemption.state == "confirmed", Redemption.reversed_at.is_(None))
    return sa.or_(is_held, is_gone)


def taken(*, region: Region, offer_ids: Collection[int], membership_id: int | None, at: datetime) -> dict[int, Taken]:
    """For each offer that has any: what counts in its present periods."""
    query = sa.select(
        Redemption.offer_id,
        _count(_within(region, Offer.stock_period, at)),
        _count(_within(region, Offer.limit_period, at), Redemption.membership_id == (membership_id or 0)),
    )
    query = query.join(Offer, Offer.id == Redemption.offer_id).where(counting(at))
    rows = db.session.execute(query.where(Offer.id.in_(offer_ids)).group_by(Redemption.offer_id))
    return {offer_id: Taken(units, own) for offer_id, units, own in rows}


def _within(region: Region, period: InstrumentedAttribute[str], at: datetime) -> sa.ColumnElement[bool]:
    starts = {name: rules.window_start(region, name, at) for name in PERIODS}
    known = {name: sa.literal(start, UtcDateTime()) for name, start in starts.items() if start is not None}
    return sa.or_(period == "total", Redemption.requested_at >= sa.case(known, value=period))


def _count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)


def spent_today(*, region: Region, membership_id: int, at: datetime) -> int:
    """Coins that the member spent, or has set aside, on the region's present day."""
    began = rules.window_start(region, "day", at)
    query = sa.select(sa.func.coalesce(sa.func.sum(Redemption.price), 0))
    query = query.where(Redemption.membership_id == membership_id, Redemption.requested_at >= began)
    return db.session.scalar(query.where(counting(at))) or 0


# --- the shelf ----------------------------------------------------------------------------------------------


def shelf(region: Region, *, at: datetime, membership_id: int | None = None, shop_id: int | None = None) -> list[Goods]:
    """What is offered now, cheapest first."""
    query = _offers(region).where(sa.or_(Offer.withdrawn_at.is_(None), Offer.withdrawn_at > at))
    if shop_id is not None:
        query = query.where(Offer.shop_id == shop_id)
    offers = db.session.scalars(query.order_by(Offer.price, Offer.id)).all()
    counts = taken(region=region, offer_ids=[o.id for o in offers], membership_id=membership_id, at=at)
    return [_goods(offer, counts.get(offer.id, Taken())) for offer in offers]


def goods(region: Region, offer_id: int, *, at: datetime, membership_id: int | None = None) -> Goods:
    """One offer, also one that was taken off the shelf. Raises Missing."""
    offer = db.session.scalar(_offers(region).where(Offer.id == offer_id))
    if offer is None:
        raise Missing("not_found")
    counts = taken(region=region, offer_ids=[offer_id], membership_id=membership_id, at=at)
    return _goods(offer, counts.get(offer_id, Taken()))


def _offers(region: Region) -> sa.Select[Offer]:
    return sa.select(Offer).where(Offer.region_id == region.id).options(joinedload(Offer.shop))


def _goods(offer: Offer, count: Taken) -> Goods:
    used_up = offer.limit is not None and count.own >= offer.limit
    return Goods(offer, offer.shop, rules.left(offer.stock, count.units), used_up)


def shop(region: Region, shop_id: int) -> Shop:
    """A shop of this region. Raises Missing."""
    return find(Shop, region.id, shop_id)


def shops_by_id(region: Region, ids: Collection[int]) -> Sequence[Shop]:
    """Those of the shops that stand in this region, in the order in which they opened."""
    query = sa.select(Shop).where(Shop.region_id == region.id, Shop.id.in_(ids))
    return db.session.scalars(query.order_by(Shop.id)).all()


def shop_by_id(shop_id: int) -> Shop:
    """A shop of any region, for a till that knows only its number. Raises Missing."""
    found = db.session.get(Shop, shop_id)
    if found is None:
        raise Missing("not_found")
    return found


# --- redemptions --------------------------------------------------------------------------------------------


def sale_of(*, region: Region, redemption_id: int, membership_id: int) -> Sale:
    """A member's own redemption. Raises Missing, also for somebody else's."""
    query = _sales().where(Redemption.region_id == region.id, Redemption.membership_id == membership_id)
    row = db.session.execute(query.where(Redemption.id == redemption_id)).one_or_none()
    if row is None:
        raise Missing("not_found")
    return Sale(*row)


def live_code(*, region: Region, offer_id: int, membership_id: int, at: datetime) -> int | None:
    """The id of the redemption whose code the member could show now for this offer."""
    query = sa.select(Redemption.id).where(Redemption.region_id == region.id, Redemption.offer_id == offer_id)
    query = query.where(Redemption.membership_id == membership_id, Redemption.state == "requested")
    return db.session.scalar(query.where(Redemption.expires_at > at))


@cache
def _sale_at() -> sa.Select[Redemption, Offer, Shop, Membership]:
    return _sales().where(Redemption.shop_id == sa.bindparam("shop"), Redemption.id == sa.bindparam("redemption"))


def sale_at(*, shop_id: int, redemption_id: int) -> Sale:
    """A redemption of this shop. Raises Missing."""
    row = db.session.execute(_sale_at(), {"shop": shop_id, "redemption": redemption_id}).one_or_none()
    if row is None:
        raise Missing("not_found")
    return Sale(*row)


def last_sales(*, shop_id: int) -> list[Sale]:
    """The last three redemptions of a shop, the newest first."""
    query = _sales().where(Redemption.shop_id == shop_id, Redemption.confirmed_at.is_not(None))
    newest = query.order_by(Redemption.confirmed_at.desc(), Redemption.id.desc()).limit(STRIP)
    return [Sale(*row) for row in db.session.execute(newest)]


def sales_by_id(*, region: Region, ids: Collection[int]) -> dict[int, Sale]:
    """Redemptions of this region by id, for lists that tell what a coin became."""
    rows = db.session.execute(_sales().where(Redemption.region_id == region.id, Redemption.id.in_(ids)))
    return {row[0].id: Sale(*row) for row in rows}


def today(shop: Shop, region: Region, *, at: datetime) -> Day:
    """What the shop gave on the region's present day, reversed ones left out."""
    began = rules.window_start(region, "day", at)
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Redemption.price), 0))
    query = query.where(Redemption.shop_id == shop.id, Redemption.confirmed_at >= began)
    return Day(*db.session.execute(query.where(Redemption.reversed_at.is_(None))).one())


def _sales() -> sa.Select[Redemption, Offer, Shop, Membership]:
    """Always what stands in the database now: a page that polls must not be told what it knew before."""
    query = sa.select(Redemption, Offer, Shop, Membership).join(Offer, Offer.id == Redemption.offer_id)
    query = query.join(Shop, Shop.id == Redemption.shop_id)
    query = query.join(Membership, Membership.id == Redemption.membership_id)
    return query.execution_options(populate_existing=True)
