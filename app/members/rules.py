"""Card numbers and search words: pure."""

from __future__ import annotations

import re
import unicodedata

# Damm, H. M. (2004): a totally anti-symmetric quasigroup of order 10; finds every single slip and every swap.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_DASHES = re.compile(r"[\s\-‐‑‒–—―−ー－_]+")
_NUMBER = re.compile(r"([A-Z]{3})?(\d{4,})(\d)")


def check_digit(digits: str) -> int:
    """The Damm check digit of `digits`."""
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state


def card_number(code: str, serial: int) -> str:
    """`TSK-0001-3`: the region's code, at least four digits, the check digit over them."""
    digits = f"{serial:04}"
    return f"{code}-{digits}-{check_digit(digits)}"


def read_number(text: str, code: str) -> str | None:
    """The card number that `text` means (`tsk 0001 3`, `00013`, full width …), or None if its digits do not check."""
    plain = _DASHES.sub("", unicodedata.normalize("NFKC", text)).upper()
    match = _NUMBER.fullmatch(plain)
    if not match or check_digit(match[2]) != int(match[3]):
        return None
    return f"{match[1] or code}-{match[2]}-{match[3]}"


def hiragana(text: str) -> str:
    """よみ for comparing: NFKC, katakana to hiragana, no spaces, small ヶ and ケ alike."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(_small(c) for c in folded if not c.isspace())


def _small(character: str) -> str:
    if "ァ" <= character <= "ヶ":
        character = chr(ord(character) - 0x60)
    return {"ゖ": "け", "ゕ": "か"}.get(character, character).lower()
