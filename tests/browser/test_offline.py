"""Without signal: a tap waits on the phone and goes out by itself, once; nothing private stays on the phone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Error, expect

from app.checkins.models import CheckIn
from app.db import db, transaction, uuid7
from app.events.models import Event
from app.offline.outbox import mark
from tests import factories
from tests.conftest import AT, PATIENCE
from tests.races.people import people

pytestmark = pytest.mark.browser
KILLED = int(os.environ.get("OUTBOX_KILLED", "6"))  # items of the phone whose page dies
WAITS, BUTTON = "電波がもどったら送ります", "受付する"

QUEUE = """
    () => new Promise((resolve, reject) => {
      const asked = indexedDB.open("yui-outbox", 1);
      asked.onerror = () => reject(asked.error);
      asked.onupgradeneeded = () => asked.transaction.abort();
      asked.onsuccess = () => {
        const all = asked.result.transaction("items").objectStore("items").getAll();
        all.onsuccess = () => { asked.result.close(); resolve(all.result); };
      };
    }).catch(() => [])
"""
READY = """
    () => Promise.race([
      navigator.serviceWorker.ready.then((worker) => worker.active.state),
      new Promise((resolve) => { setTimeout(() => resolve("missing"), 15000); }),
    ])
"""
CACHES = """
    async () => {
      const found = {};
      for (const name of await caches.keys()) {
        const box = await caches.open(name);
        for (const key of await box.keys()) found[new URL(key.url).pathname] = await (await box.match(key)).text();
      }
      return found;
    }
"""
STORES = """
    async () => {
      const found = {};
      for (const { name } of await indexedDB.databases()) {
        const base = await new Promise((yes) => {
          const asked = indexedDB.open(name);
          asked.onsuccess = () => yes(asked.result);
        });
        for (const store of base.objectStoreNames) {
          const asked = base.transaction(store).objectStore(store).getAll();
          found[`${name}/${store}`] = await new Promise((yes) => { asked.onsuccess = () => yes(asked.result); });
        }
        base.close();
      }
      return found;
    }
"""
SLOWLY = """
    () => {
      const { fetch } = window;
      window.fetch = (...asked) => {
        window.isSending = true;
        return new Promise((yes) => { setTimeout(yes, 600); }).then(() => fetch(...asked));
      };
    }
"""
FILL = """
    async ([module, items]) => {
      const queue = await import(module);
      for (const item of items) await queue.add(item);
    }
"""
SEND = "module => import(module).then((queue) => queue.replay())"


class Valley:
    """A region with open gatherings, and a member who is signed in on phones of this test."""

    def __init__(self, server: Any, inside: Any) -> None:
        self.server, self._inside = server, inside
        self.events, self.names, self.cookie, self.mark, self.membership = server.filled

    def door(self, number: int = 0) -> str:
        return f"/tsk/events/{self.events[number]}"

    def sign_in(self, page: Any) -> None:
        page.context.add_cookies([{"name": "yui", "value": self.cookie, "url": self.server.origin}])

    def arrivals(self) -> list[CheckIn]:
        with self._inside(self.server):
            return list(db.session.scalars(sa.select(CheckIn).order_by(CheckIn.id)))

    def cancel(self, number: int = 0) -> None:
        with self._inside(self.server), transaction():
            db.session.execute(sa.update(Event).where(Event.id == self.events[number]).values(cancelled_at=AT))


@pytest.fixture
def valley(new_server: Any, inside: Any) -> Valley:
    def fill() -> Any:
        world = factories.world(at=AT)
        one = people(world, 1, at=AT)[0]
        number = max(KILLED, 4)
        events = [factories.event(world.region, one.membership, at=AT).id for _ in range(number)]
        names = [
            factories.membership(world.region, at=AT, name=f"見本 {name}", yomi=f"みほん {name}") for name in "うきそ"
        ]
        return events, [row.name for row in names], one.cookie, mark(one.membership.member_id), one.membership.id

    return Valley(new_server(fill), inside)


@pytest.fixture
def phone(phones: Any, valley: Valley) -> Any:
    return lambda **options: phones(valley.server, service_workers="allow", **options)


def opened(page: Any, address: str) -> Any:
    """The page, once the worker is there too."""
    page.goto(address)
    assert page.evaluate(READY) in ("activating", "activated")
    return page


def tap(page: Any) -> Any:
    page.get_by_role("button", name=BUTTON).first.tap()
    return page


def waiting(page: Any) -> list[dict[str, Any]]:
    """What is in the queue of this phone; a page that was just leaving is asked again where it went."""
    try:
        found: list[dict[str, Any]] = page.evaluate(QUEUE)
    except Error as error:
        if "navigation" not in error.message:
            raise
        page.wait_for_load_state()
        found = page.evaluate(QUEUE)
    return found


def until(page: Any, holds: Callable[[], bool]) -> None:
    """Ask again and again until it holds."""
    for _ in range(PATIENCE // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    assert holds()


def wait_for_states(page: Any, *states: str) -> None:
    """Until the items in the queue of this phone are in these states; none, and it is empty."""
    until(page, lambda: [item["state"] for item in waiting(page)] == list(states))


def module(page: Any) -> str:
    """The address of the queue's own module."""
    return page.locator("script[src$='/outbox.js']").get_attribute("src").replace("outbox.js", "offline/queue.js")


def fill(page: Any, valley: Valley, number: int) -> list[dict[str, Any]]:
    """Put the member's taps at the first so many gatherings into the queue of this phone."""
    doors = [f"/tsk/events/{event}/check-ins" for event in valley.events[:number]]
    items = [{"key": uuid7(), "what": "梅林", "where": door, "whose": valley.mark, "fields": {}} for door in doors]
    page.evaluate(FILL, [module(page), items])
    return items


def test_taps_without_signal_wait_and_go_out_once_after_the_phone_was_closed(phone, valley):
    first = opened(phone(), valley.door(0))
    context = first.context
    tabs = [first, context.new_page(), context.new_page()]
    for number, tab in enumerate(tabs[1:], start=1):
        tab.goto(valley.door(number))
    tabs[0].get_by_label("よび名").fill("そら")
    context.set_offline(True)
    for tab in tabs:
        tap(tab)
        expect(tab.get_by_role("heading", name=WAITS).first).to_be_visible()
        expect(tab.get_by_role("button", name=BUTTON)).to_be_hidden()
    assert [item["state"] for item in waiting(tabs[0])] == ["waiting"] * 3
    first.reload()
    expect(first.get_by_role("heading", name="電波がありません")).to_be_visible()
    expect(first.get_by_role("heading", name=WAITS)).to_have_count(1)
    expect(first.get_by_text("梅林の下草かり · ")).to_contain_text("× 3")
    assert valley.arrivals() == []
    for tab in tabs:
        tab.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(valley.door(3))
    expect(again.get_by_role("link", name="受付の印を 見る").first).to_be_attached()
    wait_for_states(again)
    rows = valley.arrivals()
    assert [row.event_id for row in rows] == valley.events[:3]
    assert [row.nickname for row in rows] == ["そら", "", ""]
    assert all(row.way == "outbox" and row.device_at is not None for row in rows)


def test_a_tap_leads_to_the_seal_and_says_when_the_signal_comes_back(phone, valley):
    page = opened(phone(), valley.door())
    page.context.set_offline(True)
    tap(page)
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="受付しました")).to_be_visible()
    wait_for_states(page)
    other = opened(phone(), valley.door(1))
    tap(other)
    expect(other.get_by_role("heading", name="受付しました")).to_be_visible()
    assert [row.way for row in valley.arrivals()] == ["outbox", "poster"]


def test_double_taps_without_signal_are_one_item(phone, valley):
    page = opened(phone(), valley.door())
    page.evaluate(FILL, [module(page), []])  # there before the signal goes
    page.context.set_offline(True)
    page.get_by_role("button", name=BUTTON).dblclick()
    page.evaluate("document.querySelectorAll('form[data-outbox]').forEach((form) => form.requestSubmit())")
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()
    item = waiting(page)[0]
    again = {name: item[name] for name in ("key", "what", "where", "whose", "fields")}
    page.evaluate(FILL, [module(page), [again, again]])  # from another page with the same form
    assert len(waiting(page)) == 1
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="受付しました")).to_be_visible()
    assert len(valley.arrivals()) == 1


def test_what_a_member_tapped_waits_for_that_member(phone, valley):
    page = phone()
    valley.sign_in(page)
    opened(page, valley.door())
    page.context.set_offline(True)
    tap(page)
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="サインインすると 送ります")).to_be_visible()
    expect(page.get_by_role("link", name="サインインする")).to_be_visible()
    page.reload()
    wait_for_states(page, "held")
    assert valley.arrivals() == []
    valley.sign_in(page)
    page.reload()
    expect(page.get_by_text("受付番号").first).to_be_visible()
    page.goto(valley.door(1))
    assert [row.membership_id for row in valley.arrivals()] == [valley.membership]


def test_what_is_refused_is_told_and_does_not_come_again(phone, valley):
    page = opened(phone(), valley.door())
    page.context.set_offline(True)
    tap(page)
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()
    valley.cancel()
    page.context.set_offline(False)
    expect(page.get_by_text("中止になりました").first).to_be_visible()
    wait_for_states(page)
    assert valley.arrivals() == []


def test_the_host_s_list_goes_on_without_signal(phone, valley):
    page = phone(viewport={"width": 360, "height": 900})
    valley.sign_in(page)
    opened(page, f"{valley.door()}/check-ins?q=みほん")
    page.context.set_offline(True)
    for name in valley.names[:2]:
        page.get_by_role("button", name=name).tap()
        expect(page.get_by_role("button", name=name)).to_contain_text("電波まち")
    items = waiting(page)
    assert len(items) == 2 and not any(name in json.dumps(items, ensure_ascii=False) for name in valley.names)
    assert {tuple(item["fields"]) for item in items} == {("membership",)}
    page.context.set_offline(False)
    for name in valley.names[:2]:
        expect(page.locator(".rows").get_by_text(name).first).to_be_visible()
    expect(page.locator(".tally b")).to_have_text("2")
    wait_for_states(page)
    assert len(valley.arrivals()) == 2


def test_a_page_that_dies_while_it_sends(phone, valley):
    """The queue is the phone's, not the page's: what was sent is not sent again, what was not is."""
    page = phone()
    valley.sign_in(page)
    opened(page, valley.door())
    queue = module(page)
    items = fill(page, valley, len(valley.events))
    context = page.context
    page.evaluate(SLOWLY)
    answered: list[int] = []
    page.on("response", lambda one: answered.append(one.status) if one.url.endswith("/check-ins") else None)
    page.evaluate("module => { import(module).then((queue) => queue.replay()); }", queue)
    until(page, lambda: len(answered) >= len(items) // 3)
    page.close()
    sent = len(valley.arrivals())
    again = context.new_page()
    again.goto("/tsk")
    until(again, lambda: not [item for item in waiting(again) if item["state"] == "waiting"])
    rows = valley.arrivals()
    assert 0 < sent < len(items), "the page died too early or too late to show anything"
    assert [row.key for row in rows] == [item["key"] for item in items]


def test_nothing_overtakes_what_has_to_wait(phone, valley):
    """The first of three meets a server that is busy once; the others wait behind it."""
    page = phone()
    valley.sign_in(page)
    opened(page, valley.door())
    items = fill(page, valley, 3)
    busy = iter([True])
    page.context.route(
        f"**{items[0]['where']}", lambda route: route.fulfill(status=429) if next(busy, False) else route.continue_()
    )
    for left in (3, 0):
        answer = page.evaluate(SEND, module(page))
        assert answer["left"] == left
        assert len(valley.arrivals()) == 3 - left
    assert [row.key for row in valley.arrivals()] == [item["key"] for item in items]


def test_the_phone_keeps_nothing_private(phone, valley):
    page = phone()
    valley.sign_in(page)
    opened(page, valley.door())
    for address in ("/tsk", "/me", "/tsk/wallet", "/tsk/events", f"{valley.door()}/check-ins?q=みほん", "/offline"):
        page.goto(address)
    kept = page.evaluate(CACHES)
    pages = {path for path in kept if not path.startswith("/static/built/")}
    assert pages == {"/card", "/offline"}
    everything = json.dumps([kept, page.evaluate(STORES)], ensure_ascii=False)
    for word in ("見本", "みほん", "TSK-", valley.cookie, valley.mark):
        assert word not in everything, word
    page.goto("/me")
    page.get_by_role("button", name="サインアウト").tap()
    expect(page.get_by_text("サインアウトしました").first).to_be_visible()
    assert page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))") in ([], ["yui-outbox"])
    assert waiting(page) == []
    assert "見本" not in json.dumps(page.evaluate(CACHES), ensure_ascii=False)


def test_the_page_without_signal_speaks_the_chosen_language(phone, valley):
    page = opened(phone(), valley.door())
    page.get_by_role("button", name="English").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    until(page, lambda: all('lang="en"' in page.evaluate(CACHES).get(path, "") for path in ("/offline", "/card")))
    page.context.set_offline(True)
    page.goto("/tsk/events")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/tsk/card")
    expect(page.locator("#cards-face")).to_be_attached()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_two_pages_without_locks_send_once(phone, valley):
    first = phone()
    valley.sign_in(first)
    first.context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });")
    opened(first, valley.door())
    second = first.context.new_page()
    second.goto(valley.door())
    queue, items = module(first), fill(first, valley, 3)
    sent: list[str] = []
    first.context.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    first.evaluate(SLOWLY)
    first.evaluate("module => { window.sending = import(module).then((queue) => queue.replay()); }", queue)
    until(first, lambda: first.evaluate("window.isSending"))
    told = second.evaluate(SEND, queue)
    assert (told["left"], told["told"]) == (1, {})  # the other page is at it
    assert first.evaluate("() => window.sending")["left"] == 0
    assert len(sent) == len(items)
    assert [row.key for row in valley.arrivals()] == [item["key"] for item in items]


def test_what_is_not_allowed_now_is_kept(phone, valley):
    """A sign-in of too little weight, or a duty that begins tomorrow: the tap is not lost."""
    page = phone()
    valley.sign_in(page)
    opened(page, valley.door())
    items = fill(page, valley, 1)
    door = f"**{items[0]['where']}"
    page.context.route(door, lambda route: route.fulfill(status=403, headers={"X-Outbox": "1"}, json={}))
    page.evaluate(SEND, module(page))
    assert [item["state"] for item in waiting(page)] == ["held"] and valley.arrivals() == []
    page.context.unroute(door)
    page.evaluate(SEND, module(page))
    assert [row.key for row in valley.arrivals()] == [items[0]["key"]]
