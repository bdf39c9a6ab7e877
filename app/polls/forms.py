"""What the two forms of a poll hold. Days come in rows of their own: `day_1`, `begins_1`, `ends_1` …"""

from __future__ import annotations

from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from app import clock
from app.polls.models import MARKS, PollOption
from app.polls.rules import LASTS, LONGEST_ANSWER, LONGEST_QUESTION, MOST_ANSWERS, MOST_DAYS
from app.polls.service import Choice
from app.regions.models import Region
from app.web.forms import Form

FEWEST = 2
HOUR = timedelta(hours=1)


def read_quick(data: MultiDict[str, str]) -> tuple[Form, str, list[Choice], timedelta]:
    """The question, two to five different short answers, how long it lasts."""
    form = Form(data)
    question = form.text("question", most=LONGEST_QUESTION, required=True)
    fields = [f"answer_{number}" for number in range(1, MOST_ANSWERS + 1)]
    words = [form.text(name, most=LONGEST_ANSWER) for name in fields]
    given = list(dict.fromkeys(word for word in words if word))
    if len(given) < FEWEST:
        form.complain("answer_1", "poll_two_answers")
    return form, question, [Choice(words=word) for word in given], _lasts(form)


def read_dates(data: MultiDict[str, str], region: Region, at: datetime) -> tuple[Form, str, list[Choice], timedelta]:
    """The question, two to ten days that lie ahead, how long it lasts. An empty row is none."""
    form = Form(data)
    question = form.text("question", most=LONGEST_QUESTION, required=True)
    rows = [_day(form, number, region, at) for number in range(1, MOST_DAYS + 1) if form.raw(f"day_{number}")]
    days = {row.starts_at: row for row in rows if row is not None}
    if form.ok and len(days) < FEWEST:
        form.complain("day_1", "poll_two_days")
    return form, question, [days[start] for start in sorted(days, key=_instant)], _lasts(form)


def _instant(start: datetime | None) -> datetime:
    assert start is not None  # a row without its start is no row
    return start


def _day(form: Form, number: int, region: Region, at: datetime) -> Choice | None:
    day, begins = form.day(f"day_{number}"), form.time(f"begins_{number}")
    ends = form.time(f"ends_{number}") if form.raw(f"ends_{number}") else None
    if day is None or begins is None:
        return None
    start = clock.instant(region, datetime.combine(day, begins))
    end = clock.instant(region, datetime.combine(day, ends)) if ends else start + HOUR
    if start <= at:
        form.complain(f"day_{number}", "poll_day_past")
    if end <= start:
        form.complain(f"ends_{number}", "field_order")
    return Choice(starts_at=start, ends_at=end)


def _lasts(form: Form) -> timedelta:
    return LASTS.get(form.choice("lasts", LASTS), HOUR)


def read_marks(form: Form, kind: str, options: list[PollOption]) -> dict[int, str]:
    """Of a quick poll the one button that was pressed; of days a mark for each, `no` where none was given."""
    if kind == "quick":
        number = form.integer("number", least=1, most=MOST_ANSWERS)
        return {number: "yes"} if number else {}
    return {one.number: form.choice(f"mark_{one.number}", MARKS) for one in options}
