"""The verbs of a turn: take one, give it back, ask for a swap, take over. All lock rota, slot, turn in this order."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app import clock
from app.db import db, find, rows_changed
from app.errors import Conflict, Missing, Refused
from app.members.models import Membership
from app.projects.service import touch
from app.regions.models import Region
from app.rotas import rules
from app.rotas.models import Rota, Slot, Turn
from app.rotas.service import locked

WORDS = 100  # characters of a wish to swap


def take(*, region: Region, rota_id: int, slot_id: int, membership: Membership, at: datetime) -> Turn:
    """わたしが出ます. Whoever has a turn in the slot keeps that one.

    Raises Conflict `slot_full`, Refused `rota_over`, `slot_over`, `slot_removed`, Missing.
    """
    rota, slot = locked(region, rota_id, slot_id)
    own = _own(slot, membership)
    if own is not None:
        return own
    if slot.removed_at is not None:
        raise Refused("slot_removed")
    _check_open(region, rota, slot, at)
    room = sa.update(Slot).where(Slot.id == slot.id, Slot.taken < Slot.needed, Slot.removed_at.is_(None))
    if not rows_changed(room.values(taken=Slot.taken + 1).execution_options(synchronize_session=False)):
        raise Conflict("slot_full")
    return _begin(rota, slot, membership, at)


def give_up(*, region: Region, rota_id: int, turn_id: int, membership: Membership, at: datetime) -> Turn:
    """やめる, until the day before; twice is once. Raises Refused `turn_late`, Missing for somebody else's."""
    _rota, slot, turn = _mine(region, rota_id, turn_id, membership)
    if turn.ended_at is not None:
        return turn
    if not rules.may_give_up(slot, clock.local_day(region, at)):
        raise Refused("turn_late")
    turn.ended_at = at
    db.session.flush()
    back = sa.update(Slot).where(Slot.id == slot.id).values(taken=Slot.taken - 1)
    db.session.execute(back.execution_options(synchronize_session=False))
    db.session.refresh(slot)
    return turn


def ask_swap(*, region: Region, rota_id: int, turn_id: int, membership: Membership, words: str, at: datetime) -> Turn:
    """かわってください, with a word. The turn stays until somebody takes it over.

    Raises Refused `turn_gone`, `slot_over`, Missing for somebody else's.
    """
    rota, slot, turn = _mine(region, rota_id, turn_id, membership)
    if turn.ended_at is not None:
        raise Refused("turn_gone")
    _check_open(region, rota, slot, at)
    turn.swap_asked_at, turn.swap_words = turn.swap_asked_at or at, words
    db.session.flush()
    return turn


def keep(*, region: Region, rota_id: int, turn_id: int, membership: Membership) -> Turn:
    """やっぱり出ます: the wish to swap is taken back. Raises Refused `turn_gone`, Missing."""
    _rota, _slot, turn = _mine(region, rota_id, turn_id, membership)
    if turn.ended_at is not None:
        raise Refused("turn_gone")
    turn.swap_asked_at, turn.swap_words = None, ""
    db.session.flush()
    return turn


def take_over(*, region: Region, rota_id: int, turn_id: int, membership: Membership, at: datetime) -> Turn:
    """かわりに出ます: the old turn ends and the new one begins in one breath, so the slot is as full as before.

    Of whoever asks for it, or has left the region. A second tap is the first. Raises Refused `swap_own`, `turn_known`,
    `slot_over`, Conflict `swap_gone`, Missing.
    """
    rota, slot, old = _turn(region, rota_id, turn_id)
    if old.membership_id == membership.id:
        raise Refused("swap_own")
    own = _own(slot, membership)
    if own is not None:
        if own.from_id == old.id:
            return own
        raise Refused("turn_known")
    if old.ended_at is not None or not rules.is_wanted(old, find(Membership, region.id, old.membership_id)):
        raise Conflict("swap_gone")
    _check_open(region, rota, slot, at)
    old.ended_at = at
    db.session.flush()
    return _begin(rota, slot, membership, at, from_id=old.id)


def _turn(region: Region, rota_id: int, turn_id: int) -> tuple[Rota, Slot, Turn]:
    rota, slot = locked(region, rota_id, find(Turn, region.id, turn_id).slot_id)
    return rota, slot, find(Turn, region.id, turn_id, lock=True)


def _mine(region: Region, rota_id: int, turn_id: int, membership: Membership) -> tuple[Rota, Slot, Turn]:
    """Somebody's own. Raises Missing for another's."""
    rota, slot, turn = _turn(region, rota_id, turn_id)
    if turn.membership_id != membership.id:
        raise Missing("not_found")
    return rota, slot, turn


def _own(slot: Slot, membership: Membership) -> Turn | None:
    query = sa.select(Turn).where(Turn.slot_id == slot.id, Turn.membership_id == membership.id)
    return db.session.scalar(query.where(Turn.ended_at.is_(None)))


def _check_open(region: Region, rota: Rota, slot: Slot, at: datetime) -> None:
    if rota.ended_at is not None:
        raise Refused("rota_over")
    if rules.is_over(slot, clock.local(region, at)):
        raise Refused("slot_over")


def _begin(rota: Rota, slot: Slot, membership: Membership, at: datetime, *, from_id: int | None = None) -> Turn:
    facts = {"region_id": rota.region_id, "slot_id": slot.id, "membership_id": membership.id, "from_id": from_id}
    turn = Turn(**facts, taken_at=at, swap_words="")
    db.session.add(turn)
    db.session.flush()
    db.session.refresh(slot)
    if rota.project_id is not None:
        touch(rota.project_id, at)
    return turn
