"""Who counts as being there, in what order matters come, and which words were signed: pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import canonical

STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Attendance:
    """出席, 書面 and 委任, each person once; `late` are proxies whose holder has not come; `roll` who is called."""

    present: int
    written: int
    proxies: int
    late: int
    roll: int

    @property
    def total(self) -> int:
        return self.present + self.written + self.proxies

    @property
    def seen(self) -> str:
        """Changes whenever the numbers look different."""
        return f"{self.present}-{self.written}-{self.proxies}-{self.late}-{self.roll}"


def attendance(
    roll: Collection[int],
    present: Collection[int],
    written: Collection[int],
    proxies: Mapping[int, int],
    stood_for: Collection[int] = (),
) -> Attendance:
    """Of those called: who is here, else who wrote, else whom somebody here stands for (giver → holder).

    `stood_for` are those for whom a holder has voted already, wherever the holder is.
    """
    here = set(roll) & set(present)
    wrote = (set(roll) & set(written)) - here
    others = set(roll) - here - wrote
    given = {giver: holder for giver, holder in proxies.items() if giver in others}
    stands = {giver for giver, holder in given.items() if holder in set(present)} | (others & set(stood_for))
    return Attendance(len(here), len(wrote), len(stands), len(given.keys() - stands), len(set(roll)))


def moved(order: Sequence[int], one: int, step: int) -> list[int]:
    """The order once `one` has gone a step up (-1) or down (1); at the end it stays where it is."""
    new, at = list(order), list(order).index(one)
    to = min(max(at + step, 0), len(new) - 1)
    new.insert(to, new.pop(at))
    return new


def state(opened_at: datetime | None, closed_at: datetime | None, agreed_at: datetime | None) -> str:
    """planned, on (it is being held), over (the minutes are a draft) or agreed (all have signed)."""
    if agreed_at is not None:
        return "agreed"
    if closed_at is not None:
        return "over"
    return "planned" if opened_at is None else "on"


def is_called_off(cancelled_at: datetime | None, postponed_to: datetime | None) -> bool:
    """Whether the gathering does not take place on its day."""
    return cancelled_at is not None or postponed_to is not None


def hash_of(words: Mapping[str, Any]) -> str:
    """What a signature is for: SHA-256 of the minutes as canonical JSON."""
    return hashlib.sha256(canonical.text(words).encode()).hexdigest()


def is_agreed(hashes: Sequence[str | None], current: str) -> bool:
    """Whether everybody who signs has signed these very words."""
    return bool(hashes) and all(one == current for one in hashes)
