"""`/sw.js`: the plan of what the phone keeps, and the modules that carry it out, as one script."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import NamedTuple

from app.config import ROOT
from app.web import assets


class Kept(NamedTuple):
    """A page that is the same for everybody: in place of which addresses it is shown, and the files that it needs."""

    path: str
    stands_for: str  # a regular expression
    files: tuple[str, ...]


KEPT = (  # the first that fits is shown
    Kept(
        "/card",
        "^(/[a-z]+)?/card$",
        ("app.css", "app.js", "card.js", "card-codes.js", "card-store.js", "qr-drawing.js", "vendor/uqr.js"),
    ),
    Kept("/offline", "", ("door.css", "outbox.js")),
)
PARTS = [ROOT / "static" / "js" / "offline" / name for name in ("queue.js", "worker.js")]
WRITTEN = (
    "templates/offline",
    "templates/cards",
    "templates/components",
    "templates/layouts",
    "app/translations",
)  # what the kept pages say; a change is a new version


@lru_cache
def script() -> bytes:
    code = assets.join(PARTS, is_module=False)
    files = sorted({assets.url(name) for kept in KEPT for name in kept.files})
    pages = [(kept.path, kept.stands_for) for kept in KEPT]
    plan = {"version": f"yui-{_version(code, files)}", "pages": pages, "files": files}
    return b"self.PLAN = " + json.dumps(plan).encode() + b";\n" + code


def _version(code: bytes, files: list[str]) -> str:
    digest = hashlib.sha256(code + "".join(files).encode())
    for folder in WRITTEN:
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in (".html", ".mo"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
