"""What time does to a vote: the one extension, the closed doors, the count. Once each, whoever comes first.

The job comes by every minute; casting comes by itself where the job slept. Each step is a row that is written once
and never changed, so that a clock which jumps undoes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import db, find
from app.errors import Refused
from app.members.models import Membership
from app.regions.models import Region
from app.tally import BadElection
from app.votes import counting, queries, rules
from app.votes.models import Vote, VoteClosure, VoteExtension, VoteLot, VoteResult

log = logging.getLogger("yui.votes")
_paper_waits: Callable[[Vote], bool] | None = None


def install_paper(waits: Callable[[Vote], bool]) -> None:
    """Tell this room whether paper of a vote is still to be typed in: so long it is not counted."""
    global _paper_waits
    _paper_waits = waits


def close_due(*, at: datetime) -> None:
    """Take every vote of every region as far as it is due at `at`: what was missed is caught up."""
    counted = sa.exists().where(VoteResult.vote_id == Vote.id)
    due = sa.select(Vote.id).where(Vote.opened_at.is_not(None), Vote.closes_at <= at, ~counted)
    for vote_id in db.session.scalars(due.order_by(Vote.id)).all():
        try:
            with db.session.begin_nested():
                settle(vote_id, at)
        except BadElection as fault:  # one vote that cannot be counted keeps no other from it
            log.error("vote %s: %s", vote_id, fault)


def settle(vote_id: int, at: datetime) -> None:
    """Take one vote as far as it is due: extend it once, close it, count it. What is done already stays as it is."""
    vote = _locked(vote_id)
    if vote.opened_at is None or queries.result(vote) is not None:
        return
    if queries.closure(vote) is None:
        _extend_if_short(vote, at)
        if at < rules.ends_at(vote, db.session.get(VoteExtension, vote.id)):
            return
        shut(vote, by=rules.JOB, at=at)
    if may_count(vote, at):
        counting.count(vote, at)


def extend_if_due(vote_id: int, at: datetime) -> None:
    """Only the extension: for whoever wants to vote at a moment at which the job has not come by yet."""
    vote = _locked(vote_id)
    if queries.closure(vote) is None:
        _extend_if_short(vote, at)


def may_count(vote: Vote, at: datetime) -> bool:
    """Whether the hour has come and all paper is in. What waits for lots is known only once it is counted."""
    longer, closed = db.session.get(VoteExtension, vote.id), queries.closure(vote)
    if closed is None or at < rules.reveals_at(vote, longer, closed):
        return False
    return not (_paper_waits is not None and _paper_waits(vote))


def close_by_hand(
    *,
    region: Region,
    vote_id: int,
    by: str,
    at: datetime,
    present: int | None = None,
    written: int | None = None,
    proxies: int | None = None,
) -> Vote:
    """An assembly closes a vote on the spot, with how many were there, wrote, or had somebody stand for them.

    Whoever asks makes sure that it is of their agenda. Closed already is closed. Raises Refused `vote_not_open`.
    """
    vote = find(Vote, region.id, vote_id, lock=True)
    if vote.opened_at is None or at < vote.opens_at:
        raise Refused("vote_not_open")
    if queries.closure(vote) is None:
        shut(vote, by=by, at=at, present=present, written=written, proxies=proxies)
        settle(vote_id, at)
    return vote


def shut(vote: Vote, *, by: str, at: datetime, **came: int | None) -> None:
    """The doors are closed, and the rows are mixed at once: a copy of the books made tonight links nothing."""
    db.session.add(VoteClosure(vote_id=vote.id, region_id=vote.region_id, at=at, by=by, **came))
    db.session.flush()
    counting.mix(vote)


def draw_lots(
    *, region: Region, vote_id: int, drawn: Sequence[str], first: Membership, second: Membership, at: datetime
) -> VoteLot:
    """What two witnesses drew for a tie that waits: the names in the order in which they came. Once.

    Raises Refused `lots_not_needed`, `lots_names`, `lots_two`.
    """
    vote = find(Vote, region.id, vote_id, lock=True)
    there = queries.lot(vote)
    if there is not None:
        return there
    tied = counting.open_ties(vote) if queries.closure(vote) is not None else []
    if not tied:
        raise Refused("lots_not_needed")
    if first.id == second.id or first.member_id == second.member_id:
        raise Refused("lots_two")
    if len(set(drawn)) < len(drawn) or not {name for one in tied for name in one["between"]} <= set(drawn):
        raise Refused("lots_names")
    told: dict[str, Any] = {"first_by_id": first.id, "second_by_id": second.id, "at": at}
    row = VoteLot(vote_id=vote.id, region_id=region.id, drawn=counting.text(list(drawn)), **told)
    db.session.add(row)
    db.session.flush()
    settle(vote_id, at)
    return row


def _extend_if_short(vote: Vote, at: datetime) -> None:
    if db.session.get(VoteExtension, vote.id) is not None:
        return
    if rules.is_extension_due(vote, vote.roll_size or 0, queries.turnout(vote).used, at):
        until = rules.extended_until(vote)
        db.session.add(VoteExtension(vote_id=vote.id, region_id=vote.region_id, until=until, at=at))
        db.session.flush()


def _locked(vote_id: int) -> Vote:
    query = sa.select(Vote).where(Vote.id == vote_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
