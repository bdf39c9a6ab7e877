"""What holds on every screen: nothing to scroll sideways, targets for large fingers, text that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.config import ROOT
from app.db import db, transaction
from app.demo import links
from bench.screens import Instance, Screen
from tests.conftest import AT, make_app
from tests.databases import Databases
from tests.serving import Server

pytestmark = pytest.mark.browser
WIDTHS = ((320, 568), (360, 640), (390, 844))
LARGE_TEXT = ("door", "door-member", "arrived", "card", "card-kept", "code", "till")  # read at the door or counter
AXE = ROOT / "node_modules/axe-core/axe.min.js"
ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAPER = "document.body.classList.contains('sheet-page')"  # its sizes are the printer's

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BODY_TEXT = "parseFloat(getComputedStyle(document.body).fontSize)"
AT_REST = """() => document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < 5000).forEach((one) => one.finish())"""
SMALL_TARGETS = """() => {
  const seen = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .map((e) => (e.matches("input[type=radio], input[type=checkbox]") ? e.closest("label") || e : e))
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".unseen, .skip"))
    .filter((e) => !(e.parentElement.tagName === "P" && getComputedStyle(e).display === "inline"));
  const boxes = [...new Set(seen)].map((e) => [e, e.getBoundingClientRect()]);
  const name = (e) => (e.textContent || e.name || e.href).trim().slice(0, 20);
  const small = boxes.filter(([, r]) => r.width < 47.5 || r.height < 47.5)
    .map(([e, r]) => `${name(e)} ${Math.round(r.width)}x${Math.round(r.height)}`);
  const near = [];
  const fixed = (e) => e.closest(".tabs, .ballot-foot") !== null;
  for (const [i, [a, p]] of boxes.entries()) {
    for (const [b, q] of boxes.slice(i + 1)) {
      if (a.contains(b) || b.contains(a) || fixed(a) || fixed(b)) continue;
      const dx = Math.max(p.left - q.right, q.left - p.right);
      const dy = Math.max(p.top - q.bottom, q.top - p.bottom);
      if (Math.max(dx, dy) < 7.5) near.push(`${name(a)} | ${name(b)}`);
    }
  }
  return [small, near];
}"""
TEXT_SIZES = """() => {
  const sizes = [], heights = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility()) continue;
    if (e.closest("svg, script, style, .unseen, noscript")) continue;
    const style = getComputedStyle(e);
    sizes.push(parseFloat(style.fontSize));
    const apart = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
    const isWrapped = e.getBoundingClientRect().height > 1.5 * parseFloat(style.lineHeight);
    if (e.tagName === "P" && isWrapped && parseFloat(style.fontSize) < 28) heights.push(apart); // larger is display
  }
  return [sizes, heights];
}"""


@pytest.fixture(scope="module")
def instance(
    _assets: None, databases: Databases, seeded: str, browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """One for all tests of this file: they look, and change nothing for each other."""
    server = Server(tmp_path_factory.mktemp("screens") / "server", databases.copy("screens", of=seeded), AT)
    with make_app(server.env).app_context():
        with transaction():
            found = links.links(origin=server.origin, at=AT)
        db.session.remove()
        db.engine.dispose()
    yield Instance(browser, server.start().origin, found)
    server.stop()
    databases.drop("screens")


def open_screens(instance: Instance, **options: Any) -> Any:
    """(screen, page) for every screen, each persona in one browser."""
    context = persona = None
    for screen in instance.screens():
        if screen.persona != persona:
            if context is not None:
                context.close()
            context, persona = instance.open(screen.persona, **options), screen.persona
            page = context.new_page()
        screen.open(page)
        yield screen, page
    if context is not None:
        context.close()


@pytest.fixture(scope="module")
def faults(instance: Instance) -> dict[str, list[str]]:
    """What is wrong with the sizes, and what with the contrast and the names: each screen is opened once for both."""
    found: dict[str, list[str]] = {"sizes": [], "contrast": []}
    for screen, page in open_screens(instance, bypass_csp=True, color_scheme="light"):
        found["sizes"] += _sizes(screen, page)
        found["contrast"] += _contrast(screen, page)
    return found


@pytest.mark.once
def test_every_screen_fits_large_fingers_and_tired_eyes(faults: dict[str, list[str]]):
    assert not faults["sizes"], "\n".join(faults["sizes"])


@pytest.mark.once
def test_contrast_and_names_of_every_screen(faults: dict[str, list[str]]):
    assert not faults["contrast"], "\n".join(faults["contrast"])


def _sizes(screen: Screen, page: Any) -> list[str]:
    """On three phones, and with letters twice as large; the page is left as it came."""
    if page.evaluate(PAPER):
        return [f"{screen.name}: scrolls sideways"] * (page.evaluate(SIDEWAYS) > 0)
    found = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        found += _measure(screen, page, f"{screen.name} {width}")
    page.set_viewport_size({"width": 320, "height": 568})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if page.evaluate(SIDEWAYS) > 0:
        found.append(f"{screen.name} at 200 %: scrolls sideways")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 360, "height": 640})
    return found


def _measure(screen: Screen, page: Any, where: str) -> list[str]:
    found = []
    if page.evaluate(SIDEWAYS) > 0:
        found.append(f"{where}: scrolls sideways")
    small, near = page.evaluate(SMALL_TARGETS)
    found += [f"{where}: small target {one}" for one in small] + [f"{where}: targets too near {one}" for one in near]
    sizes, heights = page.evaluate(TEXT_SIZES)
    if screen.name in LARGE_TEXT and page.evaluate(BODY_TEXT) < 18:
        found.append(f"{where}: text of {page.evaluate(BODY_TEXT)} px")
    if min(sizes) < 16:
        found.append(f"{where}: text of {min(sizes)} px")
    if heights and min(heights) < 1.45:
        found.append(f"{where}: lines {min(heights):.2f} apart")
    if len({round(size, 1) for size in sizes}) > 5:
        found.append(f"{where}: {sorted({round(size, 1) for size in sizes})} text sizes")
    if screen.main and "360" in where:
        button = page.locator("main .button.big, main .button, main .keys button").first
        box = button.bounding_box()
        if box is None or box["y"] + box["height"] > 640:
            found.append(f"{where}: the button is below the fold ({box})")
    return found


def _contrast(screen: Screen, page: Any) -> list[str]:
    """All that axe knows by daylight, the contrast again by night."""
    page.add_script_tag(content=AXE.read_text())
    at_rest = ".tabs, .ballot-foot { position: static !important }"  # they hide nothing once one scrolls
    page.add_style_tag(content=at_rest)
    found = []
    for theme, rules in (("light", ALL_RULES), ("dark", ["color-contrast"])):
        page.emulate_media(color_scheme=theme)
        page.evaluate(AT_REST)
        asked = {"runOnly": rules, "resultTypes": ["violations"]}
        for one in page.evaluate("asked => axe.run(document, asked)", asked)["violations"]:
            found.append(f"{screen.name} {theme}: {one['id']} {one['nodes'][0]['target']} {one['help']}")
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.once
def test_text_sizes_grow_and_are_kept(instance: Instance):
    context = instance.open("member")
    page = context.new_page()
    page.goto("/tsk")
    page.locator("details.reading summary").tap()
    page.get_by_role("button", name="大", exact=True).tap()
    page.locator("html[data-size=l]").wait_for()
    page.reload()
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
    page.locator("details.reading summary").tap()
    page.get_by_role("button", name="夜", exact=True).tap()
    page.locator("html[data-theme=dark]").wait_for()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(28, 26, 23)"
    context.close()


@pytest.mark.once
def test_with_the_largest_letters_the_six_digits_are_in_sight(instance: Instance):
    context = instance.open("buyer")
    context.add_cookies([{"name": "size", "value": "xl", "url": instance.origin}])
    page = context.new_page()
    next(screen for screen in instance.screens() if screen.name == "code").open(page)
    digits, code = (page.locator(part).bounding_box() for part in (".digits", ".qr"))
    assert digits["y"] + digits["height"] <= 640
    assert code["width"] / 37 >= 6  # CSS pixels for each cell
    context.close()
