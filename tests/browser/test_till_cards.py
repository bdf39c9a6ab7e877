"""At the counter without a code: a card before the camera or by its number, the sticker, paper when signal is gone."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.cards import service as cards
from app.codes import signed
from app.codes.drawing import matrix
from app.db import transaction
from tests.browser.market import SMALL, Market, signed_in
from tests.conftest import AT
from tests.phones import Phones

pytestmark = pytest.mark.browser

NARROW = "document.documentElement.scrollWidth <= innerWidth"


def printed_card(market: Market) -> bytes:
    """A picture of the code on the customer's printed card."""
    with market.inside(market.server):
        with transaction():
            card = cards.issue(region=market.valley.region, membership=market.sora, by="test", at=AT)
        code = signed.sign("card", region_id=market.valley.region.id, body=signed.body(card.id))
    cells = matrix(f"{market.server.origin}/C/{code}".upper(), "H")
    small = Image.new("1", (len(cells), len(cells)))
    small.putdata([not dark for row in cells for dark in row])
    picture = io.BytesIO()
    small.resize((len(cells) * 8, len(cells) * 8)).save(picture, "PNG")
    return picture.getvalue()


@pytest.mark.journey
def test_a_card_number_is_paid_within_three_taps(market: Market, till: Page) -> None:
    for n in range(5):
        with market.inside(market.server):
            market.valley.offer(market.shop, f"見本のしな {n}", 2)
    till.goto("/till")  # the first tap: the icon on the home screen
    expect(till.locator(".keys")).to_be_visible()
    began = time.monotonic()
    till.keyboard.type("00059")
    till.get_by_role("button", name="よむ").click()
    expect(till.get_by_role("heading", name="空想 そら")).to_be_visible()
    assert till.evaluate(SMALL) == [] and till.evaluate(NARROW)
    till.get_by_text("ひげ茶 50g").click()
    button = till.get_by_role("button", name="ご本人です")
    box = button.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 700  # without scrolling
    button.click()
    expect(till.get_by_role("heading", name="完了")).to_be_visible()
    assert time.monotonic() - began <= 6.0
    assert till.locator(".goods").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 32
    assert "空想" not in till.locator("main").inner_text()
    assert market.coins() == (4, 1)


def test_a_printed_card_before_the_camera(market: Market, tablet_that_sees: Callable[[bytes], Page]) -> None:
    tablet = tablet_that_sees(printed_card(market))
    tablet.goto("/till")
    expect(tablet.get_by_role("heading", name="空想 そら")).to_be_visible(timeout=6_000)
    tablet.get_by_role("button", name="ご本人です").click()  # the only thing on the shelf is chosen already
    expect(tablet.get_by_role("heading", name="完了")).to_be_visible()
    assert market.coins() == (4, 1)


@pytest.mark.journey
def test_what_is_chosen_at_the_sticker_waits_on_the_till(market: Market, customer: Page, till: Page) -> None:
    till.goto("/till")
    customer.goto(f"/C/{market.shop.code}")
    customer.get_by_role("link", name=re.compile("ひげ茶")).click()
    customer.get_by_role("button", name=re.compile("つかう")).click()
    digits = customer.locator(".digits").inner_text()
    expect(customer.get_by_text("お店の画面にも この番号が 出ています。")).to_be_visible()
    waiting = till.locator(".waiting li")
    expect(waiting).to_contain_text("おきゃくさま: ひげ茶 50g · 1枚", timeout=4_500)
    expect(waiting).to_contain_text(digits)
    assert till.evaluate(SMALL) == [] and till.evaluate(NARROW)
    button = waiting.get_by_role("button", name="わたす")
    box = button.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 700
    button.click()
    expect(till.get_by_role("heading", name="完了")).to_be_visible()
    expect(customer.get_by_text("また お茶をのみに来てね。")).to_be_visible(timeout=2_000)
    assert market.coins() == (4, 1)


def test_without_signal_no_code_is_sent_and_paper_is_offered(market: Market, till: Page) -> None:
    till.goto("/till")
    expect(till.get_by_text("電波が ありません")).not_to_be_visible()
    expect(till.locator(".keys")).to_be_visible()
    till.context.set_offline(True)
    expect(till.get_by_text("スマホの番号は いま 使えません。")).to_be_visible()
    till.keyboard.type("123456")
    till.wait_for_timeout(300)
    expect(till.locator("input[name=code]")).to_have_value("123 456")
    till.get_by_role("button", name="よむ").click()
    expect(till.get_by_text("紙にひかえてください")).to_be_visible()
    till.context.set_offline(False)
    expect(till.get_by_text("電波が ありません")).not_to_be_visible()


def test_slips_are_entered_and_the_day_is_closed(market: Market, till: Page) -> None:
    till.goto("/till")
    till.get_by_role("link", name="紙にひかえる").click()
    till.get_by_label("会員証の番号").first.fill("TSK-0005-9")
    till.get_by_label("品もの").first.select_option(label="ひげ茶 50g · 1枚")
    till.get_by_text("もっと 入れる").click()
    till.get_by_label("会員証の番号").nth(1).fill("TSK-0005-8")
    assert till.evaluate(SMALL) == [] and till.evaluate(NARROW)
    till.get_by_role("button", name="入れる").click()
    expect(till.get_by_text("1枚の紙を 入れました。")).to_be_visible()
    expect(till.get_by_label("会員証の番号").first).to_have_value("TSK-0005-8")
    till.goto("/till/closing")
    expect(till.locator(".entries")).to_contain_text("紙のひかえ")
    till.get_by_role("button", name="きょうは おわりにする").click()
    expect(till.get_by_text("きょうは 1回で 1枚 でした。")).to_be_visible()
    assert market.coins() == (4, 1)


@pytest.mark.parametrize("page_name", ["sticker", "paper-slips/pad", "sales/sheet"])
def test_each_print_page_is_one_sheet(market: Market, phones: Phones, tmp_path: Path, page_name: str) -> None:
    with market.inside(market.server):
        keeper = market.valley.staff(market.shop)
        from app.credentials import service as credentials

        with transaction():
            cookie = credentials.sign_in(member_id=keeper.member_id, way="claim", at=AT)[1]
    page: Any = signed_in(phones(market.server), market.server, cookie)
    page.goto(f"/tsk/shops/{market.shop.id}/{page_name}")
    page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    assert len(pypdfium2.PdfDocument(tmp_path / "sheet.pdf")) == 1
