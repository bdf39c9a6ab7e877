"""A region whose members ask each other small questions."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.db import transaction, uuid7
from app.polls import service
from app.polls.service import Choice
from tests import factories


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def minoru(place, client, at):
    """試田 みのる, signed in on `client`: asks."""
    return factories.host_of(place, client, at=at)


@pytest.fixture
def una(place, at):
    return factories.membership(place.region, at=at, name="見本 うめ", yomi="みほん うめ")


@pytest.fixture
def sora(place, at):
    return factories.membership(place.region, at=at, name="空想 そら", yomi="くうそう そら")


@pytest.fixture
def phone(app, at):
    """A browser that a member is signed in on."""

    def phone(membership):
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at)
        return client

    return phone


@pytest.fixture
def do(place, at):
    """Each call is one committed act."""

    def ask(by, kind="quick", *, when=at, key=None, question="お茶は 何時に しますか", lasts=timedelta(days=3)):
        days = [
            Choice(starts_at=at + timedelta(days=day), ends_at=at + timedelta(days=day, hours=2)) for day in (2, 3, 4)
        ]
        choices = [Choice(words="はい"), Choice(words="いいえ")] if kind == "quick" else days
        told = {"key": key or uuid7(), "kind": kind, "question": question, "choices": choices, "lasts": lasts}
        with transaction():
            return service.ask(region=place.region, by=by, at=when, **told)

    def answer(poll, by, *marks, when=at):
        said = dict(enumerate(marks, start=1)) if poll.kind == "dates" else {marks[0]: "yes"}
        with transaction():
            return service.answer(region=place.region, poll_id=poll.id, by=by, marks=said, at=when)

    def act(verb, poll, by, *, when=at, **more):
        with transaction():
            return getattr(service, verb)(region=place.region, poll_id=poll.id, by=by, at=when, **more)

    return SimpleNamespace(ask=ask, answer=answer, act=act)
