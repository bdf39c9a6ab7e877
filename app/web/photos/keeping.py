"""The photos that are kept: under the SHA-256 of their content, so they never change and browsers keep them.

The database holds that name alone. Rooms say which names they use: `named_by`; the sweep takes the other files.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from flask import Blueprint, Response, url_for

from app.errors import Missing
from app.web.access import public
from app.web.photos.making import remade

NAME = re.compile(r"[0-9a-f]{64}")
UNUSED = timedelta(days=1)  # a photo may wait so long for the row that is going to name it
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}

blueprint = Blueprint("photos", __name__)
_folder: Path | None = None
_names: dict[str, Callable[[], Iterable[str]]] = {}


def install(folder: Path) -> None:
    """Where photos are kept."""
    global _folder
    _folder = folder


def folder() -> Path:
    if _folder is None:
        raise RuntimeError("photos were not given their folder")
    return _folder


def named_by(room: str, names: Callable[[], Iterable[str]]) -> None:
    """`names()` answers the photos that rows of a room name now: those stay."""
    _names[room] = names


def keep(stream: IO[bytes]) -> str:
    """Make a photo ours and keep it; its name. Refused: `picture_unreadable`, `picture_large`."""
    made = remade(stream)
    name = hashlib.sha256(made).hexdigest()
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)  # also where it was before: it is new again for the sweep
    return name


def _path(name: str) -> Path:
    return folder() / f"{name}.jpg"


@blueprint.get("/pictures/<picture>.jpg")
@public
def show(picture: str) -> Response:
    """A kept photo. It is only ever a picture, whatever a browser may think of its bytes."""
    if not NAME.fullmatch(picture) or not _path(picture).is_file():
        raise Missing("not_found")
    return Response(_path(picture).read_bytes(), content_type="image/jpeg", headers=HEADERS)


def address(name: str) -> str:
    """Where a kept photo is shown."""
    return url_for("photos.show", picture=name)


def forget(name: str) -> None:
    """Remove a photo at once, because somebody wants it gone; not while a row still names it."""
    if NAME.fullmatch(name) and name not in _named():
        _path(name).unlink(missing_ok=True)


def sweep(*, at: datetime) -> int:
    """Remove files that no row names, once they are a day old; how many."""
    limit = (at - UNUSED).timestamp()
    old = {path.stem: path for path in folder().glob("*.jpg") if path.stat().st_mtime < limit}
    unused = old.keys() - _named()
    for name in unused:
        old[name].unlink(missing_ok=True)
    for half in folder().glob(".*"):  # of a process that ended in the middle
        if half.stat().st_mtime < limit:
            half.unlink(missing_ok=True)
    return len(unused)


def _named() -> set[str]:
    return {name for names in _names.values() for name in names()}
