"""Where a code leads, in letters and as a QR."""

from __future__ import annotations

from markupsafe import Markup

from app.codes.drawing import svg
from app.web.pages import absolute


def address(code: str) -> str:
    return absolute(f"/C/{code}")


def in_capitals(code: str) -> str:
    """The same address: a QR needs fewer cells for it."""
    return address(code).upper()


def qr(code: str, *, level: str, label: str) -> Markup:
    """What a camera reads the address of the code from; `level` and `label` as `drawing.svg` takes them."""
    return svg(in_capitals(code), level=level, label=label)
