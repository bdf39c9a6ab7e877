"""What waits for a member, said by each room in one line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """`text` in the reader's language, `href` where it is dealt with, `count` of how many things it speaks."""

    text: str
    href: str
    count: int
