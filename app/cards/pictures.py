"""A code in a photo that somebody sent: looked at in memory, and forgotten."""

from __future__ import annotations

from typing import IO

from app.errors import Refused

MOST_BYTES = 5 << 20
MOST_DOTS = 24_000_000
SIDE = 1600  # dots to which a photo is shrunk before it is looked at; JPEGs already while they are unpacked
KINDS = ("JPEG", "PNG", "WEBP")


def read_code(stream: IO[bytes]) -> str:
    """The text of the first QR code in the photo. Refused: `picture_unreadable`, `picture_large`,
    `picture_without_code`."""
    import zxingcpp  # both are large, and few people send photos
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(stream, formats=KINDS) as photo:
            if photo.width * photo.height > MOST_DOTS:
                raise Refused("picture_large")
            photo.draft("L", (SIDE, SIDE))
            grey = photo.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("picture_unreadable") from error
    grey.thumbnail((SIDE * 2, SIDE * 2))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    if not found:
        raise Refused("picture_without_code")
    return found[0].text
