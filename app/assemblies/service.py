"""The verbs of a general meeting: make it, put its agenda in order, hold it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from app.assemblies import rules
from app.assemblies.models import AgendaItem, Assembly
from app.db import db, find
from app.errors import Conflict, Missing, Refused
from app.events import queries as events
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region
from app.votes.by_hand import proxies
from app.votes.models import Vote, VoteClosure

MOST_ITEMS = 40


def make(*, region: Region, event_id: int, by: Membership, key: str, at: datetime) -> Assembly:
    """Make a gathering a general meeting; again is the same one. Raises Missing, Refused `assembly_called_off`."""
    event = find(Event, region.id, event_id, lock=True)
    found: Assembly | None = db.session.get(Assembly, event.id)
    if found is not None:
        return found
    if event.published_at is None or _is_off(event):
        raise Refused("assembly_called_off")
    row = Assembly(event_id=event.id, region_id=region.id, key=key, made_by_id=by.id, created_at=at)
    db.session.add(row)
    db.session.flush()
    return row


def add_item(
    *, region: Region, event_id: int, kind: str, title: str, about: str = "", vote_id: int | None = None
) -> AgendaItem:
    """A matter at the end of the agenda; one of the kind `vote` is asked in the words of its vote.

    The same once more is the same one. Raises Refused `agenda_full`, `agenda_over`, Conflict `agenda_vote_taken`.
    """
    assembly = locked(region, event_id)
    order = _order(assembly)
    if assembly.closed_at is not None:
        raise Refused("agenda_over")
    if kind == "vote":
        title, about, there = _of_vote(region, assembly, vote_id)
        if there is not None:
            return there
    if len(order) >= MOST_ITEMS:
        raise Refused("agenda_full")
    number = max((one.number for one in order), default=0) + 1
    told = {"kind": kind, "title": title, "about": about, "vote_id": vote_id if kind == "vote" else None}
    row = AgendaItem(region_id=region.id, event_id=assembly.event_id, number=number, **told)
    db.session.add(row)
    db.session.flush()
    return row


def move(*, region: Region, event_id: int, item_id: int, step: int) -> None:
    """One place up (-1) or down (1). Raises Missing, Refused `agenda_over`."""
    assembly = locked(region, event_id)
    if assembly.closed_at is not None:
        raise Refused("agenda_over")
    items = {one.id: one for one in _order(assembly)}
    if item_id not in items:
        raise Missing("not_found")
    new = rules.moved(list(items), item_id, step)
    spare = max(one.number for one in items.values())
    for offset in (spare, 0):  # two steps, because no two may have one number at any moment
        for number, one in enumerate(new, 1):
            items[one].number = number + offset
        db.session.flush()


def remove_item(*, region: Region, event_id: int, item_id: int) -> None:
    """Take a matter off that has not begun; twice is once. Raises Missing, Refused `agenda_begun`, `agenda_over`."""
    assembly = locked(region, event_id)
    row = db.session.get(AgendaItem, item_id, populate_existing=True)
    if row is None:
        return
    if row.event_id != assembly.event_id:
        raise Missing("not_found")
    if assembly.closed_at is not None:
        raise Refused("agenda_over")
    vote = db.session.get(Vote, row.vote_id) if row.vote_id is not None else None
    if row.begun_at is not None or (vote is not None and vote.opened_at is not None):
        raise Refused("agenda_begun")
    db.session.delete(row)
    db.session.flush()


def carry_over(*, region: Region, event_id: int, by: Membership, key: str, at: datetime) -> Assembly:
    """A meeting that was put off: its agenda, and the proxies given for it, go to the gathering of the new day.

    Again is the same one. Raises Refused `assembly_not_put_off`, `assembly_no_new_day`, `agenda_begun`,
    `agenda_over` if the new meeting is.
    """
    assembly = locked(region, event_id)
    event = find(Event, region.id, event_id)
    if event.postponed_to is None:
        raise Refused("assembly_not_put_off")
    fresh = events.new_day(event)
    if fresh is None:
        raise Refused("assembly_no_new_day")
    if assembly.opened_at is not None:
        raise Refused("agenda_begun")
    make(region=region, event_id=fresh.id, by=by, key=key, at=at)
    new, order = locked(region, fresh.id), _order(assembly)
    if order and new.closed_at is not None:
        raise Refused("agenda_over")
    last = max((one.number for one in _order(new)), default=0)
    for row in order:
        row.event_id, row.number = new.event_id, last + row.number
    db.session.flush()
    proxies.carry_over(region, event.id, fresh.id)
    return new


def open_(*, region: Region, event_id: int, opening_words: str = "", at: datetime) -> Assembly:
    """総会を はじめる: the minutes begin with the words given; again changes nothing.

    Raises Refused `assembly_off`, `agenda_empty`.
    """
    assembly = locked(region, event_id)
    if assembly.opened_at is None:
        must_take_place(region, event_id)
        if not _order(assembly):
            raise Refused("agenda_empty")
        assembly.opened_at = at
        assembly.opening_words = assembly.opening_words or opening_words
    db.session.flush()
    return assembly


def take_up(*, region: Region, event_id: int, item_id: int, at: datetime) -> AgendaItem:
    """この 議題に うつる: it begins, or goes on, and whatever was spoken of before ends.

    Raises Refused `assembly_not_on`.
    """
    assembly = locked(region, event_id)
    if rules.state(assembly.opened_at, assembly.closed_at, None) != "on":
        raise Refused("assembly_not_on")
    row = item(assembly, item_id)
    _end_others(assembly, row, at)
    row.begun_at, row.ended_at = row.begun_at or at, None
    db.session.flush()
    return row


def close(
    *,
    region: Region,
    event_id: int,
    closing_words: str,
    items: Mapping[int, str],
    at: datetime,
    opening_words: str = "",
) -> Assembly:
    """総会を おわる: every vote is shut by then; what nobody has written yet is filled with the words given.

    `items`: the words to a matter by its id.

    Raises Refused `assembly_not_on`, `assembly_votes_open`.
    """
    assembly = locked(region, event_id)
    if assembly.closed_at is not None:
        return assembly
    if assembly.opened_at is None:
        raise Refused("assembly_not_on")
    if _open_votes(assembly):
        raise Refused("assembly_votes_open")
    _end_others(assembly, None, at)
    assembly.closed_at = at
    assembly.opening_words = assembly.opening_words or opening_words
    assembly.closing_words = assembly.closing_words or closing_words
    for row in _order(assembly):
        row.minutes = row.minutes or items.get(row.id, "")
    db.session.flush()
    return assembly


# --- finding ------------------------------------------------------------------------------------------------


def locked(region: Region, event_id: int) -> Assembly:
    """The assembly, locked. Raises Missing."""
    query = sa.select(Assembly).where(Assembly.region_id == region.id, Assembly.event_id == event_id)
    found: Assembly | None = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise Missing("not_found")
    return found


def must_take_place(region: Region, event_id: int) -> None:
    """Raises Refused `assembly_off` for a gathering that was called off or put off."""
    if _is_off(find(Event, region.id, event_id)):
        raise Refused("assembly_off")


def item(assembly: Assembly, item_id: int) -> AgendaItem:
    """One of its matters. Raises Missing."""
    found: AgendaItem | None = db.session.get(AgendaItem, item_id, populate_existing=True)
    if found is None or found.event_id != assembly.event_id:
        raise Missing("not_found")
    return found


def _is_off(event: Event) -> bool:
    return rules.is_called_off(event.cancelled_at, event.postponed_to)


def _order(assembly: Assembly) -> list[AgendaItem]:
    query = sa.select(AgendaItem).where(AgendaItem.event_id == assembly.event_id).order_by(AgendaItem.number)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _of_vote(region: Region, assembly: Assembly, vote_id: int | None) -> tuple[str, str, AgendaItem | None]:
    """Question and explanation of a vote, and the matter that it is here already."""
    vote = find(Vote, region.id, vote_id or 0)
    there: AgendaItem | None = db.session.scalar(sa.select(AgendaItem).where(AgendaItem.vote_id == vote.id))
    if there is not None and there.event_id != assembly.event_id:
        raise Conflict("agenda_vote_taken")
    if there is None and db.session.get(VoteClosure, vote.id) is not None:
        raise Refused("agenda_vote_closed")
    return vote.question, "", there


def _end_others(assembly: Assembly, kept: AgendaItem | None, at: datetime) -> None:
    for one in _order(assembly):
        if one.begun_at is not None and one.ended_at is None and (kept is None or one.id != kept.id):
            one.ended_at = at


def _open_votes(assembly: Assembly) -> bool:
    """Whether the doors of a vote that was opened are still open."""
    query = sa.select(Vote.id).join(AgendaItem, AgendaItem.vote_id == Vote.id)
    query = query.where(AgendaItem.event_id == assembly.event_id, Vote.opened_at.is_not(None))
    shut = sa.select(VoteClosure.vote_id)
    return db.session.scalar(query.where(Vote.id.not_in(shut)).limit(1)) is not None
