"""When the phone's outbox tries again, and what is told where it met a door that had changed meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.checkins.models import LateArrival
from app.db import db
from tests.browser import test_offline as offline
from tests.browser.test_offline import WAITS, opened, tap, waiting
from tests.conftest import AT

pytestmark = pytest.mark.browser
valley = offline.valley
SENDS = "**/check-ins"
PATIENT = "() => { window.setTimeout = () => 0; }"  # it tries again for the reason that is tested, for no other
ALONE = "window.ServiceWorkerRegistration && Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', {})"


@pytest.fixture
def phone(phones: Any, valley: Any) -> Any:
    """A phone whose browser knows no Background Sync: the pages do all of it."""

    def make() -> Any:
        page = phones(valley.server, service_workers="allow")
        page.context.add_init_script(ALONE)
        return page

    return make


def cut_off(page: Any) -> Any:
    """No request of this page arrives, and the browser does not know it: no `online` will ever tell."""
    page.context.route(SENDS, lambda route: route.abort())
    return page


def waits(page: Any) -> None:
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()


@pytest.mark.parametrize("news", ["online", "pageshow", "visibilitychange"])
def test_each_sign_of_life_sends_what_waits(phone, valley, news):
    page = cut_off(opened(phone(), valley.door()))
    page.evaluate(PATIENT)
    tap(page)
    waits(page)
    page.context.unroute(SENDS)
    page.wait_for_timeout(500)
    assert valley.arrivals() == []
    target = "document" if news == "visibilitychange" else "window"
    page.evaluate(f"{target}.dispatchEvent(new Event('{news}'))")
    expect(page.get_by_role("heading", name="受付しました")).to_be_visible()
    assert len(valley.arrivals()) == 1


def test_another_page_sends_it_and_back_is_calm(phone, valley):
    """Back may show the form as it was before; a tap on it is the same arrival."""
    page = cut_off(opened(phone(), valley.door()))
    tap(page)
    waits(page)
    page.goto(valley.door(1))
    page.context.unroute(SENDS)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("link", name="受付の印を 見る").first).to_be_attached(timeout=10_000)
    assert len(valley.arrivals()) == 1
    page.go_back()
    button = page.get_by_role("button", name="受付する").first
    if button.is_visible():
        button.tap()
    page.wait_for_timeout(1_000)
    page.goto(valley.door())
    expect(page.get_by_text("受付番号").first).to_be_visible()
    assert len(valley.arrivals()) == 1


def test_two_tabs_of_one_poster_are_one_arrival(phone, valley):
    """Each tab has a form, and so a key, of its own; the phone is one."""
    first = opened(phone(), valley.door())
    second = first.context.new_page()
    second.goto(valley.door())
    tap(cut_off(first))
    waits(first)
    second.bring_to_front()
    second.evaluate("dispatchEvent(new Event('online'))")
    waits(second)  # the other tab knows of it too, and has no button any more
    expect(second.get_by_role("button", name="受付する")).to_be_hidden()
    second.evaluate("document.querySelector('form[data-outbox]').requestSubmit()")  # quicker than that
    expect(second.get_by_text("× 2")).to_be_attached()
    assert len({item["key"] for item in waiting(first)}) == 2
    first.context.unroute(SENDS)
    for tab in (first, second):
        tab.evaluate("dispatchEvent(new Event('online'))")
    for tab in (first, second):
        expect(tab.get_by_role("heading", name="受付しました")).to_be_visible(timeout=15_000)
    assert len(valley.arrivals()) == 1


def test_what_comes_after_the_door_was_shut_is_the_hosts_and_that_is_told(phone, valley, inside):
    page = cut_off(opened(phone(), valley.door()))
    page.get_by_label("よび名").fill("そら")
    tap(page)
    waits(page)
    valley.server.set_clock(AT + timedelta(hours=3))
    page.context.unroute(SENDS)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("主催の人の名ぼに のっています。")).to_be_visible(timeout=10_000)
    assert valley.arrivals() == []
    with inside(valley.server):
        [late] = db.session.scalars(sa.select(LateArrival)).all()
        assert (late.nickname, late.reason, late.way) == ("そら", "closed", "outbox")
        assert late.said_at < late.at  # when the phone says that it was tapped, and when it came
    page.goto(valley.door(1))
    page.wait_for_timeout(500)
    assert waiting(page) == []


def test_without_signal_the_page_says_so_in_the_readers_language(phone, valley):
    page = opened(phone(), valley.door())
    page.get_by_role("button", name="English").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    cut_off(page)
    page.get_by_role("button", name="Check in").first.tap()
    box = page.locator("#offline-outbox")
    expect(box.get_by_role("heading")).to_be_visible()
    assert not re.search("[ぁ-んァ-ヶ一-龠]", box.locator("h2").first.inner_text())
    page.context.unroute(SENDS)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="checked in")).to_be_visible(timeout=10_000)
    assert len(valley.arrivals()) == 1
