"""The hours that a gathering brings: one entry for each member who was there, written by nobody's hand.

They never pay: the gathering does. Whoever ended it confirms them at once; their own, those of their household, and
all of a gathering that ended by itself wait for a second person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa

from app import clock
from app.db import connection, db
from app.events.models import Event
from app.hours import entries, rules
from app.hours.correcting import reverse
from app.hours.entries import STANDS, Second
from app.hours.models import HoursEntry
from app.hours.rules import DAY_LIMIT
from app.ledger.service import act_key
from app.members.models import Membership
from app.projects.models import ProjectEvent
from app.regions.models import Region

entry_table = cast(sa.Table, HoursEntry.__table__)
Present = tuple[Membership, str, int]  # who, the key of the entry, minutes


def of_gathering(
    *, region: Region, event: Event, present: Sequence[Present], closed_by: Membership | None, at: datetime
) -> list[HoursEntry]:
    """Write down who was at a gathering that has ended, and for how many minutes; once for each, however often asked.

    `closed_by`, who ended it, confirms; None: a job, or nobody in particular. Of a day that is full only what is left
    of its twelve hours is written, and nothing for whoever has confirmed hours of the same already. Missing.
    """
    stayed = {who.id: (key, minutes) for who, key, minutes in present if minutes > 0}
    if not stayed:
        return []
    people = entries.lock_people(region, {*stayed, *([closed_by.id] if closed_by is not None else [])})
    day = clock.local_day(region, event.starts_at)
    there = entries.lock_days(region, stayed, day)
    pattern = _pattern(event, day, at)
    known = _known(event, day, stayed, pattern)
    rows = []
    for id, (key, minutes) in sorted(stayed.items()):
        counted = min(minutes, DAY_LIMIT - there[id])
        if id not in known and counted > 0:
            rows.append(HoursEntry(**pattern, key=key, membership_id=id, minutes=counted))
    entries.take_all(day, {row.membership_id: row.minutes for row in rows})
    _confirm(region, rows, people, people[closed_by.id] if closed_by is not None else None, at)
    return _write(rows)


def _write(rows: Sequence[HoursEntry]) -> list[HoursEntry]:
    """All at once: a feast has hundreds."""
    if not rows:
        return []
    names = [column.name for column in entry_table.c if column.name != "id"]
    connection().execute(sa.insert(entry_table), [{name: getattr(row, name) for name in names} for row in rows])
    written = sa.select(HoursEntry).where(HoursEntry.key.in_([row.key for row in rows])).order_by(HoursEntry.id)
    return list(db.session.scalars(written))


def undo_gathering(*, region: Region, event_id: int, membership_id: int, by: Membership | None, at: datetime) -> None:
    """Somebody was not at a gathering after all: what it brought them is withdrawn, or taken back if confirmed."""
    query = sa.select(HoursEntry.id).where(HoursEntry.membership_id == membership_id, STANDS)
    query = query.where(HoursEntry.activity == rules.gathering(event_id), HoursEntry.state != "withdrawn")
    entry_id = db.session.scalar(query)
    if entry_id is None:
        return
    one = entries.lock_one(region, entry_id)
    if one.entry.state == "confirmed":
        key = act_key("hours_undone", one.entry.key)
        reverse(region, one, by=by, as_="host" if by is not None else "", key=key, reason="", at=at)
        return
    if one.entry.state == "waiting":
        entries.take(region, membership_id, one.entry.day, -one.entry.minutes)
    one.entry.state = "withdrawn"
    db.session.flush()


def _pattern(event: Event, day: date, at: datetime) -> dict[str, object]:
    """What all entries of a gathering have in common."""
    project = sa.select(ProjectEvent.project_id).where(ProjectEvent.event_id == event.id)
    return {
        "region_id": event.region_id,
        "activity": rules.gathering(event.id),
        "event_id": event.id,
        "project_id": db.session.scalar(project),
        "day": day,
        "what": event.title,
        "field": event.field,
        "place": "onsite",
        "paid": False,
        "with_names": "",
        "way": "event",
        "state": "waiting",
        "reversed": False,
        "created_at": at,
        "confirmed_as": "",
        "reason": "",
    }


def _known(event: Event, day: date, stayed: Mapping[int, tuple[str, int]], pattern: Mapping[str, object]) -> set[int]:
    """Who has it written down already: by this gathering, or by hand and confirmed."""
    query = sa.select(HoursEntry).where(HoursEntry.membership_id.in_(stayed), HoursEntry.day == day)
    keys = {key for key, _minutes in stayed.values()}
    model = HoursEntry(**pattern)
    return {
        row.membership_id
        for row in db.session.scalars(query)
        if row.key in keys or (_counts(row) and (row.event_id == event.id or _is_by_hand(row, model)))
    }


def _counts(row: HoursEntry) -> bool:
    return row.minutes > 0 and not row.reversed and row.state != "withdrawn"


def _is_by_hand(row: HoursEntry, gathering: HoursEntry) -> bool:
    return row.event_id is None and row.state == "confirmed" and rules.is_of(gathering, row)


def _confirm(
    region: Region,
    rows: Collection[HoursEntry],
    people: Mapping[int, Membership],
    closer: Membership | None,
    at: datetime,
) -> None:
    if closer is None:
        return
    second = Second.of(closer, entries.duties(region, closer, at), list(rows))
    for row in rows:
        role = second.role(row, people[row.membership_id])
        if role is not None:
            row.state, row.confirmed_at = "confirmed", at
            row.confirmed_by_id, row.confirmed_as = closer.id, role
