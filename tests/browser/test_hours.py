"""What people do, written down with a thumb, on paper, by keyboard; confirmed twenty at a time; and spent at last."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.credentials.models import SignIn
from app.db import db, transaction, uuid7
from app.hours import service as hours
from app.hours.models import HoursEntry
from app.ledger.models import Operation
from app.members.models import Duty, Membership
from app.regions.models import Region
from tests import factories
from tests.browser.test_paper import A4, printed, size_mm
from tests.browser.test_thread import announce, ask, confirm, end, open_till
from tests.conftest import AT
from tests.photographs import DPI

pytestmark = pytest.mark.browser
TODAY = AT.date()
TYPIST = 3  # keys a second, of somebody who types with two fingers
POINTS = "(e) => parseFloat(getComputedStyle(e).fontSize) * 0.75"  # pt


def keep(page: Page, name: str) -> None:
    """A picture of the whole page, where SHOTS names a folder to keep it in."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()


def of(number: str) -> list[HoursEntry]:
    """What somebody wrote down by hand, the last one last."""
    query = sa.select(HoursEntry).where(HoursEntry.membership_id == numbered(number).id, HoursEntry.way != "event")
    return list(db.session.scalars(query.order_by(HoursEntry.id)))


def in_sight(page: Page, name: str) -> bool:
    box = page.get_by_role("button", name=name).bounding_box()
    return box["y"] + box["height"] <= 640


def test_six_taps_and_twenty_seconds(sample, phones, inside):
    page = sample.enter(phones(sample.server), "TSK-0009-2")
    page.goto("/tsk/hours")
    keep(page, "hours")
    began = time.monotonic()
    page.get_by_role("link", name="記録する").tap()  # 1
    expect(page.get_by_role("button", name="15分 ふやす")).to_be_visible()
    keep(page, "new")
    assert in_sight(page, "送る")
    page.get_by_role("group").get_by_role("link").first.tap()  # 2: what, field, place
    for _ in range(3):  # 3, 4, 5
        page.get_by_role("button", name="15分 ふやす").tap()
    expect(page.locator("output")).to_have_text("1時間45分")
    page.get_by_role("button", name="送る").tap()  # 6
    expect(page.get_by_role("status").first).to_contain_text("記録しました")
    assert time.monotonic() - began < 20
    expect(page.locator("main")).to_contain_text("世話役か 事務局の人が 確認すると 1枚")
    keep(page, "written")
    with inside(sample.server):
        row = of("TSK-0009-2")[-1]
        assert (row.minutes, row.state, row.project_id is not None) == (105, "waiting", True)


def test_whom_it_was_with_is_found_by_two_kana_and_the_form_stays_after_back(sample, phones, inside):
    page = sample.enter(phones(sample.server), "TSK-0005-9")
    page.goto("/tsk/hours/new")
    page.get_by_label("何をしましたか").fill("花の写真の整理")
    page.get_by_label("だれと").press_sequentially("みの", delay=20)
    page.get_by_text("試田 みのる").tap()
    page.get_by_role("button", name="送る").dblclick()
    expect(page.get_by_text("さんが 確認すると 1枚")).to_be_visible()
    page.go_back()
    page.get_by_label("何をしましたか").fill("花の写真の整理")
    page.get_by_role("button", name="送る").tap()
    expect(page.get_by_text("さんが 確認すると 1枚").or_(page.get_by_role("heading", level=1)).first).to_be_visible()
    with inside(sample.server):
        assert [row.what for row in of("TSK-0005-9")].count("花の写真の整理") == 1
        assert of("TSK-0005-9")[-1].with_id == numbered("TSK-0002-1").id


def test_without_javascript_the_chip_is_a_link_and_the_length_a_list(sample, phones, inside):
    page = sample.enter(phones(sample.server, javascript=False), "TSK-0009-2")
    page.goto("/tsk/hours/new")
    page.get_by_role("group").get_by_role("link").first.tap()
    assert page.get_by_label("何をしましたか").input_value()
    page.get_by_label("どのくらい").select_option("90")
    page.get_by_label("だれと").fill("みのる")
    page.get_by_role("button", name="送る").tap()
    expect(page.get_by_text("さんが 確認すると 1枚")).to_be_visible()
    page.get_by_role("button", name="とりさげる").tap()
    expect(page.get_by_role("status").first).to_contain_text("とりさげました")
    with inside(sample.server):
        assert of("TSK-0009-2")[-1].state == "withdrawn"


def test_twenty_in_two_clicks(sample, phones, inside):
    with inside(sample.server):
        region, named = db.session.scalars(sa.select(Region).where(Region.slug == "tsk")).one(), numbered("TSK-0004-5")
        told = {"what": "茶つみ", "minutes": 60, "day": TODAY, "with_membership": named}
        for number in range(20):
            who = factories.membership(
                region, at=AT, name=f"手伝い {number}番", yomi="てつだい", number=f"TSK-{number + 300}"
            )
            with transaction():
                hours.log(region=region, membership=who, key=uuid7(), at=AT, **told)
    page = sample.enter(phones(sample.server), "TSK-0004-5")
    page.goto("/tsk/hours")
    page.get_by_role("link", name="確認する", exact=True).tap()
    expect(page.get_by_role("heading", name="ほかの人の活動を 確認する")).to_be_visible()
    boxes = page.get_by_role("checkbox")
    for old in range(boxes.count() - 20):  # what gatherings of the telling left
        boxes.nth(old).uncheck(force=True)
    button = page.get_by_role("button", name="20件を 確認する")
    keep(page, "to-confirm")
    assert in_sight(page, "20件を 確認する")
    page.get_by_role("checkbox").last.uncheck(force=True)
    expect(page.get_by_role("button", name="19件を 確認する")).to_be_visible()
    page.get_by_role("checkbox").last.check(force=True)
    button.tap()
    expect(page.get_by_role("status").filter(has_text="20件を 確認しました。")).to_contain_text("20枚を わたしました")
    keep(page, "confirmed")


def test_ten_slips_by_keyboard_alone_in_three_minutes(sample, phones, inside):
    page = sample.enter(phones(sample.server, viewport={"width": 1024, "height": 700}), "TSK-0007-6")
    began, pressed = time.monotonic(), 0
    page.goto("/tsk/hours/slips")
    expect(page.locator("input[name=who_1]")).to_be_focused()
    for number in range(10):
        typed = ["0001-3", "", "1:30", "茶つみ"] if number == 0 else ["0001-3", str(number), "60", ""]
        for at, text in enumerate(typed):
            page.keyboard.type(text)
            pressed += len(text)
            if at < 3:
                page.keyboard.press("Tab")
                pressed += 1
        page.keyboard.press("Enter")
        pressed += 1
    keep(page, "slips")
    expect(page.get_by_role("button", name="まとめて 記録する")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="10件を 記録しました（代理入力）")).to_be_visible()
    keep(page, "slips-done")
    assert pressed + 1 <= 180 * TYPIST and time.monotonic() - began < 180
    with inside(sample.server):
        rows = [row for row in of("TSK-0001-3") if row.what == "茶つみ"]
        assert len(rows) == 10 and {row.entered_by_id for row in rows} == {numbered("TSK-0007-6").id}


@pytest.mark.once
def test_her_slip_is_a6_in_large_letters_and_the_blank_ones_one_a4(sample, phones, inside, tmp_path):
    with inside(sample.server):
        entry = of("TSK-0001-3")[-1].id
    page = sample.enter(phones(sample.server), "TSK-0007-6")
    slip = printed(page, f"/tsk/hours/{entry}/slip", keep=tmp_path / "slip.pdf")
    assert [round(one / DPI * 25.4) for one in slip.size] == [105, 148]
    sizes = page.locator(".paper-slip *").evaluate_all(f"(all) => all.map({POINTS})")
    assert min(sizes) >= 14
    assert size_mm(printed(page, "/tsk/hours/slips/form", keep=tmp_path / "blank.pdf")) == A4
    if folder := os.environ.get("SHOTS"):
        slip.save(Path(folder) / "slip.png")


@pytest.mark.journey
def test_from_a_gathering_to_a_cup_without_the_office(sample, phones, inside):
    """The host is a friend of the region without a duty, as is who comes; no office is signed in on the way."""
    host = sample.enter(phones(sample.server), "TSK-0004-5")
    friend = sample.enter(phones(sample.server), "TSK-0005-9")
    with inside(sample.server):
        before = _touches()
    event = announce(host)
    friend.goto(event)
    friend.get_by_role("button", name="受付する").tap()
    expect(friend.get_by_role("heading", name="受付しました")).to_be_visible()
    end(host, event)
    keep(host, "closure")
    friend.goto("/tsk/hours")
    expect(friend.get_by_role("link", name="ゆず取りの会")).to_contain_text("確認ずみ")
    expect(friend.get_by_role("link", name="ゆず取りの会")).to_contain_text("2時間")
    friend.get_by_role("link", name="ゆず取りの会").tap()
    expect(friend.locator("main")).to_contain_text("主催の人")
    keep(friend, "story")
    counter = next(shop for shop in sample.tsk["shops"] if shop["name"] == "ONOONO カウンター")
    digits = ask(friend, next(offer["id"] for offer in counter["offers"] if offer["name"] == "おかわり 1ぱい"))
    till = phones(sample.server)
    open_till(till, counter["till_url"])
    confirm(till, digits)
    with inside(sample.server):
        assert _touches() == before


def _touches() -> tuple[int, int]:
    """How often a steward or somebody of the office signed in, and how often one of them moved coins."""
    office = sa.select(Duty.membership_id).where(Duty.role.in_(("steward", "office")))
    people = db.session.scalars(sa.select(Membership).where(Membership.id.in_(office))).all()
    signed = sa.select(sa.func.count()).where(SignIn.member_id.in_({one.member_id for one in people}))
    acted = sa.select(sa.func.count()).where(Operation.actor.in_({f"membership:{one.id}" for one in people}))
    return db.session.scalar(signed) or 0, db.session.scalar(acted) or 0
