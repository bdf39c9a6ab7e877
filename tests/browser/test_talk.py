"""On small phones: a view against a proposal is said, answered and read by all; the silent answer; the year on A4."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.browser.by_keyboard import press, walk_to, write

pytestmark = pytest.mark.browser
AUTHOR, SPEAKER, SILENT, OFFICE = "TSK-0004-5", "TSK-0008-4", "TSK-0009-2", "TSK-0007-6"
ROOF = "/tsk/proposals/4"
SUPPORTED = "/tsk/proposals/7"
HIT = """one => { const r = one.getBoundingClientRect();
  return r.bottom <= innerHeight && one.contains(document.elementFromPoint(r.left + r.width / 2, r.bottom - 4)); }"""
SAID = "木材を ぬらさない しくみが ありません"


def keep(page: Any, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Any, width: int = 360) -> None:
    """Nothing leaves a phone's screen sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_a_view_against_it_is_said_and_answered(sample: Any, phones: Any, javascript: bool) -> None:
    speaker, author = (sample.enter(phones(sample.server, javascript=javascript), one) for one in (SPEAKER, AUTHOR))
    speaker.goto(ROOF)
    keep(speaker, "talk-proposal")
    fits(speaker)
    speaker.get_by_role("link", name="反対", exact=True).tap()
    speaker.wait_for_url("**/opinions/new?kind=against")
    expect(speaker.get_by_role("button", name="つたえる")).to_be_in_viewport()
    speaker.get_by_label("意見", exact=True).fill(SAID)
    fits(speaker)
    keep(speaker, "talk-new")
    speaker.get_by_role("button", name="つたえる").dblclick()
    expect(speaker.get_by_role("status").first).to_contain_text("12月12日(土)までに 返事が きます")
    expect(speaker.get_by_text("この意見を とりけす")).to_be_visible()
    keep(speaker, "talk-said")

    author.goto(f"{ROOF}/opinions")
    waits = author.locator("article", has_text=SAID)
    expect(waits).to_have_count(1)
    expect(waits).to_contain_text("返事まち · あと 14日")
    waits.get_by_role("link", name="返事を 書く").tap()
    author.wait_for_url("**/answers")
    author.get_by_label("返事", exact=True).fill("屋根の下に 台を おきます")
    fits(author)
    keep(author, "talk-answer")
    author.get_by_role("button", name="返事を する").dblclick()
    expect(author.get_by_role("status").first).to_contain_text("返事を 書きました")
    expect(author.get_by_text("屋根の下に 台を おきます")).to_have_count(1)

    visitor = phones(sample.server, javascript=javascript)
    visitor.goto("/tsk/opinions")
    shown = visitor.locator("article", has_text=SAID)
    expect(shown).to_contain_text("返事ずみ")
    expect(shown).to_contain_text("屋根の下に 台を おきます")
    expect(visitor.get_by_text("髙太郎")).to_have_count(0)
    fits(visitor)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_the_silent_answer_without_their_name(sample: Any, phones: Any, javascript: bool) -> None:
    silent = sample.enter(phones(sample.server, javascript=javascript), SILENT)
    silent.goto(ROOF)
    silent.get_by_role("link", name="アンケートに こたえる").tap()
    silent.wait_for_url("**/survey")
    expect(silent.get_by_role("button", name="こたえる")).to_be_in_viewport()
    expect(silent.get_by_text("その時に のぞけば わかります")).to_be_visible()
    silent.get_by_text("まよっている").tap()
    fits(silent)
    keep(silent, "talk-survey")
    silent.get_by_role("button", name="こたえる").dblclick()
    expect(silent.get_by_text("あなたは こたえました")).to_be_visible()
    expect(silent.get_by_role("button", name="こたえる")).to_have_count(0)
    fits(silent)
    keep(silent, "talk-survey-done")


def test_with_the_keyboard_alone(sample: Any, phones: Any) -> None:
    speaker = sample.enter(phones(sample.server, is_mobile=False, has_touch=False), SPEAKER)
    speaker.goto(f"{ROOF}/opinions/new")
    walk_to(speaker, "input[name=kind]")
    speaker.keyboard.press("ArrowDown")
    speaker.keyboard.press("ArrowDown")
    write(speaker, "words", "dare ga")
    press(speaker, "つたえる")
    expect(speaker.get_by_role("status").first).to_contain_text("返事が きます")
    expect(speaker.get_by_role("heading", level=1)).to_have_text("しつもん")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_chief_button_is_never_under_the_tabs(sample: Any, phones: Any, language: str) -> None:
    """At 360 × 640, without scrolling: what is there to be pressed is what a thumb would hit."""
    author = sample.enter(phones(sample.server), AUTHOR)
    author.context.add_cookies([{"name": "language", "value": language, "url": sample.server.origin}])
    author.goto(f"{ROOF}/opinions")
    answer = author.locator("main a[href$='/answers']").first.get_attribute("href")
    pages = ("/tsk/proposals/new", f"{ROOF}/edit", f"{ROOF}/survey", "/tsk/opinions/new", answer)
    for address in (*pages, SUPPORTED, f"{SUPPORTED}/opinions/new?kind=worry"):
        author.goto(address)
        assert author.locator("main form .button.big").first.evaluate(HIT), address


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_a_slip_of_paper_goes_out_and_comes_back(sample: Any, phones: Any, tmp_path: Path, javascript: bool) -> None:
    office = sample.enter(phones(sample.server, javascript=javascript), OFFICE)
    office.goto(f"{ROOF}/survey")
    office.get_by_role("link", name="紙で あつめる").tap()
    office.wait_for_url("**/slips")
    office.get_by_label("紙を わたす人の よみか 会員番号").fill("みほん")
    office.get_by_role("button", name="さがす").tap()
    hand_out = office.locator("li", has_text="見本 うめ").get_by_role("button", name="わたす")
    expect(hand_out).to_be_visible()
    fits(office)
    keep(office, "talk-slips")
    hand_out.dblclick()
    expect(office.get_by_text("わたした紙は 1枚です")).to_be_visible()
    office.get_by_text("もどった紙を 打ちこむ").tap()
    office.get_by_text("心配している").tap()
    office.get_by_label("ひとこと").fill("言いにくい")
    fits(office)
    keep(office, "talk-slips-typed")
    office.get_by_role("button", name="1枚 打ちこむ").dblclick()
    expect(office.get_by_text("そのうち 1枚を 打ちこみました")).to_be_visible()
    expect(office.get_by_text("もどった紙を 打ちこむ")).to_have_count(0)
    office.goto(f"{ROOF}/survey/sheet")
    paper = tmp_path / "slips.pdf"
    paper.write_bytes(office.pdf(prefer_css_page_size=True, print_background=True))
    document = pypdfium2.PdfDocument(paper)
    assert len(document) == 1 and abs(document[0].get_width() - 595) < 2
    if folder := os.environ.get("SHOTS"):
        document[0].render(scale=1).to_pil().save(Path(folder) / "talk-slips-sheet.png")


def test_narrow_and_large_and_on_paper(sample: Any, phones: Any, tmp_path: Path) -> None:
    """320 px with the largest text; the year's list on A4."""
    member = sample.enter(phones(sample.server, viewport={"width": 320, "height": 568}), OFFICE)
    member.context.add_cookies([{"name": "size", "value": "xl", "url": sample.server.origin}])
    pages = ("/tsk/opinions", "/tsk/opinions/2026", "/tsk/opinions/new", f"{ROOF}/opinions", f"{ROOF}/survey", ROOF)
    pages += (SUPPORTED, f"{ROOF}/survey/slips?q=みほん")
    for address in pages:
        member.goto(address)
        fits(member, 320)
    member.goto("/tsk/opinions/2026/sheet")
    sheet = tmp_path / "year.pdf"
    sheet.write_bytes(member.pdf(prefer_css_page_size=True, print_background=True))
    document = pypdfium2.PdfDocument(sheet)
    if folder := os.environ.get("SHOTS"):
        for number, one in enumerate(document):
            one.render(scale=1).to_pil().save(Path(folder) / f"talk-year-{number}.png")
    assert len(document) and all(abs(one.get_width() - 595) < 2 for one in document)
