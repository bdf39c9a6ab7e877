"""What the sample regions propose, say to each other and vote on; and their small questions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from app.db import uuid7
from app.demo.chapters import ballots
from app.demo.sample import told
from app.members.models import Membership
from app.polls import service as polls
from app.polls.service import Choice
from app.proposals import authors, service, stages
from app.proposals.models import Proposal
from app.proposals.talk import opinions
from app.regions.models import Region
from app.votes import closing, opening
from app.votes import service as votes
from app.votes.by_hand.piles import service as piles
from app.votes.models import Vote

if TYPE_CHECKING:
    from app.demo.story import Cast

PARTS = ("own_part", "region_part", "others_part")
TEXTS = ("title_en", "purpose", *PARTS, "cost_yen", "cost_note", "decider", "decider_note", "first_steps")
TERMS = ("question", "question_en", "method", "effect", "quorum", "ties", "budget_yen")
OPTION = ("name", "name_en", "cost_yen")
OFFICE = {"office"}
NOON, EVENING = time(12), time(20)


def add(cast: Cast) -> None:
    """After the people and the projects; each proposal in the order of its own time."""
    for one in told("proposals")["proposals"]:
        _propose(cast, cast.regions[one["region"]], one)
    for one in told("proposals")["opinions"]:
        _say(cast, cast.regions[one["region"]], one, None)
    for one in told("proposals")["polls"]:
        _poll(cast, cast.regions[one["region"]], one)


def ask(cast: Cast) -> None:
    """Votes without a proposal, after all others."""
    for one in told("proposals")["votes"]:
        _vote(cast, cast.regions[one["region"]], None, cast.memberships[one["by"]], one)


def _propose(cast: Cast, region: Region, one: dict[str, Any]) -> None:
    by = cast.memberships[one["by"]]
    at, talks = _noon(cast, region, one["drafted"]), _noon(cast, region, one.get("talks", one["drafted"]))
    texts = {name: one[name] for name in TEXTS if name in one}
    named = {name: one[name] for name in ("title", "wish", "field")}
    proposal = service.draft(region=region, by=by, key=uuid7(), at=at, values=texts, **named)
    where: dict[str, Any] = {"region": region, "proposal_id": proposal.id}
    for number in one.get("with", ()):
        authors.ask_author(**where, by=by, membership_id=cast.memberships[number].id, at=at)
        authors.accept(**where, by=cast.memberships[number], at=at)
    service.publish(**where, by=by, at=at)
    _support(cast, region, proposal, one, talks)
    for opinion in one.get("opinions", ()):
        _say(cast, region, opinion, proposal)
    for why, name, text in one.get("versions", ()):
        service.change(**where, by=by, values={name: text}, why=why, at=talks + timedelta(days=4))
    if "project" in one:
        proposal.project_id = cast.projects[one["project"]].id
    if "vote" in one:
        _vote(cast, region, proposal, by, one["vote"])
    if "report" in one:
        told_of = {"report": one["report"], "next": one["report_next"]}
        stages.report(**where, by=by, roles=(), at=cast.ago(2), **told_of)


def _support(cast: Cast, region: Region, proposal: Proposal, one: dict[str, Any], at: datetime) -> None:
    """Those who say why, then the others; where there are enough of them, the last opens the talk."""
    named = [(cast.memberships[number], why) for number, why in one["supports"]]
    for who, why in named + [(who, "") for who in cast.villagers[region.slug][: one["supported_by"]]]:
        service.support(region=region, proposal_id=proposal.id, by=who, why=why, at=at)


def _say(cast: Cast, region: Region, one: dict[str, Any], proposal: Proposal | None) -> None:
    at = _noon(cast, region, one["on"])
    told_of: dict[str, Any] = {"kind": one["kind"], "addressee": one.get("addressee", "authors"), "words": one["words"]}
    about: dict[str, Any] = {"proposal_id": proposal.id if proposal else None}
    row = opinions.say(region=region, membership=cast.memberships[one["by"]], key=uuid7(), at=at, **told_of, **about)
    if "answer" in one:
        number, words = one["answer"]
        roles = {"member"} if proposal else OFFICE
        said: dict[str, Any] = {"by": cast.memberships[number], "roles": roles, "words": words}
        opinions.answer(region=region, opinion_id=row.id, key=uuid7(), at=at + timedelta(days=3), **said)


# --- votes --------------------------------------------------------------------------------------------------


def _vote(cast: Cast, region: Region, proposal: Proposal | None, by: Membership, one: dict[str, Any]) -> None:
    opens, closes = _noon(cast, region, one["opens"]), cast.when(region, one["closes"], EVENING)
    reveals = closes + timedelta(hours=16)
    terms: dict[str, Any] = {name: one[name] for name in TERMS if name in one}
    promised: dict[str, Any] = {
        "decider": proposal.decider_note if proposal else one["decider"],
        "first_steps": proposal.first_steps if proposal else one["first_steps"],
        "proposal_id": proposal.id if proposal else None,
    }
    times: dict[str, Any] = {"opens_at": opens, "closes_at": closes, "reveals_at": reveals}
    who: dict[str, Any] = {"region": region, "by": by, "roles": OFFICE}
    vote = votes.draft(**who, key=uuid7(), at=opens - timedelta(days=1), **terms, **promised, **times)
    if "options" in one:
        rows = [dict(zip(OPTION, told_of, strict=False)) for told_of in one["options"]]
        votes.set_options(**who, vote_id=vote.id, options=rows, at=opens - timedelta(days=1))
    opening.open(**who, vote_id=vote.id, at=opens)
    people, phone = iter(cast.villagers[region.slug]), one["phone"]
    ballots.by_phone(region, vote, phone.items() if isinstance(phone, dict) else phone, people, opens)
    papers = ballots.by_paper(region, vote, one.get("paper", {}), people, opens)
    if reveals <= cast.at:
        _count(cast, region, vote, papers, closes, reveals)


def _count(cast: Cast, region: Region, vote: Vote, papers: ballots.Papers, closes: datetime, reveals: datetime) -> None:
    """The doors shut, two people type the paper of each part, and the result is opened at its hour."""
    closing.settle(vote.id, closes)
    first, second = cast.memberships["TSK-0002-1"], cast.memberships["TSK-0007-6"]
    for part in ("resident", "friend"):
        if pile := ballots.pile(papers, part):
            where: dict[str, Any] = {"region": region, "vote_id": vote.id, "ballots": pile, "invalid": 0}
            row = piles.begin(**where, by=first, key=uuid7(), part=part, name="", at=closes)
            piles.second(**where, pile_id=row.id, by=second, at=closes)
    closing.settle(vote.id, reveals)


# --- small questions ----------------------------------------------------------------------------------------


def _poll(cast: Cast, region: Region, one: dict[str, Any]) -> None:
    asked = cast.ago(one["ago"])
    choices = [Choice(words=words) for words in one.get("answers", ())]
    choices += [_day(cast, region, days) for days in one.get("days", ())]
    facts = {"kind": one["kind"], "question": one["question"], "choices": choices, "lasts": timedelta(days=7)}
    poll = polls.ask(region=region, by=cast.memberships[one["by"]], key=uuid7(), at=asked, **facts)
    for number, *said in one["said"]:
        marks = {said[0]: "yes"} if poll.kind == "quick" else dict(enumerate(said, start=1))
        by = cast.memberships[number]
        polls.answer(region=region, poll_id=poll.id, by=by, marks=marks, at=asked + timedelta(hours=2))


def _day(cast: Cast, region: Region, days: int) -> Choice:
    start = cast.when(region, date.fromordinal(cast.at.toordinal() + days) - cast.shift, EVENING)
    return Choice(starts_at=start, ends_at=start + timedelta(hours=1))


def _noon(cast: Cast, region: Region, day: date) -> datetime:
    return cast.when(region, day, NOON)
