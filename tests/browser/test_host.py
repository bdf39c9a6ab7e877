"""A host in the community hall: three steps to an event, a poster, a list that fills, the end, and a clean way out."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
TEN_CM = 100 / 25.4 * 150  # dots at 150 dpi


@pytest.fixture
def host(sample, phones):
    return sample.enter(phones(sample.server), "TSK-0002-1")


@pytest.mark.journey
def test_three_steps_eight_fields_and_an_event_stands(host, sample, phones):
    host.goto("/tsk/events")
    host.get_by_role("link", name="行事をつくる").tap()
    host.get_by_label("行事の名前").fill("ゆず取りの会")
    host.get_by_label("場所").fill("ONOONO 広場")
    fields = host.locator("main input:visible, main select").count()
    host.get_by_role("button", name="つぎへ").tap()
    host.get_by_label("日にち").wait_for()
    host.goto("/tsk")  # called away: the draft is kept
    host.goto("/tsk/events")
    host.get_by_role("link", name="ゆず取りの会").tap()
    host.get_by_role("button", name="つぎへ").tap()
    host.get_by_label("日にち").fill("2026-12-12")
    fields += host.locator("main input:visible").count()
    host.get_by_role("button", name="つぎへ").tap()
    host.get_by_role("button", name="行事を知らせる").wait_for()
    fields += host.locator("main fieldset:visible").count() + host.locator("main input[type=text]:visible").count()
    host.get_by_role("button", name="行事を知らせる").tap()
    expect(host.get_by_role("status").first).to_contain_text("行事ができました")
    expect(host.get_by_text("受付は 12月12日(土) 午前9時 から できます")).to_be_visible()
    assert fields <= 9, fields  # eight, and the end beside the beginning
    visitor = phones(sample.server)
    visitor.goto("/tsk/events")
    expect(visitor.get_by_text("ゆず取りの会")).to_be_visible()


@pytest.mark.once
def test_the_poster_is_one_page_and_its_code_reads_off_paper(host, sample, tmp_path: Path):
    for event in sample.tsk["events"]:
        if event["state"] not in ("open", "upcoming"):
            continue
        host.goto(f"/tsk/events/{event['id']}/poster")
        paper = tmp_path / f"{event['id']}.pdf"
        paper.write_bytes(host.pdf(prefer_css_page_size=True, print_background=True))
        pages = rasterise(paper)
        assert len(pages) == 1, event["title"]
        found = zxingcpp.read_barcode(pages[0])
        assert found.text == event["poster_url"].upper()
        across = found.position.top_right.x - found.position.top_left.x
        assert across >= TEN_CM * 0.98, across
        black_and_white = pages[0].convert("L").point(lambda value: 255 * (value > 128))
        assert zxingcpp.read_barcode(black_and_white).text == found.text
        expect(host.locator(".poster-typed")).to_contain_text(event["typed_code"])


def rasterise(paper: Path) -> list[Image.Image]:
    """The printed pages at 150 dpi, through Chromium's own reader of what it wrote."""
    import pypdfium2

    document = pypdfium2.PdfDocument(paper)
    return [page.render(scale=150 / 72).to_pil() for page in document]


def test_the_list_fills_by_itself_and_an_arrival_is_undone(host, sample, phones):
    host.goto(f"/tsk/events/{sample.today['id']}/check-ins")
    expect(host.locator(".tally b")).to_have_text("0")
    visitor = phones(sample.server)
    visitor.goto(sample.today["poster_url"])
    visitor.get_by_label("よび名").fill("そら")
    visitor.get_by_role("button", name="受付する").tap()
    expect(host.locator(".tally b")).to_have_text("1")
    host.get_by_label("なまえ（よみ）か 会員番号").fill("ミホン")
    host.get_by_role("button", name="見本 うめ").tap()
    expect(host.locator("#toast")).to_contain_text("見本 うめ")
    expect(host.locator("#toast")).to_contain_text("さんを 受付しました")
    host.locator("li", has_text="見本 うめ").get_by_role("button", name="とりけす").tap()
    expect(host.locator("#toast")).to_contain_text("とりけしました")
    expect(host.locator(".tally b")).to_have_text("1")


def test_the_end_pays_with_one_button(host, sample, phones):
    visitor = sample.enter(phones(sample.server), "TSK-0004-5")
    visitor.goto(sample.today["poster_url"])
    visitor.get_by_role("button", name="受付する").tap()
    visitor.get_by_text("受付しました").first.wait_for()
    host.goto(f"/tsk/events/{sample.today['id']}/closure")
    assert host.locator("input[name=ticked]").count() == 0  # paid at arrival: nothing hangs on a tick
    host.get_by_role("button", name="会を おわりにする").tap()
    expect(host.get_by_role("status").first).to_contain_text("おわりにしました")
    visitor.reload()
    expect(visitor.get_by_text("おつかれさまでした")).to_be_visible()


def test_a_cancelled_gathering_says_so_on_its_poster(host, sample, phones):
    event = next(event for event in sample.tsk["events"] if event["state"] == "upcoming")
    host.goto(f"/tsk/events/{event['id']}")
    host.get_by_text("そのほか").tap()
    host.get_by_role("link", name="中止にする").tap()
    host.get_by_label("わけ").fill("雨のため")
    host.get_by_role("button", name="中止にする").tap()
    visitor = phones(sample.server)
    visitor.goto(event["poster_url"])
    expect(visitor.get_by_role("status")).to_contain_text("中止になりました")
    expect(visitor.get_by_text("雨のため")).to_be_visible()
    expect(visitor.get_by_role("button", name="受付する")).to_have_count(0)


def test_after_signing_out_back_shows_nothing(host, sample):
    host.goto("/tsk/wallet")
    expect(host.get_by_text("わたしのコイン").first).to_be_visible()
    host.goto("/me")
    host.get_by_role("button", name="サインアウト").tap()
    host.wait_for_url(f"{sample.server.origin}/")
    host.go_back()
    host.wait_for_load_state()
    expect(host.get_by_text("試田 みのる")).to_have_count(0)
    host.goto("/tsk/wallet")
    assert "/sign-in" in host.url
