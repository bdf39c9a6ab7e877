"""The hamlet, on this test's database."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from tests import factories
from tests.hours.factories import Hamlet, hamlet


@pytest.fixture
def place(app: Any, at: datetime) -> Hamlet:
    """The 28th of November 2026, a Saturday morning."""
    return hamlet(at)


@pytest.fixture
def phone(app: Any, at: datetime) -> Any:
    """A browser on which a member is signed in."""

    def phone(membership: Any, **how: Any) -> Any:
        client = app.test_client()
        factories.sign_in(client, membership.member_id, at=at, **how)
        return client

    return phone


@pytest.fixture
def proof() -> Any:
    """The hidden field as the page at an address gives it to this browser."""

    def proof(client: Any, address: str) -> str:
        found = re.search(r'name="proof" value="([^"]+)"', client.get(address).text)
        assert found is not None, address
        return found[1]

    return proof
