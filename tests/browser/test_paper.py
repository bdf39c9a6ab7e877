"""What is printed: one A4 each, codes large enough, and readable from a bad photograph."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from app.db import db
from app.members.models import Membership
from app.regions.models import Region
from tests import factories
from tests.conftest import AT
from tests.photographs import DPI, codes_in, pages_of, unread

pytestmark = [pytest.mark.browser, pytest.mark.once]
A4 = (210, 297)  # mm
LONG = {
    "title": "梅林の下草かりと せんていのあとで みんなで お茶をのみながら 来年のことを 話す とても長い名前の会です",
    "place": "月ヶ瀬梅林の上の駐車場から 坂を 三百メートル のぼったところにある 古い小屋の前の広場",
    "bring": "軍手・飲みもの・長そで・長ぐつ・ぼうし・タオル・おべんとう・雨具・のこぎり・せんていばさみ",
    "phone": "0743-00-0000",
}


@pytest.fixture
def host(sample, phones):
    return sample.enter(phones(sample.server), "TSK-0002-1")


@pytest.fixture
def make(sample, inside):
    """Makes gatherings of the steward in the server's database; answers [(id, code)]."""

    def made(*changes: dict[str, Any]) -> list[tuple[int, str]]:
        with inside(sample.server):
            region = db.session.scalars(select(Region).where(Region.slug == "tsk")).one()
            host = db.session.scalars(select(Membership).where(Membership.number == "TSK-0002-1")).one()
            events = [factories.event(region, host, at=AT, **one) for one in changes]
            return [(event.id, event.code) for event in events]

    return made


def printed(page, address: str, *, keep: Path) -> Image.Image:
    """The only page that an address prints."""
    page.goto(address)
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    keep.write_bytes(paper)
    pages = pages_of(paper)
    assert len(pages) == 1, f"{address}: {len(pages)} pages"
    return pages[0]


def size_mm(page: Image.Image) -> tuple[int, int]:
    return round(page.width / DPI * 25.4), round(page.height / DPI * 25.4)


def across_mm(page: Image.Image) -> float:
    """The dark square of the page's only code."""
    [found] = zxingcpp.read_barcodes(page)
    return (found.position.top_right.x - found.position.top_left.x) / DPI * 25.4


def test_posters_are_one_a4_and_read_off_a_bad_photograph(host, sample, make, tmp_path):
    soon = {"starts_at": AT + timedelta(days=9)}
    for event_id, code in make(soon, soon | LONG):
        for sheet, least in (("poster", 98), ("leaflet", 55)):
            page = printed(host, f"/tsk/events/{event_id}/{sheet}", keep=tmp_path / f"{sheet}.pdf")
            assert size_mm(page) == A4 and across_mm(page) >= least
            [text] = codes_in(page)
            assert text.startswith(f"{sample.server.origin.upper()}/C/")
            assert text.endswith(code) == (sheet == "poster")
            assert codes_in(page.point(lambda value: 255 * (value > 128))) == {text}  # a copier without greys
            assert unread(page, {text}) == []


def test_the_leaflets_code_opens_the_notice(host, sample, make, phones, tmp_path):
    [(event_id, _code)] = make({})
    page = printed(host, f"/tsk/events/{event_id}/leaflet", keep=tmp_path / "leaflet.pdf")
    assert host.locator(".strips > li").count() == 8
    [text] = codes_in(page)
    visitor = phones(sample.server)
    visitor.goto(text.replace(sample.server.origin.upper(), sample.server.origin))
    assert visitor.url.endswith(f"/tsk/events/{event_id}/notice")
    assert visitor.get_by_role("button", name="受付する").count() == 0


def test_the_circular_is_one_a4_and_all_its_codes_read(host, make, tmp_path):
    make(*({"starts_at": AT + timedelta(hours=hour), **LONG} for hour in range(1, 8)))
    page = printed(host, "/tsk/circular", keep=tmp_path / "circular.pdf")
    found = codes_in(page)
    assert size_mm(page) == A4 and len(found) == 6
    assert unread(page, found) == []


def test_the_month_is_one_a4_however_full(host, make, tmp_path):
    months = ((2026, 12), (2027, 2), (2027, 10))  # of five weeks and of six
    for year, month in months:
        days = [AT.replace(year=year, month=month, day=day, hour=hour) for day in (2, 9, 16, 27) for hour in range(5)]
        make(*({"starts_at": day, **LONG} for day in days))
        page = printed(host, f"/tsk/calendar/{year}-{month:02}", keep=tmp_path / "month.pdf")
        assert size_mm(page) == A4[::-1]
        assert host.get_by_text("ほか").count() == 4


def test_what_does_not_take_place_prints_that_instead(host, make, tmp_path):
    off = {"reason": "強風のため", **LONG}
    for changes, word in (({"postponed_to": AT + timedelta(days=7)}, "延期"), ({"cancelled_at": AT}, "中止")):
        [(event_id, _code)] = make(changes | off)
        for sheet in ("poster", "leaflet"):
            page = printed(host, f"/tsk/events/{event_id}/{sheet}", keep=tmp_path / "off.pdf")
            assert codes_in(page) == set() and host.locator(".poster-word").inner_text() == word
