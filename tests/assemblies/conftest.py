"""A region with thirteen who may vote, a gathering that is a general meeting, and one vote on its agenda."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.assemblies import service, voting
from app.checkins import service as checkins
from app.db import transaction, uuid7
from tests import factories
from tests.by_hand import factories as made


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def crowd(place, at):
    everybody = made.people(place.region, at=at, residents=11, friends=2)
    office = made.duty(place.region, everybody[0], "office", at=at)
    steward = made.duty(place.region, everybody[1], "steward", at=at)
    return SimpleNamespace(office=office, steward=steward, people=everybody[2:])


@pytest.fixture
def event(place, crowd, at):
    return factories.event(place.region, crowd.office, at=at)


@pytest.fixture
def draft(place, crowd, event, at):
    """A vote for the day itself, not open yet."""
    times = {"opens_at": at, "closes_at": event.ends_at, "reveals_at": event.ends_at}
    return made.vote(place.region, crowd.office, at=at, is_open=False, quorum="attendance", quorum_percent=30, **times)


@pytest.fixture
def meeting(place, crowd, event, draft, clock):
    """The verbs of the meeting at the clock's time; a report, the vote and a talk stand on its agenda."""
    where = {"region": place.region, "event_id": event.id}

    def run(verb, **what):
        with transaction():
            return verb(**where, **what)

    def timed(verb, **what):
        return run(verb, at=clock.at, **what)

    def come(who):
        told = {"membership": who, "way": "name", "key": uuid7(), "by": "host", "at": clock.at}
        with transaction():
            return checkins.check_in(**where, **told)

    def close(**words):
        return timed(service.close, **{"opening_words": "はじめた", "closing_words": "おわった", "items": {}} | words)

    run(service.make, by=crowd.office, key=uuid7(), at=clock.at)
    items = [
        run(service.add_item, kind="report", title="1年の ふりかえり"),
        run(service.add_item, kind="vote", title="", vote_id=draft.id),
        run(service.add_item, kind="talk", title="来年のこと"),
    ]
    office = {"by": crowd.office, "item_id": items[1].id}
    return SimpleNamespace(
        run=run,
        timed=timed,
        come=come,
        items=items,
        open=lambda: timed(service.open_),
        open_vote=lambda: timed(voting.open_vote, roles={"office"}, **office),
        close_vote=lambda: timed(voting.close_vote, **office),
        close=close,
        do=made.acts(place.region, draft, clock),
        clock=clock,
    )


@pytest.fixture
def phone(app, at):
    """A browser that a member is signed in on."""

    def phone(membership):
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at)
        return client

    return phone
