"""`make shots`: photographs every screen, one contact sheet each, into `reports/shots/`.

A sheet shows one screen at 360 and 390 px, in both languages, by day and by night, and with the largest text; the
most used ones also with furigana and outdoors. `ARGS="home card"` takes only these.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from app.config import ROOT
from bench.screens import TABLET, Instance
from tests import chromium
from tests.conftest import make_app
from tests.databases import Databases, close_run, open_run
from tests.serving import Server

OUT = ROOT / "reports" / "shots"
FURIGANA = ("home", "door", "arrived", "card", "goods", "code")
OUTDOORS = ("home", "door", "arrived", "card", "code", "list", "month", "goods", "till")
FACES: tuple[tuple[str, dict[str, Any], dict[str, str]], ...] = (
    ("ja 360", {"viewport": {"width": 360, "height": 640}}, {}),
    ("ja 390", {"viewport": {"width": 390, "height": 844}}, {}),
    ("en 360", {"viewport": {"width": 360, "height": 640}}, {"language": "en"}),
    ("ja night", {"viewport": {"width": 360, "height": 640}}, {"theme": "dark"}),
    ("en night", {"viewport": {"width": 390, "height": 844}}, {"language": "en", "theme": "dark"}),
    ("ja largest", {"viewport": {"width": 360, "height": 640}}, {"size": "xl"}),
    ("furigana", {"viewport": {"width": 360, "height": 640}}, {"furigana": "on"}),
    ("sun", {"viewport": {"width": 360, "height": 640}}, {"theme": "sun"}),
)
ONLY = {"furigana": FURIGANA, "sun": OUTDOORS}  # faces of a few screens
TALLEST = 1800
GAP = 16


def main(wanted: list[str]) -> None:
    run = open_run()
    os.environ.setdefault("TEST_RUN", str(run))
    databases = Databases(run, "sqlite", "shots")
    try:
        with tempfile.TemporaryDirectory() as folder:
            server = _serve(databases, Path(folder))
            try:
                _photograph(server, wanted)
            finally:
                server.stop()
    finally:
        databases.close()
        close_run(run)


def _serve(databases: Databases, folder: Path) -> Server:
    from app.db import transaction
    from app.demo import links, service

    now = datetime.now(UTC)
    server = Server(folder / "server", databases.copy("shots"), now, workers=1)
    with make_app(server.env).app_context():
        with transaction():
            service.open_demo(at=now)
        with transaction():
            server.filled = links.links(origin=server.origin, at=now)
    return server.start()


def _photograph(server: Server, wanted: list[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, list[tuple[str, Image.Image]]] = defaultdict(list)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        instance = Instance(browser, server.origin, server.filled)
        for face, options, reading in FACES:
            print(f"shots   {face}", flush=True)
            names = wanted or ONLY.get(face, ())
            if face in ONLY:
                names = [name for name in ONLY[face] if name in names]
                if not names:
                    continue
            for name, picture in _take(instance, options, reading, names):
                pictures[name].append((face, picture))
    for name, row in pictures.items():
        _sheet(row).save(OUT / f"{name}.png")
    print(f"shots   {len(pictures)} sheets in {OUT.relative_to(ROOT)}")


def _take(instance: Instance, options: dict[str, Any], reading: dict[str, str], names: Any) -> Any:
    """(name, picture) of these screens; of all where none is named."""
    context = persona = None
    for screen in instance.screens():
        if names and screen.name not in names:
            continue
        if screen.persona != persona:
            if context is not None:
                context.close()
            wide = {"viewport": TABLET, "is_mobile": False} if screen.persona == "till" else {}
            context, persona = instance.open(screen.persona, **options | wide), screen.persona
            cookies = [{"name": name, "value": value, "url": instance.origin} for name, value in reading.items()]
            context.add_cookies(cookies)
            page = context.new_page()
        screen.open(page)
        page.wait_for_timeout(300)  # the seal has fallen
        yield screen.name, Image.open(io.BytesIO(page.screenshot(full_page=screen.persona != "till")))
    if context is not None:
        context.close()


def _sheet(row: list[tuple[str, Image.Image]]) -> Image.Image:
    """The pictures side by side, each under its face's name."""
    cut = [(face, picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))) for face, picture in row]
    width = sum(picture.width + GAP for _, picture in cut) + GAP
    sheet = Image.new("RGB", (width, max(picture.height for _, picture in cut) + 3 * GAP), "#d8d3c6")
    left = GAP
    for face, picture in cut:
        ImageDraw.Draw(sheet).text((left, 4), face, fill="#20282c")
        sheet.paste(picture.convert("RGB"), (left, 2 * GAP))
        left += picture.width + GAP
    return sheet


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
