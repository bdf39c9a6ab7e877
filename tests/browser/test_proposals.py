"""A first idea becomes a talk on small phones, with scripts and without; what was changed is seen; one sheet of A4."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import expect

from app.credentials import service as credentials
from app.db import db, transaction
from app.members.models import Membership
from app.proposals import forms
from app.proposals.models import Proposal
from tests import factories
from tests.browser import by_keyboard
from tests.conftest import AT
from tests.proposals import factories as made

pytestmark = pytest.mark.browser
BOARD = "/tsk/proposals"
LETTERS = (20, 200, 430, 640, 780, 1000, 1100, 1400, 1660)  # about as many as all parts hold together


def keep(page: Any, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Any) -> None:
    """Nothing leaves a phone's screen sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def signed_in(who: Membership) -> str:
    with transaction():
        return credentials.sign_in(member_id=who.member_id, way="passkey", at=AT, fresh=True)[1]


def fill() -> Any:
    """Whoever has an idea, and two who like it."""
    region = factories.world(at=AT, support_needed=2).region
    people = [
        factories.membership(region, at=AT, name=name, yomi=yomi)
        for name, yomi in (
            ("試田 みのる", "ためしだ みのる"),
            ("見本 うめ", "みほん うめ"),
            ("空想 そら", "くうそう そら"),
        )
    ]
    return [signed_in(one) for one in people]


def long_ones() -> Any:
    """Proposals of every length, in letters as wide as they are high."""
    region = factories.world(at=AT).region
    author = factories.membership(region, at=AT)
    most = {"wish": forms.WISH, "cost_note": forms.NOTE, "decider_note": forms.LINE}
    most |= dict.fromkeys(("purpose", "own_part", "region_part", "others_part", "first_steps"), forms.PART)
    found = []
    for letters in LETTERS:
        texts = {name: "結" * max(1, min(limit, letters * limit // 1600)) for name, limit in most.items()}
        title = "村" * min(forms.TITLE, max(4, letters // 20))
        found.append(made.proposal(region, author, at=AT, title=title, cost_yen=120_000, **texts).id)
    return signed_in(author), found


def enter(phones: Any, server: Any, cookie: str, **options: Any) -> Any:
    """A phone that is signed in."""
    page = phones(server, **options)
    page.context.add_cookies([{"name": "yui", "value": cookie, "url": server.origin}])
    return page


def write(author: Any) -> None:
    """From three fields through the steps of the draft to what everybody sees."""
    author.goto(BOARD)
    author.get_by_role("link", name="やってみたいを 書く").tap()
    author.get_by_label("やってみたいこと").fill("古い橋に ベンチを おく")
    author.get_by_label("想い").fill("買い物の 帰りに 休みたい")
    fits(author)
    author.get_by_role("button", name="下書きに しまう").dblclick()
    expect(author.get_by_text("見えるのは、書いている人だけです")).to_be_visible()
    author.get_by_role("link", name="つづきを 書く").tap()
    for label, words in (("なんの ために", "休む"), ("自分で", "けずる"), ("地域で", "はこぶ"), ("市や会社に", "なし")):
        author.get_by_label(label).fill(words)
    fits(author)
    author.get_by_role("button", name="しまって つぎへ").tap()
    author.get_by_label("かかる お金").fill("１２０００")
    author.get_by_label("決める人の 名前や 係").fill("会員みんなの 投票")
    author.get_by_label("さいしょに すること").fill("みのるが 市へ 行く")
    fits(author)
    author.get_by_role("button", name="しまって たしかめる").tap()
    expect(author.get_by_text("書くところは ぜんぶ そろいました")).to_be_visible()
    author.get_by_role("button", name="みんなに 見せる").tap()
    expect(author.get_by_role("status").first).to_contain_text("みんなに 見せました")


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "bare"])
def test_from_the_first_idea_to_the_talk(new_server: Any, phones: Any, inside: Any, javascript: bool) -> None:
    server = new_server(fill)
    author, una, sora = (enter(phones, server, one, javascript=javascript) for one in server.filled)
    write(author)
    for one, why in ((una, "母も よろこびます"), (sora, "")):
        one.goto(BOARD)
        one.get_by_role("link", name="古い橋に ベンチを おく").tap()
        support = one.get_by_role("button", name="応援する")
        expect(support).to_be_in_viewport()
        one.get_by_label("ひとこと").fill(why)
        fits(one)
        support.tap()
        expect(one.get_by_role("status").first).to_contain_text("応援")
    expect(sora.get_by_role("status").first).to_contain_text("話し合いが はじまります")
    expect(sora.get_by_text("母も よろこびます")).to_be_visible()
    una.goto("/tsk")
    una.get_by_role("link", name="その後").tap()
    una.get_by_role("button", name="わかりました").tap()
    expect(una.get_by_role("status").first).to_contain_text("読みました")

    author.reload()
    author.get_by_text("この提案の 世話").tap()
    author.get_by_role("link", name="なおす", exact=True).tap()
    author.get_by_label("自分で できること").fill("竹を けずる")
    author.get_by_role("button", name="なおしたものを 見せる").tap()
    expect(author.get_by_text("わけを ひとこと 書いてください")).to_be_visible()
    author.get_by_label("なにを なぜ なおしましたか").fill("軽くした")
    fits(author)
    author.get_by_role("button", name="なおしたものを 見せる").tap()
    expect(author.get_by_role("status").first).to_contain_text("なおしました")
    una.reload()
    una.get_by_role("link", name="1回 なおしました").tap()
    una.get_by_role("link", name="軽くした").tap()
    expect(una.locator("ins")).to_have_count(2)
    expect(una.locator("ins").last).to_contain_text("竹を")
    fits(una)
    with inside(server):
        assert [one.stage for one in db.session.query(Proposal)] == ["talk"]


def test_from_the_idea_to_an_answer_with_the_keyboard_alone(new_server: Any, phones: Any) -> None:
    server = new_server(fill)
    author, una, _sora = (enter(phones, server, one, is_mobile=False, has_touch=False) for one in server.filled)
    author.goto(f"{BOARD}/new")
    for name, words in (("title", "古い橋に ベンチを おく"), ("wish", "休みたい")):
        by_keyboard.write(author, name, words)
    by_keyboard.walk_to(author, "select[name=field]")
    author.keyboard.press("ArrowDown")
    by_keyboard.press(author, "下書きに しまう")
    by_keyboard.press(author, "つづきを 書く")
    for name in ("purpose", "own_part", "region_part", "others_part"):
        by_keyboard.write(author, name, f"ことば {name}")
    by_keyboard.press(author, "しまって つぎへ")
    by_keyboard.write(author, "cost_yen", "たくさん")
    by_keyboard.walk_to(author, "input[name=decider]")
    author.keyboard.press("ArrowDown")
    by_keyboard.write(author, "decider_note", "事務局")
    by_keyboard.write(author, "first_steps", "市へ 行く")
    by_keyboard.press(author, "しまって たしかめる")
    problem = author.locator("#field-cost_yen")
    expect(problem).to_have_attribute("aria-invalid", "true")
    expect(problem).to_have_attribute("aria-describedby", re.compile("field-cost_yen-problem"))
    by_keyboard.write(author, "cost_yen", "0")
    by_keyboard.press(author, "しまって たしかめる")
    expect(author.get_by_text("書くところは ぜんぶ そろいました")).to_be_visible()
    by_keyboard.press(author, "みんなに 見せる")
    expect(author.get_by_role("status").first).to_contain_text("みんなに 見せました")
    proposal = author.url

    una.goto(proposal)
    by_keyboard.press(una, "応援する")
    expect(una.get_by_role("status").first).to_contain_text("応援しました")
    by_keyboard.press(una, "ひとことを そえる")
    by_keyboard.write(una, "why", "母も よろこびます")
    by_keyboard.press(una, "のせる")
    expect(una.locator("main")).to_contain_text("母も よろこびます")
    by_keyboard.press(una, "心配なこと")
    by_keyboard.write(una, "words", "だれが なおしますか")
    by_keyboard.press(una, "つたえる")
    expect(una.get_by_role("status").first).to_contain_text("返事が きます")

    author.goto(proposal)
    by_keyboard.press(author, "返事を 書く")
    by_keyboard.write(author, "words", "わたしが なおします")
    by_keyboard.press(author, "返事を する")
    expect(author.get_by_role("status").first).to_contain_text("返事を 書きました")


def test_every_length_fits_one_sheet(new_server: Any, phones: Any, tmp_path: Path) -> None:
    server = new_server(long_ones)
    cookie, proposals = server.filled
    reader = enter(phones, server, cookie)
    for letters, proposal in zip(LETTERS, proposals, strict=True):
        reader.goto(f"{BOARD}/{proposal}/sheet")
        sheet = tmp_path / f"{letters}.pdf"
        sheet.write_bytes(reader.pdf(prefer_css_page_size=True, print_background=True))
        document = pypdfium2.PdfDocument(sheet)
        assert len(document) == 1, letters
        assert abs(document[0].get_width() - 595) < 2
        if folder := os.environ.get("SHOTS"):
            document[0].render(scale=1).to_pil().save(Path(folder) / f"sheet-{letters}.png")


def test_the_narrowest_phone_and_the_largest_letters(new_server: Any, phones: Any) -> None:
    server = new_server(long_ones)
    cookie, proposals = server.filled
    reader = enter(phones, server, cookie, viewport={"width": 320, "height": 568})
    reader.context.add_cookies([{"name": "size", "value": "xl", "url": server.origin}])
    here = f"{BOARD}/{proposals[-1]}"
    for path in (
        BOARD,
        f"{BOARD}/new",
        here,
        f"{here}/edit",
        f"{here}/versions",
        f"{here}/supports",
        f"{here}/authors",
    ):
        reader.goto(path)
        fits(reader)
