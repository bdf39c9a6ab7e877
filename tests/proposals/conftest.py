"""A region with a proposal, whoever wrote it, and people who might support it."""

from __future__ import annotations

import pytest

from tests import factories
from tests.proposals import factories as made


@pytest.fixture
def place(app, at):
    return factories.world(at=at, support_needed=3)


@pytest.fixture
def author(place, client, at):
    """試田 みのる, signed in on `client`."""
    return factories.host_of(place, client, at=at)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


@pytest.fixture
def sora(place, at):
    return factories.membership(place.region, at=at, name="空想 そら", yomi="くうそう そら", kind="friend")


@pytest.fixture
def people(place, at):
    """Four who have said nothing yet."""
    return [factories.membership(place.region, at=at) for _ in range(4)]


@pytest.fixture
def draft(place, author, at):
    return made.draft(place.region, author, at=at)


@pytest.fixture
def proposal(place, author, at):
    """Shown to everybody; three 応援 are needed."""
    return made.proposal(place.region, author, at=at)


@pytest.fixture
def talking(place, author, people, at):
    """With enough 応援, and nothing missing for a vote."""
    return made.talking(place.region, author, people[:3], at=at)


@pytest.fixture
def phone(app, at):
    """A browser that a member is signed in on."""

    def phone(membership):
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at)
        return client

    return phone
