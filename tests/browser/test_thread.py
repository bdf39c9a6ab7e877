"""The whole thread once: an event is made, its poster is scanned, coins are earned, claimed, spent and given back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.ledger import proof
from tests.browser.test_visitor import scan

pytestmark = [pytest.mark.browser, pytest.mark.journey]

COUNTER = "ONOONO カウンター"
REFILL = "おかわり 1ぱい"  # for one coin


def test_from_an_empty_form_to_a_cup_at_the_counter_and_back(sample: Any, phones: Any, inside: Any) -> None:
    host, visitor, till = (phones(sample.server) for _ in range(3))
    sample.enter(host, "TSK-0002-1")
    event = announce(host)
    host.goto(f"{event}/poster")
    arrive(visitor, scan(host))
    end(host, event)
    claim(visitor)
    counter = next(shop for shop in sample.tsk["shops"] if shop["name"] == COUNTER)
    digits = ask(visitor, next(offer["id"] for offer in counter["offers"] if offer["name"] == REFILL))
    open_till(till, counter["till_url"])
    confirm(till, digits)
    expect(visitor.get_by_role("heading", name="完了")).to_be_visible(timeout=2_000)
    expect(visitor.get_by_text("のこり")).to_contain_text("1枚")
    take_back(till)
    visitor.goto("/tsk/wallet")
    expect(visitor.locator("main")).to_contain_text(re.compile(r"のこり\s*2\s*枚"))
    with inside(sample.server):
        assert proof.prove()["ok"]


def announce(host: Page) -> str:
    """A gathering that is going on and gives two coins at its end; the address of its page."""
    host.goto("/tsk/events/new")
    host.get_by_label("行事の名前").fill("ゆず取りの会")
    host.get_by_label("場所").fill("ONOONO 広場")
    host.get_by_role("button", name="つぎへ").tap()
    host.get_by_label("日にち").fill("2026-11-28")
    host.get_by_label("はじまり").fill("09:00")
    host.get_by_label("おわり").fill("11:00")
    host.get_by_role("button", name="つぎへ").tap()
    host.get_by_label("おわったあとに 2枚").check()
    host.get_by_role("button", name="行事を知らせる").tap()
    expect(host.get_by_role("status").first).to_contain_text("行事ができました")
    return host.url


def arrive(visitor: Page, address: str) -> None:
    visitor.goto(address)
    visitor.get_by_role("button", name="受付する").tap()
    expect(visitor.get_by_role("heading", name="受付しました")).to_be_visible()
    expect(visitor.locator("svg.seal-outline")).to_be_visible()


def end(host: Page, event: str) -> None:
    host.goto(f"{event}/closure")
    expect(host.locator("input[name=ticked]:checked")).to_have_count(1)
    host.get_by_role("button", name="おわりにして 2枚ずつ わたす").tap()
    expect(host.get_by_role("status").first).to_contain_text("おわりにしました")


def claim(visitor: Page) -> None:
    visitor.reload()
    visitor.get_by_role("link", name="このスマホで つづける").tap()
    visitor.get_by_role("button", name="うけとる").tap()
    expect(visitor.get_by_role("status")).to_contain_text("2枚を うけとりました")


def ask(visitor: Page, offer: int) -> str:
    """The six digits on the visitor's phone."""
    visitor.goto(f"/tsk/shops/offers/{offer}")
    visitor.get_by_role("button", name="つかう（1枚）").tap()
    return visitor.locator(".digits").inner_text().replace(" ", "")


def open_till(till: Page, link: str) -> None:
    till.goto(link)
    till.get_by_role("main").get_by_role("button").tap()
    expect(till.locator(".keys")).to_be_visible()


def confirm(till: Page, digits: str) -> None:
    for digit in digits:
        till.locator(".keys").get_by_role("button", name=digit, exact=True).tap()
    expect(till.get_by_role("heading", name="完了")).to_be_visible()
    expect(till.get_by_text(REFILL)).to_be_visible()


def take_back(till: Page) -> None:
    till.get_by_role("link", name="つぎの お客さま").tap()
    till.locator(".strip summary").first.tap()
    till.get_by_role("button", name="はい、とりけす").tap()
    expect(till.locator("#toast")).to_contain_text("コインは お客さまに もどりました。")
