"""Putting right what was confirmed: an entry that takes the old one back, and if need be the right one, which waits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.db import db
from app.errors import Conflict, Forbidden, Refused
from app.events.models import Event
from app.hours import entries, rules
from app.hours.entries import Locked
from app.hours.models import HoursEntry
from app.issuing import queries as issued
from app.issuing import service as issuing
from app.ledger.service import act_key
from app.members.models import Membership
from app.regions.models import Region

KEPT = (
    *("region_id", "membership_id", "activity", "event_id", "project_id", "day", "what", "field", "place", "paid"),
    *("with_id", "with_names"),
)  # what a correction has in common with what it corrects


def correct(
    *,
    region: Region,
    entry_id: int,
    by: Membership,
    roles: Collection[str],
    minutes: int | None,
    reason: str,
    key: str,
    at: datetime,
) -> HoursEntry | None:
    """Take a confirmed entry back, with its coins (those that are spent are written off); with `minutes` the right
    one is written and waits for a second person. By whoever did it, confirmed it or held it, or with a duty.

    The same form again is answered by its first result. The coins of a gathering stay: they are for having come.
    Refused: `reason_missing`, `hours_step`, `hours_length`, `hours_same`, `hours_full`; Conflict:
    `hours_not_confirmed`, `hours_corrected`, `other_request`; Forbidden; Missing.
    """
    reverse_key = act_key("hours_reversal", key)
    one = entries.lock_one(region, entry_id, by)
    entry = one.entry
    done = entries.by_key(region, reverse_key)
    if done is not None:
        return _the_same(region, done, entry, key, minutes)
    as_ = role(entry, by, roles)
    if as_ is None:
        raise Forbidden("not_allowed")
    _check(entry, minutes, reason)
    reverse(region, one, by=by, as_=as_, key=reverse_key, reason=reason.strip(), at=at)
    if minutes is None:
        return None
    entries.take(region, entry.membership_id, entry.day, minutes)
    return _write(
        entry, key, at, minutes=minutes, state="waiting", reason=reason.strip(), entered_by_id=_typist(entry, by)
    )


def role(entry: HoursEntry, by: Membership, roles: Collection[str]) -> str | None:
    """As what `by` may correct an entry, or None."""
    event = db.session.get(Event, entry.event_id) if entry.event_id is not None else None
    host_id = event.host_id if event is not None else None
    return rules.may_correct(entry, by, roles, confirmed_by_id=entry.confirmed_by_id, host_id=host_id)


def reverse(
    region: Region, one: Locked, *, by: Membership | None, as_: str, key: str, reason: str, at: datetime
) -> HoursEntry:
    """The entry that takes a confirmed one back; its minutes no longer count for the day, its coins are returned."""
    entry, who = one.entry, by.id if by is not None else None
    entry.reversed = True
    db.session.flush()
    if entry.event_id is None and issued.earned(region.id, entry.membership_id, entry.activity) is not None:
        issuing.reverse_earning(
            region=region,
            membership_id=entry.membership_id,
            activity=entry.activity,
            actor=f"membership:{who}" if who is not None else "job:hours",
            at=at,
            key=act_key("hours_reversed", entry.key),
            shortfall="write_off",
        )
    entries.take(region, entry.membership_id, entry.day, -entry.minutes)
    confirmed = {"state": "confirmed", "confirmed_by_id": who, "confirmed_as": as_, "confirmed_at": at}
    told = {"minutes": -entry.minutes, "reverses_id": entry.id, "reason": reason, "entered_by_id": who}
    return _write(entry, key, at, **confirmed, **told)


def _write(entry: HoursEntry, key: str, at: datetime, **values: object) -> HoursEntry:
    kept = {name: getattr(entry, name) for name in KEPT}
    row = HoursEntry(**kept, key=key, way="correction", created_at=at, **values)
    db.session.add(row)
    db.session.flush()
    return row


def _check(entry: HoursEntry, minutes: int | None, reason: str) -> None:
    if fault := rules.fault_of_correcting(entry):
        raise Conflict(fault)
    if not reason.strip():
        raise Refused("reason_missing")
    if minutes is None:
        return
    if minutes == entry.minutes:
        raise Refused("hours_same")
    if fault := rules.fault_of_minutes(minutes):
        raise Refused(fault)


def _the_same(region: Region, done: HoursEntry, entry: HoursEntry, key: str, minutes: int | None) -> HoursEntry | None:
    """What this form has made before, if it asked for the same."""
    right = entries.by_key(region, key)
    if done.reverses_id != entry.id or (right is None) != (minutes is None):
        raise Conflict("other_request")
    return right


def _typist(entry: HoursEntry, by: Membership) -> int | None:
    """Somebody else has written it, who then does not confirm it."""
    return by.id if by.id != entry.membership_id else None
