"""Who may say, answer and hide what, and until when an answer is due: pure. Days are those of the region."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from app.proposals.rules import CARERS

KINDS = ("good", "worry", "question", "against")
WAITING = ("worry", "question", "against")  # they want an answer
ADDRESSEES = ("authors", "office", "city")
GENERAL = ("office", "city")  # without a proposal
MOODS = ("good", "unsure", "worried")
TALKED_ABOUT = ("support", "talk", "vote")  # the stages of a proposal in which it is talked about
SURVEYED = ("support", "talk")  # before its vote
ANSWERED_BY = {
    "authors": ("author", "office"),
    "office": ("office", "officer_desk"),
    "city": ("officer_desk", "office"),
}
FILTERS = ("late", "waiting", "answered", "office", "city")  # of the page of the whole region
SHOWN_FROM = 5  # voices: fewer tell who said what


class Said(Protocol):
    """The parts of an opinion that decide how it stands."""

    @property
    def kind(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...


@dataclass(frozen=True)
class Counts:
    """How a list of opinions stands. `asked` want an answer: `in_time` + `late` + `still_open`; of these `overdue`.

    `good` want none; `hidden` broke the house rules and count nowhere else.
    """

    asked: int = 0
    in_time: int = 0
    late: int = 0
    still_open: int = 0
    overdue: int = 0
    good: int = 0
    hidden: int = 0


def due_on(kind: str, said_on: date, days: int) -> date | None:
    """The last day for an answer to what is said on `said_on`; None for what wants none."""
    return said_on + timedelta(days=days) if kind in WAITING else None


def state(due: date | None, answered_on: date | None, today: date) -> str:
    """`free` (wants no answer), `in_time`, `late` (answered after its day), `waiting` or `overdue`."""
    if due is None:
        return "free"
    if answered_on is not None:
        return "in_time" if answered_on <= due else "late"
    return "waiting" if today <= due else "overdue"


def days_left(due: date, today: date) -> int:
    """How many days are left; 0 on the last day, less once it is over."""
    return (due - today).days


def count(stands: Iterable[str]) -> Counts:
    """The sums over what `state` says of each, or `hidden`."""
    found: dict[str, int] = {}
    for one in stands:
        found[one] = found.get(one, 0) + 1
    in_time, late, overdue = (found.get(name, 0) for name in ("in_time", "late", "overdue"))
    still_open = found.get("waiting", 0) + overdue
    return Counts(
        asked=in_time + late + still_open,
        in_time=in_time,
        late=late,
        still_open=still_open,
        overdue=overdue,
        good=found.get("free", 0),
        hidden=found.get("hidden", 0),
    )


# --- who ------------------------------------------------------------------------------------------------------


def say_refusal(addressee: str, stage: str | None, *, is_author: bool) -> str | None:
    """The code of why somebody may not say this; `stage` is that of the proposal, None where there is none."""
    if stage is not None and stage not in TALKED_ABOUT:
        return "talk_over"
    if addressee not in (ADDRESSEES if stage is not None else GENERAL):
        return "field_choice"
    return "opinion_author" if is_author and addressee == "authors" else None


def answers_as(addressee: str, roles: Collection[str], *, is_author: bool) -> str | None:
    """The role in which somebody answers what was said to `addressee`, or None."""
    has = {role for role in ("office", "officer_desk") if role in roles} | ({"author"} if is_author else set())
    return next((role for role in ANSWERED_BY[addressee] if role in has), None)


def hide_refusal(roles: Collection[str], *, is_own: bool, is_author: bool) -> str | None:
    """The code of why somebody may not hide what the house rules forbid: no duty, or their own words or proposal."""
    if set(CARERS).isdisjoint(roles):
        return "not_allowed"
    if is_own:
        return "opinion_hide_own"
    return "opinion_hide_author" if is_author else None


# --- the anonymous survey -------------------------------------------------------------------------------------


def may_show(moods: Mapping[str, int]) -> bool:
    """Whether there are enough voices to tell what they said."""
    return sum(moods.values()) >= SHOWN_FROM
