"""Writing down what somebody did, and taking it back. Confirming, correcting and what gatherings bring stand in
`confirming`, `correcting` and `gathering`, and are verbs of this room like these.

Locks are taken in one order (`entries`): a gathering's row and its check-ins, memberships (shared) by id, entries by
id, what issuing locks for their coins (earning, allowances by membership and period, budgets by year, accounts), days
by membership. 会を終える, which pays first, takes no entry that is there already. One activity is written down once: by
the form's key, by the words and the length on one day, and by the gathering that has written it down already.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from app import clock
from app.db import db, find, on_conflict
from app.errors import Conflict, Forbidden, Refused
from app.hours import entries, rules
from app.hours.confirming import Confirmed as Confirmed
from app.hours.confirming import confirm as confirm
from app.hours.confirming import send_back as send_back
from app.hours.correcting import correct as correct
from app.hours.entries import STANDS
from app.hours.gathering import of_gathering as of_gathering
from app.hours.gathering import undo_gathering as undo_gathering
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.projects import service as projects
from app.projects.models import Project
from app.regions.models import Region

on_conflict("uq_hours_entry_key", "other_request")
on_conflict("uq_hours_entry_activity", "already_logged")
on_conflict("uq_hours_entry_reverses_id", "hours_corrected")


def log(
    *,
    region: Region,
    membership: Membership,
    key: str,
    day: date,
    minutes: int,
    what: str,
    field: str = "other",
    project_id: int | None = None,
    place: str = "onsite",
    paid: bool = False,
    with_membership: Membership | None = None,
    with_names: str = "",
    entered_by: Membership | None = None,
    at: datetime,
) -> HoursEntry:
    """Minutes of one person on one local day, waiting for a second person; `entered_by` another one it is 代理入力.

    The same form again, or the same words for the same day and length within ten minutes, is the first entry.
    Refused: `hours_step`, `hours_length`, `hours_future`, `hours_old`, `field_empty`, `hours_with_oneself`,
    `hours_full` (with `left` minutes); Conflict: `already_logged` (a gathering has written it down, or the same
    stands there already: `entry_id`, `event_id`), `other_request`; Forbidden: an officer, who has left; Missing.
    """
    typist = entered_by if entered_by is not None and entered_by.id != membership.id else None
    for who in (membership, typist, with_membership):
        if who is not None:
            entries.check_takes_part(region, who, at)
    _check(region, membership, day, minutes, what, with_membership, at)
    if project_id is not None:
        find(Project, region.id, project_id)
    entry = HoursEntry(
        region_id=region.id,
        key=key,
        membership_id=membership.id,
        activity=rules.activity(key),
        project_id=project_id,
        day=day,
        minutes=minutes,
        what=what.strip(),
        field=field,
        place=place,
        paid=paid,
        with_id=with_membership.id if with_membership else None,
        with_names=with_names,
        way="proxy" if typist else "phone",
        state="waiting",
        entered_by_id=typist.id if typist else None,
        created_at=at,
    )
    return _write_once(region, entry, at)


def send_again(
    *,
    region: Region,
    entry_id: int,
    by: Membership,
    at: datetime,
    minutes: int | None = None,
    what: str | None = None,
) -> HoursEntry:
    """What was sent back waits again, put right: by whoever did it or typed it in. Sent twice, it waits once.

    Refused: `hours_step`, `hours_length`, `field_empty`, `hours_full`; Conflict: `hours_confirmed`,
    `hours_withdrawn`, `already_logged` (changed into what stands there already); Forbidden; Missing.
    """
    entry = _lock_own(region, entry_id, by, at)
    if entry.state == "waiting":
        return entry
    if entry.state != "returned":
        raise Conflict(rules.fault_of_state(entry.state) or "hours_returned")
    minutes, what = entry.minutes if minutes is None else minutes, entry.what if what is None else what.strip()
    fault = rules.fault_of_minutes(minutes) if entry.event_id is None or minutes != entry.minutes else None
    if fault or not what:
        raise Refused(fault or "field_empty")
    changed = (entry.minutes, entry.what) != (minutes, what)
    entry.minutes, entry.what, entry.state = minutes, what, "waiting"
    entries.lock_days(region, [entry.membership_id], entry.day)
    if changed and entry.event_id is None and (twin := _said_before(entry, at)) is not None:
        raise Conflict("already_logged", entry_id=twin.id, event_id=None)
    entries.take(region, entry.membership_id, entry.day, minutes)
    db.session.flush()
    return entry


def withdraw(*, region: Region, entry_id: int, by: Membership, at: datetime) -> HoursEntry:
    """Take back what nobody has confirmed yet, by whoever did it or typed it in; twice is once.

    Conflict: `hours_confirmed` (then it is corrected); Forbidden; Missing.
    """
    entry = _lock_own(region, entry_id, by, at)
    if entry.state == "confirmed":
        raise Conflict("hours_confirmed")
    if entry.state == "waiting":
        entries.take(region, entry.membership_id, entry.day, -entry.minutes)
    entry.state = "withdrawn"
    db.session.flush()
    return entry


def _lock_own(region: Region, entry_id: int, by: Membership, at: datetime) -> HoursEntry:
    entries.check_takes_part(region, by, at)
    entry = entries.lock_one(region, entry_id).entry
    if by.id not in (entry.membership_id, entry.entered_by_id):
        raise Forbidden("not_allowed")
    return entry


def _check(
    region: Region,
    membership: Membership,
    day: date,
    minutes: int,
    what: str,
    other: Membership | None,
    at: datetime,
) -> None:
    fault = rules.fault_of_minutes(minutes) or rules.fault_of_day(day, clock.local_day(region, at))
    if fault is None and not what.strip():
        fault = "field_empty"
    if fault is None and other is not None and other.id == membership.id:
        fault = "hours_with_oneself"
    if fault is not None:
        raise Refused(fault)


def _write_once(region: Region, entry: HoursEntry, at: datetime) -> HoursEntry:
    """Whoever writes for the same person and day waits here, so that of two the second finds the first."""
    entries.lock_days(region, [entry.membership_id], entry.day)
    first = _sent_before(region, entry) or _said_before(entry, at)
    if first is not None:
        return first
    entries.take(region, entry.membership_id, entry.day, entry.minutes)
    db.session.add(entry)
    db.session.flush()
    if entry.project_id is not None:
        projects.touch(entry.project_id, at)
    return entry


def _sent_before(region: Region, entry: HoursEntry) -> HoursEntry | None:
    first = entries.by_key(region, entry.key)
    if first is None:
        return None
    same = ("membership_id", "day", "minutes", "what", "project_id", "paid")
    if any(getattr(first, name) != getattr(entry, name) for name in same):
        raise Conflict("other_request")
    return first


def _said_before(entry: HoursEntry, at: datetime) -> HoursEntry | None:
    """The same words of a moment ago, from another tab; older ones, and those of a gathering, are refused."""
    query = sa.select(HoursEntry).where(HoursEntry.membership_id == entry.membership_id, HoursEntry.day == entry.day)
    query = query.where(STANDS, HoursEntry.state != "withdrawn").order_by(HoursEntry.id)
    there = [one for one in db.session.scalars(query) if one.id != entry.id]
    for one in there:
        if one.event_id is not None and rules.is_of(one, entry):
            raise Conflict("already_logged", entry_id=one.id, event_id=one.event_id)
    twins = [
        one for one in there if one.event_id is None and one.minutes == entry.minutes and rules.is_twin(one, entry)
    ]
    if not twins:
        return None
    if twins[0].state == "waiting" and at - twins[0].created_at <= rules.REPEAT:
        return twins[0]
    raise Conflict("already_logged", entry_id=twins[0].id, event_id=None)
