"""A region with a rota, whoever made it, and people who might take turns."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import factories
from tests.rotas import factories as made


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def maker(place, client, at):
    """試田 みのる, signed in on `client`."""
    return factories.host_of(place, client, at=at)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


@pytest.fixture
def sora(place, at):
    return factories.membership(place.region, at=at, name="空想 そら", yomi="くうそう そら")


@pytest.fixture
def rota(place, maker, at):
    return made.rota(place.region, maker, at=at)


@pytest.fixture
def do(place, rota, at):
    """The factories with the region and the rota filled in; `day` counts from today."""

    def slots(day=7, *, when=at, **facts):
        return made.slots(place.region, rota, day, at=when, **facts)

    def turn(verb, who, which, *, when=at, **more):
        return made.turn(verb, place.region, rota, who, which, at=when, **more)

    return SimpleNamespace(slots=slots, slot=lambda *day, **facts: slots(*day, **facts)[0], turn=turn)


@pytest.fixture
def phone(app, at):
    """A browser that a member is signed in on."""

    def phone(membership):
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at)
        return client

    return phone
