"""At the door: cards before the host's camera, twenty paper names, a list with three groups, who is still out."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from tests import chromium
from tests.browser.market import film
from tests.phones import Phones
from tests.photographs import pages_of

pytestmark = pytest.mark.browser
STEWARD, UME = "TSK-0002-1", "TSK-0001-3"
AROUND = 40  # dots of the card round its code
SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, main input:not([type=hidden])')]
    .filter((e) => e.offsetParent && !e.closest('label'))
    .map((e) => [e.textContent || e.name, e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 48 || box.width < 48).map(([name, box]) => [name, box.width, box.height])"""
NARROW = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def host(sample: Any, phones: Phones) -> Page:
    return sample.enter(phones(sample.server), STEWARD)


@pytest.fixture
def camera(browser: Any, sample: Any, host: Page, tmp_path: Path) -> Any:
    """The host's phone, before whose camera a picture is held: `camera(picture)`."""
    opened: list[Any] = []

    def make(picture: bytes) -> Page:
        film(picture, tmp_path / "seen.mjpeg")
        seen = f"--use-file-for-fake-video-capture={tmp_path / 'seen.mjpeg'}"
        fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", seen)
        own = browser.browser_type.launch(executable_path=chromium.find(), args=[*chromium.FLAGS, *fake])
        phones = Phones(own)
        opened.extend([phones, own])
        page = phones(sample.server)
        page.context.add_cookies(host.context.cookies())  # the same person's other device
        return page

    yield make
    for one in opened:
        one.close()
    assert not any(one.complaints for one in opened if isinstance(one, Phones))


def printed_card(host: Page) -> tuple[bytes, str]:
    """The first card of the printed sheet, round its code, as a picture; and whose it is."""
    host.goto("/tsk/cards/sheet?card=1")
    page = pages_of(host.pdf(prefer_css_page_size=True, print_background=True), dpi=300)[0]
    found = zxingcpp.read_barcode(page)
    assert found is not None
    corners = found.position
    box = (corners.top_left.x, corners.top_left.y, corners.bottom_right.x, corners.bottom_right.y)
    card = page.crop((box[0] - AROUND, box[1] - AROUND, box[2] + AROUND, box[3] + AROUND))
    picture = io.BytesIO()
    card.save(picture, "PNG")
    return picture.getvalue(), host.locator("main").inner_text()


def test_a_printed_card_before_the_camera_is_a_name_without_a_tap(
    host: Page, sample: Any, camera: Callable[[bytes], Page]
) -> None:
    picture, sheet = printed_card(host)
    door = camera(picture)
    door.goto(f"/tsk/events/{sample.today['id']}/check-ins/scan")
    expect(door.locator(".scanned-word")).to_have_text("受付しました")
    name = door.locator(".scanned-name").inner_text().removesuffix("さん")
    assert name in sheet
    whole = door.locator(".scanned").bounding_box()
    assert whole is not None and whole["width"] == 360  # all of the screen's width
    assert door.locator(".scanned-name").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 28
    door.wait_for_timeout(2_000)  # the card is still held there, and is not read again
    expect(door.locator(".scanned-word")).to_have_text("受付しました")
    door.get_by_label("会員番号").fill(UME)  # the camera goes on; the next is typed
    with door.expect_response(lambda answer: answer.request.method == "POST"):
        door.keyboard.press("Enter")
    expect(door.locator(".scanned-word")).to_be_visible()
    assert door.evaluate(SMALL) == [] and door.evaluate(NARROW)


def test_with_a_keyboard_alone_and_without_scripts(sample: Any, phones: Phones) -> None:
    plain = sample.enter(phones(sample.server, javascript=False), STEWARD)
    plain.goto(f"/tsk/events/{sample.today['id']}/check-ins/scan")
    plain.get_by_label("会員番号").fill("0001-3")
    plain.keyboard.press("Enter")
    expect(plain.get_by_text("見本 うめさん")).to_be_visible()
    plain.get_by_label("会員番号").fill("9999-9")
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("alert")).to_contain_text("受付していません")
    plain.get_by_role("link", name="名ぼへ もどる").click()
    expect(plain.locator(".tally b")).to_have_text("1")
    plain.get_by_label("なまえ（よみ）か 会員番号").fill("みのる")
    plain.keyboard.press("Enter")  # unambiguous: in
    expect(plain.locator(".tally b")).to_have_text("2")


def test_paper_names_with_enter_alone(host: Page, sample: Any) -> None:
    host.goto(f"/tsk/events/{sample.today['id']}/check-ins/paper")
    host.locator("[name=who_1]").focus()
    for typed, name in (("うめ", "見本 うめ"), ("みのる", "試田 みのる"), ("0005-9", "空想 そら")):
        host.keyboard.type(typed)
        expect(host.locator(".paper-means", has_text=name)).to_be_visible()  # said before Enter
        host.keyboard.press("Enter")
    host.keyboard.type("ぬぬ")
    expect(host.get_by_label("お客さま「ぬぬ」")).to_be_checked()
    assert host.evaluate(SMALL) == [] and host.evaluate(NARROW)
    host.get_by_role("button", name="まとめて 受付する").tap()
    expect(host.get_by_role("heading", name="4人を 受付しました（代理入力）")).to_be_visible()


def test_the_paper_list_is_one_page(host: Page, sample: Any) -> None:
    for event in sample.tsk["events"]:
        if event["state"] in ("open", "upcoming"):
            host.goto(f"/tsk/events/{event['id']}/check-ins/sheet")
            assert len(pages_of(host.pdf(prefer_css_page_size=True, print_background=True))) == 1, event["title"]


def test_who_is_back_and_who_is_not(host: Page, sample: Any, phones: Phones) -> None:
    address = f"/tsk/events/{sample.today['id']}"
    visitor = phones(sample.server)
    visitor.goto(sample.today["poster_url"])
    visitor.get_by_label("よび名").fill("そら")
    visitor.locator("summary", has_text="いっしょに来た人").tap()
    visitor.get_by_label("おとな", exact=True).fill("1")
    visitor.get_by_label("子ども", exact=True).fill("2")
    visitor.get_by_role("button", name="受付する").tap()
    expect(visitor.get_by_text("うち 子ども 2人")).to_be_visible()
    host.goto(f"{address}/check-ins")
    host.get_by_label("なまえ（よみ）か 会員番号").fill("うめ")
    host.get_by_role("button", name="見本 うめ").tap()  # suggested while it is typed
    expect(host.locator(".tally b")).to_have_text("5")
    row = host.locator("li.arrived", has_text="見本 うめ")
    expect(row).to_be_visible()
    box = row.bounding_box()
    assert box is not None and box["height"] >= 64
    host.goto(f"{address}/leavings")
    expect(host.locator(".tally b")).to_have_text("5")
    host.get_by_role("button", name="そら").tap()
    expect(host.locator(".tally b")).to_have_text("1")
    host.get_by_role("button", name="みんな もどりました").tap()
    expect(host.get_by_text("みんな もどりました。おつかれさまでした。")).to_be_visible()
    assert host.evaluate(SMALL) == [] and host.evaluate(NARROW)
