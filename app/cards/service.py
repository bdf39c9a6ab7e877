"""Giving cards, ending them, and finding out who shows one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.cards import queries, rules
from app.cards.models import Card, CardUse
from app.codes import signed
from app.codes.rules import ADDRESS
from app.db import db, find, insert
from app.errors import Refused
from app.members import queries as members
from app.members.models import Membership
from app.members.rules import read_number
from app.regions.models import Region

KINDS = ("card", "phone_card")  # of the signed codes: those that show a person


@dataclass(frozen=True)
class Shown:
    """Whose card was shown, and how: `card` (printed), `phone_card`, or `number` (typed or read out)."""

    membership: Membership
    card_id: int | None
    way: str


# --- giving and ending --------------------------------------------------------------------------------------


def issue(*, region: Region, membership: Membership, by: str, at: datetime) -> Card:
    """A new card; the one before, printed or on a phone, opens nothing from now on. Refused: `card_numberless`."""
    owner = find(Membership, region.id, membership.id, lock=True)  # two who give her a card wait for each other
    if owner.number is None or owner.standing != "active":
        raise Refused("card_numberless")
    live = sa.update(Card).where(Card.membership_id == owner.id, Card.ended_at.is_(None))
    db.session.execute(live.values(ended_at=at, ended_for="reissued"))
    card = Card(region_id=region.id, membership_id=owner.id, issued_at=at, by=by)
    db.session.add(card)
    db.session.flush()
    return card


def ensure(*, region: Region, membership: Membership, by: str, at: datetime) -> Card:
    """The live card, or a new one where there is none: pressed twice, it is the same."""
    owner = find(Membership, region.id, membership.id, lock=True)
    return queries.live(owner) or issue(region=region, membership=owner, by=by, at=at)


def replace(*, region: Region, card_id: int, by: str, at: datetime) -> Card:
    """A new card instead of this one. Pressed twice, the second answers what the first has made."""
    card = find(Card, region.id, card_id)
    owner = find(Membership, region.id, card.membership_id, lock=True)
    live = queries.live(owner)
    if live is not None and live.id != card_id:
        return live
    return issue(region=region, membership=owner, by=by, at=at)


def end(*, region: Region, card_id: int, reason: str, at: datetime) -> Card:
    """The card opens nothing from now on: `lost`, `reissued` or `left`. One that has ended stays as it ended."""
    card = find(Card, region.id, card_id, lock=True)
    if card.ended_at is None:
        card.ended_at, card.ended_for = at, reason
        db.session.flush()
    return card


def mark_printed(*, region: Region, card_ids: Collection[int], at: datetime) -> int:
    """Note that these live cards are on paper; answers how many were not before."""
    these = sa.update(Card).where(Card.region_id == region.id, Card.id.in_(card_ids))
    fresh = these.where(Card.ended_at.is_(None), Card.printed_at.is_(None)).values(printed_at=at)
    return len(db.session.execute(fresh.returning(Card.id)).all())


# --- reading ------------------------------------------------------------------------------------------------


def read(*, region: Region, text: str, purpose: str, at: datetime) -> Shown:
    """Who stands there: `text` is what a camera read of a card, or a card number that was typed.

    A phone's step is used up for this purpose (a word such as `event:7`) in the caller's transaction. Refused:
    `card_unknown`, `card_ended`, `card_elsewhere` (with the Region that it belongs to), `card_stale`, `card_used`.
    """
    address = ADDRESS.fullmatch(text.strip())
    parts = signed.parse(address[2] if address else text)
    if parts is None or parts.kind not in KINDS:
        return _by_number(region, text)
    card = queries.shown(parts)
    if card is None:
        raise Refused("card_unknown")
    if card.region_id != region.id:
        raise Refused("card_elsewhere", region=db.session.get_one(Region, card.region_id))
    owner = find(Membership, region.id, card.membership_id)
    if card.ended_at is not None or owner.standing != "active":
        raise Refused("card_ended")
    if parts.step is not None:
        _use(card, parts.step, purpose, at)
    return Shown(membership=owner, card_id=card.id, way=parts.kind)


def forget_uses(*, at: datetime) -> None:
    """Where somebody showed a card is nobody's business once the step is long past, whatever clocks have done."""
    db.session.execute(sa.delete(CardUse).where(CardUse.step < rules.step_at(at - rules.USES_KEPT)))


def _use(card: Card, step: int, purpose: str, at: datetime) -> None:
    """Use a step up for a purpose; of two who read the same code, one goes on."""
    if not rules.is_present(step, at):
        raise Refused("card_stale")
    row = {"card_id": card.id, "step": step, "region_id": card.region_id, "purpose": purpose, "at": at}
    unmet = sa.not_((sa.literal(" ") + CardUse.purpose + " ").contains(f" {purpose} ", autoescape=True))
    used = insert(CardUse).values(**row)
    used = used.on_conflict_do_update(
        index_elements=["card_id", "step"], set_={"purpose": CardUse.purpose + f" {purpose}"}, where=unmet
    )
    if db.session.execute(used.returning(CardUse.step)).first() is None:
        raise Refused("card_used")


def _by_number(region: Region, text: str) -> Shown:
    found = members.by_number(region, text)
    if found is not None:
        return Shown(membership=found, card_id=None, way="number")
    number = read_number(text, region.code)
    code = number.partition("-")[0] if number else region.code
    other = db.session.scalar(sa.select(Region).where(Region.code == code, Region.id != region.id))
    raise Refused("card_unknown") if other is None else Refused("card_elsewhere", region=other)
