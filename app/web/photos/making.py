"""A photo made anew: our own JPEG, at most 1200 dots long, turned upright, without any metadata."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, TYPE_CHECKING

from app.errors import Refused

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 5 << 20
MOST_DOTS = 24_000_000
SIDE = 1200
QUALITY = 82
KINDS = ("JPEG", "PNG", "WEBP")
WHITE = (255, 255, 255)  # behind what is see-through


def remade(stream: IO[bytes]) -> bytes:
    """The photo as a JPEG of our own. Refused: `picture_unreadable`, `picture_large`."""
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused("picture_large")
    with opened(BytesIO(data)) as photo:
        return _encoded(_small(photo))


@contextmanager
def opened(stream: IO[bytes]) -> Iterator[Picture]:
    """A photo that somebody sent, while it is looked at. Refused: `picture_unreadable`, `picture_large`."""
    from PIL import Image  # large, and few people send photos

    try:
        with Image.open(stream, formats=KINDS) as photo:
            if photo.width * photo.height > MOST_DOTS:
                raise Refused("picture_large")
            yield photo
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
        AssertionError,
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
