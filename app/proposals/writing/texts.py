"""The texts of a proposal as its versions keep them, and what differs between two of them, word by word. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from app import canonical

NAMES = (
    "title",
    "title_en",
    "wish",
    "purpose",
    "own_part",
    "region_part",
    "others_part",
    "field",
    "cost_yen",
    "cost_note",
    "decider",
    "decider_note",
    "first_steps",
)
CHOSEN = ("field", "cost_yen", "decider")  # shown by their names, never letter by letter
_WORD = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_SHORT = 2  # so few equal letters between two changes read worse than one change


@dataclass(frozen=True)
class Piece:
    """A stretch of text: `kind` is `same`, `gone` or `new`."""

    kind: str
    text: str


def of(proposal: Any) -> dict[str, str]:
    """Its texts now, by column; a cost that is not said is empty."""
    values = {name: getattr(proposal, name) for name in NAMES}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def written(texts: Mapping[str, str]) -> str:
    """Canonical JSON: the same texts give the same characters."""
    return canonical.text(dict(texts))


def read(json_text: str) -> dict[str, str]:
    """What `written` wrote."""
    texts: dict[str, str] = json.loads(json_text)
    return texts


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The columns whose text differs, in their order."""
    return [name for name in NAMES if before.get(name, "") != after.get(name, "")]


def difference(before: str, after: str) -> list[Piece]:
    """The text with what went and what came; Japanese by letters, Latin by words."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        pieces += [Piece("gone", "".join(old[i:j])), Piece("new", "".join(new[k:m]))]
    return _joined([one for one in pieces if one.text])


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes with next to nothing between them become one."""
    joined: list[Piece] = []
    gone = new = ""
    for i, piece in enumerate(pieces):
        inside = piece.kind == "same" and len(piece.text) <= _SHORT and (gone or new) and i + 1 < len(pieces)
        if piece.kind == "same" and not inside:
            joined += [Piece("gone", gone), Piece("new", new), piece]
            gone = new = ""
            continue
        gone += piece.text if piece.kind in ("same", "gone") else ""
        new += piece.text if piece.kind in ("same", "new") else ""
    joined += [Piece("gone", gone), Piece("new", new)]
    return [one for one in joined if one.text]
