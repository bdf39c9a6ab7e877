"""A region with a project, whoever leads it, and two who might join."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import factories
from tests.projects import factories as made


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def lead(place, client, at):
    """試田 みのる, signed in on `client`."""
    return factories.host_of(place, client, at=at)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


@pytest.fixture
def sora(place, at):
    return factories.membership(place.region, at=at, name="空想 そら", yomi="くうそう そら", kind="friend")


@pytest.fixture
def project(place, lead, at):
    return made.project(place.region, lead, at=at)


@pytest.fixture
def do(place, project, lead, at):
    """The factories with the region, the project and its lead filled in."""

    def task(**facts):
        return made.task(place.region, project, lead, at=at, **facts)

    def ask(who, *, when=at, **rest):
        return made.ask(place.region, project, who, at=when, **rest)

    def answer(request, said, *, by=lead, when=at, **rest):
        return made.answer(place.region, request, by, said, at=when, **rest)

    def join(who, *, when=at, **rest):
        return made.join(place.region, project, who, lead, at=when, **rest)

    return SimpleNamespace(task=task, ask=ask, answer=answer, join=join)


@pytest.fixture
def phone(app, at):
    """A browser that a member is signed in on."""

    def phone(membership):
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at)
        return client

    return phone
