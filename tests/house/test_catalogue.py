"""The English of every sentence: all there, none left over, none unsure, and with the same gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from app.config import ROOT
from tests.house.wording import KANA_OR_KANJI

ENGLISH = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
GAP = re.compile(r"%\((\w+)\)[sd]")
WORDS = {"_l": None, "_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}

pytestmark = pytest.mark.rules


@lru_cache
def english() -> Catalog:
    assert ENGLISH.exists(), "there is no English catalogue yet"
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


@lru_cache
def asked() -> dict[str, str]:
    """Every sentence that code and templates ask for, with one place. Plurals are named by their first form."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT), methods, options, keywords=WORDS)
    return {_first(message): f"{name}:{line}" for name, line, message, *_ in found}


def known() -> dict[str, Message]:
    """Sentence → its message."""
    return {_first(one.id): one for one in english() if one.id}


def test_every_sentence_is_translated():
    assert {text: place for text, place in asked().items() if text not in known()} == {}


def test_no_translation_is_left_over():
    assert sorted(set(known()) - set(asked())) == []


def test_no_translation_is_empty_or_unsure():
    strings = {name: _all(one.string) for name, one in known().items()}
    assert [name for name, texts in strings.items() if not all(texts)] == []
    assert [name for name, one in known().items() if one.fuzzy] == []
    assert [text for texts in strings.values() for text in texts if KANA_OR_KANJI.search(text.replace("結", ""))] == []


def test_the_gaps_are_the_same():
    """A gap that is missing loses a number; one too many is an error in front of a reader."""
    wrong = []
    for name, one in known().items():
        forms, japanese = _all(one.string), {gap for text in _all(one.id) for gap in GAP.findall(text)}
        wrong += [f"{name} → {form}" for form in forms if not set(GAP.findall(form)) <= japanese]
        wrong += [f"{name} → {forms[-1]}" for _ in "1" if not japanese <= set(GAP.findall(forms[-1]))]
        wrong += [f"{name} → {form}" for form in forms if "%" in re.sub(GAP, "", form).replace("%%", "")]
    assert not wrong, "\n".join(wrong)


def test_sentences_are_written_in_japanese():
    """The message id is the Japanese sentence; what holds no Japanese needs no translation."""
    latin = re.compile("[A-Za-z]")
    assert [text for text in asked() if latin.search(GAP.sub("", text)) and not KANA_OR_KANJI.search(text)] == []


def test_what_is_served_is_what_is_written():
    """The compiled catalogue is made of this one: `make setup` renews it."""
    compiled = ENGLISH.with_suffix(".mo")
    assert compiled.exists(), "the catalogue is not compiled: `make setup` does it"
    with compiled.open("rb") as file:
        served = {_first(one.id): _all(one.string) for one in read_mo(file) if one.id}
    assert served == {name: _all(one.string) for name, one in known().items()}


def _first(text: str | Sequence[str]) -> str:
    """A sentence by its name: of plurals the first form."""
    return text if isinstance(text, str) else text[0]


def _all(text: str | Sequence[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)
