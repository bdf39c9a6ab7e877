"""A turn is taken on a small phone, given to somebody else without a script, and thanked for; the sheets fit A4."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.db import db, transaction, uuid7
from app.members.models import Membership
from app.regions.models import Region
from app.rotas.models import Rota, Turn
from app.thanks import service as thanks
from app.thanks.models import LONGEST, Thanks
from tests.conftest import AT
from tests.photographs import DPI, pages_of

pytestmark = pytest.mark.browser
MEMBER, OTHER, ASKS = "TSK-0005-9", "TSK-0008-4", "TSK-0001-3"
A4 = (210, 297)  # mm


def keep(page: Any, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Any) -> None:
    """Nothing has to be moved sideways, and what is pressed is large enough."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in page.locator("main button:visible, main a.button:visible").all():
        box = button.bounding_box()
        assert box["height"] >= 44, button.inner_text()


@pytest.fixture
def rota(sample: Any, inside: Any) -> str:
    """The address of the sample rota."""
    with inside(sample.server):
        return f"/tsk/rotas/{db.session.scalars(select(Rota.id).order_by(Rota.id)).first()}"


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False])
def test_a_turn_is_taken_and_passed_on(sample, phones, rota, inside, javascript):
    member = sample.enter(phones(sample.server, javascript=javascript), MEMBER)
    member.goto(rota)
    keep(member, f"rota-{javascript}")
    fits(member)
    expect(member.get_by_text("まごの 発表会です。")).to_be_visible()
    member.get_by_role("button", name="かわりに 出ます").tap()
    expect(member.get_by_role("status").first).to_contain_text("かわりました")
    member.get_by_role("button", name="わたしが出ます").first.dblclick()
    expect(member.get_by_role("status").first).to_contain_text("当番に なりました")
    keep(member, f"rota-taken-{javascript}")
    fits(member)
    with inside(sample.server):
        who = db.session.scalars(select(Membership.id).where(Membership.number == MEMBER)).one()
        live = select(Turn).where(Turn.membership_id == who, Turn.ended_at.is_(None))
        assert len(db.session.scalars(live).all()) == 3  # tomorrow's, the one taken over, and one more

    asker = sample.enter(phones(sample.server, javascript=javascript), ASKS)
    asker.goto(rota)
    expect(asker.get_by_text("かわってくれました")).to_be_visible()
    asker.get_by_text("出られなくなったら").first.tap()
    asker.get_by_label("ひとこと").first.fill("かぜを ひきました")
    asker.get_by_role("button", name="かわってください").first.tap()
    expect(asker.get_by_role("status").first).to_contain_text("みんなに つたえました")
    keep(asker, f"rota-asked-{javascript}")
    asker.get_by_role("button", name="やっぱり 出ます").first.tap()
    expect(asker.get_by_role("status").first).to_contain_text("ままです")


def test_a_visitor_reads_how_many_are_wanted(sample, phones, rota):
    visitor = phones(sample.server, javascript=False)
    visitor.goto(rota)
    keep(visitor, "rota-visitor")
    fits(visitor)
    expect(visitor.get_by_text("あと1人").first).to_be_visible()
    assert "夢見" not in visitor.content() and "まごの" not in visitor.content()


@pytest.mark.journey
@pytest.mark.parametrize("javascript", [True, False])
def test_a_card_of_thanks_is_written_opened_and_put_away(sample, phones, inside, javascript):
    writer = sample.enter(phones(sample.server, javascript=javascript), MEMBER)
    writer.goto("/tsk/thanks/new")
    writer.get_by_label("会員番号").fill(OTHER)
    writer.get_by_role("button", name="さがす").tap()
    expect(writer.get_by_role("link", name="書く").first).to_be_visible()
    writer.wait_for_load_state()
    keep(writer, f"thanks-choose-{javascript}")
    fits(writer)
    writer.get_by_role("link", name="書く").first.tap()
    writer.get_by_label("ひとこと").fill("きのうは")
    writer.get_by_role("button", name="おかげで 助かりました。").tap()
    expect(writer.get_by_label("ひとこと")).to_have_value("きのうは おかげで 助かりました。")
    keep(writer, f"thanks-new-{javascript}")
    fits(writer)
    writer.get_by_role("button", name="送る", exact=True).dblclick()
    expect(writer.get_by_role("status").first).to_contain_text("送りました")
    keep(writer, f"thanks-sent-{javascript}")
    with inside(sample.server):
        query = select(Thanks).where(Thanks.words == "きのうは おかげで 助かりました。")
        assert len(db.session.scalars(query).all()) == 1

    reader = sample.enter(phones(sample.server, javascript=javascript), OTHER)
    reader.goto("/tsk/thanks")
    fits(reader)
    reader.get_by_role("button", name="ひらく").first.tap()
    expect(reader.get_by_text("きのうは おかげで")).to_be_visible()
    keep(reader, f"thanks-{javascript}")
    reader.get_by_role("button", name="しまう").first.tap()
    expect(reader.get_by_role("status").first).to_contain_text("しまいました")


def test_the_month_and_the_cards_are_printed_on_a4(sample, phones, rota, inside):
    with inside(sample.server):
        region = db.session.scalars(select(Region).where(Region.slug == "tsk")).one()
        query = select(Membership).where(Membership.region_id == region.id, Membership.number.is_not(None))
        people = {one.number: one for one in db.session.scalars(query)}
        for number in range(9):
            with transaction():
                words = f"{number}" + "とても ながい ことばです。" * (LONGEST // 14)
                told = {"writer": people[MEMBER], "to_id": people["TSK-0004-5"].id, "words": words[:LONGEST]}
                thanks.send(region=region, key=uuid7(), at=AT, **told)
    office = sample.enter(phones(sample.server), "TSK-0007-6")
    for address, count in ((f"{rota}/sheet/2026-12", 1), ("/tsk/thanks/sheet", None)):
        office.goto(address)
        keep(office, address.rpartition("/")[2])
        pages = pages_of(office.pdf(prefer_css_page_size=True, print_background=True))
        assert count is None or len(pages) == count
        assert {(round(page.width / DPI * 25.4), round(page.height / DPI * 25.4)) for page in pages} == {A4}
    assert len(pages) == office.locator(".thanks-sheet").count()
    clipped = "[...document.querySelectorAll('.thanks-words')].filter(e => e.scrollHeight > e.clientHeight + 1).length"
    assert office.evaluate(clipped) == 0
