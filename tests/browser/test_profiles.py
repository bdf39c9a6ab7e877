"""Browsers that people really have: inside LINE (no passkeys), an old Chrome (modules do not run), no JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
INSIDE_LINE = (
    "delete window.PublicKeyCredential; delete Navigator.prototype.credentials; delete window.BarcodeDetector;"
)


def old_chrome(phones: Any, server: Any) -> Any:
    """A phone on which htmx and modules newer than its engine fail to parse, as if they had not come."""
    page = phones(server)
    page.route("**/*htmx*.js", lambda route: route.abort())
    page.route("**/modules.*/*.js", lambda route: route.abort())
    return page


def test_inside_line_no_passkey_is_offered_that_cannot_work(sample, phones):
    page = phones(sample.server)
    page.add_init_script(INSIDE_LINE)
    page.goto(sample.today["poster_url"])
    page.get_by_role("button", name="受付する").tap()
    page.get_by_role("link", name="このスマホで つづける").tap()
    page.get_by_role("button", name="うけとる").tap()
    expect(page.get_by_role("status")).to_contain_text("うけとりました")
    member = phones(sample.server)
    member.add_init_script(INSIDE_LINE)
    sample.enter(member, "TSK-0005-9")
    for path in ("/tsk", "/tsk/wallet", "/me", "/passkeys"):
        member.goto(path)
        expect(member.get_by_role("button", name="パスキーを つくる")).to_have_count(0)
    member.context.clear_cookies()
    member.goto("/sign-in")
    expect(member.get_by_role("button", name="パスキーで サインイン")).to_have_count(0)


@pytest.mark.parametrize("profile", ["old", "none"])
def test_check_in_host_list_and_redemption_without_new_scripts(sample, phones, profile):
    def phone() -> Any:
        return old_chrome(phones, sample.server) if profile == "old" else phones(sample.server, javascript=False)

    visitor = phone()
    visitor.goto(sample.today["poster_url"])
    visitor.get_by_role("button", name="受付する").tap()
    expect(visitor.get_by_text("受付番号").first).to_be_visible()

    host = sample.enter(phone(), "TSK-0002-1")
    host.goto(f"/tsk/events/{sample.today['id']}/check-ins?q=みほん")
    host.get_by_role("button", name="見本 うめ").tap()
    expect(host.locator(".tally b")).to_have_text("2")

    buyer = sample.enter(phone(), "TSK-0005-9")
    shop = sample.tsk["shops"][0]
    buyer.goto(f"/tsk/shops/offers/{shop['offers'][0]['id']}")
    buyer.get_by_role("button", name="つかう").tap()
    digits = buyer.locator(".digits").inner_text().replace(" ", "")

    till = phone()
    till.goto(shop["till_url"])
    till.locator("main button").tap()
    till.locator("input[name=code]").fill(digits)
    till.locator("input[name=code]").press("Enter")
    expect(till.get_by_text("完了").first).to_be_visible()
    buyer.get_by_role("link", name="たしかめる").tap()
    expect(buyer.get_by_text("完了").first).to_be_visible()
