"""Browsers that people really have: inside LINE (no passkeys), Chrome 80 (much is missing), one in which modules do
not run at all, no JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from app.checkins.by_phone import rotating
from app.db import db
from app.events.models import Event

pytestmark = pytest.mark.browser
INSIDE_LINE = (
    "delete window.PublicKeyCredential; delete Navigator.prototype.credentials; delete window.BarcodeDetector;"
)
CHROME_80 = """
  for (const [owner, names] of [
    [window, ["AggregateError", "FinalizationRegistry", "URLPattern", "WeakRef", "cookieStore", "scheduler",
              "structuredClone", "reportError"]],
    [Array.prototype, ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"]],
    [String.prototype, ["at", "replaceAll", "isWellFormed"]],
    [Object, ["hasOwn", "groupBy"]], [Map, ["groupBy"]], [Promise, ["any", "withResolvers", "try"]],
    [Element.prototype, ["checkVisibility", "replaceChildren", "setHTMLUnsafe", "getHTML"]],
    [Document.prototype, ["startViewTransition"]], [AbortSignal, ["timeout", "any"]],
    [AbortSignal.prototype, ["throwIfAborted"]], [Response, ["json"]], [Intl, ["Segmenter"]],
    [Crypto.prototype, ["randomUUID"]], [Navigator.prototype, ["userAgentData", "setAppBadge", "clearAppBadge"]],
    [HTMLElement.prototype, ["showPopover", "hidePopover", "togglePopover", "popover"]],
    [Set.prototype, ["union", "intersection", "difference", "isSubsetOf"]],
  ]) for (const name of names) delete owner[name];
"""
CODE = re.compile("^[0-9A-Z]{32}$")


@pytest.fixture
def scanned(sample: Any, inside: Any) -> str:
    """What a camera reads just now off the screen at today's door."""
    with inside(sample.server):
        event = db.session.get_one(Event, sample.today["id"])
        at = datetime.now(UTC) + timedelta(seconds=float(sample.server.clock_file.read_text()))
        return f"/C/{rotating.code(event, rotating.step_at(at))}"


def sign_up(sample: Any, page: Any) -> None:
    page.goto(next(event for event in sample.tsk["events"] if event["state"] == "full")["poster_url"])
    page.get_by_role("button", name="キャンセル待ちに 入る").tap()
    expect(page.get_by_role("status")).to_contain_text("キャンセル待ちです")


def old_chrome(phones: Any, server: Any) -> Any:
    """A phone on which htmx and modules newer than its engine fail to parse, as if they had not come."""
    page = phones(server)
    page.route("**/*htmx*.js", lambda route: route.abort())
    page.route("**/modules.*/*.js", lambda route: route.abort())
    return page


def test_inside_line_no_passkey_is_offered_that_cannot_work(sample, phones):
    page = phones(sample.server)
    page.add_init_script(INSIDE_LINE)
    page.goto(sample.today["poster_url"])
    page.get_by_role("button", name="受付する").tap()
    page.get_by_role("link", name="このスマホで つづける").tap()
    page.get_by_role("button", name="うけとる").tap()
    expect(page.get_by_role("status")).to_contain_text("うけとりました")
    member = phones(sample.server)
    member.add_init_script(INSIDE_LINE)
    sample.enter(member, "TSK-0005-9")
    for path in ("/tsk", "/tsk/wallet", "/me", "/passkeys"):
        member.goto(path)
        expect(member.get_by_role("button", name="パスキーを つくる")).to_have_count(0)
    member.context.clear_cookies()
    member.goto("/sign-in")
    expect(member.get_by_role("button", name="パスキーで サインイン")).to_have_count(0)


@pytest.mark.parametrize("profile", ["old", "none"])
def test_all_that_matters_without_new_scripts(sample, phones, scanned, profile):
    def phone() -> Any:
        return old_chrome(phones, sample.server) if profile == "old" else phones(sample.server, javascript=False)

    visitor = phone()
    visitor.goto(sample.today["poster_url"])
    visitor.get_by_role("button", name="受付する").tap()
    expect(visitor.get_by_text("受付番号").first).to_be_visible()

    sign_up(sample, visitor)

    host = sample.enter(phone(), "TSK-0002-1")
    host.goto(f"/tsk/events/{sample.today['id']}/check-ins?q=みほん")
    host.get_by_role("button", name="見本 うめ").tap()
    expect(host.locator(".tally b")).to_have_text("2")
    host.goto(scanned)
    host.get_by_role("button", name="受付する").tap()
    expect(host.get_by_role("heading", name="受付しました")).to_be_visible()

    buyer = sample.enter(phone(), "TSK-0005-9")
    shop = sample.tsk["shops"][0]
    buyer.goto(f"/tsk/shops/offers/{shop['offers'][0]['id']}")
    buyer.get_by_role("button", name="つかう").tap()
    digits = buyer.locator(".digits").inner_text().replace(" ", "")

    till = phone()
    till.goto(shop["till_url"])
    till.locator("main button").tap()
    till.locator("input[name=code]").fill(digits)
    till.locator("input[name=code]").press("Enter")
    expect(till.get_by_text("完了").first).to_be_visible()
    buyer.get_by_role("link", name="たしかめる").tap()
    expect(buyer.get_by_text("完了").first).to_be_visible()
    buyer.goto("/tsk/card")
    expect(buyer.locator("#cards-face .qr svg")).to_be_visible()

    till.goto("/till")
    till.locator("input[name=code]").fill("TSK-0001-3")
    till.locator("input[name=code]").press("Enter")
    till.get_by_text(shop["offers"][1]["name"]).first.tap()
    till.get_by_role("button", name="ご本人です").tap()
    expect(till.get_by_role("heading", name="完了")).to_be_visible()


@pytest.mark.parametrize(("script", "number"), [(INSIDE_LINE, "TSK-0005-9"), (CHROME_80, "TSK-0001-3")])
def test_sign_up_screen_outbox_card_and_till_where_much_is_missing(sample, phones, scanned, script, number):
    visitor = phones(sample.server)
    visitor.add_init_script(script)
    if script is CHROME_80:
        visitor.route("**/*htmx*.js", lambda route: route.abort())
    visitor.goto(scanned)
    visitor.get_by_role("button", name="受付する").tap()
    expect(visitor.get_by_role("heading", name="受付しました")).to_be_visible()
    sign_up(sample, visitor)
    visitor.wait_for_load_state("networkidle")  # an answer on its way would bring its cookie back
    visitor.context.clear_cookies()
    visitor.goto(sample.today["poster_url"], wait_until="networkidle")
    visitor.context.set_offline(True)
    visitor.get_by_role("button", name="受付する").tap()
    expect(visitor.get_by_role("heading", name="電波がもどったら送ります")).to_be_visible()
    visitor.context.set_offline(False)
    expect(visitor.get_by_role("heading", name="受付しました")).to_be_visible()
    sample.enter(visitor, number).goto("/tsk/card")
    expect(visitor.locator("#cards-face")).to_have_attribute("data-code", CODE)
    visitor.goto(sample.tsk["shops"][0]["till_url"])
    visitor.locator("main button").tap()
    expect(visitor.locator(".keys")).to_be_visible()
    visitor.locator("input[name=code]").fill(number)
    visitor.locator("input[name=code]").press("Enter")
    expect(visitor.get_by_role("button", name="ご本人です")).to_be_visible()
