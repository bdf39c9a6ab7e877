"""What is decided together, in every state: drafts, open votes, piles of paper, lots, an assembly, small questions."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.assemblies import service as assemblies
from app.db import db, transaction, uuid7
from app.events.models import Event
from app.members.models import Membership
from app.polls import service as polls
from app.polls.models import Poll
from app.projects.money import spending
from app.proposals import service as proposals
from app.proposals.models import Proposal
from app.regions.models import Region
from app.votes import casting, closing, opening
from app.votes import service as votes
from app.votes.by_hand import assisting, envelopes, proxies
from app.votes.by_hand.piles import service as piles
from app.votes.lots import service as lots
from app.votes.models import Vote
from tests.house import village_talk

HOST, MEMBER, STEWARD, OFFICE, ELDER = "TSK-0009-2", "TSK-0005-9", "TSK-0002-1", "TSK-0007-6", "TSK-0001-3"
PROMISED = {"decider": "会員の 投票で きめます", "first_steps": "世話役が 日を 知らせます", "effect": "choose"}
LASTS = timedelta(days=20)


def fill(region: Region, keys: dict[str, str], *, at: Any) -> None:
    """The host has drafts, the member votes and asks; steward and office count what came on paper."""
    fresh = sa.select(Proposal).where(Proposal.stage == "talk", Proposal.passed.is_(None))
    talked = db.session.scalars(fresh).one()
    village_talk.fill(region, keys, talked, at=at)
    keys["proposal"] = str(talked.id)
    _drafts(region, keys, at)
    _open(region, keys, at)
    _paper(region, keys, at - 2 * LASTS)
    _ties(region, at - 2 * LASTS)
    _assembly(region, keys, at)
    _questions(region, keys, at)


def _drafts(region: Region, keys: dict[str, str], at: Any) -> None:
    host = _numbered(HOST)
    with transaction():
        told = {"title": "花だんを つくる", "wish": "花が 見たいです", "field": "environment", "key": uuid7(), "at": at}
        keys["proposal_draft"] = str(proposals.draft(region=region, by=host, **told).id)
        keys["vote_draft"] = str(_draft(region, at, question="下書きの 投票").id)


def _draft(region: Region, at: Any, **facts: Any) -> Vote:
    times = {"opens_at": at, "closes_at": at + LASTS, "reveals_at": at + LASTS + timedelta(hours=1)}
    who: dict[str, Any] = {"region": region, "by": _numbered(STEWARD), "roles": {"steward"}, "at": at}
    options = facts.pop("options", ())
    vote = votes.draft(**who, key=uuid7(), **{**PROMISED, **times, **facts})
    if options:
        votes.set_options(**who, vote_id=vote.id, options=[{"name": name} for name in options])
    return vote


def _opened(region: Region, at: Any, **facts: Any) -> Vote:
    with transaction():
        vote = _draft(region, at, **facts)
        return opening.open(region=region, vote_id=vote.id, by=_numbered(STEWARD), roles={"steward"}, at=at)


def _open(region: Region, keys: dict[str, str], at: Any) -> None:
    """One in which the elder was helped, the member stands for somebody, and an envelope came in."""
    vote = _opened(region, at, question="いま ひらいている 投票")
    helped, gave, wrote = (_numbered(number) for number in (ELDER, "TSK-0004-5", "TSK-0003-7"))
    where: dict[str, Any] = {"region": region, "vote_id": vote.id, "at": at}
    with transaction():
        told = {"voter": helped, "helper": _numbered(OFFICE), "why": "目が 見えにくい", "choice": "yes"}
        assisting.cast(**where, **told, key=secrets.token_hex(16))
        envelopes.take(**where, membership=wrote)
        row = proxies.give(**where, giver_id=gave.id, holder_id=_numbered(MEMBER).id, key=uuid7())
    keys |= {"vote": str(vote.id), "proxy": str(row.id), "giver": str(gave.id)}


def _paper(region: Region, keys: dict[str, str], at: Any) -> None:
    """Shut and still dark: one envelope is in a pile that one person has typed."""
    vote = _opened(region, at, question="紙を 数えている 投票", extension_days=5)
    where: dict[str, Any] = {"region": region, "vote_id": vote.id}
    with transaction():
        envelopes.take(**where, membership=_numbered(ELDER), at=at)
    later = at + LASTS
    for when in (later, later + timedelta(days=5)):
        with transaction():
            closing.settle(vote.id, when)
    with transaction():
        told = {"part": "resident", "name": "山の手", "ballots": [(1, "yes")], "invalid": 0, "key": uuid7()}
        row = piles.begin(**where, by=_numbered(STEWARD), at=later + timedelta(days=5), **told)
    keys |= {"vote_closed": str(vote.id), "pile": str(row.id)}


def _ties(region: Region, at: Any) -> None:
    """Two witnesses drew lots."""
    told = {"method": "choose_one", "quorum": "none", "ties": "lots_witnessed", "options": ("赤", "青")}
    vote = _opened(region, at, question="くじで きまった 投票", **told)
    where: dict[str, Any] = {"region": region, "vote_id": vote.id}
    for number, choice in ((STEWARD, "赤"), (OFFICE, "青")):
        with transaction():
            cast = {"membership": _numbered(number), "choice": choice, "key": secrets.token_hex(16)}
            casting.cast(**where, **cast, at=at)
    later = at + LASTS + timedelta(hours=1)
    with transaction():
        closing.settle(vote.id, later)
    for number in (STEWARD, OFFICE):
        with transaction():
            lots.witness(**where, by=_numbered(number), drawn=["青", "赤"], at=later)


def _assembly(region: Region, keys: dict[str, str], at: Any) -> None:
    event = db.session.get_one(Event, int(keys["event_open"]))
    with transaction():
        assemblies.make(region=region, event_id=event.id, by=_numbered(STEWARD), key=uuid7(), at=at)
        row = assemblies.add_item(region=region, event_id=event.id, kind="report", title="1年の 報告", about="")
    keys |= {"item": str(row.id), "event_assembly": str(event.id)}


def _questions(region: Region, keys: dict[str, str], at: Any) -> None:
    poll = db.session.scalars(sa.select(Poll).where(Poll.kind == "dates", Poll.region_id == region.id)).one()
    keys["poll"] = str(poll.id)
    with transaction():
        polls.answer(region=region, poll_id=poll.id, by=_numbered(MEMBER), marks={1: "yes", 2: "no", 3: "no"}, at=at)
        told = {"on": at.date(), "amount_yen": 1200, "what": "ねじ", "document": "領-1", "key": uuid7(), "at": at}
        where: dict[str, Any] = {"region": region, "project_id": int(keys["project"])}
        keys["expense"] = str(spending.spend(**where, by=_numbered(MEMBER), **told).id)


def _numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()
