"""Reading cards: one's own, and the office's list of who has one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select

from app.cards.models import Card
from app.db import db
from app.members import queries as members
from app.members.models import Membership
from app.regions.models import Region

MOST = 200  # lines of the office's list


@dataclass(frozen=True)
class Held:
    """A membership and its live card, if it has one."""

    membership: Membership
    card: Card | None


def live(membership: Membership) -> Card | None:
    """The card that counts now."""
    return db.session.scalar(select(Card).where(Card.membership_id == membership.id, Card.ended_at.is_(None)))


def lost_at(membership: Membership) -> datetime | None:
    """When the last card was reported lost; None if it was not, or a new one has come since."""
    query = select(Card).where(Card.membership_id == membership.id).order_by(Card.id.desc()).limit(1)
    last = db.session.scalar(query.execution_options(populate_existing=True))
    return last.ended_at if last is not None and last.ended_for == "lost" else None


def unprinted(region: Region) -> list[Held]:
    """Whoever has a number and no card on paper yet, by よみ."""
    query = _held(region).where(Card.printed_at.is_(None))
    return _rows(query.order_by(Membership.yomi_search, Membership.id).limit(MOST))


def printed(region: Region) -> list[Held]:
    """Whoever has a card on paper, the latest first."""
    query = _held(region).where(Card.printed_at.is_not(None))
    return _rows(query.order_by(Card.printed_at.desc(), Membership.yomi_search, Membership.id).limit(MOST))


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
