"""Photos of goods: made anew from what was sent, so that nothing of it is left but its picture.

What is kept is our own JPEG, at most 1200 dots long, turned upright, without any metadata; its name is its
SHA-256, so it never changes and browsers keep it. The database holds that name alone; a job sweeps files that no
offer names any more.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa
from flask import Blueprint, Response, url_for

from app.db import db
from app.errors import Missing, Refused
from app.shops.models import Offer
from app.web import assets
from app.web.access import public

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 5 << 20
MOST_DOTS = 24_000_000
SIDE = 1200
QUALITY = 82
KINDS = ("JPEG", "PNG", "WEBP")
WHITE = (255, 255, 255)  # behind what is see-through
NAME = re.compile(r"[0-9a-f]{64}")
UNUSED = timedelta(days=1)  # a photo may wait so long for the offer that is going to name it
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}

blueprint = Blueprint("photos", __name__)
_folder: Path | None = None


def install(folder: Path) -> None:
    """Where photos are kept."""
    global _folder
    _folder = folder


def folder() -> Path:
    if _folder is None:
        raise RuntimeError("photos were not given their folder")
    return _folder


# --- taking one in ------------------------------------------------------------------------------------------


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


def remade(stream: IO[bytes]) -> bytes:
    """The photo as a JPEG of our own. Refused: `picture_unreadable`, `picture_large`."""
    from PIL import Image  # large, and few people send photos

    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused("picture_large")
    try:
        with Image.open(BytesIO(data), formats=KINDS) as photo:
            if photo.width * photo.height > MOST_DOTS:
                raise Refused("picture_large")
            return _encoded(_small(photo))
    except Image.DecompressionBombError as error:
        raise Refused("picture_large") from error
    except _broken() as error:
        raise Refused("picture_unreadable") from error


def _broken() -> tuple[type[Exception], ...]:
    """What decoders raise over files that are no photos, or only the beginning of one."""
    import struct
    import zlib

    return (
        OSError,
        EOFError,
        SyntaxError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        struct.error,
        zlib.error,
    )


def _small(photo: Picture) -> Picture:
    """Upright, on white where it is see-through, its longer side at most SIDE; JPEGs shrink while they are unpacked."""
    from PIL import Image, ImageOps

    photo.draft("RGB", (SIDE, SIDE))
    upright = ImageOps.exif_transpose(photo)
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        seen.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        sheet = Image.new("RGB", seen.size, WHITE)
        sheet.paste(seen, mask=seen.getchannel("A"))
        return sheet
    seen = upright.convert("RGB")
    seen.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return seen


def _encoded(picture: Picture) -> bytes:
    """The dots alone on a new sheet: whatever else the file carried (place, camera, comment) stays behind."""
    from PIL import Image

    sheet = Image.new("RGB", picture.size)
    sheet.paste(picture)
    made = BytesIO()
    sheet.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return made.getvalue()


def _path(name: str) -> Path:
    return folder() / f"{name}.jpg"


# --- showing it ---------------------------------------------------------------------------------------------


@blueprint.get("/pictures/<picture>.jpg")
@public
def show(picture: str) -> Response:
    """A kept photo. It is only ever a picture, whatever a browser may think of its bytes."""
    if not NAME.fullmatch(picture) or not _path(picture).is_file():
        raise Missing("not_found")
    return Response(_path(picture).read_bytes(), content_type="image/jpeg", headers=HEADERS)


def photo_url(offer: Offer) -> str | None:
    """The picture of an offer: its photo, else the drawn one, if it has any."""
    if offer.photo:
        return url_for("photos.show", picture=offer.photo)
    return assets.url(f"pictures/{offer.picture}.svg") if offer.picture else None


# --- sweeping -----------------------------------------------------------------------------------------------


def sweep(*, at: datetime) -> int:
    """Remove files that no offer names, once they are a day old; how many."""
    limit = (at - UNUSED).timestamp()
    old = {path.stem: path for path in folder().glob("*.jpg") if path.stat().st_mtime < limit}
    named = set(db.session.scalars(sa.select(Offer.photo).where(Offer.photo != "").distinct()))
    for name in old.keys() - named:
        old[name].unlink(missing_ok=True)
    for half in folder().glob(".*"):  # of a process that ended in the middle
        if half.stat().st_mtime < limit:
            half.unlink(missing_ok=True)
    return len(old.keys() - named)
