"""Two people and one pile of paper, and how many somebody may stand for: pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from app import canonical

Choice = Any  # what stands on one ballot, as the count takes it
Pile = Sequence[tuple[int, Choice]]  # how many say the same, and what

MOST_PROXIES = 2  # that one person may hold in one vote
COUNTED = ("yes_no", "choose_one")  # typed as sums; the others ballot by ballot
LARGEST = 500  # ballots of one pile typed as sums
TYPED = 30  # ballots of one pile typed one by one


class Person(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def member_id(self) -> int: ...
    @property
    def household_id(self) -> int | None: ...


def is_same(one: Person, other: Person) -> bool:
    """The same human, by whatever membership."""
    return one.id == other.id or one.member_id == other.member_id


def share_roof(one: Person, other: Person) -> bool:
    return one.household_id is not None and one.household_id == other.household_id


def refusal_of_second(first: Person, second: Person) -> str | None:
    """The code of why `second` may not type what `first` has typed, or None."""
    if is_same(first, second):
        return "paper_same_person"
    return "paper_household" if share_roof(first, second) else None


def refusal_of_helper(voter: Person, helper: Person) -> str | None:
    """The code of why `helper` may not hand the device to `voter`, or None."""
    if is_same(voter, helper):
        return "assist_self"
    return "assist_household" if share_roof(voter, helper) else None


# --- piles --------------------------------------------------------------------------------------------------


def merged(ballots: Iterable[tuple[int, Choice]]) -> list[tuple[int, Choice]]:
    """Equal ballots as one line, in an order that says nothing about how they lay; empty lines are left out."""
    sums: dict[str, int] = {}
    for count, choice in ballots:
        text = canonical.text(choice)
        sums[text] = sums.get(text, 0) + count
    return [(count, json.loads(text)) for text, count in sorted(sums.items()) if count]


def total(ballots: Pile) -> int:
    return sum(count for count, _choice in ballots)


def stored(ballots: Iterable[tuple[int, Choice]]) -> str:
    """A pile as it is kept."""
    return canonical.text([[count, choice] for count, choice in merged(ballots)])


def restored(text: str) -> list[tuple[int, Choice]]:
    return [(int(count), choice) for count, choice in json.loads(text)]


def different(first: Pile, second: Pile) -> set[str]:
    """What the two typed unlike numbers of, as canonical text."""
    one, other = _numbers(first), _numbers(second)
    return {text for text in one.keys() | other.keys() if one.get(text, 0) != other.get(text, 0)}


def _numbers(pile: Pile) -> Mapping[str, int]:
    return {canonical.text(choice): count for count, choice in merged(pile)}


def fits(envelopes: int, counted: int, pile: int) -> bool:
    """Whether so many more papers can have come out of the envelopes."""
    return 0 < pile <= envelopes - counted


def waits(envelopes: Mapping[str, int], counted: Mapping[str, int]) -> bool:
    """Whether an envelope of any group has not been counted yet."""
    return any(number > counted.get(part, 0) for part, number in envelopes.items())


# --- proxies ------------------------------------------------------------------------------------------------


def refusal_of_proxy(giver: Person, holder: Person, *, held: int) -> str | None:
    """The code of why `holder`, who holds `held` others, may not stand for `giver`, or None."""
    if is_same(giver, holder):
        return "proxy_self"
    return "proxy_full" if held >= MOST_PROXIES else None
