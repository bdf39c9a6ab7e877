"""A region with nine residents and three friends, two duty holders among them, and an open vote."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import factories
from tests.by_hand import factories as made


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def crowd(place, at):
    """`office` and `steward` are residents of the roll, `people` the other residents, `friends` those from outside."""
    everybody = made.people(place.region, at=at, residents=11)
    office = made.duty(place.region, everybody[0], "office", at=at)
    steward = made.duty(place.region, everybody[1], "steward", at=at)
    return SimpleNamespace(office=office, steward=steward, people=everybody[2:11], friends=everybody[11:])


@pytest.fixture
def vote(place, crowd, at):
    return made.vote(place.region, crowd.office, at=at)


@pytest.fixture
def do(place, vote, clock):
    return made.acts(place.region, vote, clock)


@pytest.fixture
def phone(app, at):
    """A browser that a member is signed in on."""

    def phone(membership):
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at)
        return client

    return phone
