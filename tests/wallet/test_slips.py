"""A shop enters a paper slip alone: whose coins moved is told, and nobody else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.db import transaction, uuid7
from app.regions import service as regions
from app.shops.counter import paper_slips
from app.shops.models import Offer, Redemption, Shop
from tests.client import Client
from tests.shops.factories import Valley, open_valley, text

NOTED_ON = date(2026, 11, 20)
TOLD = "見本茶屋が 紙のひかえを 入れました。"


@pytest.fixture
def valley(app: Any, at: datetime) -> Valley:
    return open_valley(at)


@pytest.fixture
def shop(valley: Valley) -> Shop:
    return valley.shop(name_en="Sample Tea House", phone="0743-00-0001")


@pytest.fixture
def tea(valley: Valley, shop: Shop) -> Offer:
    return valley.offer(shop, stock=40)


@pytest.fixture
def sora(valley: Valley, client: Client) -> Any:
    row = valley.member(20)
    valley.sign_in(client, row)
    return row


def enter(valley: Valley, offer: Offer, shop: Shop, *, noted_on: date = NOTED_ON, at: datetime) -> Redemption:
    with transaction():
        line = {"number": "TSK-0005-9", "offer_id": offer.id, "noted_on": noted_on, "key": uuid7(), "by": "till:1"}
        return paper_slips.enter(region=valley.region, shop=shop, at=at, **line)


@pytest.mark.parametrize("address", ["/tsk", "/tsk/wallet"])
def test_it_is_told_at_home_and_in_the_wallet_with_whom_to_call(
    client: Client, valley: Valley, shop: Shop, tea: Offer, sora: Any, at: datetime, address: str
) -> None:
    assert "紙のひかえ" not in text(client.get(address))
    enter(valley, tea, shop, at=at)
    page = client.get(address)
    assert f"{TOLD} 11月20日(金) 3枚 ちがうときは 電話 0743-00-0001" in text(page)
    assert 'href="tel:0743-00-0001"' in page.text


def test_the_line_leads_to_its_place_in_the_history(
    client: Client, valley: Valley, shop: Shop, tea: Offer, sora: Any, at: datetime
) -> None:
    seq = enter(valley, tea, shop, at=at).operation_seq
    valley.give(sora, 1)
    page = client.get("/tsk")
    assert f'href="/tsk/wallet?before={seq + 1}#wallet-line-{seq}"' in page.text
    there = client.get(f"/tsk/wallet?before={seq + 1}")
    first = text(there).partition("これまで")[2]
    assert "つかいました：ひげ茶 50g · 見本茶屋 · 紙のひかえ 11月20日(金) −3枚" in first
    assert there.text.index(f'id="wallet-line-{seq}"') < there.text.index("つかいました")
    assert f'id="wallet-line-{seq + 1}"' not in there.text


def test_only_whose_coins_moved_is_told(
    app: Any, client: Client, valley: Valley, shop: Shop, tea: Offer, sora: Any, at: datetime
) -> None:
    enter(valley, tea, shop, at=at)
    minato, stranger = app.test_client(), app.test_client()
    valley.sign_in(minato, valley.member(20, number="TSK-0004-5", name="空想 みなと"))
    for browser in (minato, stranger):
        assert "紙のひかえ" not in text(browser.get("/tsk"))
    valley.confirm(shop, valley.ask(sora, tea).digits)  # what went by the own phone is nobody's news
    assert text(client.get("/tsk")).count("3枚") == 1


def test_it_stands_for_fourteen_days(
    client: Client, valley: Valley, shop: Shop, tea: Offer, sora: Any, clock: Any
) -> None:
    enter(valley, tea, shop, at=clock.at)
    clock.move(days=13, hours=23, minutes=59)
    assert TOLD in text(client.get("/tsk/wallet"))
    clock.move(minutes=1)
    assert TOLD not in text(client.get("/tsk/wallet")) and TOLD not in text(client.get("/tsk"))
    assert "紙のひかえ 11月20日(金)" in text(client.get("/tsk/wallet"))  # the history keeps it


def test_what_was_taken_back_is_no_news(
    client: Client, valley: Valley, shop: Shop, tea: Offer, sora: Any, at: datetime
) -> None:
    valley.reverse(shop, enter(valley, tea, shop, at=at))
    assert TOLD not in text(client.get("/tsk/wallet"))


def test_shops_are_told_apart_and_the_office_is_called_where_a_shop_has_no_telephone(
    client: Client, valley: Valley, shop: Shop, tea: Offer, sora: Any, at: datetime
) -> None:
    market = valley.shop("見本ふれあい市")
    sweet = valley.offer(market, "見本あめ", 1)
    for days in (0, 1):
        enter(valley, tea, shop, noted_on=NOTED_ON + timedelta(days=days), at=at)
    enter(valley, sweet, market, noted_on=date(2026, 11, 27), at=at)
    said = text(client.get("/tsk/wallet"))
    assert "見本ふれあい市が 紙のひかえを 入れました。 11月27日(金) 1枚 ちがうときは 事務局に 話してください。" in said
    assert f"{TOLD} 11月21日(土) 3枚 11月20日(金) 3枚 ちがうときは" in said
    with transaction():
        regions.change_region(region_id=valley.region.id, facts={"phone": "0743-00-0000"})
    assert "11月27日(金) 1枚 ちがうときは 電話 0743-00-0000" in text(client.get("/tsk/wallet"))


def test_in_english(client: Client, valley: Valley, shop: Shop, tea: Offer, sora: Any, at: datetime) -> None:
    enter(valley, tea, shop, at=at)
    client.set_cookie("language", "en")
    said = text(client.get("/tsk"))
    assert "Sample Tea House entered a paper slip. Fri 20 Nov 3 coins If this is wrong: Tel. 0743-00-0001" in said
