"""The sticker on a shop's wall: permanent, without an amount, the same for everybody.

It opens the shop's shelf. What a member chooses there waits on this shop's own tills, with the digits that stand on
the member's phone, and one tap confirms it. Another shop's sticker pasted over it fills another shop's till.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from app.db import db
from app.errors import Missing
from app.shops.counter import card_payments
from app.shops.models import Offer, Redemption, Shop

WAY = "sticker"  # also what an address or a form says of whoever stands in the shop
MOST = 6  # that wait in view; the others come up as these go


class Waiting(NamedTuple):
    """What a customer beside the counter chose; `digits` stand on the customer's phone too."""

    redemption_id: int
    digits: str
    price: int
    offer: Offer


def waiting(*, shop_id: int, at: datetime) -> list[Waiting]:
    """What was chosen at the sticker and is still good, the longest waiting first."""
    query = sa.select(Redemption.id, Redemption.digits, Redemption.price, Offer)
    query = query.join(Offer, Offer.id == Redemption.offer_id).where(Redemption.shop_id == shop_id)
    query = query.where(Redemption.state == "requested", Redemption.way == WAY, Redemption.expires_at > at)
    return [Waiting(*row) for row in db.session.execute(query.order_by(Redemption.id).limit(MOST))]


def confirm(*, shop: Shop, redemption_id: int, key: str, by: str, at: datetime) -> Redemption:
    """One tap at the till of this shop. Missing: nothing of that id was chosen at this shop's sticker.

    What another till confirmed meanwhile is told as such. Else as `redemptions.confirm`.
    """
    query = sa.select(Redemption).where(Redemption.id == redemption_id, Redemption.shop_id == shop.id)
    asked = db.session.scalar(query.where(Redemption.way.is_not(None)))
    if asked is None:
        raise Missing("not_found")
    return card_payments.take(asked, shop=shop, key=key, by=by, at=at)
