"""The alphabet of codes (Crockford's Base32): no I, L, O, U; what looks alike is read alike."""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−ー－_・.]+")
ADDRESS = re.compile(r"https?://([^/]+)/c/([0-9a-z\-]{4,40})/?", re.IGNORECASE)
PUBLIC, CLAIM, REDEMPTION = 8, 12, 16


def encode(raw: bytes, length: int) -> str:
    """The first `length` characters (5 bits each) of `raw`."""
    bits = int.from_bytes(raw, "big")
    spare = len(raw) * 8 - 5 * length
    bits >>= spare
    return "".join(ALPHABET[bits >> 5 * (length - 1 - i) & 31] for i in range(length))


def decode(code: str) -> bytes | None:
    """The whole bytes that a code of the alphabet carries; None if the bits that are left over say anything."""
    bits, spare = 0, 5 * len(code) % 8
    for character in code:
        bits = bits << 5 | ALPHABET.index(character)
    return None if bits & (1 << spare) - 1 else (bits >> spare).to_bytes(5 * len(code) // 8, "big")


def read(text: str) -> str:
    """What somebody typed as a code: capitals, no separators, look-alikes resolved. It may still be no code."""
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return plain.translate(_LOOKALIKES)


def is_code(text: str) -> bool:
    return bool(text) and all(c in ALPHABET for c in text)


def scanned(text: str, hosts: frozenset[str]) -> str | None:
    """The code in a scanned address of this instance, or in bare text; None for another site's."""
    match = ADDRESS.fullmatch(text.strip())
    if match is None:
        bare = read(text)
        return bare if is_code(bare) else None
    if match[1].lower() not in hosts:
        return None
    code = read(match[2])
    return code if is_code(code) else None
