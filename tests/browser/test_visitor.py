"""A visitor at the door: the poster's code, one tap, the seal, the coins; with one bar of signal and old phones."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ASKED = """
    window.asked = [];
    const note = (name) => (...rest) => { window.asked.push(name); return Promise.reject(new Error(name)); };
    if (navigator.geolocation) navigator.geolocation.getCurrentPosition = note("location");
    if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = note("camera");
    if (window.Notification) Notification.requestPermission = note("notification");
    addEventListener("beforeinstallprompt", () => window.asked.push("install"));
"""
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # 400 kbit/s


def scan(page: Any) -> str:
    """What a phone's own camera reads off the page as it is shown."""
    picture = Image.open(io.BytesIO(page.locator("svg.qr").screenshot()))
    return zxingcpp.read_barcode(picture).text


@pytest.mark.journey
def test_poster_to_coins_without_an_account(sample, phones):
    host = sample.enter(phones(sample.server), "TSK-0002-1")
    host.goto(f"/tsk/events/{sample.today['id']}/poster")
    address = scan(host)
    assert address == sample.today["poster_url"].upper()

    visitor = phones(sample.server)
    visitor.add_init_script(ASKED)
    visitor.goto(address)
    visitor.get_by_role("button", name="受付する").tap()  # the only tap, no field filled in
    expect(visitor.get_by_role("status").filter(has_text="受付しました")).to_be_visible()
    expect(visitor.locator("svg.seal-outline")).to_be_visible()
    visitor.goto(address)  # scanned a second time
    expect(visitor.get_by_text("受付番号").first).to_be_visible()

    visitor.get_by_role("link", name="このスマホで つづける").tap()
    visitor.get_by_role("button", name="うけとる").tap()
    expect(visitor.get_by_role("status")).to_contain_text("1枚を うけとりました")
    expect(visitor.get_by_text("パスキーを つくる")).to_have_count(0)  # never at the first seal
    assert visitor.evaluate("window.asked") == []


def test_ten_seconds_with_one_bar_of_signal(sample, phones):
    page = phones(sample.server)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    sizes: list[int] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    begun = time.monotonic()
    page.goto(sample.today["poster_url"], wait_until="load")
    ready = time.monotonic() - begun
    requests, bytes_sent = len(sizes), sum(sizes)
    page.get_by_role("button", name="受付する").tap()
    page.get_by_text("受付しました").first.wait_for()
    assert requests <= 3 and bytes_sent <= 14_000, (requests, bytes_sent)
    assert ready <= 3.0 and time.monotonic() - begun <= 10.0


def test_everything_works_without_javascript(sample, phones):
    page = phones(sample.server, javascript=False)
    page.goto(sample.today["poster_url"])
    page.get_by_label("よび名").fill("そら")
    page.get_by_role("button", name="受付する").tap()
    page.get_by_text("あとで（番号を ひかえる）").tap()
    code = page.locator(".slip-code").inner_text()

    other = phones(sample.server, javascript=False)
    other.goto("/n")
    other.get_by_label("紙に書いてある番号").fill(code.lower())
    other.get_by_role("button", name="ひらく").tap()
    assert other.get_by_label("お名前").input_value() == "そら"
    other.get_by_role("button", name="うけとる").tap()
    expect(other.get_by_role("status")).to_contain_text("1枚を うけとりました")


def test_double_tap_back_reload_and_two_tabs_are_one_visit(sample, phones):
    page = phones(sample.server)
    page.goto(sample.today["poster_url"])
    second = page.context.new_page()
    second.goto(sample.today["poster_url"])
    page.get_by_role("button", name="受付する").dblclick()
    page.get_by_text("受付しました").first.wait_for()
    page.go_back()
    page.reload()
    if page.get_by_role("button", name="受付する").count():
        page.get_by_role("button", name="受付する").tap()
    second.get_by_role("button", name="受付する").tap()
    second.get_by_text("受付しました").first.wait_for()
    host = sample.enter(phones(sample.server), "TSK-0002-1")
    host.goto(f"/tsk/events/{sample.today['id']}/check-ins")
    expect(host.locator(".tally b")).to_have_text("1")


def test_one_tap_to_english_and_a_latin_name(sample, phones):
    page = phones(sample.server)
    page.goto(sample.today["poster_url"])
    page.get_by_role("button", name="English").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("input[name=nickname]").fill("Zoë O’Brien")
    page.locator("main form button").tap()
    expect(page.get_by_role("status").first).to_contain_text("checked in")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_claim_is_there_a_month_later_on_this_phone(sample, phones):
    from datetime import timedelta

    page = phones(sample.server)
    page.goto(sample.today["poster_url"])
    page.get_by_role("button", name="受付する").tap()
    page.get_by_text("受付しました").first.wait_for()
    sample.server.move_clock(timedelta(days=29))
    page.goto("/claim")
    page.get_by_role("button", name="うけとる").tap()
    expect(page.get_by_role("status")).to_contain_text("うけとりました")


def test_a_member_is_checked_in_with_one_tap(sample, phones):
    page = sample.enter(phones(sample.server), "TSK-0001-3")
    page.goto(sample.today["poster_url"])
    expect(page.get_by_text("見本 うめさんとして 受付します")).to_be_visible()
    page.get_by_role("button", name="受付する").tap()
    expect(page.locator("svg.seal-filled")).to_be_visible()
    expect(page.get_by_text("+1枚")).to_be_visible()


def test_the_seal_stands_still_where_motion_is_not_wanted(sample, phones):
    for motion, moves in (("no-preference", True), ("reduce", False)):
        page = phones(sample.server, reduced_motion=motion)
        page.goto(sample.today["poster_url"])
        page.get_by_role("button", name="受付する").tap()
        name = page.locator("svg.seal").evaluate("seal => getComputedStyle(seal).animationName")
        assert name == ("thud" if moves else "appear")
