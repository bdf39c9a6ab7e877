"""Forms and pages of a trial, of a service, and of what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app import clock
from app.db import transaction
from app.errors import DomainError, Missing, Refused
from app.projects import words as names
from app.projects.models import RESULTS, Project
from app.projects.money.forms import read_yen
from app.projects.phases import rules, service, words
from app.projects.phases.service import Told
from app.projects.views import blueprint, page_of, whose
from app.web.access import Permission, may, requires
from app.web.forms import Form
from app.web.pages import done, render_page, rendered
from app.web.sentences import sentence

__all__ = ["blueprint"]
WORDS, LEARNED = 300, 600
TRIED = ("hypothesis", "measure")
WHOSE, WHAT, HOW, VOICE, VOICE_OF = 80, 200, 400, 300, 40  # together they fit one sheet of A4


# --- ためしにやってみる -----------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/projects/<int:project_id>/trial")
@requires(Permission.PROJECT_MANAGE)
def trial(project_id: int) -> Response:
    return _trial()


@blueprint.post("/<tsk>/projects/<int:project_id>/trial")
@requires(Permission.PROJECT_MANAGE)
def try_out(project_id: int) -> Response:
    form = Form(request.form)
    told: dict[str, Any] = {name: form.text(name, most=WORDS, required=True, lines=True) for name in TRIED}
    ends_on = form.day("ends_on")
    if ends_on is None or not form.ok:
        return _trial(form)
    try:
        with transaction():
            service.try_out(**whose(project_id), **told, ends_on=ends_on, at=clock.now())
    except Refused as error:
        if error.code != "trial_day":
            return _trial(form, error=error)
        form.complain("ends_on", error.code)
        return _trial(form)
    return done(page_of(project_id), toast=_("ためしにやってみます。おわる日が 近づいたら お知らせします。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/trial/result")
@requires(Permission.PROJECT_MANAGE)
def finish_trial(project_id: int) -> Response:
    """つづける, かえる or やめる, and what was learned."""
    form = Form(request.form)
    learned = form.text("learned", most=LEARNED, required=True, lines=True)
    told: dict[str, Any] = {"result": form.choice("result", RESULTS), "learned": learned}
    if not form.ok:
        return _trial(form)
    try:
        with transaction():
            service.finish_trial(**whose(project_id), **told, at=clock.now())
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return _trial(form, error=error)
    return done(page_of(project_id), toast=_("ためした けっかを 書きました。"))


def _trial(form: Form | None = None, *, error: DomainError | None = None) -> Response:
    project: Project = g.project
    facts = {"hypothesis": project.trial_hypothesis, "measure": project.trial_measure, "ends_on": project.trial_ends_on}
    return render_page(
        "projects/trial.html",
        project=project,
        stands=rules.trial(project, _today()),
        options=words.result_options(),
        **_filled(facts, form, error),
    )


# --- つづくサービス --------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/projects/<int:project_id>/service")
@requires(Permission.PROJECT_MANAGE)
def serving(project_id: int) -> Response:
    return _serving()


@blueprint.post("/<tsk>/projects/<int:project_id>/service")
@requires(Permission.PROJECT_MANAGE)
def serve(project_id: int) -> Response:
    form = Form(request.form)
    use = form.text("use", most=WORDS, required=True, lines=True)
    cost, review_on = read_yen(form, "cost_yen", least=0), form.day("review_on")
    if cost is None or review_on is None or not form.ok:
        return _serving(form)
    try:
        with transaction():
            service.serve(**whose(project_id), use=use, cost_yen=cost, review_on=review_on, at=clock.now())
    except Refused as error:
        form.complain("review_on", error.code)
        return _serving(form)
    return done(page_of(project_id), toast=_("サービスのことを 書きました。"))


def _serving(form: Form | None = None) -> Response:
    project: Project = g.project
    facts = {"use": project.use, "cost_yen": project.cost_yen, "review_on": project.review_on}
    return render_page("projects/service.html", project=project, **_filled(facts, form))


# --- けっか ---------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/projects/<int:project_id>/result")
@requires(Permission.PROJECT_READ)
def result(project_id: int) -> Response:
    """Whose what has changed how, for everybody."""
    return render_page("projects/result.html", project=g.project, story=names.story(g.project))


@blueprint.get("/<tsk>/projects/<int:project_id>/result/sheet")
@requires(Permission.PROJECT_READ)
def result_sheet(project_id: int) -> Response:
    """The same on one sheet of A4."""
    if g.project.result_at is None:
        raise Missing("not_found")
    return render_page("projects/result_sheet.html", project=g.project)


@blueprint.get("/<tsk>/projects/<int:project_id>/result/edit")
@requires(Permission.PROJECT_MANAGE)
def edit_result(project_id: int) -> Response:
    return _result()


@blueprint.post("/<tsk>/projects/<int:project_id>/result/edit")
@requires(Permission.PROJECT_MANAGE)
def tell_result(project_id: int) -> Response:
    form = Form(request.form)
    told = _read_result(form)
    agreed = form.raw("agreed") == "1"
    fault = rules.voice_fault(told.voice, told.voice_of, agreed=agreed)
    if fault is not None:
        form.complain(*fault)
    if not form.ok:
        return _result(form)
    with transaction():
        service.tell_result(**whose(project_id), told=told, agreed=agreed, at=clock.now())
    return done(url_for("projects.result", project_id=project_id), toast=_("けっかを のせました。だれでも 読めます。"))


def _read_result(form: Form) -> Told:
    return Told(
        whose=form.text("whose", most=WHOSE, required=True),
        what=form.text("what", most=WHAT, required=True, lines=True),
        how=form.text("how", most=HOW, required=True, lines=True),
        voice=form.text("voice", most=VOICE, lines=True),
        voice_of=form.text("voice_of", most=VOICE_OF),
    )


def _result(form: Form | None = None) -> Response:
    project: Project = g.project
    facts = {name: getattr(project, f"result_{name}") for name in ("whose", "what", "how")}
    facts |= {"voice": project.voice, "voice_of": project.voice_of, "agreed": "1" if project.voice else ""}
    return render_page("projects/result_form.html", project=project, **_filled(facts, form))


# --- on the project's page ------------------------------------------------------------------------------------


def section(project: Project) -> Markup | None:
    """The trial, the service and the result, with the way to each for whoever takes part."""
    today, manages = _today(), may(Permission.PROJECT_MANAGE)
    is_said = project.trial_ends_on or project.review_on or project.result_at
    if not (manages or is_said):
        return None
    return rendered(
        "projects/trial_section.html",
        project=project,
        manages=manages,
        stands=rules.trial(project, today),
        days=(project.trial_ends_on - today).days if project.trial_ends_on else 0,
        is_late=rules.is_review_overdue(project.review_on, today) and project.ended_at is None,
    )


def _today() -> date:
    return clock.local_day(g.region, clock.now())


def _filled(facts: dict[str, Any], form: Form | None, error: DomainError | None = None) -> dict[str, Any]:
    """What the form shows: as it stands, or as it was typed with its sentences."""
    errors = form.sentences if form else {}
    return {
        "values": form.values if form else facts,
        "errors": errors,
        "error": sentence(error.code) if error else None,
        "status": error.status if error else 422 if errors else 200,
    }
