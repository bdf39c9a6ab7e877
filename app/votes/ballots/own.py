"""What this phone knows of its owner's vote: the line on the roll, the ballot that its key opens, whose proxy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.db import db
from app.members.models import Membership
from app.votes import queries
from app.votes.ballots import phones
from app.votes.by_hand import proxies
from app.votes.casting import key_hash
from app.votes.choices import RANKED, SCORED
from app.votes.models import Ballot, NamedBallot, RollLine, Vote, VoteOption


@dataclass(frozen=True)
class Own:
    """`key`: what this phone keeps; `choice`: what lies in the box for it, as the count takes it; None if unknown."""

    line: RollLine | None = None
    used: str | None = None
    key: str | None = None
    choice: Any = None
    reason: str = ""

    @property
    def is_known(self) -> bool:
        """Whether this phone may change what it sent."""
        return self.choice is not None


@dataclass(frozen=True)
class Giver:
    """Somebody who lets the reader vote for them; `used`: through which door their line was used."""

    membership: Membership
    used: str | None


def find(vote: Vote, membership: Membership | None, *, way: str = "phone") -> Own:
    """How the reader, or somebody they stand for (`way` proxy), stands in this vote."""
    if membership is None:
        return Own()
    used, key = queries.used(vote, membership), phones.key_of(vote, membership.id)
    choice, reason = _named(vote, membership, used, way) if vote.secrecy == "open" else (_secret(vote, key), "")
    return Own(queries.line_of(vote, membership), used, key, choice, reason)


def _secret(vote: Vote, key: str | None) -> Any:
    if key is None:
        return None
    query = sa.select(Ballot.choice).where(Ballot.vote_id == vote.id, Ballot.key_hash == key_hash(key))
    found = db.session.scalar(query)
    return None if found is None else json.loads(found)


def _named(vote: Vote, membership: Membership, used: str | None, way: str) -> tuple[Any, str]:
    """A ballot with its name may be changed by the door that it came through."""
    found = db.session.get(NamedBallot, (vote.id, membership.id), populate_existing=True) if used == way else None
    return (None, "") if found is None else (json.loads(found.choice), found.reason)


def givers(vote: Vote, holder: Membership | None) -> list[Giver]:
    """For whom the reader may vote."""
    if holder is None:
        return []
    held = proxies.held_in(vote, holder.id)
    return [Giver(one.other, queries.used(vote, one.other)) for one in held]


def in_words(vote: Vote, options: Sequence[VoteOption], choice: Any, names: dict[str, str]) -> list[str]:
    """A choice line by line; `names`: what it may say, in the reader's language."""
    if choice is None:
        return []
    if vote.method in SCORED:
        told = [f"{names[one.name]} · {choice[one.name]}" for one in options if one.name in (choice or {})]
    elif vote.method in RANKED:
        told = [f"{place}. {_rank(rank, names)}" for place, rank in enumerate(choice, 1)]
    elif isinstance(choice, list):
        told = [names[one] for one in choice]
    elif isinstance(choice, dict):
        told = [f"{names['objection']} · {choice['objection']}"]
    else:
        told = [names[choice]]
    return told or [names["abstain"]]


def _rank(rank: Any, names: dict[str, str]) -> str:
    return " = ".join(names[one] for one in ([rank] if isinstance(rank, str) else rank))
