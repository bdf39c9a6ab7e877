"""Finding and locking entries, and counting the minutes of a day: what all the verbs of this room share.

The one order of locks, after a gathering's row and check-ins and after what issuing locks for them: memberships
(shared) by id, entries by id, what issuing locks for their coins, days by membership. A household that is changed
at the same moment waits for the shared lock, or is waited for: who shares a roof is compared as it then is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from app import clock
from app.db import connection, db, insert
from app.errors import Forbidden, Missing, Refused
from app.events.models import Event
from app.hours import rules
from app.hours.models import HoursDay, HoursEntry
from app.hours.rules import DAY_LIMIT
from app.members import queries as members
from app.members.models import Membership
from app.regions.models import Region

hours_day = cast(sa.Table, HoursDay.__table__)
LIVE = HoursEntry.state.in_(rules.LIVE)
STANDS = sa.and_(HoursEntry.minutes > 0, ~HoursEntry.reversed)


@dataclass(frozen=True)
class Locked:
    """An entry that only this transaction changes, and whose it is; nobody moves house meanwhile."""

    entry: HoursEntry
    whose: Membership


def lock(region: Region, entry_ids: Collection[int], *people: Membership) -> list[Locked]:
    """Entries of this region by ascending id, with those whose they are and `people` read anew. Missing."""
    query = sa.select(HoursEntry.id, HoursEntry.membership_id)
    query = query.where(HoursEntry.id.in_(entry_ids), HoursEntry.region_id == region.id)
    found = {row.id: row.membership_id for row in db.session.execute(query)}
    if len(found) < len(set(entry_ids)):
        raise Missing("not_found")
    whose = lock_people(region, {*found.values(), *(one.id for one in people)})
    rows = sa.select(HoursEntry).where(HoursEntry.id.in_(found)).order_by(HoursEntry.id).with_for_update()
    locked = db.session.scalars(rows.execution_options(populate_existing=True))
    return [Locked(entry, whose[entry.membership_id]) for entry in locked]


def lock_one(region: Region, entry_id: int, *people: Membership) -> Locked:
    """One entry of this region. Missing."""
    return lock(region, [entry_id], *people)[0]


def lock_people(region: Region, ids: Collection[int]) -> dict[int, Membership]:
    """Memberships of this region by id, read anew; their households stay as they are. Missing."""
    query = sa.select(Membership).where(Membership.id.in_(ids), Membership.region_id == region.id)
    query = query.order_by(Membership.id).with_for_update(read=True)
    found = {one.id: one for one in db.session.scalars(query.execution_options(populate_existing=True))}
    if len(found) < len(set(ids)):
        raise Missing("not_found")
    return found


def duties(region: Region, membership: Membership, at: datetime) -> set[str]:
    """The duties that a membership has today."""
    return {role for role, _shop in members.duties(membership, clock.local_day(region, at))}


def check_takes_part(region: Region, membership: Membership, at: datetime) -> None:
    """Whoever has left writes nothing down, nor does a municipality's officer. Forbidden, Missing."""
    if membership.region_id != region.id:
        raise Missing("not_found")
    if membership.standing == "ended" or members.reads_only(membership, clock.local_day(region, at)):
        raise Forbidden("not_allowed")


def by_key(region: Region, key: str) -> HoursEntry | None:
    """What this form has made before."""
    return db.session.scalar(sa.select(HoursEntry).where(HoursEntry.key == key, HoursEntry.region_id == region.id))


# --- the second person --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Second:
    """Somebody who may confirm: today's `roles`, whose the gatherings are, and which of them saw this person."""

    person: Membership
    roles: Collection[str]
    hosts: Mapping[int, int]
    attended: Collection[int]

    @classmethod
    def of(cls, person: Membership, roles: Collection[str], rows: Sequence[HoursEntry]) -> Second:
        """What is needed to judge these entries. Who it is, is what was read last: under the lock, if there is one."""
        person = db.session.get_one(Membership, person.id)
        events = {row.event_id for row in rows if row.event_id is not None}
        return cls(person, roles, _hosts(events), _attended(person.id, events))

    def role(self, entry: HoursEntry, whose: Membership) -> str | None:
        """As what they may confirm it, or None."""
        host_id, was_there = self.hosts.get(entry.event_id or 0), entry.event_id in self.attended
        return rules.may_confirm(entry, whose, self.person, roles=self.roles, host_id=host_id, was_there=was_there)

    def refusal(self, entry: HoursEntry, whose: Membership) -> str | None:
        """The code of why they may not, or None."""
        if self.role(entry, whose) is not None:
            return None
        return rules.refusal(entry, whose, self.person, self.roles) or "hours_stranger"


def _hosts(event_ids: Collection[int]) -> dict[int, int]:
    if not event_ids:
        return {}
    rows = db.session.execute(sa.select(Event.id, Event.host_id).where(Event.id.in_(event_ids)))
    return {row.id: row.host_id for row in rows}


def _attended(membership_id: int, event_ids: Collection[int]) -> set[int]:
    """Those of which they have hours."""
    if not event_ids:
        return set()
    query = sa.select(HoursEntry.event_id).where(HoursEntry.event_id.in_(event_ids), STANDS, LIVE)
    found = db.session.scalars(query.where(HoursEntry.membership_id == membership_id))
    return {id for id in found if id is not None}


# --- the minutes of a day -----------------------------------------------------------------------------------


def lock_days(region: Region, membership_ids: Iterable[int], day: date) -> dict[int, int]:
    """The minutes that each membership has on a day; whoever writes for the same day waits."""
    rows = [{"membership_id": id, "day": day, "region_id": region.id, "minutes": 0} for id in sorted(membership_ids)]
    if not rows:
        return {}
    return {row[0]: row[1] for row in connection().execute(_lock_days(connection().dialect.name), rows)}


@cache
def _lock_days(dialect: str) -> Any:
    statement = insert(hours_day)
    same = statement.on_conflict_do_update(
        index_elements=["membership_id", "day"], set_={"minutes": hours_day.c.minutes}
    )
    return same.returning(hours_day.c.membership_id, hours_day.c.minutes)


_mine = (hours_day.c.membership_id == sa.bindparam("whose")) & (hours_day.c.day == sa.bindparam("when"))
_more = sa.bindparam("more", type_=sa.Integer)
_CHANGE = sa.update(hours_day).where(_mine, hours_day.c.minutes + _more <= DAY_LIMIT)
_CHANGE = _CHANGE.values(minutes=hours_day.c.minutes + _more)


def take(region: Region, membership_id: int, day: date, minutes: int) -> None:
    """Count minutes on a day, or less than 0 no longer. Refused `hours_full` above twelve hours, with what is `left`.

    The condition stands in the statement that changes the row: no other writer comes between.
    """
    before = lock_days(region, [membership_id], day)[membership_id]
    if not connection().execute(_CHANGE, {"whose": membership_id, "when": day, "more": minutes}).rowcount:
        raise Refused("hours_full", left=DAY_LIMIT - before)


def take_all(day: date, minutes: Mapping[int, int]) -> None:
    """Count minutes of many, whose days are locked and have room for them."""
    rows = [{"whose": id, "when": day, "more": more} for id, more in sorted(minutes.items()) if more]
    if rows:
        connection().execute(_CHANGE, rows)
