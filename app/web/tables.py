"""Tables to take away: CSV (RFC 4180) that opens in a spreadsheet with its characters right and its cells harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response

BOM = "\ufeff"  # without it Excel takes UTF-8 for Shift_JIS
FORMULAS = tuple("=+-@\t\r＝＋－＠")  # a spreadsheet computes what begins with one of these
Cell = str | int | None


def harmless(cell: Cell) -> str:
    """Text that no spreadsheet computes: an apostrophe before what looks like a formula. Numbers stay numbers."""
    if isinstance(cell, int):
        return str(cell)
    text = cell or ""
    return f"'{text}" if text.lstrip().startswith(FORMULAS) or text.startswith(FORMULAS) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark, lines ended by CR LF, quotes where they are needed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def download(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The file `name`.csv, kept by the browser and never shown by it."""
    response = Response(as_csv(header, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.csv')}"
    return response
