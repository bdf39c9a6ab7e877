"""Keeping shops and their goods as they are: words, prices, stock, photos, and taking them down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.codes import service as codes
from app.codes.rules import PUBLIC
from app.db import db, find
from app.errors import Refused
from app.regions import service as regions
from app.regions.models import Region
from app.shops import queries, service
from app.shops.counter import open_tills
from app.shops.models import Offer, Redemption, Shop

SHOP_WORDS = ("name", "name_en", "place", "place_en", "phone", "thanks", "thanks_en")
ASKED_FOR = ("name", "name_en", "kind", "price")  # what somebody who shows a code was promised
OFFER_FACTS = (*ASKED_FOR, "story", "story_en", "stock", "stock_period", "limit", "limit_period")
Facts = dict[str, Any]


def open_shop(*, region: Region, key: str, words: dict[str, str], at: datetime) -> Shop:
    """A shop from a form; the same form again is answered by the first shop. `words`: SHOP_WORDS."""
    regions.one_at_a_time(region)
    code = codes.derive(purpose="new shop", of=key, length=PUBLIC)
    first = db.session.scalar(sa.select(Shop).where(Shop.code == code, Shop.region_id == region.id))
    return first or service.open_shop(region_id=region.id, at=at, code=code, **words)


def change_shop(*, region_id: int, shop_id: int, words: dict[str, str]) -> Shop:
    """What stands about a shop, by the names in SHOP_WORDS. Raises Missing."""
    shop = find(Shop, region_id, shop_id, lock=True)
    for name in SHOP_WORDS:
        setattr(shop, name, words[name])
    db.session.flush()
    return shop


def withdraw_shop(*, region_id: int, shop_id: int, at: datetime) -> None:
    """The shop takes no more part: its shelf is empty and its tills are closed from now on.

    Codes that are out can be confirmed nowhere; their coins are free again within minutes.
    """
    shop = find(Shop, region_id, shop_id, lock=True)
    open_tills.end_all(shop=shop, at=at)
    if shop.withdrawn_at is not None:
        return
    shop.withdrawn_at = at
    db.session.flush()
    on_shelf = sa.select(Offer.id).where(Offer.shop_id == shop.id, Offer.withdrawn_at.is_(None))
    for offer_id in db.session.scalars(on_shelf.order_by(Offer.id)).all():
        service.withdraw(region_id=region_id, offer_id=offer_id, at=at)


def add_offer(*, region_id: int, shop_id: int, facts: Facts, at: datetime) -> Offer:
    """Something new on the shelf. The very same thing is there once, however often the form is sent.

    `facts`: OFFER_FACTS. Refused: `shop_withdrawn`; Missing.
    """
    shop = find(Shop, region_id, shop_id, lock=True)
    if shop.withdrawn_at is not None:
        raise Refused("shop_withdrawn")
    same = [getattr(Offer, name).is_not_distinct_from(facts[name]) for name in OFFER_FACTS]
    query = sa.select(Offer).where(Offer.shop_id == shop.id, Offer.withdrawn_at.is_(None), *same)
    first = db.session.scalar(query.order_by(Offer.id).limit(1))
    return first or service.add_offer(shop=shop, at=at, **facts)


def change_offer(*, region_id: int, offer_id: int, facts: Facts, at: datetime) -> Offer:
    """What is offered, by the names in OFFER_FACTS. A code that is out keeps what was asked for.

    Refused: `offer_live`: somebody shows a code for it now, and its name, kind or price would change; Missing.
    """
    offer = service.lock_offer(region_id=region_id, offer_id=offer_id)
    if any(getattr(offer, name) != facts[name] for name in ASKED_FOR) and _is_asked_for(offer, at):
        raise Refused("offer_live")
    for name in OFFER_FACTS:
        setattr(offer, name, facts[name])
    db.session.flush()
    return offer


def set_photo(*, region_id: int, offer_id: int, photo: str) -> None:
    """The name of a kept photo; empty takes it away. Raises Missing."""
    service.lock_offer(region_id=region_id, offer_id=offer_id).photo = photo
    db.session.flush()


def put_back(*, region_id: int, offer_id: int) -> None:
    """On the shelf again. Refused: `shop_withdrawn`; Missing."""
    offer = service.lock_offer(region_id=region_id, offer_id=offer_id)
    if find(Shop, region_id, offer.shop_id).withdrawn_at is not None:
        raise Refused("shop_withdrawn")
    offer.withdrawn_at = None
    db.session.flush()


def _is_asked_for(offer: Offer, at: datetime) -> bool:
    live = sa.select(Redemption.id).where(Redemption.offer_id == offer.id, Redemption.state == "requested")
    return db.session.scalar(live.where(queries.counting(at)).limit(1)) is not None
