"""A friend of the region far away finds something to do from home, asks in two fields, and is answered in time."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
FIELDS = "main form :is(input:not([type=hidden]), textarea, select)"
SORA, LEAD, UME = "TSK-0005-9", "TSK-0002-1", "TSK-0001-3"


def keep(page: Any, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fields(page: Any) -> set[str]:
    """The names of what is to be filled in: the options of one choice are one field."""
    page.locator(FIELDS).first.wait_for()
    return {field.get_attribute("name") for field in page.locator(FIELDS).all()}


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_three_taps_from_home_two_fields_and_an_answer(sample: Any, phones: Any, javascript: bool) -> None:
    lead = sample.enter(phones(sample.server, javascript=javascript), LEAD)
    sora = sample.enter(phones(sample.server, javascript=javascript), SORA)
    sora.goto("/tsk")
    keep(sora, "home")
    sora.get_by_role("link", name="在宅でできること").tap()  # 1
    keep(sora, "tasks")
    sora.get_by_role("link", name="デザイン", exact=True).tap()  # 2: her skill
    expect(sora.get_by_role("link", name="お茶の話を 英語に")).to_have_count(0)
    sora.get_by_role("link", name="ベンチのデザイン").tap()  # 3
    keep(sora, "join")
    assert fields(sora) == {"message"}
    expect(sora.get_by_text("ベンチのデザイン")).to_be_visible()
    sora.get_by_label("ひとこと").fill("名古屋で デザインの仕事を しています。")
    sora.get_by_role("button", name="つたえる").tap()
    expect(sora.get_by_role("status").filter(has_text="返事まち")).to_be_visible()
    expect(sora.get_by_text("12月5日(土)までに 返事が きます")).to_be_visible()
    keep(sora, "waiting")

    sample.server.move_clock(timedelta(days=7))
    sora.reload()
    expect(sora.get_by_text("もう一度 知らせています")).to_be_visible()
    lead.goto("/tsk/projects/2")
    expect(lead.get_by_text("1週間より長く 待っている人")).to_be_visible()
    keep(lead, "overdue")
    lead.goto("/tsk")
    keep(lead, "home-waiting")
    lead.get_by_role("link", name="返事まち").tap()
    keep(lead, "requests")
    card = lead.locator("section").filter(has_text="空想 そら")
    card.get_by_label("ひとこと").fill("ぜひ おねがいします。")
    card.get_by_role("button", name="はい", exact=True).tap()
    expect(lead.get_by_role("status").first).to_contain_text("いっしょに やりましょう")

    sora.goto("/tsk")
    sora.get_by_role("link", name="返事が きました").tap()
    expect(sora.get_by_text("ぜひ おねがいします。")).to_be_visible()
    keep(sora, "answer")
    sora.get_by_role("button", name="わかりました").tap()
    expect(sora.get_by_text("空想 そら")).to_be_visible()
    keep(sora, "project")


def test_with_a_keyboard_alone(sample: Any, phones: Any) -> None:
    """Tab and Enter reach every link and field, and what has them is marked."""
    sora = sample.enter(phones(sample.server, javascript=False), SORA)

    def go_to(role: str, name: str) -> None:
        wanted = sora.get_by_role(role, name=name).first
        for _ in range(60):
            sora.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                break
        expect(wanted).to_be_focused()
        style = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
        assert role == "radio" or style != "none", f"{name} does not show that it has the keyboard"

    sora.goto("/tsk")
    for name in ("在宅でできること", "お茶の話を 英語に"):
        go_to("link", name)
        sora.keyboard.press("Enter")
        sora.wait_for_load_state()
    go_to("textbox", "ひとこと")
    sora.keyboard.type("yes")
    go_to("button", "つたえる")
    sora.keyboard.press("Enter")
    expect(sora.get_by_role("heading", name="返事まち")).to_be_visible()


def test_three_fields_start_a_project_and_it_looks_for_people(sample: Any, phones: Any) -> None:
    ume = sample.enter(phones(sample.server, javascript=False), UME)
    ume.goto("/tsk/projects")
    keep(ume, "board")
    ume.get_by_role("link", name="プロジェクトを はじめる").tap()
    keep(ume, "new")
    assert fields(ume) == {"title", "wish", "field"}
    button = ume.get_by_role("button", name="はじめる")
    ume.get_by_label("プロジェクトの名前").fill("花の道")
    button.tap()  # the wish is missing
    ume.get_by_label("想い").fill("学校までの道に 花を うえたいです。")
    button.tap()
    expect(ume.get_by_role("heading", name="花の道")).to_be_visible()
    expect(ume.get_by_role("status").first).to_contain_text("はじめました")
    keep(ume, "started")
    ume.get_by_role("link", name="やることを たす").tap()
    ume.get_by_label("なにを おねがいしますか").fill("苗を そだてる")
    ume.get_by_text("在宅でできる").first.tap()
    keep(ume, "add")
    ume.get_by_role("button", name="のせる").first.tap()
    expect(ume.get_by_role("status").first).to_contain_text("のせました")
    keep(ume, "tasks-of")
    ume.get_by_role("link", name="プロジェクトのページへ").tap()
    ume.get_by_role("button", name="わたしがやります").tap()
    expect(ume.get_by_role("button", name="できました")).to_be_visible()
    keep(ume, "taken")


def test_a_quiet_project_is_asked_and_wakes_again(sample: Any, phones: Any) -> None:
    lead = sample.enter(phones(sample.server), LEAD)
    sample.server.move_clock(timedelta(days=100))
    lead.goto("/tsk/projects/2")
    keep(lead, "quiet")
    lead.get_by_role("button", name="おやすみします").tap()
    expect(lead.get_by_role("status").first).to_contain_text("おやすみに しました")
    keep(lead, "resting")
    lead.get_by_role("button", name="もう一度 はじめる").tap()
    expect(lead.get_by_text("うごいています")).to_be_visible()
    lead.goto("/tsk/projects/2/edit")
    keep(lead, "edit")
    lead.goto("/tsk/projects/2/gatherings")
    keep(lead, "gatherings")
