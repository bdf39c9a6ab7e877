"""Reading the forms of a project: three fields to start, the rest later; what is wanted; a wish to join."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.events.models import FIELDS
from app.projects.models import DECIDES, KINDS, WANTED
from app.projects.wanted.service import Wish
from app.web.forms import Form

TITLE, WISH, LINE, MEMO = 60, 400, 80, 2000
MESSAGE, PLACES = 300, 99
FOLDED = ("kind", "decides", "decides_note", "client", "programme_id", "title_en", "wish_en")


def read_start(data: MultiDict[str, str]) -> tuple[Form, dict[str, Any]]:
    """The three fields with which a project begins."""
    form = Form(data)
    return form, _three(form)


def _three(form: Form) -> dict[str, Any]:
    return {
        "title": form.text("title", most=TITLE, required=True),
        "wish": form.text("wish", most=WISH, required=True, lines=True),
        "field": form.choice("field", FIELDS),
    }


def read_facts(
    data: MultiDict[str, str], programme_ids: set[int], *, may_designate: bool
) -> tuple[Form, dict[str, Any]]:
    """All that a project says of itself."""
    form = Form(data)
    facts = _three(form) | {
        "how_to": form.text("how_to", most=MEMO, lines=True),
        "kind": form.choice("kind", KINDS),
        "decides": form.choice("decides", DECIDES),
        "decides_note": form.text("decides_note", most=LINE),
        "client": form.text("client", most=LINE),
        "programme_id": _programme(form, programme_ids),
        "title_en": form.text("title_en", most=LINE),
        "wish_en": form.text("wish_en", most=WISH, lines=True),
    }
    return form, facts | ({"designated": form.raw("designated") == "1"} if may_designate else {})


def _programme(form: Form, ids: set[int]) -> int | None:
    chosen = form.row("programme_id")
    if chosen is not None and chosen not in ids:
        form.complain("programme_id", "field_choice")
    return chosen


def read_wish(data: MultiDict[str, str]) -> tuple[Form, Wish]:
    """A role or a task that somebody is wanted for."""
    form = Form(data)
    kind = form.choice("kind", WANTED)
    return form, Wish(
        kind=kind,
        title=form.text("title", most=TITLE, required=True),
        title_en=form.text("title_en", most=LINE),
        note=form.text("note", most=WISH, lines=True),
        skills=form.text("skills", most=LINE),
        remote=form.raw("remote") == "1",
        places=form.integer("places", least=1, most=PLACES, required=False) or 1,
        due_on=_due(form),
    )


def _due(form: Form) -> date | None:
    return form.day("due_on") if form.raw("due_on") else None


def read_asking(data: MultiDict[str, str]) -> tuple[Form, int | None, str]:
    """(form, role or task, message): neither need be given."""
    form = Form(data)
    return form, form.row("task"), form.text("message", most=MESSAGE, lines=True)
