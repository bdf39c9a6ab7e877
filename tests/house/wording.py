"""Which language a page speaks: English pages hold no Japanese, Japanese pages no English, but for names and codes."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

import sqlalchemy as sa

from app.db import Base, Text, db
from tests.house.markup import Page

KANA_OR_KANJI = re.compile("[\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uff66-\uff9f\U00020000-\U0002ffff]")
LATIN = re.compile(r"[A-Za-z][A-Za-z'é]+")
ADDRESS = re.compile(r"\S*(?:://|/[nC]\b|localhost)\S*")
CODE = re.compile(r"\b(?=[0-9A-Z]*[0-9])[0-9A-HJKMNP-TV-Z]{4,16}\b|\b[A-HJKMNP-TV-Z]{4}\b|\b[A-Z]{3}-\d{4,}-\d\b")
DIGEST = re.compile(r"\b[0-9a-f]{8,}\b")
NAMES = frozenset(  # of things, not of our making
    "Yui QR JavaScript LINE https English Android iPhone iPad Windows Mac Linux Chrome Safari Firefox Edge "
    "JPEG PNG".split()
)
KNOT = "結"  # the name of the app


@cache
def faults(page: Page, language: str) -> list[str]:
    """Words in a language that the page does not say it is in."""
    return _japanese(page) if language == "en" else _english(page)


def _japanese(page: Page) -> list[str]:
    found = []
    for one in page.words:
        text = own_texts().sub("", one.text) if one.bare or one.own else one.text
        if KANA_OR_KANJI.search(text.replace(KNOT, "")) and one.language != "ja" and not one.drawn:
            found.append(f"Japanese on an English page: {one.text!r}")
    return found


def _english(page: Page) -> list[str]:
    found = []
    for one in page.words:
        if one.language != "ja" or one.own or one.drawn:
            continue
        words = LATIN.findall(DIGEST.sub("", CODE.sub("", ADDRESS.sub("", one.text))))
        if strange := [word for word in words if word not in NAMES and word.lower() not in own_words()]:
            found.append(f"English on a Japanese page: {strange} in {one.text!r}")
    return found


@lru_cache
def own_words() -> frozenset[str]:
    """Latin words in what the people of the regions wrote themselves, in small letters."""
    return frozenset(word.lower() for text in _written() for word in LATIN.findall(text))


@lru_cache
def own_texts() -> re.Pattern[str]:
    """What the people of the regions wrote in Japanese, the longest first."""
    texts = sorted(filter(KANA_OR_KANJI.search, _written()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, texts)))


def _written() -> set[str]:
    texts: set[str] = set()
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Text) and not column.name.endswith("_en"):
                texts.update(filter(None, db.session.scalars(sa.select(column).distinct())))
    return texts


def listed(complaints: list[str], most: int = 40) -> str:
    """The complaints as a failing test shows them: each once, with the number of places."""
    places = [one.partition(": ") for one in complaints]
    counted = Counter(what for _, _, what in places)
    first = {what: where for where, _, what in reversed(places)}
    lines = [f"{number:>4} × {what}   first at {first[what]}" for what, number in counted.most_common(most)]
    more = len(counted) - most
    return "\n" + "\n".join(lines) + (f"\n … and {more} more" if more > 0 else "")
