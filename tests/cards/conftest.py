"""A region with somebody who has a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from app.cards import phone, rules, service
from app.cards.models import Card
from app.codes import signed
from app.db import transaction
from app.members.models import Membership
from app.regions.models import Region
from tests import factories


@dataclass
class Holder:
    """Ume of Tsukigase and her card, and what a camera reads of it."""

    region: Region
    member: Membership
    card: Card

    @property
    def printed(self) -> str:
        return signed.sign("card", region_id=self.region.id, body=signed.body(self.card.id))

    def shown(self, at: datetime, by: int = 0) -> str:
        """What her phone shows at `at`, or `by` steps later."""
        return phone.code(self.card, rules.step_at(at) + by)

    def read(self, text: str, at: datetime, purpose: str = "event:7", region: Region | None = None) -> Any:
        with transaction():
            return service.read(region=region or self.region, text=text, purpose=purpose, at=at)


@pytest.fixture
def ume(app: Any, at: datetime) -> Holder:
    region = factories.world(at=at).region
    member = factories.membership(region, at=at, name="見本 うめ", yomi="みほん うめ")
    with transaction():
        card = service.issue(region=region, membership=member, by="membership:1", at=at)
    return Holder(region, member, card)
