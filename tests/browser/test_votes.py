"""Voting on a small phone: three taps from home, by keyboard alone, in order, in a budget, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from app.credentials import service as credentials
from app.db import transaction
from tests import factories
from tests.conftest import AT
from tests.votes import boxes

pytestmark = pytest.mark.browser
COSTS = {"バス停ベンチ": 180_000, "ステーションの 屋根": 120_000, "花の なえ": 30_000}
QUESTIONS = {
    "yes_no": "土曜日も バスを 1便",
    "consent": "かぎの当番を 月がわりに",
    "choose_one": "ベンチの形",
    "approval": "春の行事",
    "schulze": "ベンチの木",
    "score": "ステーションの時間",
    "equal_shares": "ことしの 30万円",
}


def fill() -> dict[str, Any]:
    """A region with a vote of each kind, a voter's sign-in, and eleven others on the roll."""
    region = factories.world(at=AT, stage=3).region
    steward = factories.membership(region, at=AT, name="世話 かおり")
    voter = factories.membership(region, at=AT, name="空想 そら", kind="friend")
    boxes.village(region, 10, at=AT)
    found: dict[str, Any] = {}
    for number, (method, question) in enumerate(QUESTIONS.items()):
        budget = method == "equal_shares"
        options = COSTS if budget else None if method in ("yes_no", "consent") else boxes.OPTIONS
        times = {"closes_at": AT + timedelta(days=15, hours=number), "reveals_at": AT + timedelta(days=17)}
        more = {"budget_yen": 300_000} if budget else {}
        made = boxes.opened(region, steward, at=AT, method=method, question=question, options=options, **times, **more)
        found[method] = f"/tsk/votes/{made.id}"
    with transaction():
        found["key"] = credentials.sign_in(member_id=voter.member_id, way="passkey", at=AT, fresh=True)[1]
    return found


@pytest.fixture
def voter(new_server, phones):
    """Opens a phone on which the voter is signed in; `.votes` are the addresses."""
    server = new_server(fill)

    def opened(**options: Any) -> Any:
        page = phones(server, **options)
        page.context.add_cookies([{"name": "yui", "value": server.filled["key"], "url": server.origin}])
        return page

    opened.votes = server.filled
    return opened


def press(page: Any, text: str, most: int = 40) -> None:
    """Tab to the button of this name, which must show that it has the focus, and press Enter."""
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || ''"
        )
        if text in name:
            shows = "getComputedStyle(document.activeElement).outlineStyle"
            assert page.evaluate(shows) != "none", f"{text} has the focus and does not show it"
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab never came to {text}")


@pytest.mark.journey
def test_three_taps_from_home_and_everything_in_sight(voter):
    page = voter()
    page.goto("/tsk")
    page.get_by_role("link", name=QUESTIONS["yes_no"]).tap()
    low = page.get_by_text("どちらでもない", exact=True).bounding_box()
    foot = page.get_by_role("button", name="投票する").bounding_box()
    assert low["y"] + low["height"] <= foot["y"]
    assert foot["y"] + foot["height"] <= 640
    page.get_by_text("賛成", exact=True).tap()
    page.get_by_role("button", name="投票する").tap()
    expect(page.get_by_role("status").filter(has_text="投票を うけとりました")).to_contain_text("賛成")
    expect(page.get_by_text("まだ 変えられます。")).to_be_visible()
    page.get_by_role("link", name="こたえを かえる").tap()
    expect(page.get_by_role("radio", name="賛成")).to_be_checked()
    page.get_by_text("反対", exact=True).tap()
    page.get_by_role("button", name="こたえを かえる").dblclick()
    expect(page.get_by_role("status").filter(has_text="投票を うけとりました")).to_contain_text("反対")
    page.goto(voter.votes["yes_no"])
    expect(page.get_by_text("1 / 12人")).to_be_visible()


@pytest.mark.journey
def test_a_whole_vote_by_keyboard_alone_with_its_error_on_the_way(voter):
    page = voter()
    page.goto(voter.votes["yes_no"])
    press(page, "投票する")
    expect(page.get_by_role("alert")).to_have_text("ひとつ えらんでください。")
    first = page.locator(":focus")
    expect(first).to_have_attribute("aria-describedby", "ballot-problem")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="賛成")).to_be_checked()
    press(page, "投票する")
    expect(page.get_by_role("heading", name="投票を うけとりました")).to_be_visible()
    press(page, "こたえを かえる")
    expect(page.get_by_role("radio", name="賛成")).to_be_checked()


def test_an_order_by_keyboard_alone_is_announced_and_kept(voter):
    page = voter()
    page.goto(voter.votes["schulze"])
    press(page, "くり")
    live = page.locator("[data-say]")
    expect(live).to_have_text("くりは 1番です。")
    press(page, "ひのき")
    expect(live).to_have_text("ひのきは 2番です。")
    press(page, "ひのきを 上へ")
    expect(live).to_have_text("ひのきは 1番です。")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "ひのきを 下へ")  # ↑ is of no use any more
    press(page, "投票する")
    receipt = page.get_by_role("status").filter(has_text="投票を うけとりました")
    expect(receipt).to_contain_text("1. ひのき")
    expect(receipt).to_contain_text("2. くり")
    page.go_back()
    page.get_by_role("link", name="こたえを かえる").tap()
    expect(page.get_by_role("button", name="くり", pressed=True)).to_be_visible()


def test_a_budget_by_keyboard_adds_up_and_says_what_still_fits(voter):
    page = voter()
    page.goto(voter.votes["equal_shares"])
    page.get_by_role("checkbox", name="バス停ベンチ").focus()
    page.keyboard.press("Space")
    total = page.locator("output")
    expect(total).to_have_text("えらんだ分 180,000円 · あと 120,000円")
    expect(page.get_by_text("まだ 入ります")).to_have_count(2)
    page.get_by_role("checkbox", name="ステーションの 屋根").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("もう 入りません")).to_have_count(1)
    page.get_by_role("checkbox", name="花の なえ").focus()
    page.keyboard.press("Space")
    expect(total).to_contain_text("予算を 30,000円 こえています")
    press(page, "投票する")
    expect(page.get_by_role("status").filter(has_text="投票を うけとりました")).to_contain_text("花の なえ")


def test_every_kind_of_ballot_without_javascript(voter):
    page = voter(javascript=False)
    marks = {
        "yes_no": lambda: page.get_by_role("radio", name="どちらでもない").check(),
        "consent": lambda: (
            page.get_by_role("radio", name="反対 わけ").check(),
            page.get_by_label("反対の わけ").fill("夜は"),
        ),
        "choose_one": lambda: page.get_by_role("radio", name="すぎ").check(),
        "approval": lambda: page.get_by_role("checkbox", name="くり").check(),
        "schulze": lambda: page.get_by_label("けやき").select_option("1番"),
        "score": lambda: page.get_by_role("group", name="くり").get_by_role("radio", name="4").check(),
        "equal_shares": lambda: page.get_by_role("checkbox", name="花の なえ").check(),
    }
    for method, mark in marks.items():
        page.goto(voter.votes[method])
        page.get_by_role("button", name="投票する").tap()
        expect(page.get_by_role("alert")).to_be_visible()
        mark()
        page.get_by_role("button", name="投票する").tap()
        expect(page.get_by_role("heading", name="投票を うけとりました")).to_be_visible()


@pytest.mark.parametrize("reading", [{}, {"size": "xl"}, {"language": "en"}])
def test_no_ballot_is_wider_than_the_narrowest_phone(voter, reading):
    page = voter(viewport={"width": 320, "height": 568})
    url = page.context.cookies()[0]["domain"]
    assert url
    for name, value in reading.items():
        page.context.add_cookies([{"name": name, "value": value, "domain": url, "path": "/"}])
    for method in QUESTIONS:
        page.goto(voter.votes[method])
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{method} is {width} px wide"
