"""Reading what people typed: normalised silently, complained about in one sentence per field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date, time
from io import BytesIO
from typing import Any

from flask import Flask, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser

from app.errors import Refused
from app.web.sentences import sentence

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
ROW_ID = re.compile(r"[0-9]{1,18}")  # so few digits that it always fits the 64 bits of a key
ZWJ = "\u200d"  # joins emoji; harmless, so it stays


def row_id(text: str) -> int | None:
    """The row that a field or an address names; None for what can be no row's number."""
    return int(text) if ROW_ID.fullmatch(text) else None


def normalise(text: str, *, lines: bool = False) -> str:
    """NFKC for letters and digits that have two widths; names keep their variant characters (髙, 﨑, 𠮷)."""
    folded = "".join(_fold(c) for c in text.replace("\r\n", "\n"))
    keep = "\n" if lines else ""
    clean = "".join(c for c in folded if c in keep or c == ZWJ or unicodedata.category(c) not in INVISIBLE)
    return clean.strip() if lines else " ".join(clean.split())


def _fold(character: str) -> str:
    """Full-width ASCII, half-width kana and odd spaces only: NFKC would also rewrite rare kanji."""
    point = ord(character)
    if 0xFF01 <= point <= 0xFFEE or point in (0x3000, 0x00A0, 0x2003):
        return unicodedata.normalize("NFKC", character)
    return character


class Form:
    """One submitted form. Readers return the clean value and note the sentence for a bad one in `errors`.

    `values` keeps everything as typed, to be shown again.
    """

    def __init__(self, data: MultiDict[str, str]) -> None:
        self.data = data
        self.errors: dict[str, tuple[str, dict[str, Any]]] = {}

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def values(self) -> dict[str, str]:
        return {name: self.data[name] for name in self.data}

    @property
    def sentences(self) -> dict[str, str]:
        """What to show beside each bad field."""
        return {name: sentence(code, **params) for name, (code, params) in self.errors.items()}

    def complain(self, name: str, code: str, **params: Any) -> None:
        self.errors.setdefault(name, (code, params))

    def raw(self, name: str) -> str:
        """The value as sent. A field that comes twice is nobody's mistake: Refused."""
        given = self.data.getlist(name)
        if len(given) > 1:
            raise Refused("field_twice")
        return given[0] if given else ""

    def text(self, name: str, *, most: int, required: bool = False, lines: bool = False) -> str:
        value = normalise(self.raw(name), lines=lines)
        if required and not value:
            self.complain(name, "field_empty")
        if len(value) > most:
            self.complain(name, "field_long", most=most)
        return value

    def integer(self, name: str, *, least: int, most: int, required: bool = True) -> int | None:
        value = normalise(self.raw(name))
        if not value and not required:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value):
            self.complain(name, "field_number", least=least, most=most)
            return None
        if not least <= int(value) <= most:
            self.complain(name, "field_number", least=least, most=most)
        return int(value)

    def choice(self, name: str, options: Collection[str]) -> str:
        value = self.raw(name)
        if value not in options:
            self.complain(name, "field_choice")
        return value

    def row(self, name: str) -> int | None:
        """The row that was chosen, if one was."""
        value = self.raw(name)
        chosen = row_id(value)
        if value and chosen is None:
            self.complain(name, "field_choice")
        return chosen

    def day(self, name: str) -> date | None:
        try:
            value = date.fromisoformat(normalise(self.raw(name)))
        except ValueError:
            self.complain(name, "field_day")
            return None
        if not 2000 <= value.year <= 2100:
            self.complain(name, "field_day")
            return None
        return value

    def time(self, name: str) -> time | None:
        try:
            return time.fromisoformat(normalise(self.raw(name))).replace(tzinfo=None, second=0, microsecond=0)
        except ValueError:
            self.complain(name, "field_time")
            return None

    def key(self) -> str:
        """The form's own idempotency key."""
        value = self.raw("key")
        if not UUID.fullmatch(value):
            raise Refused("form_stale")
        return value

    def ids(self, name: str) -> set[int]:
        """Row ids of ticked boxes; what is no number is ignored."""
        return {id for value in self.data.getlist(name) if (id := row_id(value)) is not None}


# --- photos -------------------------------------------------------------------------------------------------


class _InMemory(FormDataParser):
    """Werkzeug's own, but for the temporary file into which it would put what is large."""

    def __init__(self, *, stream_factory: object = None, **limits: Any) -> None:
        super().__init__(stream_factory=lambda *_args, **_more: BytesIO(), **limits)


def takes_photo(app: Flask, endpoint: str, *, most: int, refusal: str | None = None) -> None:
    """The form of one view may be larger than others: a photo of `most` bytes, which never touches a disk.

    Arranged before anything of the request is read. What is larger yet is answered by 413, or Refused as `refusal`.
    """

    def arrange(asked: str | None, _values: dict[str, Any] | None) -> None:
        if asked != endpoint:
            return
        limit = most + current_app.config["MAX_CONTENT_LENGTH"] // 16  # the fields and boundaries beside the photo
        if refusal and (request.content_length or 0) > limit:
            raise Refused(refusal)
        request.max_content_length, request.form_data_parser_class = limit, _InMemory

    app.url_value_preprocessor(arrange)
