"""A valley with one shop that offers tea; a browser that is its till."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from app.shops.models import Offer, Shop
from tests.client import Client
from tests.shops.factories import Valley, open_valley


@pytest.fixture
def valley(app: Any, at: datetime) -> Valley:
    return open_valley(at)


@pytest.fixture
def shop(valley: Valley) -> Shop:
    return valley.shop(thanks="また お茶をのみに来てね。", name_en="Sample Tea House")


@pytest.fixture
def tea(valley: Valley, shop: Shop) -> Offer:
    return valley.offer(shop, stock=40, name_en="Higecha 50 g")


@pytest.fixture
def till(client: Client, valley: Valley, shop: Shop) -> Client:
    valley.till(client, shop)
    return client
