"""Every screen, as somebody meets it: for the contact sheets of `make shots` and the tests of sizes and contrast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

PHONE = {
    "is_mobile": True,
    "has_touch": True,
    "locale": "ja-JP",
    "timezone_id": "Asia/Tokyo",
    "service_workers": "block",
}
TABLET = {"width": 1024, "height": 700}


@dataclass(frozen=True)
class Screen:
    """`path` is an address of the instance; `main` says that its chief button must be seen without scrolling."""

    name: str
    persona: str
    path: str
    main: bool = True


class Instance:
    """A running instance with the sample regions, and its people signed in. `links`: `flask demo links --json`."""

    def __init__(self, browser: Browser, origin: str, links: dict[str, Any]) -> None:
        self.browser, self.origin = browser, origin
        self.tsk, self.ows, self.sjr = links["regions"]
        self.today = self.tsk["events"][0]
        self.made: dict[str, str] = {}
        self.cookies = {name: self._prepare(name, enter) for name, enter in self._personas().items()}

    def open(self, persona: str, **options: Any) -> BrowserContext:
        """A browser of this persona."""
        options = PHONE | {"viewport": {"width": 360, "height": 640}, "base_url": self.origin} | options
        context = self.browser.new_context(**options)
        context.set_default_timeout(15_000)
        context.add_cookies(self.cookies.get(persona, []))
        return context

    def screens(self) -> Iterator[Screen]:
        """All screens; what the personas made on the way in (a code, a draft) is filled in."""
        for persona, name, path, main in SCREENS:
            yield Screen(name, persona, path.format(**self._places(), **self.made), main)

    def _places(self) -> dict[str, Any]:
        early = next(event for event in self.tsk["events"] if event["state"] == "upcoming")
        ended = next(event for event in self.tsk["events"] if event["state"] == "ended")
        offer = self.tsk["shops"][0]["offers"][0]
        dear = next(o for shop in self.tsk["shops"] for o in shop["offers"] if o["price"] >= 10)
        return {
            "today": self.today["poster_url"].removeprefix(self.origin),
            "today_id": self.today["id"],
            "early": early["poster_url"].removeprefix(self.origin),
            "ended": ended["poster_url"].removeprefix(self.origin),
            "early_id": early["id"],
            "offer": offer["id"],
            "dear": dear["id"],
            "shop": self.tsk["shops"][0]["id"],
        }

    def _personas(self) -> dict[str, Callable[[Page], None]]:
        return {
            "guest": self._arrive,
            "member": lambda page: self._sign_in(page, "TSK-0005-9"),
            "buyer": self._ask,
            "host": self._draft,
            "shopkeeper": lambda page: self._sign_in(page, "TSK-0003-7"),
            "till": self._open_till,
        }

    def _prepare(self, persona: str, enter: Callable[[Page], None]) -> list[Any]:
        context = self.open(persona) if hasattr(self, "cookies") else self._bare()
        enter(context.new_page())
        cookies = context.cookies()
        context.close()
        return cookies

    def _bare(self) -> BrowserContext:
        context = self.browser.new_context(base_url=self.origin, viewport={"width": 360, "height": 640}, locale="ja-JP")
        context.set_default_timeout(15_000)
        return context

    def _arrive(self, page: Page) -> None:
        page.goto(self.today["poster_url"])
        page.get_by_role("button", name="受付する").click()
        page.get_by_text("受付しました").first.wait_for()

    def _sign_in(self, page: Page, number: str) -> None:
        people = [person for region in (self.tsk, self.ows, self.sjr) for person in region["members"]]
        page.goto(next(person["sign_in_url"] for person in people if person["number"] == number))
        page.locator("main button").click()
        page.wait_for_load_state()

    def _ask(self, page: Page) -> None:
        self._sign_in(page, "TSK-0001-3")
        plums = self.tsk["shops"][0]["offers"][1]  # no limit per person
        page.goto(f"/tsk/shops/offers/{plums['id']}")
        page.locator("main form button").first.click()
        page.wait_for_url("**/redemptions/*")
        self.made["code"] = page.url.removeprefix(self.origin)

    def _draft(self, page: Page) -> None:
        self._sign_in(page, "TSK-0002-1")
        page.goto("/tsk/events/new")
        page.get_by_label("行事の名前").fill("ゆず取りの会")
        page.get_by_label("場所").fill("ONOONO 広場")
        page.get_by_role("button", name="つぎへ").click()
        page.get_by_label("日にち").wait_for()
        self.made["draft"] = page.url.removeprefix(self.origin).removesuffix("/when")

    def _open_till(self, page: Page) -> None:
        page.goto(self.tsk["shops"][0]["till_url"])
        page.locator("main button").click()
        page.wait_for_load_state()


SCREENS = (
    ("visitor", "door", "{today}", True),
    ("visitor", "door-early", "{early}", False),
    ("visitor", "door-ended", "{ended}", False),
    ("visitor", "landing", "/", False),
    ("visitor", "regions", "/regions", False),
    ("visitor", "number", "/n", True),
    ("visitor", "sign-in", "/sign-in", True),
    ("visitor", "goods-visitor", "/tsk/shops", False),
    ("visitor", "not-found", "/tsk/nowhere", False),
    ("visitor", "demo", "/demo", False),
    ("guest", "arrived", "{today}", True),
    ("guest", "claim", "/claim", True),
    ("member", "home", "/tsk", False),
    ("member", "home-owase", "/ows", False),
    ("member", "events", "/tsk/events", False),
    ("member", "door-member", "{today}", True),
    ("member", "goods", "/tsk/shops", False),
    ("member", "offer", "/tsk/shops/offers/{offer}", True),
    ("member", "offer-dear", "/tsk/shops/offers/{dear}", False),
    ("member", "wallet", "/tsk/wallet", False),
    ("member", "me", "/me", False),
    ("member", "passkeys", "/passkeys", False),
    ("buyer", "code", "{code}", False),
    ("host", "what", "/tsk/events/new", True),
    ("host", "when", "{draft}/when", True),
    ("host", "who", "{draft}/who", False),
    ("host", "door-host", "{today}", True),
    ("host", "list", "/tsk/events/{today_id}/check-ins?q=みほん", False),
    ("host", "closure", "/tsk/events/{today_id}/closure", False),
    ("host", "cancellation", "/tsk/events/{early_id}/cancellation", False),
    ("host", "poster", "/tsk/events/{today_id}/poster", False),
    ("shopkeeper", "till-opening", "/tsk/shops/{shop}/till", False),
    ("till", "till", "/till", True),
)
