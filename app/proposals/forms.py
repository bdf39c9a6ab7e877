"""Reading the forms of a proposal: the first idea, its three layers, money and who decides, what became of it."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from app.events.models import FIELDS
from app.projects.money.forms import read_yen
from app.proposals.models import DECIDERS
from app.web.forms import Form

TITLE, LINE, NOTE, PART, WISH, REPORT = 60, 80, 120, 200, 400, 800  # all of them fit one sheet of A4
MOST_YEN = 999_999_999
LAYERS = ("purpose", "own_part", "region_part", "others_part")


def read_idea(data: MultiDict[str, str]) -> tuple[Form, dict[str, Any]]:
    """やってみたい: three fields; the English title comes later, if at all."""
    form = Form(data)
    return form, _idea(form)


def read_layers(data: MultiDict[str, str]) -> tuple[Form, dict[str, Any]]:
    """What for, and who does which part of it; a draft may leave any of them for later."""
    form = Form(data)
    return form, _layers(form)


def read_deciding(data: MultiDict[str, str], project_ids: set[int]) -> tuple[Form, dict[str, Any]]:
    """What it costs, who decides in the end, who does what first, and for which project it asks, if for one."""
    form = Form(data)
    return form, _deciding(form, project_ids)


def read_all(data: MultiDict[str, str], project_ids: set[int]) -> tuple[Form, dict[str, Any]]:
    """All of it, with `why` it is changed and `base`, the version that was read before (0: none was sent)."""
    form = Form(data)
    facts = _idea(form) | _layers(form) | _deciding(form, project_ids)
    base = form.integer("base", least=0, most=10**6, required=False) or 0
    return form, facts | {"why": form.text("why", most=LINE), "base": base}


def read_report(data: MultiDict[str, str]) -> tuple[Form, dict[str, Any]]:
    """What became of it, and what comes next."""
    form = Form(data)
    return form, {
        "report": form.text("report", most=REPORT, required=True, lines=True),
        "next": form.text("next", most=WISH, lines=True),
    }


def _idea(form: Form) -> dict[str, Any]:
    return {
        "title": form.text("title", most=TITLE, required=True),
        "wish": form.text("wish", most=WISH, required=True, lines=True),
        "field": form.choice("field", FIELDS),
    } | ({"title_en": form.text("title_en", most=LINE)} if "title_en" in form.data else {})


def _layers(form: Form) -> dict[str, Any]:
    return {name: form.text(name, most=PART, lines=True) for name in LAYERS}


def _deciding(form: Form, project_ids: set[int]) -> dict[str, Any]:
    return {
        "cost_yen": read_yen(form, "cost_yen", least=0, most=MOST_YEN, required=False),
        "cost_note": form.text("cost_note", most=NOTE),
        "decider": form.choice("decider", DECIDERS),
        "decider_note": form.text("decider_note", most=LINE),
        "first_steps": form.text("first_steps", most=PART, lines=True),
    } | ({"project_id": _project(form, project_ids)} if "project_id" in form.data else {})


def _project(form: Form, ids: set[int]) -> int | None:
    chosen = form.row("project_id")
    if chosen is not None and chosen not in ids:
        form.complain("project_id", "field_choice")
    return chosen
