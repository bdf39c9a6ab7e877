"""Reading shops, shelves and redemptions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app import clock
from app.db import UtcDateTime, connection, db, find
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


class Receipt(Protocol):
    """What the counter shows of a redemption that it has just confirmed; `name` is the offer's."""

    name: str
    name_en: str
    price: int
    confirmed_at: datetime
    number: str | None
    customer: str
    account_id: int | None


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
    """Coins that the member spent, or has set aside, on the region's present day; a slip counts on its own day."""
    began = rules.window_start(region, "day", at)
    query = sa.select(sa.func.coalesce(sa.func.sum(Redemption.price), 0))
    query = query.where(Redemption.membership_id == membership_id, Redemption.requested_at >= began)
    todays = sa.or_(Redemption.noted_on.is_(None), Redemption.noted_on == clock.local_day(region, at))
    return db.session.scalar(query.where(counting(at), todays)) or 0


def spent_by_card(*, region: Region, membership_id: int, day: date) -> int:
    """Coins that a printed card paid on a local day: at a counter then, or by a slip with that day on it."""
    first, last = clock.midnight(region, day), clock.midnight(region, day + timedelta(days=1))
    then = sa.and_(Redemption.way == "card", Redemption.requested_at >= first, Redemption.requested_at < last)
    noted = sa.and_(Redemption.way == "paper", Redemption.noted_on == day)
    query = sa.select(sa.func.coalesce(sa.func.sum(Redemption.price), 0)).where(sa.or_(then, noted))
    query = query.where(Redemption.membership_id == membership_id, Redemption.reversed_at.is_(None))
    return db.session.scalar(query.where(Redemption.state.in_(("requested", "confirmed")))) or 0


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


_SHOP_AND_REGION = sa.select(Shop, Region).join(Region, Region.id == Shop.region_id)
_SHOP_AND_REGION = _SHOP_AND_REGION.where(Shop.id == sa.bindparam("shop"))


def shop_and_region(shop_id: int) -> tuple[Shop, Region]:
    """The shop of a till and where it stands. Raises Missing."""
    row = db.session.execute(_SHOP_AND_REGION, {"shop": shop_id}).one_or_none()
    if row is None:
        raise Missing("not_found")
    return row[0], row[1]


def shop_by_id(shop_id: int) -> Shop:
    """A shop of any region, for a till that knows only its number. Raises Missing."""
    found = db.session.get(Shop, shop_id)
    if found is None:
        raise Missing("not_found")
    return found


# --- redemptions --------------------------------------------------------------------------------------------


def sale_of(*, region: Region, redemption_id: int, membership_id: int) -> Sale:
    """A member's own redemption. Raises Missing, also for somebody else's."""
    query = every_sale().where(Redemption.region_id == region.id, Redemption.membership_id == membership_id)
    row = db.session.execute(query.where(Redemption.id == redemption_id)).one_or_none()
    if row is None:
        raise Missing("not_found")
    return Sale(*row)


def live_code(*, region: Region, offer_id: int, membership_id: int, at: datetime) -> int | None:
    """The id of the redemption whose code the member could show now for this offer."""
    query = sa.select(Redemption.id).where(Redemption.region_id == region.id, Redemption.offer_id == offer_id)
    query = query.where(Redemption.membership_id == membership_id, Redemption.state == "requested")
    return db.session.scalar(query.where(Redemption.expires_at > at))


_redemption, _offer = cast(sa.Table, Redemption.__table__).c, cast(sa.Table, Offer.__table__).c
_membership = cast(sa.Table, Membership.__table__).c
_RECEIPT = (
    sa.select(_offer.name, _offer.name_en, _redemption.price, _redemption.confirmed_at)
    .add_columns(_membership.number, _membership.name.label("customer"), _membership.account_id)
    .join_from(Redemption.__table__, Offer.__table__, _offer.id == _redemption.offer_id)
    .join(Membership.__table__, _membership.id == _redemption.membership_id)
    .where(_redemption.shop_id == sa.bindparam("shop"), _redemption.id == sa.bindparam("redemption"))
)


def receipt(*, shop_id: int, redemption_id: int) -> Receipt:
    """What a redemption of this shop came to. Raises Missing."""
    row = connection().execute(_RECEIPT, {"shop": shop_id, "redemption": redemption_id}).one_or_none()
    if row is None:
        raise Missing("not_found")
    return cast(Receipt, row)


def last_sales(*, shop_id: int) -> list[Sale]:
    """The last three redemptions of a shop, the newest first."""
    query = every_sale().where(Redemption.shop_id == shop_id, Redemption.confirmed_at.is_not(None))
    newest = query.order_by(Redemption.confirmed_at.desc(), Redemption.id.desc()).limit(STRIP)
    return [Sale(*row) for row in db.session.execute(newest)]


def slips_entered(*, region: Region, membership_id: int, since: datetime) -> list[Sale]:
    """What shops entered from paper for a member after `since` and did not take back, the latest first."""
    query = every_sale().where(Redemption.region_id == region.id, Redemption.membership_id == membership_id)
    query = query.where(Redemption.way == "paper", Redemption.confirmed_at > since, Redemption.reversed_at.is_(None))
    return [Sale(*row) for row in db.session.execute(query.order_by(Redemption.id.desc()))]


def sales_by_id(*, region: Region, ids: Collection[int]) -> dict[int, Sale]:
    """Redemptions of this region by id, for lists that tell what a coin became."""
    rows = db.session.execute(every_sale().where(Redemption.region_id == region.id, Redemption.id.in_(ids)))
    return {row[0].id: Sale(*row) for row in rows}


def every_sale() -> sa.Select[Redemption, Offer, Shop, Membership]:
    """Always what stands in the database now: a page that polls must not be told what it knew before."""
    query = sa.select(Redemption, Offer, Shop, Membership).join(Offer, Offer.id == Redemption.offer_id)
    query = query.join(Shop, Shop.id == Redemption.shop_id)
    query = query.join(Membership, Membership.id == Redemption.membership_id)
    return query.execution_options(populate_existing=True)
