"""The way to the phone's first screen: told from the third visit on, never on the poster's page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
UME = "TSK-0001-3"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Version/16.6 Safari/604.1"


def visits(page: Any, times: int) -> None:
    """So many visits, each half an hour after the one before."""
    for _ in range(times):
        page.goto("/tsk")
        page.wait_for_load_state("networkidle")
        for cookie in page.context.cookies():
            if cookie["name"] == "visits" and cookie["value"] != "never":
                number = cookie["value"].split(".")[0]
                page.context.add_cookies([{**cookie, "value": f"{number}.0"}])


def test_the_first_screen_is_offered_from_the_third_visit_until_one_says_no(sample: Any, phones: Any) -> None:
    page = sample.enter(phones(sample.server, user_agent=IPHONE), UME)
    page.context.clear_cookies(name="visits")
    hint = page.get_by_role("heading", name="ホーム画面に おくと")
    visits(page, 2)
    expect(hint).to_be_hidden()
    page.goto(sample.today["poster_url"])
    expect(hint).to_have_count(0)
    page.goto("/tsk")
    expect(hint).to_be_visible()
    page.get_by_role("button", name="いりません").tap()
    expect(hint).to_be_hidden()
    visits(page, 1)
    expect(hint).to_be_hidden()
