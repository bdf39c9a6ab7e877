"""The screen at the door, in a real browser: read by a camera, with and without signal, under a wrong clock."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from app.checkins import service as checkins
from app.checkins.by_phone import rotating
from app.checkins.models import CheckIn
from app.codes.signed import parse
from app.db import db, transaction, uuid7
from app.events.models import Event
from app.regions import queries as regions

pytestmark = [pytest.mark.browser, pytest.mark.once]
PROJECTOR = {
    "viewport": {"width": 1280, "height": 720},
    "device_scale_factor": 1,
    "is_mobile": False,
    "has_touch": False,
}


@pytest.fixture
def laptop(sample, phones):
    return sample.enter(phones(sample.server, **PROJECTOR), "TSK-0002-1")


def open_screen(laptop, sample):
    laptop.goto(f"/tsk/events/{sample.today['id']}/screen")
    expect(laptop.locator("[data-ring]")).to_have_attribute("stroke-dashoffset", re.compile("."))  # it draws


def photographed(page):
    """What a camera reads off the screen."""
    picture = Image.open(io.BytesIO(page.locator("[data-code]").screenshot()))
    found = zxingcpp.read_barcode(picture)
    assert found is not None, "the code on the screen cannot be read"
    return found


def step_of(text):
    return parse(text.rpartition("/")[2]).step


def server_step(server):
    ahead = float(server.clock_file.read_text())
    return int((datetime.now(UTC).timestamp() + ahead) // rotating.STEP.total_seconds())


def arrive(inside, sample, number, **who):
    with inside(sample.server), transaction():
        event = db.session.get_one(Event, sample.today["id"])
        region = regions.by_id(event.region_id)
        for _ in range(number):
            form = {"key": uuid7(), "visit": uuid7(), "by": "visitor", "way": "poster", "at": event.checkin_from}
            checkins.check_in(region=region, event_id=event.id, **form | who)


NAMES = """
    () => {
      window.names = [];
      const note = () => document.querySelectorAll(".tree-name").forEach((one) => window.names.push(one.textContent));
      new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
    }
"""  # a name stands there for seconds only


@pytest.mark.journey
def test_a_camera_reads_the_screen_and_a_visitor_is_in(laptop, sample, phones):
    open_screen(laptop, sample)
    laptop.evaluate(NAMES)
    found = photographed(laptop)
    assert found.text.startswith(sample.server.origin.upper() + "/C/")
    assert abs(step_of(found.text) - server_step(sample.server)) <= 1
    visitor = phones(sample.server)
    visitor.goto(found.text.replace(sample.server.origin.upper(), sample.server.origin))
    visitor.get_by_role("textbox", name="よび名（書かなくてもよい）", exact=True).fill("そら")
    visitor.get_by_role("button", name="受付する").tap()
    expect(visitor.get_by_role("heading", name="受付しました")).to_be_visible()
    expect(laptop.locator("[data-count]")).to_have_text("1", timeout=4_000)
    expect(laptop.locator(".tree-place.open")).to_have_count(1)
    assert laptop.evaluate("window.names.includes('そら')")
    expect(laptop.locator(".tree-name")).to_have_count(0, timeout=3_000)


def test_the_code_is_large_white_and_calm(laptop, sample):
    open_screen(laptop, sample)
    box = laptop.locator("[data-code]").bounding_box()
    assert box["height"] >= 0.7 * 720
    assert box["y"] >= 0 and box["y"] + box["height"] <= 720
    cell = box["width"] / laptop.evaluate("document.querySelector('[data-code] svg').viewBox.baseVal.width")
    assert cell >= 6
    corner = Image.open(io.BytesIO(laptop.locator("[data-code]").screenshot())).convert("RGB").getpixel((30, 30))
    assert corner == (255, 255, 255)
    size = "getComputedStyle(document.querySelector('.screen-count b')).fontSize"
    assert float(laptop.evaluate(size).removesuffix("px")) >= 95  # 72 pt
    assert laptop.evaluate("document.documentElement.scrollHeight") <= 720


def test_without_signal_the_screen_goes_on_with_codes_that_count(laptop, sample, inside):
    """Three steps later, and again after an hour without signal."""
    laptop.clock.install()
    open_screen(laptop, sample)
    first = step_of(photographed(laptop).text)
    laptop.context.set_offline(True)
    for seconds, steps in ((45, 3), (3600, 243)):
        laptop.clock.run_for(seconds * 1000)
        sample.server.set_clock(_server_now(sample.server, seconds))
        found = photographed(laptop)
        assert abs(step_of(found.text) - first - steps) <= 1
        with inside(sample.server):
            event = db.session.get_one(Event, sample.today["id"])
            now = _server_now(sample.server)
            assert rotating.is_live(rotating.scan(event, found.text.rpartition("/")[2], at=now), now)
    expect(laptop.get_by_text("いま 電波がありません")).to_be_visible()
    expect(laptop.get_by_text("電波がなくても このまま使えます")).to_be_visible()


def _server_now(server, later=0):
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + float(server.clock_file.read_text()) + later, UTC)


@pytest.mark.parametrize("wrong", ["2019-02-03T04:05:06", "2031-01-01T00:00:00"])
def test_a_wrong_clock_on_the_laptop_does_not_matter(laptop, sample, wrong):
    laptop.clock.set_system_time(wrong)
    open_screen(laptop, sample)
    assert laptop.evaluate("new Date().getFullYear()") == int(wrong[:4])
    assert abs(step_of(photographed(laptop).text) - server_step(sample.server)) <= 1


def test_a_clock_that_jumps_while_the_screen_is_open_does_not_matter(laptop, sample):
    open_screen(laptop, sample)
    laptop.clock.set_system_time("2027-01-01T00:00:00")
    for _ in range(50):  # until it has asked for the time again, and has drawn
        if abs(step_of(photographed(laptop).text) - server_step(sample.server)) <= 1:
            return
        laptop.wait_for_timeout(300)
    pytest.fail("the code on the screen follows the laptop's clock")


def test_without_javascript_the_page_shows_a_code_and_reloads(sample, phones):
    page = sample.enter(phones(sample.server, javascript=False, **PROJECTOR), "TSK-0002-1")
    page.goto(f"/tsk/events/{sample.today['id']}/screen")
    assert abs(step_of(photographed(page).text) - server_step(sample.server)) <= 1
    expect(page.locator("noscript meta[http-equiv=refresh]")).to_have_count(1)


def test_the_tree_blossoms_and_an_undone_arrival_closes_its_flower(laptop, sample, inside):
    arrive(inside, sample, 5)
    open_screen(laptop, sample)
    expect(laptop.locator(".tree-place.open")).to_have_count(5)
    arrive(inside, sample, 2, nickname="はな")
    expect(laptop.locator("[data-count]")).to_have_text("7", timeout=4_000)
    expect(laptop.locator(".tree-place.open")).to_have_count(7)
    with inside(sample.server), transaction():
        last = db.session.scalars(sa.select(CheckIn).order_by(CheckIn.id.desc())).first()
        region = regions.by_id(last.region_id)
        checkins.undo(region=region, check_in_id=last.id, by="membership:1", at=last.at, correction=True)
    expect(laptop.locator("[data-count]")).to_have_text("6", timeout=4_000)
    expect(laptop.locator(".tree-place.open")).to_have_count(6)


def test_calm_eyes_see_no_movement(sample, phones):
    calm = sample.enter(phones(sample.server, **PROJECTOR, reduced_motion="reduce"), "TSK-0002-1")
    open_screen(calm, sample)
    moves = "getComputedStyle(document.querySelector('.tree-bloom')).transitionDuration"
    assert {float(one.removesuffix("s")) for one in calm.evaluate(moves).split(", ")} == {0}
