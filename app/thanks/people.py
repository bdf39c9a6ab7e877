"""Whom somebody may thank: people met at a gathering or in a project, and for members everybody of the region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app import clock
from app.checkins.models import CheckIn
from app.db import db
from app.events.models import Event
from app.members import queries as members
from app.members.models import Membership
from app.projects import queries as projects
from app.regions.models import Region
from app.thanks import rules
from app.web.forms import row_id

LIMIT = 100  # people of a gathering that are listed
LATELY = 5  # gatherings


def met_at(region: Region, membership: Membership, event_id: int) -> list[tuple[Membership, str]]:
    """(who, the name given at the door) of everybody else who came to a gathering where this one was too; its host."""
    event = event_of(region, membership, event_id)
    if event is None:
        return []
    query = sa.select(Membership, CheckIn.nickname).join(CheckIn, CheckIn.membership_id == Membership.id)
    query = query.where(CheckIn.event_id == event_id, CheckIn.undone_at.is_(None), Membership.region_id == region.id)
    query = query.where(Membership.id != membership.id, Membership.standing != "ended").order_by(CheckIn.number)
    came = [(who, nickname) for who, nickname in db.session.execute(query.limit(LIMIT))]
    host = db.session.get_one(Membership, event.host_id)
    known = {membership.id, *(who.id for who, _nickname in came)}
    return came if host.id in known or host.standing == "ended" else [(host, ""), *came]


def of_project(region: Region, membership: Membership, project_id: int) -> list[Membership]:
    """Everybody else who takes part in a project, for whoever takes part and for members. Raises Missing."""
    project = projects.by_id(region, project_id)
    if membership.standing != "active" and not projects.is_in(project.id, membership.id):
        return []
    return [who for _row, who in projects.people(project) if who.id != membership.id and who.standing != "ended"]


def gatherings(region: Region, membership: Membership, at: datetime) -> Sequence[Event]:
    """Where somebody was lately, the last one first."""
    query = sa.select(Event).join(CheckIn, CheckIn.event_id == Event.id)
    query = query.where(CheckIn.membership_id == membership.id, CheckIn.undone_at.is_(None))
    query = query.where(Event.region_id == region.id, Event.starts_at > at - rules.MET_WITHIN)
    return db.session.scalars(query.order_by(Event.starts_at.desc(), Event.id.desc()).limit(LATELY)).all()


def event_of(region: Region, membership: Membership, event_id: int | None) -> Event | None:
    """The gathering that a card speaks of: one where its writer was, or whose host they are; else none."""
    if event_id is None:
        return None
    came = sa.select(CheckIn.id).where(CheckIn.event_id == Event.id, CheckIn.membership_id == membership.id)
    was_there = sa.or_(Event.host_id == membership.id, came.where(CheckIn.undone_at.is_(None)).exists())
    query = sa.select(Event).where(Event.id == event_id, Event.region_id == region.id, Event.published_at.is_not(None))
    return db.session.scalar(query.where(was_there))


def found(region: Region, membership: Membership, text: str) -> list[Membership]:
    """By a whole card number; for members also by よみ, two kana at least."""
    one = members.by_number(region, text)
    hits: Sequence[Membership] = [one] if one is not None else []
    if one is None and membership.standing == "active":
        hits = members.search(region, text)
    return [who for who in hits if who.id != membership.id]


def receiver(
    region: Region, membership: Membership, to: str, at: datetime, *, event_id: int | None, project_id: int | None
) -> Membership | None:
    """Whom `to` means, a row's id or a card number, if this one may thank them; also oneself."""
    membership_id = row_id(to)
    if membership_id is None:
        return _reachable(region, members.by_number(region, to), at)
    query = sa.select(Membership).where(Membership.id == membership_id, Membership.region_id == region.id)
    who = db.session.scalar(query.where(Membership.standing != "ended"))
    if who is None or who.id == membership.id or {who.standing, membership.standing} == {"active"}:
        return _reachable(region, who, at)
    near = [one.id for one, _name in met_at(region, membership, event_id)] if event_id else []
    near += [one.id for one in of_project(region, membership, project_id)] if project_id else []
    return _reachable(region, who, at) if who.id in near else None


def _reachable(region: Region, who: Membership | None, at: datetime) -> Membership | None:
    """An officer takes part in nothing, and has no list of cards."""
    return who if who is not None and not members.reads_only(who, clock.local_day(region, at)) else None
