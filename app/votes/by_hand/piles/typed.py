"""Quick keys: a paper ballot typed as a few digits. Pure.

Options are called by their number on the paper. A lone 0 is a blank ballot.

- several (いくつでも, 予算): `1 3 4`; with nine options or fewer also `134`
- an order: the first choice first, `3 1 2`; equals with `=`: `3 1=2`
- points: one for each option as they stand, `5 0 3`; with single digits also `503`; `-` for a blank
- consent: `1` よい, `2 why` 反対, `3` みまもる; a blank one stands aside
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

SETS = ("approval", "equal_shares", "greedy")
ORDERS = ("schulze", "irv", "stv")
POINTS = ("score", "star")
MOST_POINTS = 5
BLANK = "0"
STANDS = {"1": "consent", "3": "stand_aside", BLANK: "stand_aside"}
SINGLE = 9  # with so many options a digit is always a whole number


class Unread(Exception):
    """What was typed is no ballot; the code says why."""


def read(method: str, options: Sequence[str], text: str) -> Any:
    """The choice that `text` means. Raises Unread."""
    typed = re.sub(r"[\s,、.]+", " ", text).strip()
    if not typed:
        raise Unread("ballot_keys")
    if method == "consent":
        return _stand(typed)
    if method in POINTS:
        return _points(options, typed)
    if method in ORDERS:
        return _order(options, typed)
    if method in SETS:
        names = [] if typed == BLANK else [_name(options, one) for one in _numbers(options, typed)]
        _once(names)
        return [name for name in options if name in names]
    raise Unread("ballot_keys")


def _stand(typed: str) -> Any:
    number, _, reason = typed.partition(" ")
    if number == "2":
        if not reason:
            raise Unread("ballot_reason")
        return {"objection": reason}
    if number in STANDS and not reason:
        return STANDS[number]
    raise Unread("ballot_keys")


def _order(options: Sequence[str], typed: str) -> list[Any]:
    if typed == BLANK:
        return []
    ranks = [[_name(options, one) for one in rank] for rank in _ranks(options, typed)]
    _once([name for rank in ranks for name in rank])
    return [rank[0] if len(rank) == 1 else sorted(rank, key=list(options).index) for rank in ranks]


def _ranks(options: Sequence[str], typed: str) -> list[list[str]]:
    close = re.sub(r"\s*[=＝]\s*", "=", typed)
    if " " in close or "=" in close:
        return [rank.split("=") for rank in close.split(" ")]
    return [[one] for one in _numbers(options, close)]


def _points(options: Sequence[str], typed: str) -> dict[str, int]:
    if typed == BLANK:
        return {}
    given = typed.split(" ") if " " in typed else list(typed)
    if len(given) != len(options):
        raise Unread("ballot_points")
    points = {}
    for name, one in zip(options, given, strict=True):
        if one == "-":
            continue
        if not re.fullmatch(r"[0-9]", one) or int(one) > MOST_POINTS:
            raise Unread("ballot_points")
        points[name] = int(one)
    return points


def _numbers(options: Sequence[str], typed: str) -> list[str]:
    if " " not in typed and len(options) <= SINGLE:
        return list(typed)
    return typed.split(" ")


def _name(options: Sequence[str], number: str) -> str:
    if not re.fullmatch(r"[0-9]{1,3}", number) or not 1 <= int(number) <= len(options):
        raise Unread("ballot_number")
    return options[int(number) - 1]


def _once(names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise Unread("ballot_twice")
