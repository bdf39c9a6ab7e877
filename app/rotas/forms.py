"""Reading the forms of a rota: three fields to make one, and the slots of one or many weeks."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from app.rotas import rules
from app.rotas.service import When
from app.web.forms import Form

TITLE, PLACE = 60, 80


def read_rota(data: MultiDict[str, str]) -> tuple[Form, dict[str, Any]]:
    """Title, place and, if it belongs to one, the project."""
    form = Form(data)
    return form, {
        "title": form.text("title", most=TITLE, required=True),
        "place": form.text("place", most=PLACE),
        "project_id": form.row("project"),
    }


def read_slots(data: MultiDict[str, str]) -> tuple[Form, When | None]:
    """Day, from, to, how many people, for how many weeks; None where something is missing."""
    form = Form(data)
    first, begins, ends = form.day("day"), form.time("begins"), form.time("ends")
    needed = form.integer("needed", least=1, most=rules.MOST_PEOPLE)
    weeks = form.integer("weeks", least=1, most=rules.MOST_WEEKS, required=False) or 1
    if begins is not None and ends is not None and ends <= begins:
        form.complain("ends", "field_order")
    if not form.ok or first is None or begins is None or ends is None or needed is None:
        return form, None
    return form, When(first, f"{begins:%H:%M}", f"{ends:%H:%M}", needed, weeks)
