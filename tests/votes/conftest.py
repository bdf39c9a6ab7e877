"""A region at the last stage, a steward, and how to be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from app.db import transaction
from app.errors import DomainError
from app.members.models import Membership
from app.regions.models import Region
from tests import factories
from tests.votes import boxes


@pytest.fixture
def region(app: Any, at: Any) -> Region:
    """Where members decide."""
    return factories.world(at=at, stage=3).region


@pytest.fixture
def steward(region: Region, at: Any) -> Membership:
    """Opens votes, and stands on the roll like everybody."""
    return factories.membership(region, at=at, name="世話 かおり", yomi="せわ かおり")


@pytest.fixture
def people(region: Region, steward: Membership, at: Any) -> list[Membership]:
    """Twelve who may vote, the steward the last of them."""
    return [*boxes.village(region, 11, at=at), steward]


@pytest.fixture
def refused() -> Callable[[str], AbstractContextManager[None]]:
    """`with refused("vote_over"):` around one act in its own transaction, which then has changed nothing."""

    @contextmanager
    def catch(code: str) -> Iterator[None]:
        with pytest.raises(DomainError) as caught, transaction():
            yield
        assert caught.value.code == code

    return catch
