"""General meetings of the sample regions: one that is over, one that comes; and a vote whose paper is being typed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from app import clock
from app.assemblies import minutes, queries, service, voting
from app.assemblies.models import AgendaItem
from app.db import uuid7
from app.demo.chapters import ballots
from app.demo.sample import told
from app.events import service as events
from app.events.models import Event
from app.regions.models import Region
from app.votes import closing, opening
from app.votes import service as votes
from app.votes.by_hand import envelopes, proxies
from app.votes.by_hand.piles import service as piles
from app.votes.models import Vote

if TYPE_CHECKING:
    from app.demo.story import Cast

HOST, OFFICE, OFFICERS = "TSK-0002-1", "TSK-0007-6", {"office"}
NOON, EVENING = time(12), time(20)
PROMISED: dict[str, Any] = {"decider": "総会", "first_steps": "事務局が つぎの月に 知らせる。"}


def add(cast: Cast) -> None:
    """After the proposals, whose votes have the first numbers."""
    for one in told("assemblies")["assemblies"]:
        _meet(cast, cast.regions[one["region"]], one)
    for one in told("assemblies")["piles"]:
        _leave_paper(cast, cast.regions[one["region"]], one)


def _meet(cast: Cast, region: Region, one: dict[str, Any]) -> None:
    office, at = cast.memberships[OFFICE], cast.when(region, one["opens"], NOON)
    event = cast.events[one["event"]] if "event" in one else _gather(cast, region, one["gathering"])
    where: dict[str, Any] = {"region": region, "event_id": event.id}
    service.make(**where, by=office, key=uuid7(), at=at)
    rows = [_put_on_agenda(cast, where, event, item, at) for item in one["items"]]
    for giver, holder, way in one.get("proxies", ()):
        who: dict[str, Any] = {"giver_id": cast.memberships[giver].id, "holder_id": cast.memberships[holder].id}
        proxies.give(**where, **who, key=uuid7(), entered_by=office if way == "paper" else None, at=at)
    if "chair" in one:
        _hold(cast, where, event, one, rows)


def _gather(cast: Cast, region: Region, one: dict[str, Any]) -> Event:
    """A gathering of its own."""
    facts: dict[str, Any] = {name: one[name] for name in ("title", "place")}
    event = events.draft(
        region=region, host=cast.memberships[HOST], key=uuid7(), field="governance", at=cast.began, **facts
    )
    times: dict[str, Any] = {"day": one["day"] + cast.shift, "begins": one["begins"], "ends": one["ends"]}
    events.set_time(region=region, event_id=event.id, at=cast.began, **times)
    for name in ("title_en", "place_en", "bring", "bring_en"):
        setattr(event, name, one[name])
    terms: dict[str, Any] = {"audience": "open", "capacity": 120, "coins": 1, "award": "end"}
    return events.publish(region=region, event_id=event.id, at=cast.began, **terms)


def _put_on_agenda(cast: Cast, where: dict[str, Any], event: Event, item: dict[str, Any], at: datetime) -> AgendaItem:
    """A matter; a vote is opened at once, so that people write before they meet."""
    if item["kind"] != "vote":
        return service.add_item(**where, kind=item["kind"], title=item["title"])
    region, one = where["region"], item["vote"]
    closes = clock.instant(region, datetime.combine(clock.local_day(region, event.starts_at), EVENING))
    terms: dict[str, Any] = {"quorum": "attendance", "quorum_percent": 10, "effect": "choose"}
    vote = _draft(cast, region, one, at, {"closes_at": closes, "reveals_at": closes} | terms)
    row = service.add_item(**where, kind="vote", title="", vote_id=vote.id)
    opening.open(region=region, vote_id=vote.id, by=cast.memberships[OFFICE], roles=OFFICERS, at=at)
    people = iter(cast.villagers[region.slug])
    ballots.by_phone(region, vote, one["phone"].items(), people, at)
    for _envelope in range(one.get("paper", 0)):
        envelopes.take(region=region, vote_id=vote.id, membership=next(people), at=at)
    return row


def _draft(cast: Cast, region: Region, one: dict[str, Any], at: datetime, terms: dict[str, Any]) -> Vote:
    who: dict[str, Any] = {"region": region, "by": cast.memberships[OFFICE], "roles": OFFICERS, "at": at}
    asked: dict[str, Any] = {name: one[name] for name in ("question", "question_en")}
    vote = votes.draft(**who, key=uuid7(), opens_at=at, **asked, **PROMISED, **terms)
    if "options" in one:
        rows = [{"name": name, "name_en": name_en} for name, name_en in one["options"]]
        votes.set_options(**who, vote_id=vote.id, options=rows)
    return vote


def _hold(cast: Cast, where: dict[str, Any], event: Event, one: dict[str, Any], rows: list[AgendaItem]) -> None:
    """It is held: matter by matter, each vote shut in the room, the minutes written, and signed by some."""
    office, at = cast.memberships[OFFICE], event.starts_at + timedelta(minutes=15)
    service.open_(**where, at=at)
    for step, row in enumerate(rows, 1):
        now = at + timedelta(minutes=20 * step)
        service.take_up(**where, item_id=row.id, at=now)
        if row.vote_id is not None:
            voting.close_vote(**where, item_id=row.id, by=office, at=now + timedelta(minutes=10))
    said = {row.id: item["minutes"] for row, item in zip(rows, one["items"], strict=True)}
    words: dict[str, Any] = {"opening_words": one["opening"], "closing_words": one["closing"], "items": said}
    service.close(**where, at=event.ends_at, **words)
    people: dict[str, Any] = {name: cast.memberships[one[name]] for name in ("chair", "writer")}
    signers = [cast.memberships[number] for number in one["signs"]]
    meeting = minutes.name_people(**where, **people, signers=signers, at=event.ends_at)
    for number in one["signed"]:
        read = minutes.current_hash(meeting, queries.by_event(where["region"], event.id)[1])
        minutes.sign(**where, by=cast.memberships[number], words_hash=read, at=event.ends_at + timedelta(days=1))


def _leave_paper(cast: Cast, region: Region, one: dict[str, Any]) -> None:
    """The doors are shut, envelopes are opened; one person has typed the residents' pile, the second is waited for."""
    today = date.fromordinal(clock.local_day(region, cast.at).toordinal() - one["ago"]) - cast.shift
    opens = cast.when(region, today, NOON)
    closes = cast.when(region, today + timedelta(days=one["lasts"]), EVENING)
    terms: dict[str, Any] = {
        "method": "choose_one",
        "quorum": "none",
        "closes_at": closes,
        "reveals_at": closes + timedelta(hours=2),
    }
    vote = _draft(cast, region, one, opens, terms)
    opening.open(region=region, vote_id=vote.id, by=cast.memberships[OFFICE], roles=OFFICERS, at=opens)
    people = iter(cast.villagers[region.slug])
    ballots.by_phone(region, vote, one["phone"].items(), people, opens)
    papers = ballots.by_paper(region, vote, one["paper"], people, opens)
    closing.settle(vote.id, closes)
    pile = ballots.pile(papers, "resident")
    typed: dict[str, Any] = {"part": "resident", "name": "机の 上の 束", "ballots": pile, "invalid": 0}
    who: dict[str, Any] = {"by": cast.memberships["TSK-0002-1"], "key": uuid7(), "at": closes}
    piles.begin(region=region, vote_id=vote.id, **who, **typed)
