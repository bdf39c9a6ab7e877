"""What shops, places and the wall show on paper: each code read off a bad photograph of the printed page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.test_paper import A4, printed, size_mm
from tests.photographs import DPI, codes_in, unread

pytestmark = [pytest.mark.browser, pytest.mark.once]
OFFICE, STEWARD = "TSK-0007-6", "TSK-0002-1"
MAY_READ = {"sticker": OFFICE, "sign": OFFICE, "month": STEWARD}


def address(sample: Any, sheet: str) -> str:
    shop, place = sample.tsk["shops"][0], sample.tsk["places"][0]
    known = {"sticker": f"/tsk/shops/{shop['id']}/sticker", "month": "/tsk/calendar"}
    return known.get(sheet, f"/tsk/places/{place['id']}/sign")


@pytest.mark.parametrize("sheet", MAY_READ)
def test_each_is_one_a4_and_reads_off_a_bad_photograph(sample: Any, phones: Any, tmp_path: Any, sheet: str) -> None:
    reader: Page = sample.enter(phones(sample.server), MAY_READ[sheet])
    page = printed(reader, address(sample, sheet), keep=tmp_path / "sheet.pdf")
    assert size_mm(page) in (A4, A4[::-1])
    found = codes_in(page)
    assert found and all(text.startswith(sample.server.origin.upper()) for text in map(str.upper, found))
    assert unread(page, found) == []


def test_four_centimetres_for_what_is_scanned_in_the_hand(sample: Any, phones: Any, tmp_path: Any) -> None:
    import zxingcpp

    reader: Page = sample.enter(phones(sample.server), OFFICE)
    for sheet in ("sticker", "sign"):
        page = printed(reader, address(sample, sheet), keep=tmp_path / "sheet.pdf")
        for found in zxingcpp.read_barcodes(page):
            across = (found.position.top_right.x - found.position.top_left.x) / DPI * 25.4
            assert across >= 40, (sheet, across)
