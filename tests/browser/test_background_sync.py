"""The service worker alone: what waits on a phone goes out when the signal is back and no page of ours is open.

Chromium asks the worker again five minutes after a failure; here it does so after a second. The sync events are its
own, and the worker's requests go over the same bad line as everybody's.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.checkins.models import CheckIn
from tests import chromium
from tests.browser import test_offline as offline
from tests.browser.test_offline import KILLED, WAITS, Valley, fill, opened, tap, waiting
from tests.conftest import AT
from tests.offline.wire import Wire
from tests.phones import Phones

pytestmark = pytest.mark.browser
EAGER = {"initial_retry_delay_sec": 1, "retry_delay_factor": 1, "max_sync_attempts": 500, "min_recovery_time_sec": 1}
ASKED_WITHIN = 40  # seconds; a page asks at once
PATIENCE = 60 + 4 * KILLED  # seconds until all has gone out
valley = offline.valley


class Line(Wire):
    """A line on which the signal comes and goes: `good`, `none`, or `bad` as a wire is."""

    signal = "good"

    def _fate(self) -> str:
        return {"good": "delivered", "none": "refused"}.get(self.signal) or super()._fate()


@pytest.fixture
def line(valley: Valley) -> Iterator[Line]:
    with Line(valley.server, random.Random(int(os.environ.get("RACE_SEED", "8")))) as wire:
        yield wire


@pytest.fixture
def phone(browser: Any, valley: Valley, line: Line) -> Iterator[Callable[[], Page]]:
    """A phone on that line, with a second tab in which nothing of ours is open."""
    options = "/".join(f"{name}/{value}" for name, value in EAGER.items())
    flags = [
        "--force-fieldtrials=BackgroundSync/Eager",
        f"--force-fieldtrial-params=BackgroundSync.Eager:{options}",
        f"--host-resolver-rules=MAP localhost:{valley.server.port} 127.0.0.1:{line.port}",
    ]
    own = browser.browser_type.launch(executable_path=chromium.find(), args=[*chromium.FLAGS, *flags])
    phones = Phones(own)

    def make() -> Page:
        page = phones(valley.server, service_workers="allow")
        page.context.new_page()
        return page

    with ExitStack() as closing:
        closing.callback(own.close)
        closing.callback(phones.close)
        yield make
    assert not phones.complaints, "\n".join(phones.complaints)


def asked(page: Page) -> list[str]:
    """The tags for which the browser was asked to wake the worker."""
    tags: list[str] = page.evaluate("navigator.serviceWorker.ready.then((ready) => ready.sync.getTags())")
    return tags


def until_asked(page: Page) -> None:
    until = time.monotonic() + ASKED_WITHIN
    while asked(page) != ["outbox"]:
        assert time.monotonic() < until, "the page did not ask the browser to go on without it"
        page.wait_for_timeout(50)


def arrived(valley: Valley, number: int) -> list[CheckIn]:
    """The arrivals, once there are so many, or when nobody believes in it any more."""
    until = time.monotonic() + PATIENCE
    while len(valley.arrivals()) < number and time.monotonic() < until:
        time.sleep(0.2)
    return valley.arrivals()


def close(page: Page) -> BrowserContext:
    """Nothing of ours is open any more."""
    context = page.context
    page.close()
    assert [one.url for one in context.pages] == ["about:blank"]
    return context


def test_what_was_tapped_without_signal_goes_out_while_no_page_is_open(phone, valley, line):
    page = opened(phone(), valley.door())
    line.signal = "none"
    page.get_by_label("よび名").fill("そら")
    tap(page)
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()
    until_asked(page)
    context = close(page)
    line.signal = "good"
    [row] = arrived(valley, 1)
    assert (row.nickname, row.way, row.number) == ("そら", "outbox", 1)
    assert row.device_at is not None and row.device_at <= row.at
    again = context.new_page()
    again.goto(valley.door())
    expect(again.get_by_text("受付番号").first).to_be_visible()
    assert [(item["state"], item["fields"]) for item in waiting(again)] == [("done", {})]
    again.goto(valley.door(1))
    expect(again.get_by_role("link", name="受付の印を 見る").first).to_be_attached()
    again.wait_for_timeout(500)
    assert waiting(again) == [] and len(valley.arrivals()) == 1


def test_a_page_that_dies_before_it_hears_an_answer_leaves_its_tap_to_the_worker(phone, valley, line):
    """Between two stones in the valley: the request hangs, and the phone goes back into the pocket."""
    page = opened(phone(), valley.door())
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    tap(page)
    until_asked(page)
    assert valley.arrivals() == []
    close(page)
    assert [row.way for row in arrived(valley, 1)] == ["outbox"]


def test_the_worker_goes_on_where_a_page_died_over_a_bad_line(phone, valley, line):
    page = phone()
    valley.sign_in(page)
    opened(page, valley.door())
    items = fill(page, valley, len(valley.events))
    line.signal = "bad"
    page.evaluate("dispatchEvent(new Event('online'))")
    while len(valley.arrivals()) < len(items) // 3:
        page.wait_for_timeout(20)
    until_asked(page)
    sent = len(valley.arrivals())
    close(page)
    rows = arrived(valley, len(items))
    assert sent < len(items), "the page died too late to show anything"
    assert [row.key for row in rows] == [item["key"] for item in items]
    assert [row.event_id for row in rows] == valley.events
    assert all(row.device_at and row.at >= AT for row in rows)


def test_what_a_sleeping_worker_is_refused_is_told_at_the_next_look(phone, valley, line):
    """The gathering was called off meanwhile; nobody stood before a screen when the worker heard of it."""
    page = opened(phone(), valley.door())
    line.signal = "none"
    tap(page)
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()
    until_asked(page)
    context = close(page)
    valley.cancel()
    line.signal = "good"
    time.sleep(4)
    again = context.new_page()
    again.goto(valley.door(1))
    expect(again.get_by_text("中止になりました").first).to_be_visible()
    assert [item["state"] for item in waiting(again)] == ["refused"]
    again.get_by_role("button", name="わかりました").first.tap()
    again.wait_for_timeout(500)
    assert waiting(again) == [] and valley.arrivals() == []
