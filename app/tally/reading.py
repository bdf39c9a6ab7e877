"""An election out of a JSON text: exact numbers, no key twice, and ballots read one by one to save memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .election import BadElection, Election

KEYS = ("method", "seats", "options", "ballots", "rule", "costs", "budget")
NEEDED = ("method", "ballots")
AT_ONCE = 4 << 20  # bytes
_WHITE = re.compile(r"[ \t\n\r]*")
_DECIMAL = re.compile(r"-?\d{1,18}\.\d{1,18}")


def load(data: bytes) -> Any:
    """A whole JSON text as Python data; numbers with a point become fractions. Raises BadElection."""
    text = _text(data)
    value, end = _value(text, _skip(text, 0))
    if end < len(text):
        raise BadElection(f"The file goes on after its end, at character {end}.")
    return value


def election(data: bytes) -> Election:
    """The election that a JSON text describes; of a large one the ballots are read while they are counted.

    Raises BadElection.
    """
    given = load(data) if len(data) <= AT_ONCE else _slowly(_text(data))
    if not isinstance(given, dict):
        raise BadElection("The file must be one JSON object.")
    if missing := [key for key in NEEDED if key not in given]:
        raise BadElection(f"The key «{missing[0]}» is missing.")
    if unknown := [key for key in given if key not in KEYS]:
        raise BadElection(f"The key «{unknown[0]}» is not known; there are {', '.join(KEYS)}.")
    if not isinstance(given["ballots"], list | Iterator):
        raise BadElection("The ballots must be a list of pairs of a count and a ballot.")
    return Election(**{key: value for key, value in given.items() if value is not None or key == "method"})


def _slowly(text: str) -> Any:
    """The outer object, its ballots as an iterator: looked through once here, and read again when they are counted."""
    begin = _skip(text, 0)
    if text[begin : begin + 1] != "{":
        return None
    given: dict[str, Any] = {}
    for key, position in _members(text):
        if key in given:
            raise BadElection(f"«{key}» stands twice in one object.")
        if key == "ballots" and text[position : position + 1] == "[":
            given[key] = (ballot for ballot, _ in _items(text, position))
        else:
            given[key] = _value(text, position)[0]
    return given


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadElection("The file is not text in UTF-8.") from None


def _members(text: str) -> Iterator[tuple[str, int]]:
    """Every key of the outer object and where its value begins; the ballots are looked through, but not kept."""
    position = _skip(text, _skip(text, 0) + 1)
    while text[position : position + 1] != "}":
        key, position = _value(text, position)
        position = _after(text, position, ":")
        if not isinstance(key, str):
            raise _fault(position)
        yield key, position
        if key == "ballots" and text[position : position + 1] == "[":
            position = _after(text, _end_of_items(text, position), "]")
        else:
            position = _value(text, position)[1]
        if text[position : position + 1] != "}":
            position = _after(text, position, ",")
            if text[position : position + 1] == "}":
                raise _fault(position)
    if _skip(text, position + 1) < len(text):
        raise BadElection(f"The file goes on after its end, at character {position + 1}.")


def _end_of_items(text: str, start: int) -> int:
    position = _skip(text, start + 1)
    for _, position in _items(text, start):  # noqa: B007  the last one is asked for
        pass
    return position


def _items(text: str, start: int) -> Iterator[tuple[Any, int]]:
    """Every item of the list that begins at `start`, and where what follows it begins."""
    position = _skip(text, start + 1)
    if text[position : position + 1] == "]":
        return
    while True:
        item, position = _value(text, position)
        yield item, position
        if text[position : position + 1] == "]":
            return
        position = _after(text, position, ",")


def _value(text: str, position: int) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as fault:
        raise _fault(fault.pos) from None
    except RecursionError:
        raise BadElection("The file has lists within lists, too many to be an election.") from None
    except ValueError as fault:
        if isinstance(fault, BadElection):
            raise
        raise BadElection("The file has a number that is far too long.") from None
    return value, _skip(text, end)


def _skip(text: str, position: int) -> int:
    found = _WHITE.match(text, position)
    return found.end() if found else position


def _after(text: str, position: int, mark: str) -> int:
    if text[position : position + 1] != mark:
        raise _fault(position)
    return _skip(text, position + 1)


def _fault(position: int) -> BadElection:
    return BadElection(f"The file is not JSON: it cannot be read at character {position}.")


def _exact(number: str) -> Fraction:
    if not _DECIMAL.fullmatch(number):
        raise BadElection(f'The number {number[:24]} must be written out, or as a fraction such as "1/2".')
    return Fraction(number)


def _no_number(word: str) -> Any:
    raise BadElection(f"{word} is not a number that can be counted.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise BadElection(f"«{next(key for key in keys if keys.count(key) > 1)}» stands twice in one object.")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_exact, parse_constant=_no_number)
