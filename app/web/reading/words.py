"""The English catalogue: bring it up to date with the sentences that code and templates say (`make words`).

The message id is the Japanese sentence. The file holds words only: no dates, places or names of tools, so that it
changes when a sentence changes, and at no other time.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from app.config import ROOT

FILE = ROOT / "app/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None}
OTHERS = {"node_modules", "__pycache__"}
HEADER = """\
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def said() -> Catalog:
    """Every sentence that the code and the templates say, without translations."""
    catalog = Catalog(locale="en")
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_ours)
    for _file, _line, words, _comments, context in found:
        catalog.add(words, context=context)
    return catalog


def catalogue() -> Catalog:
    """What is said now, with the English that the file has for it; what is no longer said is gone."""
    catalog = Catalog(locale="en")
    if FILE.exists():
        with FILE.open("rb") as file:
            catalog = read_po(file, locale="en")
    catalog.update(said(), no_fuzzy_matching=True)
    return catalog


def as_text(catalog: Catalog) -> str:
    text = BytesIO()
    write_po(text, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER + text.getvalue().decode()


def without_english(catalog: Catalog) -> list[str]:
    """The sentences that an English reader would meet in Japanese."""
    open_ones = (message for message in catalog if message.id and not all(_forms(message.string)))
    return sorted(_forms(message.id)[0] for message in open_ones)


def _forms(words: object) -> tuple[str, ...]:
    return tuple(words) if isinstance(words, list | tuple) else (str(words or ""),)


def _is_ours(directory: str) -> bool:
    name = Path(directory).name
    return not name.startswith(".") and name not in OTHERS


if __name__ == "__main__":
    now = catalogue()
    FILE.write_text(as_text(now))
    if missing := without_english(now):
        raise SystemExit("\n".join(["These still want English:", *missing]))
