"""The hamlet of the records, whose people have their hours certified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from app.certificates import queries, service
from app.certificates.models import Certificate
from app.certificates.service import Scope
from app.db import transaction, uuid7
from app.members.models import Membership
from tests import factories
from tests.records.conftest import Hamlet

YEAR = Scope("year", year=2026)


@pytest.fixture
def hamlet(app: Any, at: datetime) -> Hamlet:
    region = factories.world(at=at).region
    return Hamlet(app, region, factories.membership(region, at=at, name="二番 かくに"), at)


@pytest.fixture
def issue(hamlet: Hamlet) -> Callable[..., Certificate]:
    """`issue(who)`: their year, with their name, for whoever has the link; any of it otherwise."""

    def issue(who: Membership, **facts: Any) -> Certificate:
        values = {"region": hamlet.region, "key": uuid7(), "scope": YEAR, "named": True, "words": False}
        with transaction():
            return service.issue(by=who, **values | {"visibility": "link", "at": hamlet.at} | facts)

    return issue


@pytest.fixture
def told(hamlet: Hamlet) -> Callable[[Certificate], dict[str, Any]]:
    """What a certificate's text says."""
    return lambda made: queries.one(hamlet.region, id=made.id).told
