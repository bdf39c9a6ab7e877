"""委任: somebody lets somebody else vote for them, in one vote or in all of one assembly.

A proxy uses the giver's line like any other door: whoever comes first. It ends when the giver takes it back, and
rests while the giver is in the room. Locks: the two memberships by id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.checkins.models import CheckIn
from app.db import db, find
from app.errors import Conflict, Forbidden, Missing, Refused
from app.events.models import Event
from app.members.models import Membership
from app.regions.models import Region
from app.votes import queries as votes
from app.votes.by_hand import rules
from app.votes.by_hand.models import Proxy
from app.votes.models import RollLine, UsedLine, Vote, VoteClosure


def _no_event(_vote_id: int) -> int | None:
    return None


def _no_votes(_event_id: int) -> Sequence[int]:
    return ()


def _not_over(_event_id: int) -> bool:
    return False


_event_of: Callable[[int], int | None] = _no_event
_votes_of: Callable[[int], Sequence[int]] = _no_votes
_is_over: Callable[[int], bool] = _not_over


def install(
    event_of: Callable[[int], int | None],
    votes_of: Callable[[int], Sequence[int]],
    is_over: Callable[[int], bool] = _not_over,
) -> None:
    """Learn which vote stands on the agenda of which gathering, and which meeting is over, from the room that knows."""
    global _event_of, _votes_of, _is_over
    _event_of, _votes_of, _is_over = event_of, votes_of, is_over


@dataclass(frozen=True)
class Held:
    """A proxy with the person at its other end, and what it is for."""

    proxy: Proxy
    other: Membership
    vote: Vote | None
    event: Event | None


# --- giving and taking back ---------------------------------------------------------------------------------


def give(
    *,
    region: Region,
    giver_id: int,
    holder_id: int,
    key: str,
    at: datetime,
    vote_id: int | None = None,
    event_id: int | None = None,
    entered_by: Membership | None = None,
) -> Proxy:
    """Let `holder_id` vote for `giver_id`, in one vote or one assembly; `entered_by` if it came on paper.

    The same form sent twice is one proxy. Raises Refused `proxy_self`, `proxy_full`, `proxy_not_on_roll`,
    `proxy_holder_unknown`, `vote_used_…`, `vote_over`, `assembly_over`, `assembly_off`, Conflict `proxy_given`.
    """
    again = db.session.scalar(sa.select(Proxy).where(Proxy.key == key))
    if again is not None:
        if (again.giver_id, again.vote_id, again.event_id) != (giver_id, vote_id, event_id):
            raise Conflict("form_stale")
        return again
    if entered_by is not None and entered_by.id == giver_id:
        raise Refused("proxy_own_paper")
    giver, holder = _people(region, giver_id, holder_id)
    vote = _must_be_open(region, vote_id, event_id, at)
    _must_be_called(region, vote, giver, holder)
    live = _live(region.id, vote_id=vote_id, event_id=event_id)
    if any(one.giver_id == giver.id for one in live):
        raise Conflict("proxy_given")
    code = rules.refusal_of_proxy(giver, holder, held=len({one.giver_id for one in live if one.holder_id == holder.id}))
    if code is not None:
        raise Refused(code, most=rules.MOST_PROXIES)
    way = {"way": "phone" if entered_by is None else "paper", "entered_by_id": entered_by.id if entered_by else None}
    what = {"vote_id": vote_id, "event_id": event_id, "giver_id": giver.id, "holder_id": holder.id}
    row = Proxy(region_id=region.id, key=key, at=at, **what, **way)
    db.session.add(row)
    db.session.flush()
    return row


def revoke(*, region: Region, proxy_id: int, by: Membership, desk: bool, at: datetime) -> Proxy:
    """委任を やめる, by whoever gave it, or by the desk on their word; twice is once.

    One for a whole assembly ends for the votes in which it was not used. Raises Forbidden, Refused `proxy_used`.
    """
    row: Proxy = find(Proxy, region.id, proxy_id, lock=True)
    if row.giver_id != by.id and not desk:
        raise Forbidden("not_allowed")
    if row.revoked_at is None:
        if row.vote_id is not None and votes.used(find(Vote, region.id, row.vote_id), row.giver_id) == "proxy":
            raise Refused("proxy_used")
        row.revoked_at = at
    db.session.flush()
    return row


def holder_of(vote: Vote, giver_id: int) -> int | None:
    """Who may vote for the giver now; the proxy stays given until this transaction ends."""
    query = _scope(vote.region_id, vote_id=vote.id, event_id=None).where(Proxy.giver_id == giver_id)
    query = query.with_for_update(read=True).execution_options(populate_existing=True)
    row = next((one for one in db.session.scalars(query) if one.revoked_at is None), None)
    if row is None or _is_present(_event_of(vote.id), giver_id):
        return None
    return row.holder_id


# --- reading ------------------------------------------------------------------------------------------------


def standing(region_id: int, *, vote_id: int | None = None, event_id: int | None = None) -> dict[int, int]:
    """Giver → holder, of what was not taken back: for one vote, or for all of an assembly."""
    if vote_id is not None:
        live = _live(region_id, vote_id=vote_id, event_id=None)
        used = sa.select(UsedLine.membership_id).where(UsedLine.vote_id == vote_id, UsedLine.way != "proxy")
        elsewhere = set(db.session.scalars(used))
        return {one.giver_id: one.holder_id for one in live if one.giver_id not in elsewhere}
    return {one.giver_id: one.holder_id for one in _live(region_id, vote_id=None, event_id=event_id)}


def of_giver(vote: Vote, giver_id: int) -> Held | None:
    """The proxy that somebody has given for this vote."""
    query = _scope(vote.region_id, vote_id=vote.id, event_id=None).where(Proxy.giver_id == giver_id)
    row = db.session.scalar(query.limit(1))
    return _told(row, row.holder_id) if row is not None else None


def of_giver_at(region_id: int, event_id: int, giver_id: int) -> Held | None:
    """The proxy that somebody has given for a whole assembly."""
    query = sa.select(Proxy).where(Proxy.region_id == region_id, Proxy.event_id == event_id)
    row = db.session.scalar(query.where(Proxy.giver_id == giver_id, Proxy.revoked_at.is_(None)).limit(1))
    return _told(row, row.holder_id) if row is not None else None


def held_in(vote: Vote, holder_id: int) -> list[Held]:
    """For whom somebody may vote here."""
    query = _scope(vote.region_id, vote_id=vote.id, event_id=None).where(Proxy.holder_id == holder_id)
    return [_told(one, one.giver_id) for one in db.session.scalars(query.order_by(Proxy.id))]


def held(region: Region, holder_id: int, at: datetime) -> list[Held]:
    """What was given to somebody and may still be used."""
    shut = sa.exists().where(VoteClosure.vote_id == Proxy.vote_id)
    used = sa.exists().where(UsedLine.vote_id == Proxy.vote_id, UsedLine.membership_id == Proxy.giver_id)
    is_off = Event.cancelled_at.is_not(None) | Event.postponed_to.is_not(None)
    is_ahead = Event.ended_at.is_(None) & (Event.ends_at > at)
    query = (
        sa.select(Proxy, Membership, Vote, Event)
        .join(Membership, Membership.id == Proxy.giver_id)
        .outerjoin(Vote, Vote.id == Proxy.vote_id)
        .outerjoin(Event, Event.id == Proxy.event_id)
        .where(Proxy.region_id == region.id, Proxy.holder_id == holder_id, Proxy.revoked_at.is_(None))
        .where((Proxy.vote_id.is_not(None) & ~shut & ~used) | (is_ahead & ~is_off))
    )
    return [Held(*row) for row in db.session.execute(query.order_by(Proxy.id))]


def on_paper(
    region: Region, *, vote_id: int | None = None, event_id: int | None = None, after: int | None = None, limit: int
) -> list[tuple[Proxy, Membership, Membership]]:
    """Proxies that came on paper, the latest first, with giver and holder; `after` is the last one shown."""
    giver, holder = aliased(Membership), aliased(Membership)
    query = (
        sa.select(Proxy, giver, holder)
        .join(giver, giver.id == Proxy.giver_id)
        .join(holder, holder.id == Proxy.holder_id)
        .where(Proxy.region_id == region.id, Proxy.way == "paper", Proxy.revoked_at.is_(None))
        .where(Proxy.vote_id == vote_id if vote_id is not None else Proxy.event_id == event_id)
    )
    if after is not None:
        query = query.where(Proxy.id < after)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Proxy.id.desc()).limit(limit))]


def carry_over(region: Region, old_id: int, new_id: int) -> None:
    """What was given for a meeting that was put off is given for its new day."""
    given = sa.update(Proxy).where(Proxy.region_id == region.id, Proxy.event_id == old_id)
    db.session.execute(given.where(Proxy.revoked_at.is_(None)).values(event_id=new_id))


def shown(region: Region, proxy_id: int) -> tuple[Held, Membership]:
    """A proxy with its holder, and who gave it. Raises Missing."""
    row: Proxy = find(Proxy, region.id, proxy_id)
    return _told(row, row.holder_id), db.session.get_one(Membership, row.giver_id)


# --- checking -----------------------------------------------------------------------------------------------


def _people(region: Region, giver_id: int, holder_id: int) -> tuple[Membership, Membership]:
    """Both, locked in the order of their ids, so that no third proxy slips by."""
    query = sa.select(Membership).where(Membership.region_id == region.id, Membership.id.in_({giver_id, holder_id}))
    query = query.order_by(Membership.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    found = {one.id: one for one in db.session.scalars(query)}
    if {giver_id, holder_id} - found.keys():
        raise Missing("not_found")
    return found[giver_id], found[holder_id]


def _must_be_open(region: Region, vote_id: int | None, event_id: int | None, at: datetime) -> Vote | None:
    """The vote, if it is about one and not about a whole assembly."""
    if vote_id is not None:
        vote = find(Vote, region.id, vote_id)
        if vote.opened_at is None:
            raise Missing("not_found")
        state = votes.stand(vote, at).state
        if state != "open":
            raise Refused("vote_not_open" if state == "waiting" else "vote_over")
        return vote
    event = find(Event, region.id, event_id or 0)
    if event.cancelled_at is not None or event.postponed_to is not None:
        raise Refused("assembly_off")
    if event.ended_at is not None or _is_over(event.id):
        raise Refused("assembly_over")
    return None


def _must_be_called(region: Region, vote: Vote | None, giver: Membership, holder: Membership) -> None:
    """Both may vote here; the giver's line is free."""
    both = giver.id, holder.id
    called = sa.select(Membership.id).where(*votes.entitled(region.id, "both"), Membership.id.in_(both))
    if vote is not None:
        roll = RollLine.vote_id == vote.id, RollLine.membership_id.in_(both)
        called = sa.select(RollLine.membership_id).where(*roll)
    there = set(db.session.scalars(called))
    for one, code in ((giver, "proxy_not_on_roll"), (holder, "proxy_holder_unknown")):
        if one.id not in there:
            raise Refused(code)
    way = votes.used(vote, giver) if vote is not None else None
    if way is not None:
        raise Refused(f"vote_used_{way}")


def _scope(region_id: int, *, vote_id: int | None, event_id: int | None) -> sa.Select[Proxy]:
    """Live proxies that speak of this vote, or of this assembly or any of its votes."""
    if vote_id is not None:
        about = (Proxy.vote_id == vote_id) | (Proxy.event_id == (_event_of(vote_id) or 0))
    else:
        about = (Proxy.event_id == event_id) | Proxy.vote_id.in_(_votes_of(event_id or 0))
    return sa.select(Proxy).where(Proxy.region_id == region_id, about, Proxy.revoked_at.is_(None))


def _live(region_id: int, *, vote_id: int | None, event_id: int | None) -> list[Proxy]:
    query = _scope(region_id, vote_id=vote_id, event_id=event_id).order_by(Proxy.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _told(row: Proxy, other_id: int) -> Held:
    return Held(
        row,
        db.session.get_one(Membership, other_id),
        db.session.get(Vote, row.vote_id) if row.vote_id is not None else None,
        db.session.get(Event, row.event_id) if row.event_id is not None else None,
    )


def _is_present(event_id: int | None, membership_id: int) -> bool:
    if event_id is None:
        return False
    query = sa.select(CheckIn.id).where(CheckIn.event_id == event_id, CheckIn.membership_id == membership_id)
    return db.session.scalar(query.where(CheckIn.undone_at.is_(None), CheckIn.left_at.is_(None))) is not None
