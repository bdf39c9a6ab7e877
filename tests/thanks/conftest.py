"""A region with three people who met at a gathering, and one who was not there."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import factories
from tests.thanks import factories as made


@pytest.fixture
def place(app, at):
    return factories.world(at=at, phone="0743-00-0000")


@pytest.fixture
def minoru(place, client, at):
    """試田 みのる, signed in on `client`."""
    return factories.host_of(place, client, at=at)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


@pytest.fixture
def sora(place, at):
    return factories.membership(place.region, at=at, name="空想 そら", yomi="くうそう そら")


@pytest.fixture
def tabi(place, at):
    """Came once: no number yet."""
    rest = {"standing": "provisional", "kind": "friend", "name": "旅人 たび", "yomi": "たびびと たび"}
    return factories.membership(place.region, at=at, **rest)


@pytest.fixture
def meet(place, minoru, at):
    """`meet(una, tabi)`: a gathering to which they and its host came."""

    def meet(*people):
        event = factories.event(place.region, minoru, at=at)
        for who in (minoru, *people):
            made.arrive(place.region, event, who, at=at)
        return event

    return meet


@pytest.fixture
def do(place, at):
    """The factories with the region filled in."""

    def send(writer, to, words="ありがとう", *, when=at, **more):
        return made.send(place.region, writer, to, words, at=when, **more)

    def act(verb, card, who, *, when=at):
        return made.act(verb, place.region, card, who, at=when)

    return SimpleNamespace(send=send, act=act)


@pytest.fixture
def phone(app, at):
    """A browser that a member is signed in on."""

    def phone(membership):
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at)
        return client

    return phone
