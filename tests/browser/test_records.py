"""The booklet is one A4 that can be folded; the month's report is one A4; a record on a small phone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from app.checkins import service as checkins
from app.db import db, transaction, uuid7
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.regions.models import Region
from app.thanks.models import LONGEST, Thanks
from tests import factories
from tests.conftest import AT
from tests.photographs import DPI, pages_of

pytestmark = [pytest.mark.browser, pytest.mark.once]
A4_LYING = (297, 210)  # mm
WHO = "TSK-0005-9"
ARRIVALS = 27


@pytest.fixture
def full(sample: Any, inside: Any) -> None:
    """A member with more than any page of the booklet holds."""
    with inside(sample.server):
        region = db.session.scalars(select(Region).where(Region.slug == "tsk")).one()
        who, second = (
            db.session.scalars(select(Membership).where(Membership.number == one)).one() for one in (WHO, "TSK-0002-1")
        )
        for number in range(ARRIVALS):
            event = factories.event(region, second, at=AT)
            with transaction():
                here = {"region": region, "event_id": event.id, "key": uuid7(), "way": "poster", "at": AT}
                checkins.check_in(**here, by=f"membership:{who.id}", membership=who)
                _work(who, second, number)
        with transaction():
            for _ in range(8):
                words = {"words": "ながい ことば。" * (LONGEST // 8), "key": uuid7(), "at": AT}
                db.session.add(Thanks(region_id=region.id, from_id=second.id, to_id=who.id, **words))


def _work(who: Membership, second: Membership, number: int) -> None:
    key, day = uuid7(), AT.date() - timedelta(days=9 * number)
    fields = ("environment", "education", "economy", "energy", "resources", "welfare", "governance", "other")
    facts = {"state": "confirmed", "confirmed_by_id": second.id, "confirmed_at": AT, "confirmed_as": "named"}
    facts |= {"what": "草かり", "way": "phone", "field": fields[number % 8], "minutes": 615, "created_at": AT}
    whose = {"region_id": who.region_id, "membership_id": who.id}
    db.session.add(HoursEntry(**whose, key=key, activity=f"hours:{key}", day=day, paid=number % 3 == 0, **facts))


def printed(page: Any, address: str, *, keep: Path) -> Image.Image:
    """The only page that an address prints."""
    page.goto(address)
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    keep.write_bytes(paper)
    pages = pages_of(paper)
    assert len(pages) == 1, f"{address}: {len(pages)} pages"
    return pages[0]


def size_mm(page: Image.Image) -> tuple[int, int]:
    return round(page.width / DPI * 25.4), round(page.height / DPI * 25.4)


def ink(page: Image.Image, column: int, row: int, *, side: str = "top") -> bool:
    """Whether a leaf (of four by two) has anything within 20 mm of its upper or lower edge on the paper."""
    wide, high = page.width / 4, page.height / 2
    begins = row * high + 8 / 25.4 * DPI if side == "top" else (row + 1) * high - 20 / 25.4 * DPI
    box = (column * wide + 10, begins, (column + 1) * wide - 10, begins + 12 / 25.4 * DPI)
    return page.crop(tuple(round(edge) for edge in box)).getextrema()[0] < 128


def leaves_of(page: Any) -> list[tuple[str, int, int, bool]]:
    """(class, column, row, upside down) of every leaf as the browser laid it, and whether it holds its content."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".leaf")].map((leaf) => {
          const box = leaf.getBoundingClientRect(), all = leaf.parentElement.getBoundingClientRect();
          const column = Math.round((box.left - all.left) / (all.width / 4));
          const row = Math.round((box.top - all.top) / (all.height / 2));
          return [leaf.className, column, row, getComputedStyle(leaf).transform.startsWith("matrix(-1")];
        })"""
    )


WHERE = {1: (3, 1), 2: (3, 0), 3: (2, 0), 4: (1, 0), 5: (0, 0), 6: (0, 1), 7: (1, 1), 8: (2, 1)}


def test_the_booklet_is_one_sheet_laid_for_folding(sample: Any, phones: Any, full: None, tmp_path: Path) -> None:
    page = sample.enter(phones(sample.server), WHO)
    sheet = printed(page, "/tsk/my-record/booklet", keep=tmp_path / "booklet.pdf")
    assert size_mm(sheet) == A4_LYING
    page.emulate_media(media="print")
    laid = {int(name.rpartition("-")[2]): (column, row) for name, column, row, _ in leaves_of(page)}
    assert laid == WHERE
    assert [int(name.rpartition("-")[2]) for name, *_, over in leaves_of(page) if over] == [2, 3, 4, 5]
    for number, (column, row) in WHERE.items():  # a leaf begins at its head, which is below in the upper row
        assert ink(sheet, column, row, side="top" if row else "bottom"), f"page {number} has no head"


def test_on_a_phone_the_booklet_is_read_page_by_page(sample: Any, phones: Any, full: None) -> None:
    page = sample.enter(phones(sample.server), WHO)
    page.goto("/tsk/my-record/booklet")
    told = page.evaluate(
        """() => [...document.querySelectorAll(".leaf")].map((leaf) => {
          const box = leaf.getBoundingClientRect();
          return [box.top, box.left >= 0 && box.right <= innerWidth, getComputedStyle(leaf).transform];
        })"""
    )
    assert [top for top, *_ in told] == sorted(top for top, *_ in told) and len(told) == 8
    assert all(inside and transform == "none" for _top, inside, transform in told)


def test_nothing_on_the_booklet_is_cut_off_but_long_thanks(sample: Any, phones: Any, full: None) -> None:
    page = sample.enter(phones(sample.server), WHO)
    page.emulate_media(media="print")
    page.goto("/tsk/my-record/booklet")
    over = page.evaluate(
        """() => [...document.querySelectorAll(".leaf")]
          .filter((leaf) => leaf.scrollHeight > leaf.clientHeight + 1 || leaf.scrollWidth > leaf.clientWidth + 1)
          .map((leaf) => leaf.className)"""
    )
    assert over == []
    assert page.locator(".leaf .seal").count() == 24 and page.get_by_text("ほかに").count() == 1


def test_an_empty_year_prints_one_sheet_too(sample: Any, phones: Any, tmp_path: Path) -> None:
    page = sample.enter(phones(sample.server), "TSK-0010-1")
    sheet = printed(page, "/tsk/my-record/booklet", keep=tmp_path / "empty.pdf")
    assert size_mm(sheet) == A4_LYING and page.locator(".leaf-2 .leaf-seals > li").count() == 12


def test_the_month_prints_one_a4(sample: Any, phones: Any, full: None, tmp_path: Path) -> None:
    page = sample.enter(phones(sample.server), WHO)
    assert size_mm(printed(page, "/tsk/record/2026-11/sheet", keep=tmp_path / "month.pdf")) == A4_LYING[::-1]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_switch_works_without_javascript_too(sample: Any, phones: Any, javascript: bool) -> None:
    page = sample.enter(phones(sample.server, javascript=javascript), "TSK-0004-5")
    page.goto("/tsk/my-record")
    for before, said in (("false", "名前を のせることに しました。"), ("true", "名前を のせるのを やめました。")):
        switch = page.get_by_role("switch", name="名前を のせる")
        assert switch.get_attribute("aria-checked") == before
        switch.click()
        page.get_by_text(said).wait_for()
