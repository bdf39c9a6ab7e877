"""Every screen, as somebody meets it: for the contact sheets of `make shots` and the tests of sizes and contrast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from bench.screen_list import SCREENS

PHONE = {
    "is_mobile": True,
    "has_touch": True,
    "locale": "ja-JP",
    "timezone_id": "Asia/Tokyo",
    "service_workers": "block",
}
TABLET = {"width": 1024, "height": 700}
ANSWERED = 500  # milliseconds until what was typed is a page, or a part of one


@dataclass(frozen=True)
class Screen:
    """`path` is an address of the instance; `main` says that its chief button must be seen without scrolling.

    `typed` is what somebody enters there to come to the screen.
    """

    name: str
    persona: str
    path: str
    main: bool = True
    typed: str = ""

    def open(self, page: Page) -> None:
        page.goto(self.path)
        renew = page.locator("[data-state=expired] form button")
        if renew.count():  # a code lives for two minutes
            renew.click()
            page.locator(".digits").wait_for()
        if self.typed:
            code = page.locator("input[name=code]").first
            code.fill(self.typed)
            code.press("Enter")
            page.wait_for_timeout(ANSWERED)
            page.wait_for_load_state()


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
        known = self._places() | self.made
        for persona, name, path, main, *typed in SCREENS:
            yield Screen(name, persona, path.format(**known), main, *(text.format(**known) for text in typed))

    def _places(self) -> dict[str, Any]:
        early, *_, put_off, called_off = self._upcoming()
        waited = self._waited()
        ended = next(event for event in self.tsk["events"] if event["state"] == "ended")
        offer = self.tsk["shops"][0]["offers"][0]
        dear = next(o for shop in self.tsk["shops"] for o in shop["offers"] if o["price"] >= 10)
        return {
            "today": self.today["poster_url"].removeprefix(self.origin),
            "today_id": self.today["id"],
            "early": early["poster_url"].removeprefix(self.origin),
            "ended": ended["poster_url"].removeprefix(self.origin),
            "early_id": early["id"],
            "waited": waited["poster_url"].removeprefix(self.origin),
            "waited_id": waited["id"],
            "called_off": called_off["poster_url"].removeprefix(self.origin),
            "called_off_id": called_off["id"],
            "put_off": put_off["poster_url"].removeprefix(self.origin),
            "put_off_id": put_off["id"],
            "ended_id": ended["id"],
            "assembly_id": self._called("月ヶ瀬の 総会"),
            "minutes_id": self._called("自分ごと化会議 ふりかえり"),
            "offer": offer["id"],
            "dear": dear["id"],
            "shop": self.tsk["shops"][0]["id"],
            "event_code": self.today["typed_code"],
            "place": self.tsk["places"][0]["url"].removeprefix(self.origin),
            "place_id": self.tsk["places"][0]["id"],
        }

    def _personas(self) -> dict[str, Callable[[Page], None]]:
        return {
            "guest": self._arrive,
            "late": self._come_late,
            "waiting": self._wait,
            "member": self._be_member,
            "buyer": self._ask,
            "host": self._draft,
            "office": self._open_drawer,
            "shopkeeper": lambda page: self._sign_in(page, "TSK-0003-7"),
            "till": self._open_till,
        }

    def _be_member(self, page: Page) -> None:
        """The friend from elsewhere, who has a certificate."""
        self._sign_in(page, "TSK-0005-9")
        page.goto("/tsk/certificates")
        link = page.locator("#certificates-list a").first
        self.made["certificate"] = link.get_attribute("href") or ""
        self.made["certificate_code"] = self.made["certificate"].removeprefix("/C/")
        self.made["serial"] = link.locator("b").inner_text()
        self.made["serial_revoked"] = self.made["serial"][:-4] + "0001"

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
        self.made["slip"] = page.locator("a[href$='/slip']").get_attribute("href") or ""

    def _come_late(self, page: Page) -> None:
        """A phone that had no signal at the door, and sends its form when all is over."""
        page.goto(self.today["poster_url"])
        key = page.locator("main form input[name=key]").get_attribute("value") or ""
        ended = next(event for event in self.tsk["events"] if event["state"] == "ended")
        page.request.post(
            f"{self.origin}/tsk/events/{ended['id']}/check-ins",
            form={"key": key, "nickname": "すみれ", "companions": "1", "device_at": "2026-05-09T01:00:00+00:00"},
            headers={"X-Outbox": "1", "Origin": self.origin},
        )

    def _called(self, title: str) -> int:
        return int(next(event["id"] for event in self.tsk["events"] if event["title"] == title))

    def _waited(self) -> Any:
        """The gathering that is full."""
        return next(event for event in self.tsk["events"] if event["state"] == "full")

    def _upcoming(self) -> list[Any]:
        """Those to come, the nearest first; a visit puts off the last but one and calls off the last."""
        return [event for event in self.tsk["events"] if event["state"] == "upcoming"]

    def _wait(self, page: Page) -> None:
        """On the waiting list of one gathering, and with a place at another."""
        for event in (self._waited(), self._upcoming()[0]):
            page.goto(event["poster_url"])
            page.locator("main form button.big").first.click()
            page.wait_for_url("**/sign-ups/own")

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
        self._change_days(page)
        page.goto("/tsk/events/new")
        page.get_by_label("行事の名前").fill("ゆず取りの会")
        page.get_by_label("場所").fill("ONOONO 広場")
        page.get_by_role("button", name="つぎへ").click()
        page.get_by_label("日にち").wait_for()
        self.made["draft"] = page.url.removeprefix(self.origin).removesuffix("/when")
        self._propose(page)

    def _propose(self, page: Page) -> None:
        """One idea that is still a draft, and one that everybody sees."""
        for name, title in (("idea", "夜の 茶畑を 歩く会"), ("idea_shown", "バス停に 本だなを おく")):
            page.goto("/tsk/proposals/new")
            page.get_by_label("やってみたいこと").fill(title)
            page.get_by_label("想い").fill("月の 明るい夜に、みんなで 歩きたいです。")
            page.get_by_role("button", name="下書きに しまう").click()
            page.get_by_role("button", name="みんなに 見せる").wait_for()
            self.made[name] = page.url.removeprefix(self.origin)
        page.get_by_role("button", name="みんなに 見せる").click()
        page.get_by_text("応援を あつめています").first.wait_for()

    def _change_days(self, page: Page) -> None:
        *_, put_off, called_off = self._upcoming()
        page.goto(f"/tsk/events/{called_off['id']}/cancellation")
        page.get_by_role("button", name="雨のため").click()
        page.goto(f"/tsk/events/{put_off['id']}/postponement")
        page.get_by_label("新しい日").fill("2030-04-20")
        page.get_by_label("はじまり").fill("10:00")
        page.get_by_role("button", name="風が強いため").click()
        page.wait_for_load_state()

    def _open_drawer(self, page: Page) -> None:
        """The office, with a change that waits for a second person."""
        self._sign_in(page, "TSK-0007-6")
        page.goto("/tsk/office/coins")
        page.get_by_role("link", name="予算を きめる").first.click()
        page.get_by_label("わけ").wait_for()
        self.made["programme"] = page.url.removeprefix(self.origin).removesuffix("/budget")
        page.get_by_label("1年度に ぜんぶで 何枚まで").fill("4000")
        page.get_by_label("わけ").fill("行事が ふえたので")
        page.get_by_role("button", name="もう一人に たのむ").click()
        page.wait_for_url("**/changes/*")
        self.made["change"] = page.url.removeprefix(self.origin)
        self._draft_vote(page)

    def _draft_vote(self, page: Page) -> None:
        """A vote that is being written, and the one that waits for lots."""
        page.goto("/tsk/votes/new")
        page.get_by_label("しつもん（ひとつだけ）").fill("広場の 木は どれに しますか")
        page.get_by_text("順番をつける", exact=True).click()
        page.get_by_role("button", name="つぎへ").click()
        page.wait_for_url("**/options")
        self.made["vote_draft"] = page.url.removeprefix(self.origin).removesuffix("/options")
        page.goto("/tsk/votes?show=over")
        self.made["vote_tied"] = page.get_by_role("link", name="東屋の 名前").get_attribute("href") or ""

    def _open_till(self, page: Page) -> None:
        page.goto(self.tsk["shops"][0]["till_url"])
        page.locator("main button").click()
        page.wait_for_load_state()
