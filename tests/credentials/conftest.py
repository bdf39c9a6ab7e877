"""A member on a phone, with and without a passkey."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.credentials import service
from app.db import transaction
from app.members.models import Membership
from tests import factories
from tests.client import Client
from tests.credentials.authenticator import Authenticator, Browser


@pytest.fixture
def person(app: Flask, at: datetime) -> Membership:
    """A member of a region."""
    return factories.membership(factories.world(at=at).region, at=at)


@pytest.fixture
def browser(client: Client) -> Browser:
    """Nobody is signed in."""
    return Browser(client)


@pytest.fixture
def phone(browser: Browser, person: Membership, at: datetime) -> Browser:
    """The person's own phone, signed in as after a claim: no passkey yet."""
    with transaction():
        _, browser.cookie = service.sign_in(member_id=person.member_id, way="claim", at=at)
    return browser


@pytest.fixture
def passkey(phone: Browser) -> Authenticator:
    """The person's passkey, made on `phone`."""
    made = Authenticator()
    assert phone.register(made).status_code == 303
    return made
