"""Reading cards: one's own, and the office's list of who has one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_

from app.cards.models import Card
from app.codes import signed
from app.codes.signed import Signed
from app.db import db
from app.members import queries as members
from app.members.models import Membership
from app.regions.models import Region

MOST = 200  # lines of a part of the office's lists


@dataclass(frozen=True)
class Held:
    """A membership and its live card, if it has one."""

    membership: Membership
    card: Card | None


@dataclass(frozen=True)
class Part:
    """A part of a long list; `more`: the membership after which the next part begins, None at the end."""

    held: list[Held]
    more: int | None


def live(membership: Membership) -> Card | None:
    """The card that counts now."""
    query = select(Card).where(Card.membership_id == membership.id, Card.ended_at.is_(None))
    return db.session.scalar(query.execution_options(populate_existing=True))


def shown(parts: Signed) -> Card | None:
    """The card that a code names, whichever region's it is; None where the code is not genuine."""
    card = db.session.scalar(select(Card).where(Card.id == parts.subject_id).execution_options(populate_existing=True))
    return card if card is not None and signed.is_genuine(parts, region_id=card.region_id) else None


def lost_at(membership: Membership) -> datetime | None:
    """When the last card was reported lost; None if it was not, or a new one has come since."""
    query = select(Card).where(Card.membership_id == membership.id).order_by(Card.id.desc()).limit(1)
    last = db.session.scalar(query.execution_options(populate_existing=True))
    return last.ended_at if last is not None and last.ended_for == "lost" else None


def unprinted(region: Region, after: int | None = None) -> Part:
    """Whoever has a number and no card on paper yet, by よみ; `after` a membership, wherever that stands by now."""
    query = _held(region).where(Card.printed_at.is_(None))
    last = _last(region, after)
    if last is not None:
        query = query.where(_comes_after(last.membership))
    return _part(query.order_by(Membership.yomi_search, Membership.id))


def printed(region: Region, after: int | None = None) -> Part:
    """Whoever has a card on paper, the latest first; `after` a membership, as long as it has one."""
    query = _held(region).where(Card.printed_at.is_not(None))
    last = _last(region, after)
    if last is not None and last.card is not None and (day := last.card.printed_at) is not None:
        same_sheet = and_(Card.printed_at == day, _comes_after(last.membership))
        query = query.where(or_(Card.printed_at < day, same_sheet))
    return _part(query.order_by(Card.printed_at.desc(), Membership.yomi_search, Membership.id))


def _last(region: Region, membership_id: int | None) -> Held | None:
    """The line that was the last of the part before; None at the beginning, or if it is no line any more."""
    if membership_id is None:
        return None
    return next(iter(_rows(_held(region).where(Membership.id == membership_id))), None)


def _comes_after(one: Membership) -> ColumnElement[bool]:
    return tuple_(Membership.yomi_search, Membership.id) > tuple_(one.yomi_search, one.id)


def _part(query: Select[Membership, Card]) -> Part:
    held = _rows(query.limit(MOST + 1))
    return Part(held[:MOST], held[MOST - 1].membership.id if len(held) > MOST else None)


def found(region: Region, text: str) -> list[Held]:
    """Those whom a part of a よみ or a number means."""
    ids = [one.id for one in members.search(region, text)]
    return _rows(_held(region).where(Membership.id.in_(ids)).order_by(Membership.yomi_search, Membership.id))


def of_cards(region: Region, card_ids: Collection[int]) -> list[Held]:
    """These cards, as far as they count still, by よみ."""
    query = _held(region).where(Card.id.in_(card_ids))
    return _rows(query.order_by(Membership.yomi_search, Membership.id))


def history(membership_id: int) -> Sequence[Card]:
    """All cards of a membership, the latest first."""
    query = select(Card).where(Card.membership_id == membership_id)
    return db.session.scalars(query.order_by(Card.id.desc())).all()


def _held(region: Region) -> Select[Membership, Card]:
    own = and_(Card.membership_id == Membership.id, Card.ended_at.is_(None))
    query = select(Membership, Card).outerjoin(Card, own).where(Membership.region_id == region.id)
    return query.where(Membership.standing == "active", Membership.number.is_not(None))


def _rows(query: Select[Membership, Card]) -> list[Held]:
    return [Held(membership=owner, card=card) for owner, card in db.session.execute(query)]
