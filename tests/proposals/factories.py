"""Proposals for tests: each call is one committed act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import db, transaction, uuid7
from app.hours import service as hours_service
from app.members.models import Membership
from app.proposals import queries, service
from app.proposals.models import Proposal
from app.proposals.service import Given
from app.regions.models import Region

TITLE = "古い橋に ベンチを おく"
WHOLE: dict[str, Any] = {
    "purpose": "買い物の 帰りに 休めるように",
    "own_part": "木を けずって 組み立てる",
    "region_part": "おく日に 手を かす",
    "others_part": "市に 道を つかう ゆるしを もらう",
    "cost_yen": 12_000,
    "cost_note": "木材と くぎ",
    "decider": "members",
    "decider_note": "会員みんなの 投票",
    "first_steps": "みのるが 12月に 市の道路課へ 行く",
}


def draft(region: Region, by: Membership, *, at: datetime, title: str = TITLE, **texts: Any) -> Proposal:
    """A first idea that only its author sees."""
    first = {"wish": "休む ところが ほしい", "field": "welfare"}
    first |= {name: texts.pop(name) for name in tuple(texts) if name in first}
    with transaction():
        return service.draft(region=region, by=by, key=uuid7(), title=title, at=at, values=texts, **first)


def proposal(region: Region, by: Membership, *, at: datetime, **texts: Any) -> Proposal:
    """One that everybody sees and that gathers 応援."""
    made = draft(region, by, at=at, **texts)
    with transaction():
        return service.publish(region=region, proposal_id=made.id, by=by, at=at)


def talking(region: Region, by: Membership, people: Sequence[Membership], *, at: datetime, **texts: Any) -> Proposal:
    """One that is talked about, with all that a vote wants; `people` supported it."""
    made = proposal(region, by, at=at, **(WHOLE | texts))
    for one in people:
        support(region, made, one, at=at)
    assert made.stage == "talk"
    return made


def support(region: Region, of: Proposal, by: Membership, *, at: datetime, why: str = "") -> Given:
    """One 応援."""
    with transaction():
        return service.support(region=region, proposal_id=of.id, by=by, why=why, at=at)


def change(
    region: Region, of: Proposal, by: Membership, *, at: datetime, why: str = "なおした", **values: Any
) -> Proposal:
    """Other texts."""
    with transaction():
        return service.change(region=region, proposal_id=of.id, by=by, values=values, why=why, at=at)


def vote(region: Region, of: Proposal, *, at: datetime, passed: bool | None = True, decided: bool = True) -> Proposal:
    """Into a vote and, if `decided`, out of it, as the room of votes tells."""
    with transaction():
        service.vote_opened(region=region, proposal_id=of.id, at=at)
    if decided:
        with transaction():
            service.decided(region=region, proposal_id=of.id, passed=passed, at=at)
    return of


def hours(region: Region, who: Membership, confirmer: Membership, minutes: int, *, at: datetime) -> None:
    """Work that somebody else confirmed."""
    entry = {"region": region, "day": clock.local_day(region, at), "minutes": minutes, "what": "草かり", "at": at}
    with transaction():
        row = hours_service.log(membership=who, key=uuid7(), **entry)
        told = {"entry_ids": [row.id], "confirmer": confirmer, "roles": {"member", "steward"}, "at": at}
        (done,) = hours_service.confirm(region=region, **told)
    assert done.skipped is None, done.skipped


def involved(proposal: Proposal, people: Iterable[Membership]) -> list[Membership]:
    """Those of these people who write it, support it or spoke about it."""
    here = sa.select(Proposal.id).where(Proposal.id == proposal.id)
    return [who for who in people if db.session.scalar(here.where(queries.takes_part(who.id))) is not None]
