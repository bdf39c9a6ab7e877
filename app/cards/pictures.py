"""A code in a photo that somebody sent: looked at in memory, and forgotten."""

from __future__ import annotations

from typing import IO

from app.errors import Refused
from app.web.photos.making import opened

SIDE = 1600  # dots to which a photo is shrunk before it is looked at; JPEGs already while they are unpacked


def read_code(stream: IO[bytes]) -> str:
    """The text of the first QR code in the photo. Refused: `picture_unreadable`, `picture_large`,
    `picture_without_code`."""
    import zxingcpp  # large, and few people send photos

    with opened(stream) as photo:
        photo.draft("L", (SIDE, SIDE))
        grey = photo.convert("L")
    grey.thumbnail((SIDE * 2, SIDE * 2))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    if not found:
        raise Refused("picture_without_code")
    return found[0].text
