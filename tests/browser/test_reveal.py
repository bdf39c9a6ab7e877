"""Opening together: dark until the hour, then the bars grow on every phone and on the wall, with one set of numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from app.credentials import service as credentials
from app.db import transaction
from app.votes import closing
from tests import factories
from tests.conftest import AT
from tests.votes import boxes

pytestmark = pytest.mark.browser
WALL = {"viewport": {"width": 1280, "height": 720}, "is_mobile": False}
NUMBERS = "[...document.querySelectorAll('.counted-number')].map((one) => one.innerText.replace(/\\s+/g, ' ').trim())"
GROWS = "getComputedStyle(document.querySelector('.counted > li rect')).animationName"


def fill() -> dict[str, Any]:
    """A vote of thirteen that is closed, and opens two days later; a member who may open it."""
    region = factories.world(at=AT, stage=3).region
    steward = factories.membership(region, at=AT)
    people = boxes.village(region, 12, at=AT)
    vote = boxes.opened(region, steward, at=AT, question="土曜日も バスを 1便", effect="ask", decider="奈良市")
    boxes.cast_all(region, vote, people, ["yes", "yes", "no"], at=AT)
    with transaction():
        closing.settle(vote.id, vote.closes_at + timedelta(minutes=1))
    with transaction():
        key = credentials.sign_in(member_id=steward.member_id, way="passkey", at=AT, fresh=True)[1]
    return {"path": f"/tsk/votes/{vote.id}", "reveals_at": vote.reveals_at, "key": key}


@pytest.fixture
def night(new_server, phones):
    """A server half a minute before the hour, and phones."""
    server = new_server(fill)
    server.set_clock(server.filled["reveals_at"] - timedelta(seconds=30))

    def opened(signed: bool = False, **options: Any) -> Any:
        page = phones(server, **options)
        if signed:
            page.context.add_cookies([{"name": "yui", "value": server.filled["key"], "url": server.origin}])
        return page

    opened.server, opened.path = server, server.filled["path"]
    return opened


def press_open(night: Any) -> None:
    """A member opens by the button; without JavaScript, since that opens by itself a moment after the page is there."""
    opener = night(signed=True, javascript=False)
    opener.goto(night.path)
    opener.get_by_role("button", name="いま ひらく").tap()


@pytest.mark.journey
def test_at_the_hour_wall_and_phone_open_by_themselves_and_say_the_same(night):
    wall, phone = night(signed=True, **WALL), night()
    wall.goto(f"{night.path}/opening")
    phone.goto(night.path)
    expect(wall.locator("[data-count]")).to_contain_text("あと 0分")
    expect(phone.get_by_text("それまで だれにも 結果は 見えません")).to_be_visible()
    night.server.set_clock(night.server.filled["reveals_at"])
    wall.reload()  # its own clock has not moved
    expect(wall.locator(".verdict-words")).to_have_text("賛成 8票、反対 4票。賛成が 多くなりました。")
    assert wall.evaluate(GROWS) == "grow"
    expect(phone.locator(".verdict-words")).to_have_text("賛成 8票、反対 4票。賛成が 多くなりました。", timeout=60_000)
    wall.wait_for_timeout(6500)
    assert wall.evaluate(NUMBERS) == ["8 票", "4 票", "0 票"]
    expect(wall.locator(".proven")).to_contain_text("記録は正しいです（12人分を 数えなおして 同じでした）")
    expect(wall.locator(".next-steps")).to_contain_text("さいごに 決める人が 決めます。")
    expect(wall.locator(".next-steps")).to_contain_text("決める人 · 奈良市")


def test_the_same_numbers_still_moving_without_javascript_and_on_paper(night):
    night.server.set_clock(night.server.filled["reveals_at"] + timedelta(seconds=5))
    press_open(night)
    pages = {
        "moving": night(**WALL),
        "still": night(reduced_motion="reduce"),
        "plain": night(javascript=False),
        "paper": night(),
    }
    told: dict[str, Any] = {}
    for name, page in pages.items():
        page.goto(night.path + {"moving": "/opening", "paper": "/result"}.get(name, ""))
        if name == "moving":
            expect(page.locator("[data-number]").first).to_have_text("8", timeout=20_000)
            page.wait_for_timeout(1000)
        shown = re.findall(r"data-number[^>]*>([^<]+)<", page.content())
        told[name] = (shown, page.locator(".verdict-words").text_content().strip())
    assert told["moving"] == told["still"] == told["plain"] == told["paper"]
    assert told["plain"][0] == ["8", "4", "0"]
    assert pages["still"].evaluate(GROWS) == "none"
    expect(pages["still"].locator(".verdict-words")).to_be_visible()


def test_without_javascript_the_dark_page_looks_again_by_itself(night):
    page = night(javascript=False)
    page.goto(f"{night.path}/opening")
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    night.server.set_clock(night.server.filled["reveals_at"] + timedelta(seconds=1))
    press_open(night)
    expect(page.locator(".verdict-words")).to_contain_text("賛成 8票", timeout=20_000)
