"""Votes for tests: a village that may vote, a draft that may open, voters whose choices come in a known order."""

from __future__ import annotations

import itertools
import secrets
from datetime import datetime, timedelta
from typing import Any

from app.db import db, transaction, uuid7
from app.members.models import Membership
from app.regions.models import Region
from app.votes import casting, closing, opening, queries, service
from app.votes.models import Ballot, UsedLine, Vote, VoteResult
from tests import factories

DAYS = 15  # a vote of these tests lasts
DUTY = {"member", "steward"}
OPTIONS = ("ひのき", "すぎ", "くり", "けやき")


def village(region: Region, number: int, *, at: datetime, kind: str = "resident") -> list[Membership]:
    return [factories.membership(region, at=at, kind=kind) for _ in range(number)]


def draft(region: Region, by: Membership, *, at: datetime, options: Any = None, **fields: Any) -> Vote:
    """A draft that lacks nothing. `options`: names, or name → cost."""
    usual = {
        "question": "ベンチを おきますか",
        "decider": "運営会議",
        "first_steps": "みのるさんが 材料を さがします",
        "opens_at": at,
        "closes_at": at + timedelta(days=DAYS),
        "reveals_at": at + timedelta(days=DAYS + 1),
        "quorum": "none",
        "effect": "decide",
    }
    who: dict[str, Any] = {"region": region, "by": by, "roles": DUTY}
    with transaction():
        made = service.draft(**who, key=uuid7(), at=at, **(usual | fields))
    if options is not None:
        costs = options if isinstance(options, dict) else dict.fromkeys(options)
        rows = [{"name": name, "cost_yen": cost} for name, cost in costs.items()]
        with transaction():
            service.set_options(**who, vote_id=made.id, options=rows, at=at)
    return made


def opened(region: Region, by: Membership, *, at: datetime, options: Any = None, **fields: Any) -> Vote:
    made = draft(region, by, at=at, options=options, **fields)
    with transaction():
        return opening.open(region=region, vote_id=made.id, by=by, roles=DUTY, at=at)


def cast(region: Region, vote: Vote, who: Membership, choice: Any, *, at: datetime, **more: Any) -> casting.Cast:
    with transaction():
        told = {"key": secrets.token_hex(16)} | more
        return casting.cast(region=region, vote_id=vote.id, membership=who, choice=choice, at=at, **told)


def cast_all(region: Region, vote: Vote, people: list[Membership], choices: list[Any], *, at: datetime) -> None:
    """Each of them in turn; choices are repeated if there are fewer."""
    for who, choice in zip(people, itertools.cycle(choices), strict=False):
        cast(region, vote, who, choice, at=at)


def settle(vote: Vote, at: datetime) -> VoteResult | None:
    """What the job does at `at`."""
    with transaction():
        closing.close_due(at=at)
    db.session.expire_all()
    return queries.result(vote)


def over(vote: Vote) -> datetime:
    """A moment at which the result is open."""
    return vote.reveals_at + timedelta(days=vote.extension_days, minutes=1)


def kept(vote: Vote) -> tuple[int, int]:
    """(lines used, ballots in the box)."""
    lines = db.session.query(UsedLine).filter_by(vote_id=vote.id).count()
    return lines, db.session.query(Ballot).filter_by(vote_id=vote.id).count()
