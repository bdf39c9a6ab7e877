"""Paying without a code of one's own: by a card that the counter reads, or by a slip that it wrote before.

The same request and the same confirmation as with a phone's code, in one transaction and by the same rules; nothing
stays set aside if any of them says no. A printed card proves little, so it pays three coins a day at most. A phone's
card lives seconds and is read once: it counts like the code that the same phone could show.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app import clock
from app.cards import queries as cards
from app.credentials.queries import has_passkey
from app.db import db
from app.errors import Missing, Refused
from app.members.models import Membership
from app.regions.models import Region
from app.shops import presented, queries, redemptions, rules
from app.shops.models import Redemption, Shop


def pay(
    *, region: Region, shop: Shop, offer_id: int, membership: Membership, way: str, key: str, by: str, at: datetime
) -> Redemption:
    """Goods for whoever showed a card. `way`: what `cards` read: card, number or phone_card.

    Refused: `card_lost`, `card_limit`, `withdrawn`, `sold_out`, `limit_reached`, `not_enough_coins`,
    `account_frozen`; Missing: no such offer in this shop; Conflict: `other_request`. The same key is answered by the
    first result.
    """
    if way == "number":
        check_number(region=region, membership=membership, day=clock.local_day(region, at))
    by_phone = way == "phone_card"
    wish: dict[str, Any] = {"region": region, "offer_id": offer_id, "membership": membership, "at": at}
    wish["card_day"] = None if by_phone else clock.local_day(region, at)
    try:
        asked = ask(shop=shop, key=key, strong=has_passkey(membership.member_id), **wish)
    except Refused as error:
        if error.code == "passkey_wanted":  # at a counter nobody makes one
            raise Refused("card_limit", most=rules.COINS_BY_CARD) from error
        raise
    asked.way = "scan" if by_phone else "card"
    return take(asked, shop=shop, key=key, by=by, at=at)


def check_number(*, region: Region, membership: Membership, day: date) -> None:
    """A typed number stands for the card with it: from the day on which that is reported lost, it pays nothing.

    Refused: `card_lost`.
    """
    lost_at = cards.lost_at(membership)
    if lost_at is not None and day >= clock.local_day(region, lost_at):
        raise Refused("card_lost")


def take(asked: Redemption, *, shop: Shop, key: str, by: str, at: datetime) -> Redemption:
    """Confirm what stands before the counter without its code, and keep the way in which it was asked for."""
    way = asked.way
    paid = redemptions.confirm(shop=shop, code=presented.code_for(asked.key), key=key, by=by, at=at)
    paid.way = way
    db.session.flush()
    return paid


def ask(*, shop: Shop, key: str, strong: bool, **wish: Any) -> Redemption:
    """Set coins and unit aside under this very key: a live code of the same customer here gives way.

    `wish`: what `redemptions.request` takes. Missing: no such offer in this shop.
    """
    if queries.goods(wish["region"], wish["offer_id"], at=wish["at"]).shop.id != shop.id:
        raise Missing("not_found")
    asked = redemptions.request(**wish, key=key, strong=strong)
    if asked.key != key:
        which = {name: wish[name] for name in ("region", "membership", "at")}
        redemptions.cancel(**which, redemption_id=asked.id)
        asked = redemptions.request(**wish, key=key, strong=strong)
    return asked
