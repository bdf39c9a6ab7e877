"""The paper list, typed afterwards: twenty names in one go. Each line is an act of its own, under a key of its own:
a bad one keeps nobody else waiting, and is asked about on the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Response, g, request
from flask_babel import gettext as _

from app import clock
from app.checkins import forms, queries, rules
from app.checkins.by_host import desk
from app.checkins.by_host.hosting import blueprint, let_in, typed_name, with_party
from app.checkins.rules import Party
from app.checkins.service import Who
from app.checkins.views import refusal_text
from app.db import find, transaction
from app.errors import Conflict, DomainError, Missing, Refused
from app.ledger.service import act_key
from app.members.models import Membership
from app.sign_ups import queries as places
from app.web.access import Permission, requires
from app.web.forms import Form, normalise, row_id
from app.web.pages import render_page
from app.web.sentences import sentence

LINES = 20
GUEST = "guest"


@dataclass
class Line:
    """One line: what was typed in this `row` of the form, whom it may mean, and what became of it.

    `number` is the 受付番号 once it is in.
    """

    row: int
    who: str = ""
    pick: str = ""
    people: str = ""
    hits: Sequence[Membership] = field(default_factory=tuple)
    error: str | None = None
    name: str = ""
    number: int | None = None
    repeated: bool = False


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins/paper")
@requires(Permission.CHECK_IN_MANAGE)
def paper(event_id: int) -> Response:
    return _page([Line(number) for number in range(1, LINES + 1)], [])


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins/paper/line")
@requires(Permission.CHECK_IN_MANAGE)
def complete_line(event_id: int) -> Response:
    """While a line is typed: whom it means, or who it may be."""
    asked = {name: value for name, value in request.args.items() if name.startswith("who_")}
    name, typed = next(iter(asked.items()), ("who_1", ""))
    row = row_id(name.removeprefix("who_")) or 0
    if not 1 <= row <= LINES:
        raise Missing("not_found")
    line = Line(row, typed_name(typed))
    found = desk.look_up(g.region, line.who)
    line.hits = [found.one] if found.one else found.hits
    here = queries.arrived(g.event, line.hits)
    return render_page("checkins/_paper_line.html", event=g.event, line=line, one=found.one, arrived=here)


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins/paper")
@requires(Permission.CHECK_IN_MANAGE)
def enter_paper(event_id: int) -> Response:
    """All lines that are clear, at once; the others come back as questions."""
    form, at = Form(request.form), clock.now()
    key, lines = form.key(), _read(form)
    for line in lines:
        _enter(form, line, act_key("paper", f"{key} {line.row}"), at)
    done, open_ = [one for one in lines if one.number], [one for one in lines if not one.number]
    return _page(open_, done, status=422 if open_ else 200)


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins/sheet")
@requires(Permission.CHECK_IN_MANAGE)
def sheet(event_id: int) -> Response:
    """To print and to lay beside the poster: those who signed up, and empty lines, twenty at least."""
    signed_up = sorted(places.rows(g.event, "going"), key=lambda row: (row.yomi == "", row.yomi, row.name))
    blank = max(LINES - len(signed_up), 5)
    return render_page("checkins/sheet.html", event=g.event, rows=signed_up, blank=blank)


def _read(form: Form) -> list[Line]:
    """The lines on which something stands."""
    lines = []
    for row in range(1, LINES + 1):
        who, pick, people = (form.raw(f"{name}_{row}") for name in ("who", "pick", "people"))
        line = Line(row, typed_name(who), pick[:20], normalise(people)[:3])
        if line.who or line.pick:
            lines.append(line)
    return lines


def _enter(form: Form, line: Line, key: str, at: datetime) -> None:
    """Let one line in, or note what is to be asked."""
    try:
        companions = form.integer(f"people_{line.row}", least=0, most=forms.TOGETHER, required=False)
        if f"people_{line.row}" in form.errors:
            raise Refused("field_number", least=0, most=forms.TOGETHER)
        who = _whom(line)
        if who is None:
            return
        if companions is not None:
            who["party"] = Party(companions=companions)
        with transaction():
            arrival = let_in(key, "paper", at, **who)
        line.number, line.repeated = arrival.number, arrival.repeated
    except Conflict as error:
        line.error = sentence(error.code)
    except Refused as error:
        line.error = refusal_text(error)
    except DomainError as error:
        line.error = sentence(error.code)


def _whom(line: Line) -> Who | None:
    """The member that was picked or that the line means; a guest if that was said; else a question."""
    if line.pick == GUEST:
        line.name = line.who
        return {"nickname": line.who}
    found = desk.look_up(g.region, line.who)
    one = found.one
    if (picked := row_id(line.pick)) is not None:
        one = find(Membership, g.region.id, picked)
    if one is not None:
        line.name = one.name
        return with_party(one)
    line.hits = found.hits
    line.error = _("何人か います。えらんでください。") if found.hits else _("見つかりません。お客さまですか。")
    return None


def _page(lines: list[Line], done: list[Line], *, status: int = 200) -> Response:
    over = rules.is_over(g.event, clock.now())
    here = queries.arrived(g.event, [hit for line in lines for hit in line.hits])
    context = {"event": g.event, "lines": lines, "done": done, "over": over, "arrived": here}
    return render_page("checkins/paper.html", status=status, **context)
