"""Reading one member's coins."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from markupsafe import Markup

from app import clock
from app.db import db
from app.events.models import Event
from app.ledger import queries as ledger
from app.members.models import Membership
from app.places.models import Place
from app.regions.models import Region
from app.shops import queries as shops
from app.shops.models import Redemption, Shop
from app.wallet.words import Line, meaning, sold
from app.web.filters import in_language

PAGE = 20
TOLD = timedelta(days=14)  # as long as a slip may be entered late


class Purse(NamedTuple):
    """What can be spent, what is set aside at a counter, and the coins by their last day."""

    balance: int
    held: int
    lots: list[tuple[date, int]]

    @property
    def soon(self) -> tuple[date, int] | None:
        """The coins that end first, if others last longer."""
        return self.lots[0] if len(self.lots) > 1 else None


class Page(NamedTuple):
    """A part of the history, newest first; `more` is where the next part begins, None at the end."""

    lines: list[Line]
    more: int | None


class Slips(NamedTuple):
    """What a shop entered from its paper slips; `phone` is whom to call if that is wrong, empty if nobody said."""

    shop: Shop
    phone: str
    lines: list[Redemption]


def purse(region: Region, membership: Membership, at: datetime) -> Purse:
    """What the member has at this moment, by the region's calendar."""
    if membership.account_id is None:
        return Purse(0, 0, [])
    today = clock.local_day(region, at)
    found = ledger.balance(region.id, membership.account_id, today, at=at)
    return Purse(found.available, found.held, found.lots)


def history(region: Region, membership: Membership, *, before: int | None = None) -> Page:
    """What came and went, each with what it was for."""
    if membership.account_id is None:
        return Page([], None)
    entries = ledger.history(region.id, membership.account_id, before_seq=before, limit=PAGE + 1)
    shown, more = entries[:PAGE], len(entries) > PAGE
    names = _names(region, {entry.reference for entry in shown if entry.reference})
    lines = [
        Line(
            seq=entry.seq,
            at=entry.at,
            text=meaning(entry.kind, entry.reference, is_reversal=entry.reverses is not None),
            what=names.get(entry.reference or "", ""),
            amount=entry.amount,
            undone=entry.reversed,
        )
        for entry in shown
    ]
    return Page(lines, shown[-1].seq if more else None)


def slips(region: Region, membership: Membership, at: datetime) -> list[Slips]:
    """What moved without the member's hand in the last two weeks, shop by shop, the latest first."""
    found: dict[int, Slips] = {}
    entered = shops.slips_entered(region=region, membership_id=membership.id, since=at - TOLD)
    for redemption, _offer, shop, _own in entered:
        told = found.setdefault(shop.id, Slips(shop, shop.phone or region.phone, []))
        told.lines.append(redemption)
    return list(found.values())


def _names(region: Region, references: Collection[str]) -> dict[str, Markup | str]:
    """What each reference leads to, in three reads for the whole page."""
    names: dict[str, Markup | str] = {}
    events = sa.select(Event).where(Event.region_id == region.id, Event.id.in_(_ids(references, "event")))
    for event in db.session.scalars(events):
        names[f"event:{event.id}"] = in_language(event, "title")
    places = sa.select(Place).where(Place.region_id == region.id, Place.id.in_(_ids(references, "place")))
    for place in db.session.scalars(places):
        names[f"place:{place.id}"] = in_language(place, "name")
    for id, sale in shops.sales_by_id(region=region, ids=_ids(references, "redemption")).items():
        names[f"redemption:{id}"] = sold(sale)
    return names


def _ids(references: Collection[str], room: str) -> list[int]:
    parts = (reference.partition(":") for reference in references)
    return [int(id) for name, _, id in parts if name == room and id.isdigit()]
