"""A card at the counter, between its reading and the goods: whose it is stands on one page, sealed, for five minutes.

A phone's step is good once, so the page carries who was read; the seal holds for this till alone. It has the key of
the one payment that may follow: whoever showed a card once is not asked for coins twice.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Response, current_app, g
from itsdangerous import BadSignature, URLSafeSerializer

from app import clock
from app.cards import service as cards
from app.cards.service import Shown
from app.codes import signed
from app.codes.rules import read, scanned
from app.db import find, transaction, uuid7
from app.errors import Refused
from app.members.models import Membership
from app.shops import queries, rules
from app.shops.counter import card_payments
from app.shops.models import Shop
from app.web.access import actor
from app.web.limits import throttle
from app.web.pages import render_page

READS, WINDOW = 60, 300  # cards in so many seconds
NUMBERS, HOUR = 60, 3_600  # of them typed: numbers follow each other, and names are not to be looked up
NUMBER = re.compile(r"[A-Z0-9]{3}[0-9]{5,}|[0-9]{5}|[0-9]{7,15}")  # six digits alone are a phone's code


class Reading(NamedTuple):
    """Who was read and how (`cards.Shown.way`), and the key of the payment."""

    membership: Membership
    way: str
    key: str


def is_card(text: str) -> bool:
    """Whether this is a card's code of this instance, or looks like the number on a card."""
    code = scanned(text, frozenset(current_app.config["TRUSTED_HOSTS"])) or ""
    return len(code) in signed.LENGTHS or NUMBER.fullmatch(read(text)) is not None


def show(text: str, *, shop: Shop, at: datetime) -> Response:
    """「ご本人ですか」 and the shop's goods. Refused: what `cards.read` refuses, and `card_lost`."""
    with transaction():
        throttle.allow(key=f"cards:{shop.id}", limit=READS, seconds=WINDOW, at=at)
        shown = cards.read(region=g.region, text=text, purpose=f"shop:{shop.id}", at=at)
        if shown.way == "number":
            _check_typed(shown.membership, shop, at)
    return page(shown.membership, seal(shown, shop, at), shop=shop, at=at)


def _check_typed(membership: Membership, shop: Shop, at: datetime) -> None:
    throttle.allow(key=f"card-numbers:{shop.id}", limit=NUMBERS, seconds=HOUR, at=at)
    card_payments.check_number(region=g.region, membership=membership, day=clock.local_day(g.region, at))


def page(membership: Membership, sealed: str, *, shop: Shop, at: datetime) -> Response:
    """The only place at a counter where a name stands, and only in the answer to its card."""
    shelf = queries.shelf(g.region, at=at, membership_id=membership.id, shop_id=shop.id)
    return render_page("till/card.html", membership=membership, shown=sealed, shelf=shelf, shop=shop)


def seal(shown: Shown, shop: Shop, at: datetime) -> str:
    """Who was read, how and when, for this till's next form."""
    return _sealer().dumps([uuid7(), actor().sign_in.id, shop.id, shown.membership.id, shown.way, int(at.timestamp())])


def opened(sealed: str, *, shop: Shop, at: datetime) -> Reading:
    """What the seal holds. Refused: `card_again`."""
    try:
        key, till_id, shop_id, membership_id, way, since = _sealer().loads(sealed[:500])
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("card_again") from error
    age = timedelta(seconds=at.timestamp() - since)
    if (till_id, shop_id) != (actor().sign_in.id, shop.id) or not timedelta(-1) < age <= rules.CARD_SHOWN:
        raise Refused("card_again")
    return Reading(find(Membership, shop.region_id, membership_id), way, key)


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.extensions["config"].key("card-shown"))
