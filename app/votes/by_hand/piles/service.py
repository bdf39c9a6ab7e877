"""The verbs of a pile of paper: typed by one, typed again by another who has not seen it, counted once both agree.

Locks, always in this order: memberships (shared) by id, the vote, the pile.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.db import db, find
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members import queries as members
from app.members.models import Membership
from app.regions.models import Region
from app.votes import casting, closing
from app.votes.by_hand import queries, rules
from app.votes.by_hand.models import PaperCount
from app.votes.by_hand.rules import Pile
from app.votes.models import Vote, VoteClosure, VoteResult
from app.votes.rules import parts


@dataclass(frozen=True)
class Compared:
    """A pile that two people have typed: `differs` names what they typed unlike numbers of, empty once counted."""

    pile: PaperCount
    differs: Set[str]


INVALID = "invalid"  # in `differs`: the number of invalid papers


def begin(
    *,
    region: Region,
    vote_id: int,
    by: Membership,
    key: str,
    part: str,
    name: str,
    ballots: Pile,
    invalid: int,
    at: datetime,
) -> PaperCount:
    """A pile, as the first person types it. The same form sent twice is one pile.

    Raises Refused `paper_early`, `paper_empty`, `paper_over`, Conflict `vote_counted`, `form_stale`.
    """
    vote = _countable(region, vote_id, at)
    again = db.session.scalar(sa.select(PaperCount).where(PaperCount.key == key))
    if again is not None:
        if (again.vote_id, again.first_by_id) != (vote.id, by.id):
            raise Conflict("form_stale")
        return again
    if part not in parts(vote.electorate):
        raise Missing("not_found")
    _must_fit(queries.desk(vote).typed, vote, part, rules.total(ballots) + invalid)
    told = {"part": part, "name": name, "ballots": rules.stored(ballots), "invalid": invalid}
    row = PaperCount(region_id=region.id, vote_id=vote.id, key=key, first_by_id=by.id, first_at=at, **told)
    db.session.add(row)
    db.session.flush()
    return row


def second(
    *,
    region: Region,
    vote_id: int,
    pile_id: int,
    by: Membership,
    ballots: Pile,
    invalid: int,
    at: datetime,
) -> Compared:
    """The same pile, typed by somebody else. Equal: the ballots are put in the box, and the pile is done.

    Different: nothing is counted, and both may type again. Raises Forbidden `paper_same_person`, `paper_household`,
    Conflict `pile_done`, `pile_dropped`, Refused `paper_over`.
    """
    first_by_id = find(PaperCount, region.id, pile_id).first_by_id
    people = members.read_again(region, {first_by_id, by.id})
    vote = _countable(region, vote_id, at)
    row = _locked(region, vote, pile_id)
    code = rules.refusal_of_second(people[first_by_id], people[by.id])
    if code is not None:
        raise Forbidden(code)
    if row.accepted_at is not None:
        if row.second_by_id != by.id:
            raise Conflict("pile_done")
        return Compared(row, frozenset())
    typed = rules.restored(row.ballots)
    differs = rules.different(typed, ballots) | ({INVALID} if invalid != row.invalid else set())
    if differs:
        return Compared(row, differs)
    _must_fit(queries.desk(vote).counted, vote, row.part, rules.total(typed) + row.invalid)
    casting.put_paper(region=region, vote=vote, part=row.part, ballots=typed, at=at)
    row.second_by_id, row.accepted_at = by.id, at
    db.session.flush()
    closing.settle(vote.id, at)  # the last envelope may be all that the result has waited for
    return Compared(row, frozenset())


def drop(*, region: Region, vote_id: int, pile_id: int, at: datetime) -> None:
    """Begin a pile anew that was typed wrong; twice is once. Raises Conflict `pile_done`."""
    vote = _countable(region, vote_id, at)
    row = _locked(region, vote, pile_id, dropped=True)
    if row.accepted_at is not None:
        raise Conflict("pile_done")
    row.dropped_at = row.dropped_at or at
    db.session.flush()


def declare_rest(
    *, region: Region, vote_id: int, by: Membership, key: str, part: str, reason: str, at: datetime
) -> PaperCount:
    """のこりを 無効にする: envelopes that hold no ballot to be counted, with a reason; a second person says the same.

    Raises Refused `reason_missing`, `paper_empty`, and as `begin`.
    """
    if not reason:
        raise Refused("reason_missing")
    vote = _countable(region, vote_id, at)
    again = db.session.scalar(sa.select(PaperCount).where(PaperCount.key == key))
    left = again.invalid if again is not None else queries.desk(vote).left(part)
    return begin(
        region=region, vote_id=vote_id, by=by, key=key, part=part, name=reason, ballots=[], invalid=left, at=at
    )


# --- finding and checking -----------------------------------------------------------------------------------


def _countable(region: Region, vote_id: int, at: datetime) -> Vote:
    """A secret vote whose doors are shut and whose result is not out, locked; shut now if its time is over."""
    vote = find(Vote, region.id, vote_id, lock=True)
    if vote.secrecy == "open":
        raise Refused("paper_named")
    if vote.opened_at is not None and at >= vote.closes_at:
        closing.settle(vote.id, at)
    if db.session.get(VoteClosure, vote.id) is None:
        raise Refused("paper_early")
    if db.session.get(VoteResult, vote.id) is not None:
        raise Conflict("vote_counted")
    return vote


def _must_fit(counted: dict[str, int], vote: Vote, part: str, pile: int) -> None:
    if pile <= 0:
        raise Refused("paper_empty")
    left = queries.envelopes(vote).get(part, 0) - counted.get(part, 0)
    if not rules.fits(left, 0, pile):
        raise Refused("paper_over", left=left)


def _locked(region: Region, vote: Vote, pile_id: int, *, dropped: bool = False) -> PaperCount:
    row = find(PaperCount, region.id, pile_id, lock=True)
    if row.vote_id != vote.id:
        raise Missing("not_found")
    if row.dropped_at is not None and not dropped:
        raise Conflict("pile_dropped")
    return row
