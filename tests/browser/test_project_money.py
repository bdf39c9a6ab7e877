"""On small phones: money asked for and decided by two, a photo in the logbook, a trial, a result on one sheet."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
LEAD, STEWARD, OFFICE = "TSK-0008-4", "TSK-0002-1", "TSK-0007-6"
TREES, ERRANDS, BENCHES = "/tsk/projects/1", "/tsk/projects/5", "/tsk/projects/2/expenses"


def keep(page: Any, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Any) -> None:
    """Nothing leaves a phone's screen sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_money_is_asked_for_and_two_people_decide_it(sample: Any, phones: Any, javascript: bool) -> None:
    lead, steward, office = (
        sample.enter(phones(sample.server, javascript=javascript), one) for one in (LEAD, STEWARD, OFFICE)
    )
    lead.goto(TREES)
    lead.get_by_role("link", name="予算を 申しこむ").tap()
    lead.wait_for_url("**/budget")
    lead.get_by_label("いくら").fill("３００００")
    lead.get_by_label("何に 使いますか").fill("はしごと 名札")
    fits(lead)
    keep(lead, "budget-new")
    lead.get_by_role("button", name="予算を 申しこむ").dblclick()
    expect(lead.get_by_text("30,000円")).to_have_count(1)
    expect(lead.get_by_text("決まるのを 待っています")).to_be_visible()

    for one, said in ((steward, "もう1人が きめます"), (office, "みとめました")):
        one.goto("/tsk/projects/budgets")
        one.get_by_role("link", name="百年の木").tap()
        one.wait_for_url("**/budget")
        fits(one)
        keep(one, f"budget-{said}")
        one.get_by_role("button", name="よい", exact=True).tap()
        expect(one.get_by_role("status").first).to_contain_text(said)

    visitor = phones(sample.server, javascript=javascript)
    visitor.goto(f"{TREES}/budget")
    expect(visitor.get_by_text("みとめられました")).to_be_visible()
    expect(visitor.get_by_text("予算は 投票で 決めます")).to_be_visible()
    expect(visitor.get_by_text("試田 みのる")).to_have_count(0)
    fits(visitor)
    keep(visitor, "budget-granted")


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_a_receipt_is_written_once_taken_back_and_read_by_all(sample: Any, phones: Any, javascript: bool) -> None:
    office = sample.enter(phones(sample.server, javascript=javascript), OFFICE)
    office.goto(BENCHES)
    write = office.get_by_role("button", name="書く", exact=True)
    office.get_by_label("いくら").fill("１２，０００")
    office.get_by_label("何に").fill("木ざい")
    office.get_by_label("書類の番号").fill(" ")
    write.tap()
    expect(office.locator("#field-document-problem")).to_be_visible()
    expect(office.get_by_label("何に")).to_have_value("木ざい")
    office.get_by_label("書類の番号").fill("領収書 17")
    write.dblclick()
    expect(office.get_by_role("status").first).to_contain_text("書きました")
    expect(office.get_by_role("listitem").filter(has_text="領収書 17")).to_have_count(1)
    expect(office.locator(".sums")).to_contain_text("111,480円")  # two receipts of 56,520 were there
    fits(office)
    keep(office, "expenses")

    visitor = phones(sample.server, javascript=javascript)
    visitor.goto("/tsk/projects/money")
    fits(visitor)
    keep(visitor, "money")
    visitor.get_by_role("link", name="バス停ベンチ").tap()
    visitor.wait_for_url("**/expenses")
    expect(visitor.get_by_role("listitem").filter(has_text="領収書 17")).to_be_visible()
    expect(visitor.get_by_role("link", name="予算の 申しこみ 1")).to_be_visible()
    expect(visitor.get_by_role("button", name="とりけす")).to_have_count(0)

    mine = office.get_by_role("listitem").filter(has_text="領収書 17")
    mine.get_by_role("button", name="とりけす").dblclick()
    expect(office.get_by_role("status").first).to_contain_text("まちがえた行も のこります")
    expect(mine).to_have_count(2)
    expect(office.locator(".sums")).to_contain_text("123,480円")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_a_photo_in_the_logbook(sample: Any, phones: Any, javascript: bool, tmp_path: Path) -> None:
    lead = sample.enter(phones(sample.server, javascript=javascript), LEAD)
    lead.goto(f"{TREES}/log")
    fits(lead)
    lead.get_by_label("きょうのこと").fill("花が ひらきました")
    lead.get_by_text("写真を つける").tap()
    file = BytesIO()
    Image.new("RGB", (900, 1200), (200, 120, 150)).save(file, "JPEG")
    sent = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    lead.get_by_label("写真", exact=True).set_input_files(sent)
    lead.get_by_label("何の写真ですか").fill("梅の花")
    lead.get_by_role("button", name="書く", exact=True).tap()
    expect(lead.get_by_role("status").first).to_contain_text("日誌に 書きました")
    shown = lead.get_by_role("img", name="梅の花")
    shown.scroll_into_view_if_needed()
    expect(shown).to_be_visible()
    assert shown.bounding_box()["width"] <= 328
    fits(lead)
    keep(lead, "log")
    lead.get_by_role("button", name="とりけす").first.tap()
    expect(lead.get_by_text("花が ひらきました")).to_have_count(0)


def test_a_trial_and_what_came_of_it(sample: Any, phones: Any) -> None:
    office = sample.enter(phones(sample.server, javascript=False), OFFICE)
    office.goto(ERRANDS)
    keep(office, "trial-running")
    office.get_by_role("link", name="ためしの けっかを 書く").tap()
    office.wait_for_url("**/trial")
    fits(office)
    keep(office, "trial")
    office.get_by_text("かえる", exact=True).tap()
    office.get_by_role("textbox", name="わかったこと").fill("雨の日は 運転する人が たりません")
    office.get_by_role("button", name="けっかを 書く").tap()
    expect(office.get_by_role("status").first).to_contain_text("ためした けっかを 書きました")
    expect(office.get_by_text("雨の日は 運転する人が たりません")).to_be_visible()


def test_the_longest_result_fits_one_sheet(sample: Any, phones: Any, tmp_path: Path) -> None:
    office = sample.enter(phones(sample.server, javascript=False), OFFICE)
    office.goto(f"{ERRANDS}/result/edit")
    fits(office)
    longest = {"whose": 80, "what": 200, "how": 400, "voice": 300, "voice_of": 40}
    for name, most in longest.items():
        office.locator(f"[name={name}]").fill("買" * most)
    office.get_by_role("button", name="のせる").tap()
    expect(office.locator("#field-agreed-problem")).to_be_visible()
    keep(office, "result-form")
    office.get_by_text("本人が、のせてよいと 言いました").tap()
    office.get_by_role("button", name="のせる").tap()
    expect(office.get_by_role("status").first).to_contain_text("けっかを のせました")
    fits(office)
    visitor = phones(sample.server)
    visitor.goto(f"{ERRANDS}/result")
    keep(visitor, "result")
    visitor.get_by_role("link", name="紙に する").tap()
    visitor.wait_for_url("**/sheet")
    visitor.wait_for_load_state("load")
    sheet = tmp_path / "result.pdf"
    sheet.write_bytes(visitor.pdf(prefer_css_page_size=True, print_background=True))
    document = pypdfium2.PdfDocument(sheet)
    assert len(document) == 1 and abs(document[0].get_width() - 595) < 2
    if folder := os.environ.get("SHOTS"):
        document[0].render(scale=1).to_pil().save(Path(folder) / "result-sheet.png")
