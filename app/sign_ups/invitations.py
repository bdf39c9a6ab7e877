"""Inviting members, telling those who signed up, and taking them along to a new day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.db import db, find, uuid7
from app.errors import Missing, Refused
from app.events import queries as gatherings
from app.events import service as events
from app.events.models import Event
from app.ledger.service import act_key
from app.members.models import Membership
from app.regions.models import Region
from app.sign_ups import queries, rules
from app.sign_ups.models import SignUp

TAKEN_ALONG = {"going": "going", "waiting": "waiting", "invited": "invited", "declined": "invited"}
FACTS = ("membership_id", "visit_hash", "name", "contact", "people", "children", "answer_1", "answer_2", "by", "at")


def invite(*, region: Region, event_id: int, members: Sequence[Membership], by: str, at: datetime) -> int:
    """Invite members; whoever is invited, or signed up, already stays as they are. How many are new.

    Raises Refused when the gathering is over or does not take place.
    """
    event = find(Event, region.id, event_id, lock=True)
    code = rules.over(event, at)
    if code is not None:
        raise Refused(code)
    known = {row.membership_id for row in queries.in_state(event, *TAKEN_ALONG, "arrived")}
    new = {member.id: member for member in members if member.id not in known and member.region_id == region.id}
    for membership_id in sorted(new):
        who = {"region_id": region.id, "event_id": event.id, "membership_id": membership_id}
        db.session.add(SignUp(**who, state="invited", key=uuid7(), by=by, at=at))
    db.session.flush()
    return len(new)


def call(*, region: Region, event_id: int, sign_up_id: int, called: bool, at: datetime) -> SignUp:
    """Tick somebody off the list of whom to call, or take the tick away."""
    row = find(SignUp, region.id, sign_up_id, lock=True)
    if row.event_id != event_id:
        raise Missing("not_found")
    if not called or row.called_at is None:
        row.called_at = at if called else None
    return row


def open_new_day(*, region: Region, event_id: int, at: datetime) -> Event:
    """A postponed gathering on its new day, with everybody who signed up, in the same order; twice is one.

    The old sign-ups stay where they are, for the list of whom to call. Raises Refused.
    """
    event = find(Event, region.id, event_id, lock=True)
    there = gatherings.new_day(event)
    if there is not None:
        return there
    if event.postponed_to is None or event.cancelled_at is not None:
        raise Refused("not_postponed")
    key = gatherings.new_day_key(event)
    fresh = events.repeat(region=region, event=event, starts_at=event.postponed_to, key=key, at=at)
    booked = 0
    for row in queries.in_state(event, *TAKEN_ALONG):
        along = _along(row, fresh)
        db.session.add(along)
        db.session.flush()  # one by one: the id is the order of waiting
        booked += along.people if along.state == "going" else 0
    fresh.booked = booked
    db.session.flush()
    return fresh


def _along(row: SignUp, fresh: Event) -> SignUp:
    """The same sign-up at the new day; whoever said no to the old day is asked again."""
    facts = {name: getattr(row, name) for name in FACTS}
    key = act_key("new_day", f"{fresh.key} {row.key}")
    return SignUp(region_id=row.region_id, event_id=fresh.id, state=TAKEN_ALONG[row.state], key=key, **facts)
