"""At the counter: a customer's phone, the shop's tablet with a camera, and the coins between them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.shops.models import Offer
from tests.browser.market import SMALL, TABLET, Market, signed_in
from tests.phones import Phones

pytestmark = pytest.mark.browser

CELLS = 37  # a side of the code, quiet zone included


def ask(customer: Page, tea: Offer) -> str:
    """Take the goods; the six digits of the code that appears."""
    customer.goto(f"/tsk/shops/offers/{tea.id}")
    customer.get_by_role("button", name=re.compile("つかう")).click()
    shown = customer.locator(".digits").inner_text()
    assert re.fullmatch(r"\d{3} \d{3}", shown)
    return shown.replace(" ", "")


def cell(customer: Page) -> float:
    """How wide one cell of the code is, in pixels of the page."""
    box = customer.locator("svg.qr path").first.bounding_box()  # the white ground
    assert box is not None
    return float(box["width"]) / CELLS


def press(till: Page, digits: str) -> None:
    for digit in digits:
        till.locator(".keys button", has_text=digit).click()


# --- the camera ---------------------------------------------------------------------------------------------


def test_phone_before_the_camera_and_the_screen_is_green(
    market: Market, customer: Page, tablet_that_sees: Callable[[bytes], Page]
) -> None:
    ask(customer, market.tea)
    tablet = tablet_that_sees(customer.screenshot())

    began = time.monotonic()
    tablet.goto("/till")  # the one tap: the icon on the home screen
    expect(tablet.get_by_role("heading", name="完了")).to_be_visible(timeout=6_000)
    assert time.monotonic() - began <= 6.0
    expect(customer.get_by_role("heading", name="完了")).to_be_visible(timeout=2_000)
    expect(customer.get_by_text("また お茶をのみに来てね。")).to_be_visible()
    assert market.coins() == (4, 1)

    goods = tablet.locator(".goods").first
    assert goods.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 32
    assert tablet.locator(".result").evaluate("e => e.getBoundingClientRect().height >= innerHeight - 1")
    left = tablet.locator("details .goods")
    assert not left.is_visible()
    tablet.get_by_text("のこりを見る").click()
    expect(left).to_have_text("4枚")

    tablet.get_by_role("link", name="つぎの お客さま").click()  # the same code is still before the camera
    refusal = tablet.get_by_role("alert")
    expect(refusal).to_contain_text("使えません")
    expect(refusal).to_contain_text(re.compile(r"午前9時\d+分に 見本茶屋で 使われました。"))
    assert market.coins() == (4, 1)


# --- the digits ---------------------------------------------------------------------------------------------


def test_six_digits_send_themselves_and_can_be_taken_back(market: Market, customer: Page, till: Page) -> None:
    digits = ask(customer, market.tea)
    till.goto("/till")
    expect(till.get_by_text("カメラが ありません。番号を 入れてください。")).to_be_visible()
    press(till, digits[:4] + digits[0])
    till.get_by_role("button", name="ひと文字 消す").click()
    expect(till.locator("input[name=code]")).to_have_value(f"{digits[:3]} {digits[3]}")
    till.keyboard.type(digits[4:])  # a keyboard that is plugged in goes on where the finger stopped
    expect(till.get_by_role("heading", name="完了")).to_be_visible()
    expect(customer.get_by_role("heading", name="完了")).to_be_visible(timeout=2_000)

    till.get_by_role("link", name="つぎの お客さま").click()
    till.locator(".strip summary").first.click()
    till.get_by_role("button", name="はい、とりけす").click()
    expect(till.locator("#toast")).to_contain_text("コインは お客さまに もどりました。")
    expect(till.locator(".strip")).to_contain_text("とりけしました")
    assert market.coins() == (5, 0)
    customer.reload()
    expect(customer.get_by_role("heading", name="お店の人が とりけしました。")).to_be_visible()

    till.get_by_text("店じまい", exact=True).click()
    till.get_by_role("button", name="きょうは おわりにする").click()
    expect(till.get_by_text("きょうは 0回で 0枚 でした。")).to_be_visible()


def test_two_tablets_see_each_other_and_of_two_one_wins(
    market: Market, phones: Phones, customer: Page, till: Page
) -> None:
    other = signed_in(phones(market.server, **TABLET), market.server, market.till_cookie())
    other.goto("/till")
    expect(other.locator("#till-strip")).not_to_contain_text("ひげ茶")
    digits = ask(customer, market.tea)
    till.goto("/till")
    press(till, digits)
    expect(other.locator("#till-strip")).to_contain_text("ひげ茶", timeout=4_500)
    other.locator(".strip summary").first.click()
    other.wait_for_timeout(3_500)  # what has not changed is not drawn again under the finger
    expect(other.get_by_role("button", name="はい、とりけす")).to_be_visible()

    digits = ask(customer, market.tea)
    for page in (till, other):
        page.goto("/till")
        page.locator("input[name=code]").evaluate("(input, digits) => { input.value = digits; }", digits)
    for page in (till, other):
        page.evaluate("() => { setTimeout(() => document.getElementById('till-form').submit(), 50); }")
    for page in (till, other):
        expect(page.locator(".result")).to_be_visible()
    verdicts = sorted(page.locator(".result h1").inner_text() for page in (till, other))
    assert verdicts == ["使えません", "完了"]
    assert market.coins() == (3, 2)

    till.goto("/till")
    till.locator(".strip summary").first.click()
    till.get_by_text("店じまい", exact=True).click()
    for size in ((1024, 700), (390, 844), (320, 568)):
        till.set_viewport_size({"width": size[0], "height": size[1]})
        assert till.evaluate(SMALL) == [], size
        assert till.evaluate("document.documentElement.scrollWidth <= innerWidth"), size


# --- time and trouble ---------------------------------------------------------------------------------------


def test_the_code_fits_every_phone_and_its_time_runs_down(market: Market, customer: Page) -> None:
    ask(customer, market.tea)
    for size in ((320, 568), (360, 640), (390, 844)):
        customer.set_viewport_size({"width": size[0], "height": size[1]})
        assert customer.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
        assert cell(customer) >= 6, size
        digits = customer.locator(".digits").bounding_box()
        assert digits is not None and digits["y"] + digits["height"] <= size[1], size
    expect(customer.locator(".countdown")).to_contain_text(re.compile(r"あと (1分)?\d+秒"))
    expect(customer.get_by_role("link", name="たしかめる")).not_to_be_visible()

    market.server.move_clock(timedelta(seconds=131))
    expect(customer.get_by_role("heading", name="時間が きれました。")).to_be_visible(timeout=2_500)
    expect(customer.get_by_text("コインは もどりました。")).to_be_visible()
    customer.get_by_role("button", name="もう一度 出す").click()
    expect(customer.locator(".digits")).to_be_visible()
    customer.get_by_role("button", name=re.compile("やめる")).click()
    expect(customer.get_by_role("heading", name="やめました。")).to_be_visible()
    assert market.coins() == (5, 0)


def test_without_javascript_all_of_it_works(market: Market, phones: Phones) -> None:
    options = {"javascript": False}
    customer = signed_in(phones(market.server, **options), market.server, market.member_cookie())
    till = signed_in(phones(market.server, **options), market.server, market.till_cookie())
    digits = ask(customer, market.tea)
    expect(customer.locator(".countdown")).to_contain_text("まで 使えます")
    till.goto("/till")
    expect(till.locator(".keys")).not_to_be_visible()
    till.get_by_label("お客さまの6けたの番号").fill(f"{digits[:3]} {digits[3:]}")
    till.get_by_role("button", name="たしかめる").click()
    expect(till.get_by_role("heading", name="完了")).to_be_visible()
    customer.get_by_role("link", name="たしかめる").click()
    expect(customer.get_by_role("heading", name="完了")).to_be_visible()
    till.reload()  # the browser sends the form again
    expect(till.get_by_role("heading", name="完了")).to_be_visible()
    assert market.coins() == (4, 1)
