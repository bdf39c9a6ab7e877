"""Reading what people write about their hours: the day, the length, who was there, and the lines of paper slips."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from app.errors import DomainError
from app.events.models import FIELDS
from app.hours.models import PLACES
from app.hours.rules import DAY_LIMIT, STEP
from app.members import queries as members
from app.members.models import Membership
from app.members.rules import hiragana
from app.regions.models import Region
from app.web.forms import Form, normalise, row_id

WHAT, NAMES, REASON = 60, 60, 200
USUAL = 60  # minutes with which the form begins
DAYS = 14  # that the form offers without a calendar
NOBODY = "words"  # だれと: none of the members that were found, the words alone
FIELD_OF = {
    "hours_step": "minutes",
    "hours_length": "minutes",
    "hours_full": "minutes",
    "hours_same": "minutes",
    "hours_future": "day",
    "hours_old": "day",
    "hours_with_oneself": "with",
    "field_empty": "what",
    "already_logged": "what",
    "reason_missing": "reason",
}
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})|([0-9]{1,2})(?:時間|h)(?:([0-9]{1,2})(?:分|m)?)?|([0-9]{1,3})(?:分|m)?")
_MONTH_DAY = re.compile(r"(?:([0-9]{1,2})(?:/|-|月))?([0-9]{1,2})日?")


@dataclass(frozen=True)
class Other:
    """だれと: a member (`one`), or only words; several `hits` are a question."""

    one: Membership | None = None
    names: str = ""
    hits: Sequence[Membership] = ()


def lengths() -> range:
    """What the stepper offers, in minutes."""
    return range(STEP, DAY_LIMIT + 1, STEP)


def read(data: MultiDict[str, str], today: date) -> tuple[Form, dict[str, Any]]:
    """What somebody did, but for whom they did it with."""
    form = Form(data)
    project_id = row_id(form.raw("project"))
    if form.raw("project") and project_id is None:
        form.complain("what", "field_choice")  # its own field is not seen
    facts = {
        "what": form.text("what", most=WHAT, required=True),
        "minutes": form.integer("minutes", least=STEP, most=DAY_LIMIT),
        "day": _day(form, today),
        "field": form.choice("field", FIELDS) if form.raw("field") else "other",
        "place": form.choice("place", PLACES) if form.raw("place") else "onsite",
        "paid": form.raw("paid") == "1",
        "project_id": project_id,
    }
    return form, facts


def _day(form: Form, today: date) -> date | None:
    """The date that was written, else the day that was chosen, else today."""
    if form.raw("date"):
        return form.day("date")
    return form.day("day") if form.raw("day") else today


def complain(form: Form, error: DomainError) -> None:
    """A refusal as the sentence of the field that it is about. What is about none is raised again."""
    if error.code not in FIELD_OF:
        raise error
    form.complain(FIELD_OF[error.code], error.code, **error.params)


# --- whom one may mean ----------------------------------------------------------------------------------------


def find(region: Region, typed: str, *, but: int, names: bool) -> Sequence[Membership]:
    """Members whom a part of a よみ (`names`: the reader may look for them) or a card number may mean."""
    if not names:
        one = members.by_number(region, typed)
        found: Sequence[Membership] = [one] if one is not None else []
    else:
        found = members.search(region, typed)
    return [one for one in found if one.id != but]


def only(typed: str, hits: Sequence[Membership]) -> Membership | None:
    """The one that is meant: the only one, or the only one whose よみ it is in full."""
    if len(hits) == 1:
        return hits[0]
    whole = [hit for hit in hits if hit.yomi_search == hiragana(typed)]
    return whole[0] if len(whole) == 1 else None


def read_other(form: Form, region: Region, *, but: int, names: bool) -> Other:
    """だれと: whoever was picked among those found, or is clear; else words, or a question beside the field."""
    typed, picked = form.text("with", most=NAMES), form.raw("with_id")
    hits = find(region, typed, but=but, names=names) if typed else []
    if picked == NOBODY:
        return Other(names=typed)
    chosen = next((hit for hit in hits if str(hit.id) == picked), None) or only(typed, hits)
    if chosen is not None:
        return Other(one=chosen)
    if hits:
        form.complain("with", "hours_several")
        return Other(names=typed, hits=hits)
    return Other(names=typed)


# --- the lines of a slip --------------------------------------------------------------------------------------


def minutes_of(typed: str) -> int | None:
    """90, 1:30, 1時間30分; a number of hours too, which no length in minutes can be (2). None: no length."""
    found = _CLOCK.fullmatch(normalise(typed).replace(" ", "").lower())
    if found is None:
        return None
    hours, rest, told, more, number = found.groups()
    if number is not None:
        return int(number) * 60 if 0 < int(number) * 60 <= DAY_LIMIT else int(number)
    return int(hours or told) * 60 + int(rest or more or 0)


def day_of(typed: str, today: date) -> date | None:
    """11/25, 25 (the last one that was), 2026-11-25, きのう. None: no day."""
    plain = normalise(typed).replace(" ", "")
    if plain in ("", "きょう", "今日"):
        return today
    if plain in ("きのう", "昨日"):
        return today - timedelta(days=1)
    try:
        return date.fromisoformat(plain)
    except ValueError:
        return _last(plain, today)


def _last(typed: str, today: date) -> date | None:
    found = _MONTH_DAY.fullmatch(typed)
    if found is None:
        return None
    month, number = int(found[1] or 0), int(found[2])
    days = (today - timedelta(days=back) for back in range(366))
    return next((day for day in days if day.day == number and day.month == (month or day.month)), None)
