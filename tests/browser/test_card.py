"""見せる and よみとる on a phone, with signal and without; cards on paper as a printer gets them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
import zxingcpp
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from app.cards import queries
from app.cards import service as cards
from app.checkins.models import CheckIn
from app.db import db, transaction
from app.errors import Refused
from app.regions import queries as regions
from tests import chromium
from tests.phones import Phones

pytestmark = pytest.mark.browser
UME = "TSK-0001-3"
DOTS = 300 / 25.4  # a millimetre on a printed page, in dots
CODE = re.compile("^[0-9A-Z]{32}$")
KEPT = """async () => (await indexedDB.databases()).map((one) => one.name)"""
ANOTHERS = """
    () => new Promise((resolve) => {
      indexedDB.open("yui-card").onsuccess = ({ target: { result: base } }) => {
        const table = base.transaction("cards", "readwrite").objectStore("cards");
        table.getAll().onsuccess = ({ target: { result } }) => {
          table.put({ ...result[0], whose: "another" }).onsuccess = () => { base.close(); resolve(); };
        };
      };
    })
"""


@pytest.fixture
def ume(sample: Any, phones: Phones) -> Page:
    return sample.enter(phones(sample.server), UME)


def now(server: Any) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(server.clock_file.read_text()))


def shown(page: Page) -> str:
    """What the code on the screen says, read off a picture of the screen as a camera would."""
    expect(page.locator("#cards-face")).to_have_attribute("data-code", CODE)
    picture = Image.open(io.BytesIO(page.locator(".qr svg").screenshot()))
    return str(zxingcpp.read_barcode(picture).text)


def turned(page: Page, since: str) -> str:
    """What it says once it is no longer the code `since`: a new one is signed while the page goes on."""
    expect(page.locator("#cards-face")).not_to_have_attribute("data-code", since.rpartition("/")[2])
    return shown(page)


@pytest.fixture
def read(sample: Any, inside: Any) -> Callable[..., str]:
    """Reads a card as a door would: the number of whoever it is, or the reason why not."""

    def as_door(text: str, purpose: str = "event:1") -> str:
        with inside(sample.server):
            try:
                with transaction():
                    region, at = regions.by_slug("tsk"), now(sample.server)
                    return str(cards.read(region=region, text=text, purpose=purpose, at=at).membership.number)
            except Refused as error:
                return error.code

    return as_door


# --- 見せる -------------------------------------------------------------------------------------------------


@pytest.mark.journey
def test_the_phones_code_is_read_off_the_screen_once_and_turns(ume: Page, read: Any, sample: Any) -> None:
    ume.goto("/tsk")
    ume.get_by_role("link", name="見せる").tap()
    first = shown(ume)
    assert first.startswith(f"{sample.server.origin.upper()}/C/")
    assert read(first) == UME
    assert read(first) == "card_used"
    assert read(first, "shop:1") == UME
    box = ume.locator(".qr svg").bounding_box()
    assert box and box["width"] / 37 >= 6  # CSS pixels for each cell
    sample.server.move_clock(timedelta(seconds=61))
    ume.reload()
    assert read(turned(ume, first)) == UME
    assert read(first, "shop:2") == "card_stale"


def test_a_code_turns_by_itself_every_thirty_seconds(ume: Page) -> None:
    ume.clock.install()
    ume.goto("/tsk/card")
    first = shown(ume)
    ume.clock.run_for(31_000)
    assert turned(ume, first) != first


def test_without_signal_the_open_page_goes_on(ume: Page, read: Any, sample: Any) -> None:
    ume.clock.install()
    ume.goto("/tsk/card")
    first = shown(ume)
    ume.context.set_offline(True)
    ume.clock.run_for(3_600_000)
    sample.server.move_clock(timedelta(hours=1))
    assert read(turned(ume, first)) == UME


def test_without_signal_the_kept_page_fills_itself(ume: Page, read: Any) -> None:
    """What the service worker does: the empty page stands at the card's address, and no answer comes."""
    ume.goto("/tsk/card")
    shown(ume)
    empty = ume.request.get("/card").text()
    assert "うめ" not in empty
    ume.context.route("**/tsk/card", lambda route: route.fulfill(body=empty, content_type="text/html; charset=utf-8"))
    ume.context.route("**/card/days", lambda route: route.abort())
    ume.goto("/tsk/card")
    assert read(shown(ume)) == UME
    expect(ume.get_by_text("見本 うめ")).to_be_visible()
    expect(ume.get_by_role("heading", name="月ヶ瀬")).to_be_visible()
    ume.goto("/card")
    assert read(shown(ume), "shop:1") == UME
    ume.context.unroute("**/card/days")
    ume.context.route("**/card/days", lambda route: None)  # the answer does not come, and the page does not wait
    ume.goto("/tsk/card")
    assert read(shown(ume), "shop:2") == UME


def test_without_signal_the_card_opens_from_the_phone(sample: Any, phones: Phones, read: Any) -> None:
    page = sample.enter(phones(sample.server, service_workers="allow"), UME)
    page.goto("/tsk/card")
    shown(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/tsk/card")
    assert read(shown(page)) == UME
    expect(page.get_by_text("見本 うめ")).to_be_visible()


def test_a_card_that_another_left_here_is_not_shown_under_this_name(ume: Page) -> None:
    ume.goto("/tsk/card")
    shown(ume)
    ume.evaluate(ANOTHERS)
    ume.context.route("**/card/days", lambda route: route.abort())
    ume.goto("/tsk/card")
    expect(ume.get_by_text("まだ 会員証が ありません")).to_be_visible()
    expect(ume.locator("div.qr")).to_be_hidden()


def test_signing_out_leaves_no_card_behind(ume: Page) -> None:
    ume.goto("/tsk/card")
    shown(ume)
    assert "yui-card" in ume.evaluate(KEPT)
    ume.goto("/me")
    ume.get_by_role("button", name="サインアウト").tap()
    ume.wait_for_url("**/")
    assert "yui-card" not in ume.evaluate(KEPT)
    ume.goto("/card")
    expect(ume.get_by_text("まだ 会員証が ありません")).to_be_visible()


def test_a_card_that_has_ended_leaves_the_phone(ume: Page, sample: Any, inside: Any) -> None:
    ume.goto("/tsk/card")
    shown(ume)
    with inside(sample.server), transaction():
        region = regions.by_slug("tsk")
        holder = cards.read(region=region, text=UME, purpose="event:1", at=now(sample.server)).membership
        card = queries.live(holder)
        assert card is not None
        cards.end(region=region, card_id=card.id, reason="lost", at=now(sample.server))
    empty = ume.request.get("/card").text()
    ume.context.route("**/tsk/card", lambda route: route.fulfill(body=empty, content_type="text/html; charset=utf-8"))
    ume.goto("/tsk/card")  # the kept page, with signal: the server says that the card is gone
    expect(ume.get_by_text("まだ 会員証が ありません")).to_be_visible()
    ume.context.unroute("**/tsk/card")
    ume.goto("/tsk/card")
    expect(ume.get_by_role("button", name="会員証を つくる")).to_be_visible()


def test_without_scripts_the_page_comes_again_with_a_new_code(sample: Any, phones: Phones, read: Any) -> None:
    page = sample.enter(phones(sample.server, javascript=False), UME)
    page.goto("/tsk/card")
    picture = Image.open(io.BytesIO(page.locator(".qr svg").screenshot()))
    assert read(zxingcpp.read_barcode(picture).text) == UME
    expect(page.get_by_role("link", name="新しい画面にする")).to_be_visible()


def test_where_the_browser_cannot_sign_the_server_sends_codes(ume: Page, read: Any) -> None:
    ume.context.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    with ume.expect_response("**/card/codes"):
        ume.goto("/tsk/card")
    assert read(shown(ume)) == UME


# --- よみとる -----------------------------------------------------------------------------------------------


def test_the_camera_reads_a_poster_and_says_what_it_is(sample: Any, browser: Any, tmp_path: Path) -> None:
    from app.codes import drawing
    from tests.browser.market import film
    from tests.codes.test_rules import picture_of

    poster = io.BytesIO()
    picture_of(drawing.svg(sample.today["poster_url"].upper(), level="Q")).save(poster, "PNG")
    film(poster.getvalue(), tmp_path / "seen.mjpeg")
    camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    seen = f"--use-file-for-fake-video-capture={tmp_path / 'seen.mjpeg'}"
    own = browser.browser_type.launch(executable_path=chromium.find(), args=[*chromium.FLAGS, *camera, seen])
    phones = Phones(own)
    page = sample.enter(phones(sample.server), UME)
    page.goto("/tsk/card")
    page.get_by_role("link", name="よみとる").tap()
    expect(page.get_by_role("heading", name="行事のページです")).to_be_visible()
    page.get_by_role("link", name="行事を ひらく").tap()
    expect(page.get_by_role("button", name="受付する")).to_be_visible()
    phones.close()
    own.close()
    assert not phones.complaints


# --- paper --------------------------------------------------------------------------------------------------


def printed(page: Page, path: Path) -> Any:
    path.write_bytes(page.pdf(prefer_css_page_size=True, print_background=True))
    return pypdfium2.PdfDocument(path)


def millimetres(sheet: Any) -> tuple[int, int]:
    return round(sheet.get_width() / 72 * 25.4), round(sheet.get_height() / 72 * 25.4)


def badly_photographed(code: Image.Image) -> Image.Image:
    """Blurred, askew, in a dim hall, as a JPEG of low quality."""
    photo = code.resize((code.width // 2, code.height // 2)).filter(ImageFilter.GaussianBlur(1.2))
    photo = photo.rotate(11, expand=True, fillcolor=255).point(lambda value: int(value * 0.45) + 20)
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=40)
    return Image.open(file)


@pytest.mark.once
def test_ten_cards_lie_on_an_a4_and_read_off_paper(sample: Any, phones: Phones, read: Any, tmp_path: Path) -> None:
    office = sample.enter(phones(sample.server), "TSK-0007-6")
    with_cards = [f"card={number}" for number in range(1, 13)]
    office.goto(f"/tsk/cards/sheet?{'&'.join(with_cards)}")
    expected = office.locator(".paper-card").count()
    document = printed(office, tmp_path / "cards.pdf")
    assert len(document) == -(-expected // 10)
    numbers = set()
    for sheet in document:
        assert millimetres(sheet) == (210, 297)
        raster = sheet.render(scale=300 / 72).to_pil().convert("L")
        found = zxingcpp.read_barcodes(raster)
        for code in found:
            at = code.position
            across = (at.top_right.x - at.top_left.x) / DOTS
            assert 23.5 <= across <= 26, across
            numbers.add(read(code.text))
            part = raster.crop((at.top_left.x - 45, at.top_left.y - 45, at.bottom_right.x + 45, at.bottom_right.y + 45))
            assert zxingcpp.read_barcode(badly_photographed(part)).text == code.text
    assert len(numbers) == expected and all(number.startswith("TSK-") for number in numbers)
    box = office.locator(".paper-card").first.bounding_box()
    assert box and abs(box["width"] / 96 * 25.4 - 85.6) < 0.3 and abs(box["height"] / 96 * 25.4 - 54) < 0.3


@pytest.mark.once
def test_a_slip_is_one_a6_in_large_letters(ume: Page, sample: Any, inside: Any, tmp_path: Path) -> None:
    ume.goto(sample.today["poster_url"])
    ume.get_by_role("button", name="受付する").tap()
    ume.get_by_text("受付しました").first.wait_for()
    with inside(sample.server):
        own = db.session.scalars(sa.select(CheckIn.id).where(CheckIn.event_id == sample.today["id"])).one()
    ume.goto(f"/tsk/events/{sample.today['id']}/check-ins/{own}/slip")
    document = printed(ume, tmp_path / "slip.pdf")
    assert [millimetres(sheet) for sheet in document] == [(105, 148)]
    sizes = ume.locator(".paper-slip *:not(svg, svg *)").evaluate_all(
        "all => all.filter((e) => e.textContent.trim()).map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 14 / 72 * 96 - 0.1
