"""What time does to a vote: the one extension, the closed doors, the count. Once each, whoever comes first.

The job comes by every minute; casting comes by itself where the job slept. Each step is a row that is written once
and never changed, so that a clock which jumps undoes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from app.db import db, find
from app.errors import Refused
from app.regions.models import Region
from app.tally import BadElection
from app.votes import counting, queries, rules
from app.votes.models import Vote, VoteClosure, VoteExtension, VoteResult

log = logging.getLogger("yui.votes")
_paper_waits: Callable[[Vote], bool] | None = None
_heads: Callable[[int], dict[str, int] | None] | None = None


def install_paper(waits: Callable[[Vote], bool]) -> None:
    """Tell this room whether paper of a vote is still to be typed in: so long it is not counted."""
    global _paper_waits
    _paper_waits = waits


def install_heads(heads: Callable[[int], dict[str, int] | None]) -> None:
    """Tell this room who has come to the meeting on whose agenda a vote stands: `present`, `written`, `proxies`."""
    global _heads
    _heads = heads


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
    """Only the extension: for whoever wants to vote at a moment at which the job has not come by yet.

    Once it is taken nothing is locked: people who vote in the days it added do not wait for each other.
    """
    if db.session.get(VoteExtension, vote_id) is not None:
        return
    vote = _locked(vote_id)
    if queries.closure(vote) is None:
        _extend_if_short(vote, at)


def may_count(vote: Vote, at: datetime) -> bool:
    """Whether the hour has come and all paper is in. What waits for lots is known only once it is counted."""
    longer, closed = db.session.get(VoteExtension, vote.id), queries.closure(vote)
    if closed is None or at < rules.reveals_at(vote, longer, closed):
        return False
    return not (_paper_waits is not None and _paper_waits(vote))


def close_by_hand(*, region: Region, vote_id: int, by: str, at: datetime) -> Vote:
    """An assembly closes a vote on the spot.

    Whoever asks makes sure that it is of their agenda. Closed already is closed. Raises Refused `vote_not_open`.
    """
    vote = find(Vote, region.id, vote_id, lock=True)
    if vote.opened_at is None or at < vote.opens_at:
        raise Refused("vote_not_open")
    if queries.closure(vote) is None:
        shut(vote, by=by, at=at)
        settle(vote_id, at)
    return vote


def shut(vote: Vote, *, by: str, at: datetime) -> None:
    """The doors are closed, with who has come to its meeting, if it has one.

    The rows are mixed at once: a copy of the books made tonight links nothing.
    """
    came = _heads(vote.id) if _heads is not None else None
    db.session.add(VoteClosure(vote_id=vote.id, region_id=vote.region_id, at=at, by=by, **(came or {})))
    db.session.flush()
    counting.mix(vote)


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
