"""Codes that change or live long and carry their own proof: the rotating screen, the card on a phone, the printed card.

One byte (kind, key id), the body (a row's id, for living codes also a step of time), ten bytes of HMAC-SHA-256 over
domain, region and all before: 32 or 26 characters of the codes' alphabet. The MAC says only that this instance made
the code for that region; whether step and row still count is asked by the room that it belongs to.

Each kind and each year has a key of its own. A living code made with last year's key still counts; a printed card's
key stays readable as long as the card lives. (RFC 2104 5: a MAC may be cut to no less than 80 bits.)
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from app import clock
from app.codes.rules import decode, encode, is_code, read

KINDS = {"rotating": 1, "phone_card": 2, "card": 3}
ID, STEP, MAC = 5, 4, 10  # bytes
BODIES = {"rotating": ID + STEP, "phone_card": ID + STEP, "card": ID}
LENGTHS = (32, 26)  # characters of a code with a step, and without
KEY_IDS = 16
KEPT = ("card",)  # kinds whose keys are never left behind
PHONE_STEP = 30  # seconds
PHONE_STEPS_A_DAY = 86_400 // PHONE_STEP
_NAMES = {number: kind for kind, number in KINDS.items()}

_key: Callable[[str], bytes] | None = None


def install(key: Callable[[str], bytes]) -> None:
    """Give this module its keys, one per purpose, from the instance's secret."""
    global _key
    _key = key


@dataclass(frozen=True)
class Signed:
    """A code taken apart; genuine only if `is_genuine` says so."""

    kind: str
    key_id: int
    body: bytes
    mac: bytes

    @property
    def subject_id(self) -> int:
        """The row that the code names: an event's id, or a card's."""
        return int.from_bytes(self.body[:ID], "big")

    @property
    def step(self) -> int | None:
        """Since 1970, in the steps of its kind; None for what is printed."""
        return int.from_bytes(self.body[ID:], "big") if len(self.body) > ID else None


def body(subject_id: int, step: int | None = None) -> bytes:
    """The bytes that a code carries: which row and, for living codes, which step."""
    packed = subject_id.to_bytes(ID, "big")
    return packed if step is None else packed + step.to_bytes(STEP, "big")


def sign(kind: str, *, region_id: int, body: bytes, key_id: int | None = None) -> str:
    """The code of this body in that region, with this year's key unless another is named."""
    if len(body) != BODIES[kind]:
        raise ValueError(f"a body of {kind} has {BODIES[kind]} bytes")
    chosen = present_key_id() if key_id is None else key_id
    raw = _head(kind, chosen) + body
    raw += _mac(kind, chosen, region_id, body)
    return encode(raw + b"\0", -(-len(raw) * 8 // 5))


def parse(code: str) -> Signed | None:
    """The parts of something typed or scanned; None for what cannot be one of these codes."""
    plain = read(code)
    if len(plain) not in LENGTHS or not is_code(plain):
        return None
    raw = decode(plain)
    kind = _NAMES.get(raw[0] >> 4) if raw else None
    if raw is None or kind is None or len(raw) != 1 + BODIES[kind] + MAC:
        return None
    return Signed(kind=kind, key_id=raw[0] & 15, body=raw[1:-MAC], mac=raw[-MAC:])


def is_genuine(signed: Signed, *, region_id: int) -> bool:
    """Whether this instance made the code for that region, with a key that still counts."""
    same = hmac.compare_digest(_mac(signed.kind, signed.key_id, region_id, signed.body), signed.mac)
    age = (present_key_id() - signed.key_id) % KEY_IDS
    return same and (signed.kind in KEPT or age <= 1)


def present_key_id() -> int:
    """This year's. After sixteen years the ids begin again: by then nothing but printed cards is left of the first."""
    return clock.now().year % KEY_IDS


def day_key(*, region_id: int, card_id: int, day: int, key_id: int) -> bytes:
    """The key with which a phone draws its own card on one day (since 1970, in UTC): worth no more than that day."""
    of = region_id.to_bytes(8, "big") + card_id.to_bytes(ID, "big") + day.to_bytes(STEP, "big")
    return hmac.digest(_root("phone_card", key_id), of, "sha256")


def before(kind: str, *, region_id: int, key_id: int) -> bytes:
    """What stands before the body in the text that is signed: the domain, the region, the first byte."""
    return f"yui {kind}\0".encode() + region_id.to_bytes(8, "big") + _head(kind, key_id)


def _head(kind: str, key_id: int) -> bytes:
    return bytes([KINDS[kind] << 4 | key_id])


def _mac(kind: str, key_id: int, region_id: int, body: bytes) -> bytes:
    text = before(kind, region_id=region_id, key_id=key_id) + body
    return hmac.digest(_key_for(kind, key_id, region_id, body), text, "sha256")[:MAC]


def _key_for(kind: str, key_id: int, region_id: int, body: bytes) -> bytes:
    """A phone's card is signed with the day's key, which the phone may hold; all others with the year's."""
    if kind != "phone_card":
        return _root(kind, key_id)
    card_id, step = int.from_bytes(body[:ID], "big"), int.from_bytes(body[ID:], "big")
    return day_key(region_id=region_id, card_id=card_id, day=step // PHONE_STEPS_A_DAY, key_id=key_id)


def _root(kind: str, key_id: int) -> bytes:
    if _key is None:
        raise RuntimeError("codes were not given their keys")
    return _key(f"signed:{kind}:{key_id}")
