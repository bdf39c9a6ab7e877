"""When a poll is open, who sees its answers, which day suits best: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

MOST_ANSWERS, MOST_DAYS = 5, 10
LASTS = {"day": timedelta(days=1), "three": timedelta(days=3), "week": timedelta(days=7)}
LONGEST_QUESTION, LONGEST_ANSWER = 80, 30
A_DAY = 10  # polls that one person may ask


class Times(Protocol):
    @property
    def closes_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


def is_open(poll: Times, at: datetime) -> bool:
    return poll.ended_at is None and at < poll.closes_at


def may_see(*, is_open: bool, is_asker: bool, has_answered: bool) -> bool:
    """What others said is shown to whoever has answered, so that nobody merely follows."""
    return not is_open or is_asker or has_answered


def refused_marks(kind: str, numbers: Iterable[int], marks: Mapping[int, str]) -> bool:
    """Whether marks do not fit: a quick poll takes exactly one yes, days take a mark each."""
    if kind == "quick":
        return len(marks) != 1 or set(marks.values()) != {"yes"} or not set(marks) <= set(numbers)
    return set(marks) != set(numbers)


def best(tallies: Mapping[int, tuple[int, int, int]]) -> list[int]:
    """The days that suit most: most ○, among those fewest ×; all that are level, none if nobody said ○."""
    ranked = {number: (yes, -no) for number, (yes, _maybe, no) in tallies.items() if yes}
    top = max(ranked.values(), default=None)
    return sorted(number for number, rank in ranked.items() if rank == top)


def tallied(numbers: Sequence[int], marks: Iterable[tuple[int, str]]) -> dict[int, tuple[int, int, int]]:
    """How many said yes, maybe and no to each option."""
    said = list(marks)
    return {
        number: (said.count((number, "yes")), said.count((number, "maybe")), said.count((number, "no")))
        for number in numbers
    }
