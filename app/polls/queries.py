"""Reading polls: those of a region, one with its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.db import db, find
from app.events.models import Event
from app.members.models import Membership
from app.polls import rules
from app.polls.models import Poll, PollAnswer, PollOption
from app.regions.models import Region

PAGE = 50


@dataclass(frozen=True)
class Said:
    """One person's marks, by the number of the option."""

    membership: Membership
    marks: dict[int, str]


@dataclass(frozen=True)
class Outcome:
    """What everybody said: people in the order in which they last answered, and how often each option was marked."""

    people: list[Said]
    tallies: dict[int, tuple[int, int, int]]
    best: list[int]


def by_id(region: Region, poll_id: int) -> Poll:
    """Raises Missing."""
    return find(Poll, region.id, poll_id)


def board(
    region: Region, at: datetime, *, over: bool = False, after: int | None = None, limit: int = PAGE
) -> list[Poll]:
    """Open polls, or those that are over, the newest first."""
    is_over = sa.or_(Poll.closes_at <= at, Poll.ended_at.is_not(None))
    query = sa.select(Poll).where(Poll.region_id == region.id, is_over if over else sa.not_(is_over))
    if after is not None:
        query = query.where(Poll.id < after)
    return list(db.session.scalars(query.order_by(Poll.id.desc()).limit(limit)))


def options(poll: Poll) -> list[PollOption]:
    query = sa.select(PollOption).where(PollOption.poll_id == poll.id)
    return list(db.session.scalars(query.order_by(PollOption.number)))


def asker(poll: Poll) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.id == poll.asked_by_id)).one()


def answers_of(poll: Poll, membership: Membership | None) -> dict[int, str]:
    """What one person has said so far."""
    if membership is None:
        return {}
    query = sa.select(PollAnswer.number, PollAnswer.mark)
    query = query.where(PollAnswer.poll_id == poll.id, PollAnswer.membership_id == membership.id)
    return {row.number: row.mark for row in db.session.execute(query)}


def answered(polls: Sequence[Poll], membership: Membership | None) -> set[int]:
    """Which of these polls somebody has answered, by id."""
    if membership is None or not polls:
        return set()
    query = sa.select(PollAnswer.poll_id).where(PollAnswer.membership_id == membership.id)
    return set(db.session.scalars(query.where(PollAnswer.poll_id.in_([poll.id for poll in polls]))))


def gathering_key(poll: Poll) -> str:
    """By this key the gathering of the chosen day is made once, from however many tabs."""
    return f"poll-{poll.id}-{poll.chosen_number}"


def gathering(poll: Poll) -> Event | None:
    """What became of the chosen day."""
    query = sa.select(Event).where(Event.region_id == poll.region_id, Event.key == gathering_key(poll))
    return db.session.scalar(query)


def outcome(poll: Poll, choices: list[PollOption]) -> Outcome:
    query = sa.select(PollAnswer, Membership).join(Membership, Membership.id == PollAnswer.membership_id)
    query = query.where(PollAnswer.poll_id == poll.id).order_by(PollAnswer.at, PollAnswer.membership_id)
    people: dict[int, Said] = {}
    for row, membership in db.session.execute(query):
        people.setdefault(membership.id, Said(membership, {})).marks[row.number] = row.mark
    marks = [mark for said in people.values() for mark in said.marks.items()]
    tallies = rules.tallied([one.number for one in choices], marks)
    return Outcome(list(people.values()), tallies, rules.best(tallies))


def asked_since(membership: Membership, since: datetime) -> int:
    query = sa.select(sa.func.count()).where(Poll.asked_by_id == membership.id, Poll.created_at > since)
    return db.session.scalar(query) or 0


def waiting(region: Region, membership: Membership, at: datetime) -> list[Poll]:
    """Open polls of others that this member has not answered, the first to close first."""
    mine = sa.select(PollAnswer.poll_id).where(PollAnswer.membership_id == membership.id)
    query = sa.select(Poll).where(Poll.region_id == region.id, Poll.closes_at > at, Poll.ended_at.is_(None))
    query = query.where(Poll.asked_by_id != membership.id, Poll.id.not_in(mine))
    return list(db.session.scalars(query.order_by(Poll.closes_at, Poll.id).limit(PAGE)))
