"""「紙にひかえる」: what a shop gave while there was no signal, entered later from its slip.

The slip has the customer's card number, the goods and the day. The coins move at the entry; a line for which they are
missing writes nothing, so that it can be entered again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app import clock
from app.cards import service as cards
from app.errors import Conflict, Refused
from app.regions.models import Region
from app.shops import rules
from app.shops.counter import card_payments
from app.shops.models import Redemption, Shop


def enter(
    *, region: Region, shop: Shop, number: str, offer_id: int, noted_on: date, key: str, by: str, at: datetime
) -> Redemption:
    """One line of a slip. The same key is answered by the first result.

    Refused: `slip_day`, `slip_coins`, `card_limit` (three coins on the day of the slip), `card_lost` (it was reported
    by that day), and what `cards.read` and `redemptions.request` refuse; Missing: no such offer in this shop;
    Conflict: `other_request`.
    """
    rules.check_slip_day(noted_on, clock.local_day(region, at))
    shown = cards.read(region=region, text=number, purpose=f"shop:{shop.id}", at=at)
    if shown.way != "number":
        raise Refused("card_unknown")
    card_payments.check_number(region=region, membership=shown.membership, day=noted_on)
    wish: dict[str, Any] = {"region": region, "offer_id": offer_id, "membership": shown.membership, "at": at}
    try:
        asked = card_payments.ask(shop=shop, key=key, strong=True, card_day=noted_on, **wish)
    except Refused as error:
        raise (Refused("slip_coins") if error.code == "not_enough_coins" else error) from error
    if asked.state == "confirmed" and asked.noted_on != noted_on:
        raise Conflict("other_request")
    asked.way, asked.noted_on = "paper", noted_on
    return card_payments.take(asked, shop=shop, key=key, by=by, at=at)
