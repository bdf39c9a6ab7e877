"""A QR as SVG: one path, quiet zone of four cells, black on white, nothing inside."""

from __future__ import annotations

from typing import Any, cast

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

LEVELS = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}  # screens, posters, cards
QUIET = 4


def matrix(text: str, level: str) -> list[list[bool]]:
    """The cells, quiet zone included."""
    code: QRCode[Any] = QRCode(error_correction=LEVELS[level], border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    return cast(list[list[bool]], code.get_matrix())


def svg(text: str, *, level: str = "M", label: str = "") -> Markup:
    """An `<svg class="qr">` of the text; `label` is what a screen reader says."""
    cells = matrix(text, level)
    side = len(cells)
    path = "".join(_run(x, y, row) for y, row in enumerate(cells) for x in range(side))
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" width="{1}" height="{1}" role="img" aria-label="{2}" '
        'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{3}"/></svg>'
    ).format(side, side * 8, label, path)


def _run(x: int, y: int, row: list[bool]) -> str:
    """The rectangle of dark cells that begins at x, if one does."""
    if not row[x] or (x and row[x - 1]):
        return ""
    end = x
    while end < len(row) and row[end]:
        end += 1
    return f"M{x} {y}h{end - x}v1H{x}z"
