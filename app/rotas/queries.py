"""Reading rotas: the list, the slots of one by day, somebody's next turns, who wants to be relieved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock
from app.db import db, find
from app.members.models import Membership
from app.regions.models import Region
from app.rotas import rules
from app.rotas.models import Rota, Slot, Turn

PAGE = 50


@dataclass(frozen=True)
class Card:
    """A rota in the list: its next slot that still wants somebody, and how many it wants."""

    rota: Rota
    free: Slot | None

    @property
    def left(self) -> int:
        return self.free.needed - self.free.taken if self.free is not None else 0


@dataclass(frozen=True)
class Holder:
    """A live turn and who has it."""

    turn: Turn
    who: Membership

    @property
    def is_wanted(self) -> bool:
        """Whether somebody else may take it over."""
        return rules.is_wanted(self.turn, self.who)


@dataclass(frozen=True)
class Line:
    """A slot with those who have a turn in it, in the order in which they took it."""

    slot: Slot
    holders: list[Holder] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.slot.needed - self.slot.taken

    @property
    def staying(self) -> list[Holder]:
        """Those who have not left the region since."""
        return [one for one in self.holders if one.who.standing != "ended"]


@dataclass(frozen=True)
class Mine:
    """Somebody's turn: when, and of which rota."""

    turn: Turn
    slot: Slot
    rota: Rota


@dataclass(frozen=True)
class Relieved:
    """A turn that somebody gave away, and who took it over."""

    slot: Slot
    rota: Rota
    by: Membership


def by_id(region: Region, rota_id: int) -> Rota:
    """A rota of this region. Raises Missing."""
    return find(Rota, region.id, rota_id)


def board(
    region: Region, at: datetime, *, ended: bool = False, after: int | None = None, limit: int = PAGE
) -> list[Card]:
    """Rotas that run, or those that have ended, the newest first; `after` is the last one seen."""
    query = sa.select(Rota).where(Rota.region_id == region.id)
    query = query.where(Rota.ended_at.is_not(None) if ended else Rota.ended_at.is_(None))
    if after is not None:
        query = query.where(Rota.id < after)
    return _cards(region, db.session.scalars(query.order_by(Rota.id.desc()).limit(limit)).all(), at)


def of_project(region: Region, project_id: int, at: datetime) -> list[Card]:
    """A project's rotas that run, at most a page of them."""
    query = sa.select(Rota).where(Rota.region_id == region.id, Rota.project_id == project_id, Rota.ended_at.is_(None))
    return _cards(region, db.session.scalars(query.order_by(Rota.id.desc()).limit(PAGE)).all(), at)


def _cards(region: Region, rotas: Sequence[Rota], at: datetime) -> list[Card]:
    wall = clock.local(region, at)
    query = sa.select(Slot).where(Slot.rota_id.in_([rota.id for rota in rotas]), *_ahead(wall))
    query = query.where(Slot.taken < Slot.needed).order_by(Slot.day.desc(), Slot.begins.desc())
    free = {slot.rota_id: slot for slot in db.session.scalars(query)}  # of each the soonest: it comes last
    return [Card(rota, free.get(rota.id)) for rota in rotas]


def _ahead(wall: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Slots that stand and are not over; clock times of one form compare as text."""
    later = sa.or_(Slot.day > wall.date(), (Slot.day == wall.date()) & (Slot.ends > f"{wall:%H:%M}"))
    return Slot.removed_at.is_(None), later


_ORDER = (Slot.day, Slot.begins, Slot.id)


def lines(rota: Rota, first: date, *, after: int | None = None, limit: int = PAGE) -> list[Line]:
    """The slots from the day `first` on, in their order; `after` is the last one seen."""
    query = sa.select(Slot).where(Slot.rota_id == rota.id, Slot.removed_at.is_(None), Slot.day >= first)
    seen = db.session.get(Slot, after) if after is not None else None
    if seen is not None and seen.rota_id == rota.id:
        query = query.where(sa.or_(Slot.day > seen.day, (Slot.day == seen.day) & (Slot.begins > seen.begins)))
    return _with_holders(db.session.scalars(query.order_by(*_ORDER).limit(limit)).all())


def between(rota: Rota, first: date, until: date) -> list[Line]:
    """All slots from `first` to the day before `until`."""
    query = sa.select(Slot).where(Slot.rota_id == rota.id, Slot.removed_at.is_(None))
    query = query.where(Slot.day >= first, Slot.day < until)
    return _with_holders(db.session.scalars(query.order_by(*_ORDER)).all())


def _with_holders(slots: Sequence[Slot]) -> list[Line]:
    found = {slot.id: Line(slot) for slot in slots}
    query = sa.select(Turn, Membership).join(Membership, Membership.id == Turn.membership_id)
    query = query.where(Turn.slot_id.in_(list(found)), Turn.ended_at.is_(None))
    for turn, who in db.session.execute(query.order_by(Turn.taken_at, Turn.id)):
        found[turn.slot_id].holders.append(Holder(turn, who))
    return list(found.values())


# --- somebody's own -------------------------------------------------------------------------------------------


def _turns(*more: Any) -> sa.Select[Any]:
    query = sa.select(Turn, Slot, Rota, *more).join(Slot, Slot.id == Turn.slot_id).join(Rota, Rota.id == Slot.rota_id)
    return query.order_by(*_ORDER, Turn.id)


def next_turns(region: Region, membership: Membership, at: datetime, limit: int = PAGE) -> list[Mine]:
    """Somebody's turns that are not over, the soonest first."""
    query = _turns().where(Turn.membership_id == membership.id, Turn.ended_at.is_(None))
    query = query.where(*_ahead(clock.local(region, at)))
    return [Mine(*row) for row in db.session.execute(query.where(Rota.ended_at.is_(None)).limit(limit))]


def turn(membership: Membership, rota: Rota, turn_id: int) -> Mine | None:
    """Somebody's own live turn in a rota."""
    query = _turns().where(Turn.id == turn_id, Turn.membership_id == membership.id, Turn.ended_at.is_(None))
    row = db.session.execute(query.where(Slot.rota_id == rota.id)).one_or_none()
    return Mine(*row) if row is not None else None


def swaps_wanted(region: Region, membership: Membership, at: datetime, limit: int = PAGE) -> list[Mine]:
    """Turns of others in which somebody else is wanted, and which this one could take over."""
    own = aliased(Turn)
    has_one = sa.select(own.id).where(
        own.slot_id == Slot.id, own.membership_id == membership.id, own.ended_at.is_(None)
    )
    query = _turns().where(Rota.region_id == region.id, Rota.ended_at.is_(None), *_ahead(clock.local(region, at)))
    query = query.join(Membership, Membership.id == Turn.membership_id)
    query = query.where(sa.or_(Turn.swap_asked_at.is_not(None), Membership.standing == "ended"))
    query = query.where(Turn.ended_at.is_(None), ~has_one.exists())
    return [Mine(*row) for row in db.session.execute(query.limit(limit))]


def relieved(region: Region, membership: Membership, at: datetime, rota: Rota | None = None) -> list[Relieved]:
    """Who has taken over the turns that somebody asked others to take; of the last week, while they lie ahead."""
    after = aliased(Turn)
    query = (
        _turns(Membership).join(after, after.from_id == Turn.id).join(Membership, Membership.id == after.membership_id)
    )
    query = query.where(Turn.membership_id == membership.id, *_ahead(clock.local(region, at)))
    query = query.where(after.taken_at > at - rules.TOLD_FOR, Rota.ended_at.is_(None))
    if rota is not None:
        query = query.where(Rota.id == rota.id)
    return [Relieved(slot, one, by) for _turn, slot, one, by in db.session.execute(query.limit(PAGE))]
