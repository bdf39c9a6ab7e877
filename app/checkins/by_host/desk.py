"""The host's own hand at the door: whoever is named, shown or written down is let in, and numbers are put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.checkins import rules, service
from app.checkins.models import CheckIn
from app.db import db, find
from app.errors import Conflict, Refused
from app.events.models import Event
from app.events.rules import places_left
from app.ledger.service import act_key
from app.members import queries as members
from app.members.models import Membership
from app.members.rules import hiragana
from app.regions.models import Region
from app.sign_ups import queries as places


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
    membership: Membership | None = None,
    **who: Any,
) -> service.Arrival:
    """Let somebody in past a full house and past the window; `who` is what `service.check_in` wants to know.

    After the end it is a correction, possible for a week: it is written down as from the beginning, and paid as the
    others were. Raises Refused, Conflict, Missing.
    """
    event = find(Event, region.id, event_id)
    over = rules.is_over(event, at)
    if over and not rules.may_correct(event, at):
        raise Refused("correction_late")
    arrival = service.check_in(
        region=region,
        event_id=event_id,
        key=key,
        way=way,
        by=by,
        at=at,
        membership=membership,
        arrived_at=event.starts_at if over else at,
        by_host=True,
        after_end=True,
        **who,
    )
    if membership is not None and not arrival.repeated:
        _pay_after_end(region, event_id, membership, key, by, at)
    return arrival


def party(event: Event, membership: Membership | None, visit_hash: str | None = None) -> dict[str, int]:
    """Who comes along by the sign-up of a member or a phone, as `service.check_in` wants to know it."""
    own = places.own(event, membership, visit_hash) if event.booked else None
    if own is None or own.state != "going":
        return {"companions": 0, "children": 0}
    return {"companions": own.people - 1, "children": own.children}


def change_party(
    *,
    region: Region,
    check_in_id: int,
    companions: int,
    children: int,
    companion_names: str | None = None,
    at: datetime,
    by_host: bool = False,
) -> CheckIn:
    """Another number of people who came along with somebody who is here; names stay as they are if None.

    Raises Refused when there is no room for more (a host makes it), or the door is shut, and Conflict.
    """
    row = service.lock_with_event(region, check_in_id)
    event = find(Event, region.id, row.event_id, lock=True)
    if row.undone_at is not None:
        raise Conflict("already_undone")
    if not by_host and rules.is_over(event, at):
        raise Refused("closed")
    more, left = companions - row.companions, places_left(event)
    if left is not None and more > left:
        if not by_host:
            raise Refused(rules.no_room(event), left=left, capacity=event.capacity)
        event.capacity = event.taken + event.booked + more
    event.taken += more
    row.companions, row.children = companions, children
    if companion_names is not None:
        row.companion_names = companion_names
    db.session.flush()
    return row


def _pay_after_end(region: Region, event_id: int, membership: Membership, key: str, by: str, at: datetime) -> None:
    """Whoever is let in after 会を終える gets what the others got then. The event's row is ours by now."""
    event = find(Event, region.id, event_id, lock=True)
    if event.ended_at is None or not event.coins or rules.pays_at_arrival(event.award, event.coins):
        return
    service.earn(region=region, event=event, members=[(membership, act_key("end", key))], by=by, at=at)
