"""What comes to the door by phone, on time or late, and what becomes of it.

On time it is an ordinary arrival. A code that the screen showed proves when: up to a quarter of an hour after its
step it may still come, once for each device and gathering, from a phone that had no signal. A poster proves nothing
but the place, and a phone's clock is a claim: there the server's own time decides. Whatever is later, is one too many
or finds the door shut goes to the host's list, and whoever sent it is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.checkins import queries, service
from app.checkins.by_phone import rotating
from app.checkins.models import CheckIn, LateArrival, LateUpload
from app.checkins.rules import ALONE, LATE_GUESTS, Judgement
from app.codes import service as codes
from app.db import connection, db, insert
from app.errors import Conflict, Refused
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region

AT_MOST = timedelta(minutes=15)  # from the beginning of the step
SHUT = ("too_late", "closed")


@dataclass(frozen=True)
class Received:
    """`done` (a new arrival), `repeated` (it was here before) or `late` (the host decides, for this `reason`)."""

    state: str
    number: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Knock:
    """Somebody's phone at the door, with the `code` that it read and the note that it was `seen` in time.

    `event` is what `service.at_the_door` told of it.
    """

    region: Region
    event: service.EventRow
    key: str
    by: str
    at: datetime
    device: str
    who: service.Who
    code: str = ""
    seen: str = ""
    device_at: datetime | None = None
    replayed: bool = False  # sent by the phone's outbox, after it had no signal

    def arrive(self, enter: Callable[..., service.Arrival], **how: Any) -> Received:
        """By one of the doors: the poster's, which takes an `event_id`, or the screen's."""
        act: dict[str, Any] = {"region": self.region, "key": self.key, "by": self.by, "at": self.at}
        arrival = enter(**act, device_at=self.device_at, **self.who, **how)
        return Received("repeated" if arrival.repeated else "done", arrival.number)


def receive(knock: Knock) -> Received:
    """Let in whoever may come in now, and write down who came too late. Raises Refused, Conflict, Missing."""
    event, at, replayed = knock.event, knock.at, knock.replayed
    if not knock.code and not replayed and event.door == "poster":
        return knock.arrive(service.check_in, event_id=event.id, way="poster", read=event)
    scanned = _scan(knock)
    if scanned is not None and rotating.is_live(scanned, at):
        return _on_time(knock, scanned)
    before = _before(knock)
    if before is not None:
        return before
    if scanned is not None and (event.door == "rotating" or (replayed and _in_time(scanned, at))):
        return _after_its_step(knock, scanned)
    if event.door == "rotating":
        raise Refused("code_wanted")
    return _by_poster(knock, scanned)


def _scan(knock: Knock) -> rotating.Scan | None:
    if not knock.code:
        return None
    return rotating.scan(knock.event, knock.code, seen=knock.seen, device=knock.device, at=knock.at)


def _on_time(knock: Knock, scanned: rotating.Scan) -> Received:
    if knock.replayed:
        return _as_proven(knock, scanned)
    return knock.arrive(rotating.check_in, event=knock.event, scanned=scanned)


def _by_poster(knock: Knock, scanned: rotating.Scan | None) -> Received:
    """The window by the server's time; for the outbox a door that was shut meanwhile is the host's matter."""
    way = "outbox" if knock.replayed else "poster"
    try:
        with db.session.begin_nested():
            return knock.arrive(service.check_in, event_id=knock.event.id, way=way)
    except Refused as refusal:
        if not knock.replayed or refusal.code not in SHUT:
            raise
    return _to_the_host(knock, "closed", scanned.at if scanned else knock.device_at or knock.at)


def _after_its_step(knock: Knock, scanned: rotating.Scan) -> Received:
    """An outlived code. Whoever stands before the screen reads it again; who had no signal is let in once."""
    if scanned.step > rotating.step_at(knock.at):
        raise Refused("code_early")
    if not _in_time(scanned, knock.at):
        return _to_the_host(knock, "delay" if knock.replayed else "old_code", scanned.at)
    if not knock.replayed:
        raise Refused("code_outlived")
    if not _first_of_device(knock):  # its first may be this very form, sent twice at once
        return _before(knock) or _to_the_host(knock, "delay", scanned.at)
    return _as_proven(knock, scanned)


def _as_proven(knock: Knock, scanned: rotating.Scan) -> Received:
    """The window by the step's time, since the phone had no signal; the host's end and a used-up step stand."""
    try:
        with db.session.begin_nested():
            how = {"scanned": scanned, "way": "outbox", "judged": Judgement(seen_at=scanned.at)}
            return knock.arrive(rotating.let_in, event=knock.event, **how)
    except Refused as refusal:
        if refusal.code not in (*SHUT, "code_busy"):
            raise
        reason = "many" if refusal.code == "code_busy" else "closed"
    return _to_the_host(knock, reason, scanned.at)


def _in_time(scanned: rotating.Scan, at: datetime) -> bool:
    return scanned.at <= at <= scanned.at + AT_MOST


def _first_of_device(knock: Knock) -> bool:
    """Use up the device's one late upload for this gathering."""
    upload = insert(LateUpload).values(
        event_id=knock.event.id,
        device_hash=codes.digest(knock.device),
        region_id=knock.region.id,
        key=knock.key,
        at=knock.at,
    )
    once = upload.on_conflict_do_nothing().returning(LateUpload.__table__.c.key)
    return connection().execute(once).first() is not None


# --- the host's list ----------------------------------------------------------------------------------------


def waiting(event: Event, membership: Membership | None, visit: str | None) -> LateArrival | None:
    """The reader's own late arrival that the host has not decided."""
    if membership is None and not visit:
        return None
    whose = LateArrival.visit_hash == codes.digest(visit or "")
    if membership is not None:
        whose = LateArrival.membership_id == membership.id
    query = sa.select(LateArrival).where(LateArrival.event_id == event.id, whose, LateArrival.decided_at.is_(None))
    return db.session.scalar(query.limit(1))


def _before(knock: Knock) -> Received | None:
    """What became of this form, this person or this phone already."""
    membership, visit = knock.who.get("membership"), knock.who.get("visit")
    own = queries.mine(knock.event, membership, visit) or _let_in_later(knock)
    if own is not None:
        return Received("repeated", own.number)
    row = db.session.scalar(sa.select(LateArrival).where(LateArrival.key == knock.key))
    if row is not None and row.event_id != knock.event.id:
        raise Conflict("other_request")
    row = row or waiting(knock.event, membership, visit)
    return Received("late", reason=row.reason) if row is not None else None


def _let_in_later(knock: Knock) -> CheckIn | None:
    """The arrival that the host made of this very form."""
    query = sa.select(CheckIn).join(LateArrival, LateArrival.check_in_id == CheckIn.id)
    return db.session.scalar(query.where(LateArrival.key == knock.key, CheckIn.undone_at.is_(None)))


def _to_the_host(knock: Knock, reason: str, said_at: datetime) -> Received:
    """Write it down. Raises Refused where no host could decide, or where too many strangers wait already."""
    event = knock.event
    membership, visit = knock.who.get("membership"), knock.who.get("visit")
    _refuse_on_the_list(event, membership)
    party = knock.who.get("party", ALONE)
    row = LateArrival(
        region_id=knock.region.id,
        event_id=event.id,
        membership_id=membership.id if membership else None,
        nickname=knock.who.get("nickname", ""),
        companions=party.companions,
        children=party.children,
        companion_names=party.names,
        way="outbox" if knock.replayed else "rotating",
        reason=reason,
        key=knock.key,
        visit_hash=codes.digest(visit) if visit else None,
        said_at=said_at,
        at=knock.at,
        by=knock.by,
    )
    db.session.add(row)
    db.session.flush()
    return Received("late", reason=reason)


def _refuse_on_the_list(event: Event, membership: Membership | None) -> None:
    """One photo of an old code, sent around, must not bury those who were there; members have names.

    Several at once may be a few too many: for an exact number strangers would hold the event's row, and the door up.
    """
    if event.published_at is None or event.cancelled_at is not None or event.postponed_to is not None:
        raise Refused("not_published" if event.published_at is None else "cancelled")
    if membership is not None:
        return
    if event.audience != "open":
        raise Refused("members_only")
    guests = LateArrival.membership_id.is_(None), LateArrival.decided_at.is_(None)
    query = sa.select(sa.func.count()).where(LateArrival.event_id == event.id, *guests)
    if (db.session.scalar(query) or 0) >= LATE_GUESTS:
        raise Refused("late_list_full")
