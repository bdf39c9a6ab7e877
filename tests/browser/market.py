"""A market for browser tests: a shop with a till and a customer, and a camera before which pictures are held."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from app.credentials import service as credentials
from app.db import transaction
from app.members.models import Membership
from app.shops.models import Offer, Shop
from tests import chromium
from tests.conftest import AT
from tests.phones import Phones
from tests.serving import Server
from tests.shops.factories import Valley, open_valley

TABLET = {"viewport": {"width": 1024, "height": 700}, "device_scale_factor": 1, "is_mobile": False}
SMALL = """() => [...document.querySelectorAll('a, button, summary, label.option, select, input')]
    .filter((e) => !['hidden', 'radio'].includes(e.type))
    .filter((e) => e.offsetParent).map((e) => [e.textContent || e.name, e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 64 || box.width < 64).map(([name, box]) => [name, box.width, box.height])"""


@dataclass
class Market:
    """A running server with one shop, one thing to buy for a coin, and somebody with five."""

    server: Server
    inside: Any
    valley: Valley
    shop: Shop
    tea: Offer
    sora: Membership

    def member_cookie(self) -> str:
        with self.inside(self.server), transaction():
            return credentials.sign_in(member_id=self.sora.member_id, way="claim", at=AT)[1]

    def till_cookie(self) -> str:
        with self.inside(self.server), transaction():
            return credentials.open_till(region_id=self.shop.region_id, shop_id=self.shop.id, at=AT)[1]

    def coins(self) -> tuple[int, int]:
        """The customer's and the shop's."""
        with self.inside(self.server):
            return self.valley.coins(self.sora), self.valley.shop_coins(self.shop)


def open_market() -> dict[str, Any]:
    valley = open_valley(AT)
    shop = valley.shop(thanks="また お茶をのみに来てね。")
    tea = valley.offer(shop, price=1, picture="higecha", stock=40, limit=3)
    return {"valley": valley, "shop": shop, "tea": tea, "sora": valley.member(5)}


@pytest.fixture
def market(new_server: Callable[..., Server], inside: Any) -> Market:
    server: Any = new_server(open_market)
    return Market(server, inside, **server.filled)


def signed_in(page: Page, server: Server, cookie: str) -> Page:
    page.context.add_cookies([{"name": "yui", "value": cookie, "url": server.origin}])
    return page


@pytest.fixture
def customer(phones: Phones, market: Market) -> Page:
    return signed_in(phones(market.server), market.server, market.member_cookie())


@pytest.fixture
def till(phones: Phones, market: Market) -> Page:
    """A tablet without a camera."""
    return signed_in(phones(market.server, **TABLET), market.server, market.till_cookie())


def film(picture: bytes, path: Path) -> None:
    """What a camera sees of a phone held before it: it moves and tilts a little. JPEGs one after the other."""
    phone = Image.open(io.BytesIO(picture)).convert("RGB")
    phone.thumbnail((460, 460))
    with path.open("wb") as file:
        for number in range(20):
            frame = Image.new("RGB", (640, 480), (96, 92, 88))
            held = phone.rotate(4 * (number % 5 - 2), expand=True, fillcolor=(96, 92, 88))
            frame.paste(held, ((640 - held.width) // 2 + 3 * (number % 7), (480 - held.height) // 2))
            jpeg = io.BytesIO()
            frame.save(jpeg, "JPEG", quality=85)
            file.write(jpeg.getvalue())


@pytest.fixture
def tablet_that_sees(browser: Any, market: Market, tmp_path: Path) -> Any:
    """A tablet before whose camera a picture is held: `tablet_that_sees(screenshot)`."""
    opened: list[Any] = []

    def make(picture: bytes) -> Page:
        film(picture, tmp_path / "seen.mjpeg")
        camera = (
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={tmp_path / 'seen.mjpeg'}",
        )
        own = browser.browser_type.launch(executable_path=chromium.find(), args=[*chromium.FLAGS, *camera])
        tablets = Phones(own)
        opened.extend([tablets, own])
        page = tablets(market.server, **TABLET)
        return signed_in(page, market.server, market.till_cookie())

    yield make
    for one in opened:
        one.close()
    assert not any(one.complaints for one in opened if isinstance(one, Phones))
