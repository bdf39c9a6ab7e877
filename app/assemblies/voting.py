"""A vote of the agenda, in the room: opened, and shut with who was there at that moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.assemblies import queries, service
from app.assemblies.models import AgendaItem, Assembly
from app.assemblies.rules import Attendance, state
from app.db import db, find
from app.errors import Missing, Refused
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region
from app.votes import closing, opening
from app.votes.models import Vote


def open_vote(
    *, region: Region, event_id: int, item_id: int, by: Membership, roles: Collection[str], at: datetime
) -> Vote:
    """Open the vote of a matter; it is taken up at once if the meeting is on.

    Raises Refused `assembly_off`, `agenda_vote_short`, and what `opening.open` raises.
    """
    assembly, row = _matter(region, event_id, item_id)
    service.must_take_place(region, event_id)
    if ends_early(find(Vote, region.id, row.vote_id or 0), find(Event, region.id, event_id)):
        raise Refused("agenda_vote_short")
    vote = opening.open(region=region, vote_id=row.vote_id or 0, by=by, roles=roles, at=at)
    if state(assembly.opened_at, assembly.closed_at, None) == "on":
        service.take_up(region=region, event_id=event_id, item_id=item_id, at=at)
    return vote


def close_vote(*, region: Region, event_id: int, item_id: int, by: Membership, at: datetime) -> Attendance:
    """Shut the doors of a vote, with the three numbers of this moment; twice is once.

    What is left is counted at once unless envelopes wait. Raises Refused `assembly_not_on`, `vote_not_open`.
    """
    assembly, row = _matter(region, event_id, item_id)
    if state(assembly.opened_at, assembly.closed_at, None) != "on":
        raise Refused("assembly_not_on")
    vote = find(Vote, region.id, row.vote_id or 0, lock=True)  # nobody votes between the counting of heads and the end
    came = queries.attendance_of_vote(assembly, vote.id)
    closing.close_by_hand(region=region, vote_id=vote.id, by=f"membership:{by.id}", at=at)
    row.begun_at = row.begun_at or at
    return came


def heads(vote_id: int) -> dict[str, int] | None:
    """Who has come to a meeting that is on, for one vote of its agenda: `present`, `written`, `proxies`."""
    event_id = queries.event_of(vote_id)
    assembly = db.session.get(Assembly, event_id) if event_id else None
    if assembly is None or state(assembly.opened_at, assembly.closed_at, None) != "on":
        return None
    came = queries.attendance_of_vote(assembly, vote_id)
    return {"present": came.present, "written": came.written, "proxies": came.proxies}


def ends_early(vote: Vote, event: Event) -> bool:
    """Whether the doors would shut by themselves before the meeting ends, when nobody counts who is there."""
    return vote.closes_at < event.ends_at


def _matter(region: Region, event_id: int, item_id: int) -> tuple[Assembly, AgendaItem]:
    """The assembly, locked, and one of its votes. Raises Missing."""
    assembly = service.locked(region, event_id)
    row = service.item(assembly, item_id)
    if row.vote_id is None:
        raise Missing("not_found")
    return assembly, row
