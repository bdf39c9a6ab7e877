"""Small questions on small phones: asked, answered in two taps from home, ended; days that become a gathering."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.conftest import AT

pytestmark = pytest.mark.browser
ASKER, MEMBER, OTHER = "TSK-0009-2", "TSK-0008-4", "TSK-0003-7"
QUESTION = "あした お茶を のみますか"
SCREENS = ("", "/quick/new", "/dates/new", "/1", "/2")
ROWS = """() => [...new Set([...document.querySelectorAll(".tabs a")].map((one) => one.offsetTop))]
  .map((top) => [...document.querySelectorAll(".tabs a")].filter((one) => one.offsetTop === top).length)"""


def keep(page: Any, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Any, width: int = 360) -> None:
    """Nothing leaves a phone's screen sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def enter(sample: Any, phones: Any) -> Any:
    return lambda number, **options: sample.enter(phones(sample.server, **options), number)


def ask(page: Any) -> str:
    """A quick question with the answers that stand there already; its address."""
    page.goto("/tsk/polls")
    page.get_by_role("link", name="ちょっと 聞く").tap()
    page.wait_for_url("**/quick/new")
    page.get_by_label("聞きたいこと").fill(QUESTION)
    fits(page)
    page.get_by_role("button", name="聞く", exact=True).dblclick()
    expect(page.get_by_role("status").first).to_contain_text("みんなに 聞きました")
    page.wait_for_url("**/polls/*")
    return str(page.url)


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_asked_answered_changed_and_ended(enter: Any, javascript: bool) -> None:
    asker, member = (enter(one, javascript=javascript) for one in (ASKER, MEMBER))
    page = ask(asker)
    asker.goto("/tsk/polls")
    expect(asker.get_by_text(QUESTION)).to_have_count(1)

    member.goto(page)
    expect(member.get_by_text("みんなの こたえが 見えます")).to_be_visible()
    expect(member.get_by_role("button", name="いいえ")).to_be_in_viewport()
    member.get_by_role("button", name="はい", exact=True).dblclick()
    expect(member.get_by_role("status").first).to_contain_text("こたえました")
    expect(member.get_by_role("heading", name="みんなの こたえ")).to_be_visible()
    member.go_back()
    member.reload()
    member.get_by_role("button", name="いいえ").tap()
    expect(member.locator("main button[aria-pressed=true]")).to_contain_text("いいえ")
    expect(member.get_by_text("髙太郎")).to_have_count(1)
    fits(member)
    keep(member, "poll-answered")

    asker.goto(page)
    stale = member.get_by_role("button", name="はい", exact=True)
    asker.get_by_role("button", name="おわりにする").tap()
    expect(asker.get_by_role("status").first).to_contain_text("おわりにしました")
    stale.tap()
    expect(member.get_by_role("alert")).to_be_visible()
    expect(member.get_by_text("おわりました", exact=True)).to_be_visible()
    expect(member.get_by_text("髙太郎")).to_have_count(1)


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_days_are_marked_one_is_fixed_and_becomes_a_gathering(enter: Any, javascript: bool) -> None:
    asker, member = (enter(one, javascript=javascript) for one in (ASKER, MEMBER))
    asker.goto("/tsk/polls/dates/new")
    asker.get_by_label("何の日を きめますか").fill("梅の実を あつめる日")
    for number in (1, 2):
        day = (AT + timedelta(days=7 + number)).date().isoformat()
        asker.get_by_label(f"{number}つ目の日").fill(day)
    asker.get_by_role("button", name="聞く", exact=True).tap()
    asker.wait_for_url("**/polls/*")
    page = asker.url

    member.goto(page)
    for name, value in (("mark_1", "no"), ("mark_2", "yes")):
        member.locator(f"input[name={name}][value={value}]").tap()
    fits(member)
    keep(member, "poll-days-marked")
    member.get_by_role("button", name="こたえる").tap()
    expect(member.get_by_role("status").first).to_contain_text("こたえました")
    expect(member.locator("tr", has_text="いちばん 合う")).to_have_count(1)

    asker.goto(page)
    asker.get_by_role("button", name="きめる：").first.tap()
    expect(asker.get_by_role("status").first).to_contain_text("日を きめました")
    make = asker.get_by_role("button", name="この日で 行事を つくる")
    expect(make).to_be_visible()
    keep(asker, "poll-day-fixed")
    make.dblclick()
    expect(asker).to_have_url(re.compile("/draft/what$"))  # whichever of the two taps leads there
    asker.goto("/tsk/events")
    expect(asker.get_by_text("梅の実を あつめる日")).to_have_count(1)
    asker.goto(page)
    expect(asker.get_by_role("link", name="この日の 行事を 見る")).to_be_visible()


def test_days_with_the_keyboard_alone(enter: Any) -> None:
    member = enter(OTHER, is_mobile=False, has_touch=False)
    member.goto("/tsk/polls/2")
    for _step in range(40):
        member.keyboard.press("Tab")
        name = member.evaluate("document.activeElement.name || document.activeElement.className")
        if name.startswith("mark_"):
            member.keyboard.press("Space")
            member.keyboard.press("ArrowRight")
        if "big" in name:
            break
    member.keyboard.press("Enter")
    expect(member.get_by_role("status").first).to_contain_text("こたえました")
    expect(member.locator("input[value=maybe]:checked")).to_have_count(3)
    keep(member, "poll-days-keyboard")


def test_the_narrowest_phone_and_the_largest_letters(enter: Any, sample: Any) -> None:
    page = enter(MEMBER, viewport={"width": 320, "height": 568})
    faces = ({}, {"language": "en"}, {"size": "xl"}, {"size": "xl", "language": "en"})
    for reading in faces:
        page.context.add_cookies(
            [{"name": name, "value": value, "url": sample.server.origin} for name, value in reading.items()]
        )
        for screen in SCREENS:
            page.goto(f"/tsk/polls{screen}")
            fits(page, 320)
        assert page.evaluate(ROWS) == [3, 3], reading


@pytest.mark.parametrize(
    ("reading", "rows"),
    [({"language": "ja"}, [6]), ({"language": "en"}, [6]), ({"size": "xl"}, [3, 3])],
    ids=["ja", "en", "largest"],
)
def test_six_tabs_stand_in_even_rows(enter: Any, sample: Any, reading: dict[str, str], rows: list[int]) -> None:
    page = enter(MEMBER)
    page.context.add_cookies(
        [{"name": name, "value": value, "url": sample.server.origin} for name, value in reading.items()]
    )
    page.goto("/tsk/polls")
    assert page.evaluate(ROWS) == rows
