"""The verbs of a rota: make it, add slots, remove one that nobody took, end it. All lock the rota first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa

from app import clock
from app.db import connection, db, find, insert
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.projects import queries as projects
from app.projects.service import touch
from app.regions.models import Region
from app.rotas import rules
from app.rotas.models import Rota, Slot, Turn

rota_table = cast(sa.Table, Rota.__table__)


@dataclass(frozen=True)
class When:
    """What the form of slots asks for: HH:MM on the region's wall clock, every week for `weeks` weeks."""

    first: date
    begins: str
    ends: str
    needed: int = 1
    weeks: int = 1


def make(
    *, region: Region, maker: Membership, key: str, title: str, place: str, project_id: int | None = None, at: datetime
) -> Rota:
    """A rota, of a project that its maker takes part in or of the region; the same form sent twice is one.

    Raises Refused without a number, Forbidden for a project of others, Missing, Conflict.
    """
    if maker.standing != "active":
        raise Refused("rota_provisional")
    if project_id is not None:
        _join_project(region, project_id, maker, at)
    facts = {"region_id": region.id, "key": key, "title": title, "title_en": "", "place": place, "note": ""}
    facts |= {"project_id": project_id, "made_by_id": maker.id, "created_at": at}
    connection().execute(insert(rota_table).values(**facts).on_conflict_do_nothing(index_elements=["key"]))
    rota = db.session.scalars(sa.select(Rota).where(Rota.key == key)).one()
    if (rota.region_id, rota.made_by_id) != (region.id, maker.id):
        raise Conflict("other_request")
    return rota


def _join_project(region: Region, project_id: int, maker: Membership, at: datetime) -> None:
    project = projects.by_id(region, project_id)
    if not projects.is_in(project.id, maker.id):
        raise Forbidden("not_in_project")
    if project.ended_at is not None:
        raise Refused("project_over")
    touch(project.id, at)


def add_slots(*, region: Region, rota_id: int, when: When, at: datetime) -> list[Slot]:
    """Slots on the same weekday; what stands already in the same words stays as it is (a second tap).

    Raises Refused `rota_over`, `field_past`, `slot_far`, `field_order`, and `slot_known` (with day) where another
    slot of this rota begins at that time.
    """
    rota = _running(region, rota_id)
    days = rules.weekly(when.first, when.weeks)
    fault = rules.fault(days, clock.local_day(region, at))
    if fault or when.ends <= when.begins:
        raise Refused(fault or "field_order")
    return [_slot(rota, day, when) for day in days]


def _slot(rota: Rota, day: date, when: When) -> Slot:
    """A new slot, the same one that stands there, or one that was removed and comes again."""
    query = sa.select(Slot).where(Slot.rota_id == rota.id, Slot.day == day, Slot.begins == when.begins)
    slot = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if slot is None:
        slot = Slot(region_id=rota.region_id, rota_id=rota.id, day=day, begins=when.begins, taken=0)
        db.session.add(slot)
    elif slot.removed_at is None and (slot.ends, slot.needed) != (when.ends, when.needed):
        raise Refused("slot_known", day=day)
    slot.ends, slot.needed, slot.removed_at = when.ends, when.needed, None
    db.session.flush()
    return slot


def remove_slot(*, region: Region, rota_id: int, slot_id: int, at: datetime) -> Slot:
    """Take a slot away that nobody took; twice is once. Raises Refused `slot_taken`, Missing."""
    _rota, slot = locked(region, rota_id, slot_id)
    if slot.taken:
        raise Refused("slot_taken")
    slot.removed_at = slot.removed_at or at
    db.session.flush()
    return slot


def end(*, region: Region, rota_id: int, at: datetime) -> Rota:
    """End a rota once nobody counts on it: Refused `rota_turns_ahead` while somebody has a turn. Twice is once."""
    rota = find(Rota, region.id, rota_id, lock=True)
    if rota.ended_at is None:
        wall = clock.local(region, at)
        ahead = sa.select(Slot).join(Turn, Turn.slot_id == Slot.id).where(Turn.ended_at.is_(None))
        ahead = ahead.join(Membership, Membership.id == Turn.membership_id).where(Membership.standing != "ended")
        ahead = ahead.where(Slot.rota_id == rota.id, Slot.day >= wall.date())
        if any(not rules.is_over(slot, wall) for slot in db.session.scalars(ahead)):
            raise Refused("rota_turns_ahead")
        rota.ended_at = at
        db.session.flush()
    return rota


def locked(region: Region, rota_id: int, slot_id: int) -> tuple[Rota, Slot]:
    """Both, so that neither ends nor is removed meanwhile. Raises Missing."""
    rota, slot = find(Rota, region.id, rota_id, lock=True), find(Slot, region.id, slot_id, lock=True)
    if slot.rota_id != rota.id:
        raise Missing("not_found")
    return rota, slot


def _running(region: Region, rota_id: int) -> Rota:
    rota = find(Rota, region.id, rota_id, lock=True)
    if rota.ended_at is not None:
        raise Refused("rota_over")
    return rota
