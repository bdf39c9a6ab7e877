"""Reading what was done by hand: envelopes, piles, proxies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import db
from app.errors import Missing
from app.members.models import Membership
from app.regions.models import Region
from app.votes.by_hand import rules
from app.votes.by_hand.models import Assistance, PaperCount
from app.votes.models import RollLine, UsedLine, Vote, VoteClosure, VoteResult

PAGE = 50


@dataclass(frozen=True)
class Envelope:
    membership: Membership
    part: str


@dataclass(frozen=True)
class Desk:
    """Envelopes and counted papers by group, piles that wait for a second person, whether the doors are shut."""

    envelopes: dict[str, int]
    counted: dict[str, int]
    typed: dict[str, int]  # counted, and what waits for a second person
    piles: Sequence[PaperCount]
    is_closed: bool
    is_revealed: bool

    @property
    def waits(self) -> bool:
        return rules.waits(self.envelopes, self.counted)

    def left(self, part: str) -> int:
        """Envelopes of the group that nobody has typed yet."""
        return self.envelopes.get(part, 0) - self.typed.get(part, 0)


def vote(region: Region, vote_id: int) -> Vote:
    """A vote of this region that has been opened. Raises Missing."""
    query = sa.select(Vote).where(Vote.id == vote_id, Vote.region_id == region.id, Vote.opened_at.is_not(None))
    found = db.session.scalar(query)
    if found is None:
        raise Missing("not_found")
    return found


def desk(vote: Vote) -> Desk:
    found = piles(vote)
    return Desk(
        envelopes=envelopes(vote),
        counted=_sums([one for one in found if one.accepted_at is not None]),
        typed=_sums(found),
        piles=found,
        is_closed=db.session.get(VoteClosure, vote.id) is not None,
        is_revealed=db.session.get(VoteResult, vote.id) is not None,
    )


def envelopes(vote: Vote) -> dict[str, int]:
    """Lines that paper has used, by group."""
    query = sa.select(RollLine.part, sa.func.count()).join(
        UsedLine, (UsedLine.vote_id == RollLine.vote_id) & (UsedLine.membership_id == RollLine.membership_id)
    )
    query = query.where(UsedLine.vote_id == vote.id, UsedLine.way == "paper").group_by(RollLine.part)
    return {part: int(number) for part, number in db.session.execute(query)}


def piles(vote: Vote) -> Sequence[PaperCount]:
    """Piles that were not begun anew, in the order in which they were typed."""
    query = sa.select(PaperCount).where(PaperCount.vote_id == vote.id, PaperCount.dropped_at.is_(None))
    return db.session.scalars(query.order_by(PaperCount.id).execution_options(populate_existing=True)).all()


def waits(vote: Vote) -> bool:
    """Whether an envelope has not been counted: the result stays dark until then."""
    there = envelopes(vote)
    return bool(there) and rules.waits(there, _sums([one for one in piles(vote) if one.accepted_at is not None]))


def invalid(vote: Vote) -> int:
    """Papers that count for nobody, in piles that two have typed."""
    return sum(one.invalid for one in piles(vote) if one.accepted_at is not None)


def _sums(found: Sequence[PaperCount]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in found:
        sums[one.part] = sums.get(one.part, 0) + rules.total(rules.restored(one.ballots)) + one.invalid
    return sums


def envelope_rows(vote: Vote, after: int | None, limit: int) -> list[Envelope]:
    """Whose envelope has come, by よみ; `after` is the membership of the last row shown."""
    query = (
        sa.select(Membership, RollLine.part)
        .join(UsedLine, (UsedLine.membership_id == Membership.id) & (UsedLine.vote_id == vote.id))
        .join(RollLine, (RollLine.membership_id == Membership.id) & (RollLine.vote_id == vote.id))
        .where(UsedLine.way == "paper")
        .order_by(Membership.yomi_search, Membership.id)
    )
    if after is not None and (last := db.session.get(Membership, after)) is not None:
        seen = sa.tuple_(sa.literal(last.yomi_search), sa.literal(last.id))
        query = query.where(sa.tuple_(Membership.yomi_search, Membership.id) > seen)
    return [Envelope(row[0], row[1]) for row in db.session.execute(query.limit(limit))]


def assistance(vote: Vote, membership_id: int) -> tuple[Assistance, Membership, Membership]:
    """The trace of somebody who was helped, who it was and who helped. Raises Missing."""
    row = db.session.get(Assistance, (vote.id, membership_id))
    if row is None:
        raise Missing("not_found")
    who = [db.session.get_one(Membership, one) for one in (row.membership_id, row.helper_id)]
    return row, who[0], who[1]


def to_type(region: Region, membership: Membership) -> list[tuple[PaperCount, Vote]]:
    """Piles that wait for a second person whom this may be."""
    query = sa.select(PaperCount, Vote).join(Vote, Vote.id == PaperCount.vote_id)
    query = query.where(PaperCount.region_id == region.id, PaperCount.first_by_id != membership.id)
    query = query.where(PaperCount.accepted_at.is_(None), PaperCount.dropped_at.is_(None))
    first = {one[0].first_by_id: None for one in db.session.execute(query)}
    people = {one.id: one for one in db.session.scalars(sa.select(Membership).where(Membership.id.in_(first)))}
    found = [(row[0], row[1]) for row in db.session.execute(query.order_by(PaperCount.id))]
    return [one for one in found if rules.refusal_of_second(people[one[0].first_by_id], membership) is None]


def first_names(vote: Vote) -> dict[int, str]:
    """Who typed a pile first, by the pile's id."""
    query = sa.select(PaperCount.id, Membership.name).join(Membership, Membership.id == PaperCount.first_by_id)
    return {row[0]: row[1] for row in db.session.execute(query.where(PaperCount.vote_id == vote.id))}
