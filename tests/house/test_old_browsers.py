"""Phones that are handed down keep their browser: style sheets and scripts stay within what Chrome 80 can read."""

from __future__ import annotations

import json
import re

import pytest

from app.config import ROOT
from app.web.assets import MODULES, SCRIPTS
from tests.house.validator import node

MATTER = (  # those without which something is missing
    "back", "budget", "card", "card-codes", "card-store", "countdown", "door-scan", "forget", "hours-form",
    "install", "keypad", "live-part", "minutes", "no-signal", "outbox", "paper-lines", "passkey", "pile-lines",
    "print", "qr-drawing", "ranking", "read", "reveal", "rotating", "scanner", "stepper", "ticks", "tree",
)  # fmt: skip
MAY_BE_NEWER = ("app",)  # without it a page is what it is without JavaScript
CLASS_FIELDS = ("uqr/dist/index.mjs",)  # standard since ES2022, read by Chrome 72 and Safari 14 and all that came after
NEW_CALLS = (  # what a parser cannot see: names that came after Chrome 80 and Safari 13
    r"\.replaceAll\(", r"\.at\(", r"structuredClone\(", r"Object\.hasOwn\(", r"randomUUID\(", r"AbortSignal\.timeout",
    r"\.findLast\(", r"Promise\.any\(", r"\.toSorted\(", r"\.replaceChildren\(", r"\.showModal\(", r"Intl\.Segmenter",
    r"\.showPopover\(", r"new CSSStyleSheet\(", r"adoptedStyleSheets", r"Array\.fromAsync", r"requestIdleCallback",
)  # fmt: skip
PARSE = """
const { parse } = require("acorn"); const { readFileSync } = require("fs");
for (const asked of JSON.parse(process.argv[1])) {
  try { parse(readFileSync(asked.path, "utf8"), { ecmaVersion: asked.year, sourceType: asked.type }); }
  catch (error) { console.log(`${asked.path} as ES${asked.year}: ${error.message}`); }
}
"""
FLEX, GRID_GAP = re.compile(r"display:\s*(?:inline-)?flex"), re.compile(r"\bgap:")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

pytestmark = pytest.mark.rules


def modules() -> set[str]:
    return {path.stem for path in (ROOT / "static" / "js").glob("*.js")}


def test_every_module_is_in_one_of_the_two_lists():
    assert set(MATTER) | set(MAY_BE_NEWER) == modules()


def test_modules_parse_in_the_browsers_that_they_are_for():
    asked = [{"path": f"static/js/{name}.js", "year": 2020, "type": "module"} for name in MATTER]
    asked += [{"path": f"static/js/{name}.js", "year": 2022, "type": "module"} for name in MAY_BE_NEWER]
    years = [(path, 2022 if path in CLASS_FIELDS else 2020) for path in MODULES.values()]
    asked += [{"path": f"node_modules/{path}", "year": year, "type": "module"} for path, year in years]
    asked += [{"path": f"node_modules/{path}", "year": 2022, "type": "script"} for path in SCRIPTS.values()]
    assert node("-e", PARSE, json.dumps(asked)) == ""


def test_the_parser_would_notice():
    new = ROOT / "static" / "js" / "passkey.js"
    asked = [{"path": str(new.relative_to(ROOT)), "year": 2015, "type": "module"}]
    assert "as ES2015" in node("-e", PARSE, json.dumps(asked))


@pytest.mark.parametrize("name", MATTER)
def test_modules_that_matter_call_nothing_newer(name):
    text = (ROOT / "static" / "js" / f"{name}.js").read_text()
    assert [call for call in NEW_CALLS if re.search(call, text)] == []
    assert "htmx" not in text


def test_modules_are_quiet():
    """No globals, nothing evaluated, nothing stored, no word to another host."""
    forbidden = (
        r"\beval\(|new Function|document\.write|innerHTML|outerHTML|localStorage|https?://(?!localhost)|window\.\w+ ="
    )
    for name in modules():
        text = (ROOT / "static" / "js" / f"{name}.js").read_text()
        assert not re.search(forbidden, text), name
        assert re.search(r"^export ", text, re.MULTILINE) or name == "app", name


def test_style_sheets_keep_to_old_browsers():
    """The rules stand in .stylelintrc.json: no layers, no `:has`, no `inset`, no bare `gap`, no new units."""
    program = "node_modules/stylelint/bin/stylelint.mjs"
    said = node(program, "--config", ".stylelintrc.json", "--formatter", "json", "static/css/*.css")
    found = [
        f"{result['source'].removeprefix(str(ROOT))}:{one['line']} {one['text']}"
        for result in json.loads(said)
        for one in result["warnings"]
    ]
    assert not found, "\n".join(found)


def sheets() -> dict[str, str]:
    return {path.name: COMMENT.sub("", path.read_text()) for path in sorted((ROOT / "static" / "css").glob("*.css"))}


@pytest.mark.parametrize("name", sheets())
def test_no_gap_between_flex_items(name):
    """Older browsers know `grid-gap` in a grid, and nothing at all in a flex box."""
    wrong = [head.strip() for head, body in RULE.findall(sheets()[name]) if FLEX.search(body) and GRID_GAP.search(body)]
    assert not wrong


def test_every_style_sheet_is_in_a_bundle_and_every_bundle_on_a_page():
    bundles = json.loads((ROOT / "static" / "css" / "bundles.json").read_text())
    assert {part for parts in bundles.values() for part in parts} == set(sheets())
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    assert not [name for name in bundles if f"asset('{name}')" not in pages]


def test_every_module_that_a_page_names_is_there():
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    named = {word for names in re.findall(r'data-module="([\w -]+)"', pages) for word in names.split()}
    named |= {word for names in re.findall(r"data_module='([\w -]+)'", pages) for word in names.split()}
    loaded = {name.removesuffix(".js") for name in re.findall(r"asset\('([\w-]+\.js)'\)", pages)}
    assert named | loaded >= modules()
    assert named <= modules()


def test_every_meaning_of_a_colour_has_a_value():
    """`var(--x)` of a name that nobody defines is a colour that is missing."""
    text = "".join(sheets().values())
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= set(re.findall(r"(--[\w-]+)\s*:", text))
