"""The host's own hand at the door: whoever is named, shown or written down is let in, and numbers are put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Unpack

from app.checkins import closing, rules, service
from app.checkins.models import CheckIn
from app.checkins.rules import ALONE, Party
from app.db import db, find
from app.errors import Conflict, Refused
from app.events.models import Event
from app.events.rules import places_left
from app.members import queries as members
from app.members.models import Membership
from app.members.rules import hiragana
from app.regions.models import Region
from app.sign_ups import queries as places
from app.sign_ups.models import SignUp


@dataclass(frozen=True)
class Found:
    """Whom a typed よみ or card number means: `one` once that is clear, else all `hits` (eight at most)."""

    one: Membership | None
    hits: Sequence[Membership]


def look_up(region: Region, typed: str) -> Found:
    """The active members that a part of a よみ (two kana or more) or a card number may mean."""
    hits = members.search(region, typed)
    which = rules.one_of(hiragana(typed), [hit.yomi_search for hit in hits])
    return Found(None if which is None else hits[which], hits)


def let_in(
    *,
    region: Region,
    event_id: int,
    key: str,
    way: str,
    by: str,
    at: datetime,
    device_at: datetime | None = None,
    **who: Unpack[service.Who],
) -> service.Arrival:
    """Let somebody in past a full house and past the window.

    After the end it is a correction, possible for a week: it is written down as from the beginning, and paid as the
    others were. Raises Refused, Conflict, Missing.
    """
    event = find(Event, region.id, event_id)
    over = rules.is_over(event, at)
    if over and not rules.may_correct(event, at):
        raise Refused("correction_late")
    judged = replace(rules.HOST, written_at=event.starts_at if over else None)
    act: dict[str, Any] = {"region": region, "key": key, "by": by, "at": at}
    arrival = service.check_in(event_id=event_id, way=way, device_at=device_at, judged=judged, **act, **who)
    membership = who.get("membership")
    if membership is not None and not arrival.repeated:
        now = find(Event, region.id, event_id, lock=True)  # it may have been ended meanwhile
        closing.pay_latecomer(event=now, membership=membership, check_in_id=arrival.id, **act)
    return arrival


def signed_up_parties(event: Event, members: Sequence[Membership]) -> dict[int, Party]:
    """Who comes along with each of these members, by id: as the sign-up says that holds their places."""
    held = {row.membership_id: party_of(row) for row in places.going(event, members)}
    return {one.id: held.get(one.id, ALONE) for one in members}


def party_of(row: SignUp) -> Party:
    return Party(companions=row.people - 1, children=row.children)


def change_party(
    *,
    region: Region,
    check_in_id: int,
    party: Party,
    at: datetime,
    by_host: bool = False,
) -> CheckIn:
    """Other people came along with somebody who is here. The host knows their number only: the names stay.

    Raises Refused when there is no room for more (a host makes it), or the door is shut, and Conflict.
    """
    event, row = service.lock_with_event(region, check_in_id)
    if row.undone_at is not None:
        raise Conflict("already_undone")
    if not by_host and rules.is_over(event, at):
        raise Refused("closed")
    _take_more(event, party.companions - row.companions, by_host=by_host)
    row.companions, row.children = party.companions, party.children
    if not by_host:
        row.companion_names = party.names
    db.session.flush()
    return row


def _take_more(event: Event, people: int, *, by_host: bool) -> None:
    """So many places more, or fewer, of a locked event."""
    left = places_left(event)
    if left is not None and people > left:
        if not by_host:
            raise Refused(rules.no_room(event), left=left, capacity=event.capacity)
        event.capacity = event.taken + event.booked + people
    event.taken += people
