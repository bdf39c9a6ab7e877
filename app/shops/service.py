"""Opening a shop, putting goods on its shelf and taking them down again."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app.codes import service as codes
from app.db import db, find
from app.errors import Missing
from app.ledger import service as ledger
from app.shops.models import Offer, Shop


def open_shop(*, region_id: int, name: str, at: datetime, code: str | None = None, **words: str) -> Shop:
    """A shop with its coin account and the code of its sticker.

    `words`: name_en, place, place_en, phone, thanks and thanks_en (at most 40 characters: shown after each
    redemption). `code`: one drawn before.
    """
    code = code or codes.draw_public()
    account_id = ledger.open_account(region_id=region_id, kind="shop", owner=f"shop:{code}")
    shop = Shop(region_id=region_id, code=code, name=name, account_id=account_id, created_at=at, **words)
    db.session.add(shop)
    db.session.flush()
    codes.publish(code=code, region_id=region_id, purpose="shop", subject_id=shop.id)
    return shop


def say(*, region_id: int, shop_id: int, thanks: str, thanks_en: str) -> None:
    """The shop's own sentence, at most forty characters in each language. Missing: no such shop here."""
    shop = find(Shop, region_id, shop_id, lock=True)
    shop.thanks, shop.thanks_en = thanks, thanks_en
    db.session.flush()


def add_offer(*, shop: Shop, name: str, price: int, at: datetime, **rest: str | int | None) -> Offer:
    """Put something on the shop's shelf.

    `rest`: name_en, story, story_en, kind (goods, experience), stock and limit (None: without end), each with
    its period (stock_period, limit_period), picture.
    """
    offer = Offer(region_id=shop.region_id, shop_id=shop.id, name=name, price=price, created_at=at, **rest)
    db.session.add(offer)
    db.session.flush()
    return offer


def withdraw(*, region_id: int, offer_id: int, at: datetime) -> None:
    """Take an offer off the shelf; codes that are out already stay good. Doing it twice changes nothing."""
    offer = lock_offer(region_id=region_id, offer_id=offer_id)
    offer.withdrawn_at = offer.withdrawn_at or at
    db.session.flush()


def lock_offer(*, region_id: int, offer_id: int) -> Offer:
    """The offer as it stands now, its number bumped: until this is over, nobody asks for it or changes it. Missing."""
    bumped = sa.update(Offer).where(Offer.id == offer_id, Offer.region_id == region_id).values(seq=Offer.seq + 1)
    rows = db.session.scalars(bumped.returning(Offer), execution_options={"populate_existing": True})
    offer = rows.one_or_none()
    if offer is None:
        raise Missing("not_found")
    return offer
