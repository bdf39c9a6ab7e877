"""What two witnesses saw: each writes it down signed in as themselves; once both say the same, the vote is opened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from app.db import db, find
from app.errors import Refused
from app.members.models import Membership
from app.regions.models import Region
from app.tally import tally
from app.votes import closing, counting, queries
from app.votes.by_hand.rules import refusal_of_second
from app.votes.lots import rules
from app.votes.lots.models import LotWitness
from app.votes.models import Vote, VoteLot


@dataclass(frozen=True)
class Seen:
    """What stands for one witness: what they `wrote` (empty: nothing yet), how many others did, and, where nobody
    else wrote the same, the place `differs_at` (from 1) at which the last of them says otherwise.
    """

    wrote: list[str]
    others: int
    differs_at: int | None


def to_draw(vote: Vote, at: datetime) -> list[str]:
    """The names that are drawn for a vote that waits for lots, as they stand on the ballot; none where none waits.

    Before the hour, and while paper is still to come, nobody knows of a tie. One draw settles every tie of the vote,
    so names that only a later round may find equal are drawn along.
    """
    if vote.ties != "lots_witnessed" or queries.lot(vote) is not None or not closing.may_count(vote, at):
        return []
    return list(_tied(vote.key, queries.ballots_kept(vote)))


@lru_cache(maxsize=64)
def _tied(key: str, _ballots: int) -> tuple[str, ...]:
    """By the vote's own key and what lies in its closed box, as everybody who waits for the lots looks at the page."""
    vote = db.session.scalars(sa.select(Vote).where(Vote.key == key)).one()
    elections, _box, _small = counting.elections_of(vote)
    for election in elections.values():
        waiting = {name for tie in tally(election).open_ties for name in tie["between"]}
        if waiting:
            wanted = waiting | rules.may_tie_later(election)
            return tuple(name for name in election.options if name in wanted)
    return ()


def witness(*, region: Region, vote_id: int, by: Membership, drawn: Sequence[str], at: datetime) -> VoteLot | None:
    """Write down the order that `by` saw. Once somebody of another household wrote the same, the lots stand and the
    vote is opened; None before. What stands already is answered as it is.

    Raises Refused `lots_not_needed`, `lots_names`, `lots_household`.
    """
    vote = find(Vote, region.id, vote_id, lock=True)
    there = queries.lot(vote)
    if there is not None:
        return there
    names = to_draw(vote, at)
    if not names:
        raise Refused("lots_not_needed")
    if sorted(drawn) != sorted(names):
        raise Refused("lots_names")
    first = _same_by_another(vote, by, text := counting.text(list(drawn)))
    db.session.merge(LotWitness(vote_id=vote.id, membership_id=by.id, region_id=region.id, drawn=text, at=at))
    db.session.flush()
    if first is None:
        return None
    row = VoteLot(vote_id=vote.id, region_id=region.id, drawn=text, first_by_id=first, second_by_id=by.id, at=at)
    db.session.add(row)
    db.session.flush()
    closing.settle(vote.id, at)
    return row


def seen(vote: Vote, by: Membership) -> Seen:
    """How far the two witnesses are, for one of them."""
    mine, others = db.session.get(LotWitness, (vote.id, by.id), populate_existing=True), _others(vote, by)
    wrote = json.loads(mine.drawn) if mine is not None else []
    last = json.loads(others[-1].drawn) if others else []
    is_comparable = wrote and sorted(wrote) == sorted(last)
    return Seen(wrote, len(others), rules.first_difference(wrote, last) if is_comparable else None)


def to_witness(region: Region, by: Membership) -> list[int]:
    """Votes whose lots somebody of another household has written down, and nobody else the same."""
    query = sa.select(LotWitness.vote_id, Membership).join(Membership, Membership.id == LotWitness.membership_id)
    query = query.where(LotWitness.region_id == region.id)
    query = query.where(LotWitness.vote_id.not_in(sa.select(VoteLot.vote_id))).order_by(LotWitness.vote_id)
    found = [vote_id for vote_id, first in db.session.execute(query) if refusal_of_second(first, by) is None]
    return list(dict.fromkeys(found))


def _same_by_another(vote: Vote, by: Membership, text: str) -> int | None:
    """The membership that wrote the same before; None if nobody did. Raises Refused `lots_household`."""
    same = [one.membership_id for one in _others(vote, by) if one.drawn == text]
    people = [db.session.get_one(Membership, one, populate_existing=True) for one in same]
    apart = [one.id for one in people if refusal_of_second(one, by) is None]
    if people and not apart:
        raise Refused("lots_household")
    return apart[0] if apart else None


def _others(vote: Vote, by: Membership) -> list[LotWitness]:
    query = sa.select(LotWitness).where(LotWitness.vote_id == vote.id, LotWitness.membership_id != by.id)
    query = query.order_by(LotWitness.at, LotWitness.membership_id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))
