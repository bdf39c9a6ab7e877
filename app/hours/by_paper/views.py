"""Ten paper slips in one go. Each line is an act of its own, under a key of its own: a bad one keeps nobody else
waiting, and comes back with what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import find, transaction
from app.errors import DomainError, Missing
from app.hours import forms, queries, service
from app.hours.desk_views import on_paper
from app.hours.views import blueprint, me
from app.ledger.service import act_key
from app.members import queries as members
from app.members.models import Membership
from app.web.access import Permission, requires
from app.web.forms import Form, normalise, row_id
from app.web.pages import render_page
from app.web.sentences import sentence

LINES = 10
TYPED = 40
PARTS = ("who", "day", "time", "what")


@dataclass
class Line:
    """One slip: what was typed, whom it may mean, and what became of it. `entry_id` once it is written down."""

    at: int
    who: str = ""
    day: str = ""
    time: str = ""
    what: str = ""
    pick: str = ""
    hits: Sequence[Membership] = field(default_factory=tuple)
    wrong: str = ""  # the part to look at
    error: str | None = None
    name: str = ""
    minutes: int = 0
    on: date | None = None
    entry_id: int | None = None


@blueprint.get("/<tsk>/hours/slips")
@requires(Permission.HOURS_ENTER_FOR_OTHERS)
def slips() -> Response:
    """Ten empty lines."""
    return _page(_empty(), [])


@blueprint.get("/<tsk>/hours/slips/line")
@requires(Permission.HOURS_ENTER_FOR_OTHERS)
def slip_line() -> Response:
    """While a line is typed: whom it means, or who it may be."""
    asked = {name: value for name, value in request.args.items() if name.startswith("who_")}
    name, typed = next(iter(asked.items()), ("who_1", ""))
    number = name.removeprefix("who_")
    if number not in [str(at) for at in range(1, LINES + 1)]:
        raise Missing("not_found")
    line = Line(int(number), normalise(typed)[:TYPED])
    line.hits = members.search(g.region, line.who)
    return render_page("hours/_slip_line.html", line=line, one=forms.only(line.who, line.hits))


@blueprint.post("/<tsk>/hours/slips")
@requires(Permission.HOURS_ENTER_FOR_OTHERS, field=True)
def enter_slips() -> Response:
    """All lines that are clear, at once; the others come back as questions."""
    form = Form(request.form)
    key, lines, today = form.key(), _read(form), clock.local_day(g.region, clock.now())
    if not lines:
        return _page(_empty(), [], error=sentence("slip_empty"))
    for line in lines:
        _enter(line, act_key("slip", f"{key} {line.at}"), today)
    return _page([one for one in lines if not one.entry_id], [one for one in lines if one.entry_id])


@blueprint.get("/<tsk>/hours/slips/sheet")
@requires(Permission.HOURS_ENTER_FOR_OTHERS)
def slip_sheet() -> Response:
    """What the reader has just typed in, one slip for each, printed in one go and handed over."""
    rows = queries.typed_by(g.region, me(), Form(request.args).ids("entry"))
    if not rows:
        raise Missing("not_found")
    return render_page("hours/slip.html", slips=[on_paper(row) for row in rows], back=url_for("hours.slips"))


@blueprint.get("/<tsk>/hours/slips/form")
@requires(Permission.HOURS_ENTER_FOR_OTHERS)
def slip_form() -> Response:
    """A sheet of blank slips to tear off, each with a box for the second person's seal."""
    return render_page("hours/blank.html", lines=6)


def _empty() -> list[Line]:
    return [Line(number) for number in range(1, LINES + 1)]


def _read(form: Form) -> list[Line]:
    """The lines on which something stands. Day and work left empty are those of the line above: they are filled in,
    because that line is not there any more when this one comes back as a question.
    """
    lines: list[Line] = []
    for at in range(1, LINES + 1):
        who, day, time, what = (normalise(form.raw(f"{part}_{at}"))[: forms.WHAT] for part in PARTS)
        line = Line(at, who[:TYPED], day[:TYPED], time[:TYPED], what, form.raw(f"pick_{at}")[:20])
        if any((line.who, line.pick, line.day, line.time, line.what)):
            if lines:
                line.day, line.what = line.day or lines[-1].day, line.what or lines[-1].what
            lines.append(line)
    return lines


def _enter(line: Line, key: str, today: date) -> None:
    """Write one line down, or note what is to be asked."""
    who = _whom(line)
    line.on, line.minutes = forms.day_of(line.day, today), forms.minutes_of(line.time) or 0
    if who is None:
        return
    if fault := _fault(line):
        line.wrong, line.error = fault
        return
    facts: dict[str, Any] = {"day": line.on, "minutes": line.minutes, "what": line.what}
    try:
        with transaction():
            row = service.log(region=g.region, membership=who, key=key, entered_by=me(), at=clock.now(), **facts)
            line.entry_id = row.id
    except DomainError as error:
        line.wrong = {"minutes": "time", "day": "day"}.get(forms.FIELD_OF.get(error.code, ""), "what")
        line.error = sentence(error.code)


def _fault(line: Line) -> tuple[str, str] | None:
    """The part that cannot be read, with what to do."""
    if line.on is None:
        return "day", _("日にちを 11/25 のように 書いてください。")
    if not line.minutes:
        return "time", _("時間を 90 か 1:30 のように 書いてください。")
    if not line.what:
        return "what", _("何をしたか 書いてください。")
    return None


def _whom(line: Line) -> Membership | None:
    """The member that was picked or that the line means; else a question."""
    line.hits = members.search(g.region, line.who)
    one = forms.only(line.who, line.hits)
    if (picked := row_id(line.pick)) is not None:
        one = _picked(picked) or one
    if one is not None:
        line.name = one.name
        return one
    line.wrong = "who"
    line.error = _("何人か います。えらんでください。") if line.hits else _("見つかりません。番号を 見てください。")
    return None


def _picked(membership_id: int) -> Membership | None:
    try:
        return find(Membership, g.region.id, membership_id)
    except Missing:
        return None


def _page(lines: list[Line], done: list[Line], *, error: str | None = None) -> Response:
    wrong = bool(error) or any(line.error for line in lines)
    return render_page("hours/slips.html", status=422 if wrong else 200, lines=lines, done=done, error=error)
