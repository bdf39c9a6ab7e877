"""A project's requests for money: asked for, answered and shown in public."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Forbidden, Refused
from app.projects.models import ANSWERS, Project
from app.projects.money import queries, rules, service
from app.projects.money.forms import read_yen
from app.projects.views import blueprint, reader, whose
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page, rendered
from app.web.sentences import sentence

__all__ = ["blueprint"]
PURPOSE, REASON = 400, 200


@blueprint.get("/<tsk>/projects/<int:project_id>/budget")
@requires(Permission.PROJECT_READ)
def budget(project_id: int) -> Response:
    """What was asked for, what for, and what the duty holders said; open to everybody."""
    return _budget()


@blueprint.post("/<tsk>/projects/<int:project_id>/budget")
@requires(Permission.PROJECT_BUDGET)
def ask_budget(project_id: int) -> Response:
    form = Form(request.form)
    key, amount = form.key(), read_yen(form, "amount")
    purpose = form.text("purpose", most=PURPOSE, required=True, lines=True)
    if amount is None or not form.ok:
        return _budget(form, key=key)
    who = {"region": g.region, "project_id": project_id, "by": actor().membership}
    try:
        with transaction():
            service.ask(**who, key=key, amount_yen=amount, purpose=purpose, at=clock.now())
    except (Conflict, Refused) as error:
        return _budget(form, key=key, error=error)
    return done(_page(project_id), toast=_("予算を 申しこみました。決まったら、ここで お知らせします。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/budget/<int:budget_id>/withdrawal")
@requires(Permission.PROJECT_BUDGET)
def withdraw_budget(project_id: int, budget_id: int) -> Response:
    who = {"region": g.region, "project_id": project_id, "by": actor().membership}
    try:
        with transaction():
            service.withdraw(**who, budget_id=budget_id, at=clock.now())
    except Conflict as error:
        return _budget(error=error)
    return done(_page(project_id), toast=_("とりさげました。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/budget/<int:budget_id>/answer")
@requires(Permission.PROJECT_DECIDE, fresh=True, field=True)
def answer_budget(project_id: int, budget_id: int) -> Response:
    """よい or ことわる, with a reason for a no."""
    form = Form(request.form)
    said, reason = form.raw("answer"), form.text("reason", most=REASON, lines=True)
    if said not in ANSWERS or not form.ok:
        return _budget(form, error=None if said in ANSWERS else Refused("field_choice"))
    told: dict[str, Any] = {"agrees": said == "yes", "reason": reason, "at": clock.now()}
    try:
        with transaction():
            state = service.answer(**whose(project_id), budget_id=budget_id, **told).state
    except Refused as error:
        form.complain("reason", error.code)
        return _budget(form)
    except (Conflict, Forbidden) as error:
        return _budget(form, error=error)
    return done(_page(project_id), toast=_told(state))


def _told(state: str) -> str:
    if state == "waiting":
        return _("「よい」と つたえました。もう1人が きめます。")
    return _("みとめました。プロジェクトのページに 出ます。") if state == "granted" else _("ことわりました。")


def _budget(form: Form | None = None, *, key: str | None = None, error: DomainError | None = None) -> Response:
    after = request.args.get("after", type=row_id)
    shown = queries.requests(g.project, after, queries.PAGE + 1)
    errors = form.sentences if form else {}
    return render_page(
        "projects/budget.html",
        status=error.status if error else 422 if errors else 200,
        project=g.project,
        rows=shown[: queries.PAGE],
        more=shown[queries.PAGE - 1].request.id if len(shown) > queries.PAGE else None,
        live=queries.live(g.project),
        values=form.values if form else {},
        errors=errors,
        error=sentence(error.code) if error else None,
        key=key,
        hindrance=_hindrance,
        **reader(g.project),
    )


def _hindrance(one: queries.Shown) -> str | None:
    """Why the duty holder who reads has no buttons, in a sentence."""
    mine = actor().membership
    if any(said.membership_id == mine.id for said in one.answers):
        return _("あなたは もう こたえました。もう1人が きめます。")
    code = rules.refusal(one.asked_by, mine, actor().roles)
    return sentence(code) if code else None


@blueprint.get("/<tsk>/projects/budgets")
@requires(Permission.PROJECT_DECIDE)
def budgets() -> Response:
    """For duty holders: what waits in all projects of the region."""
    return render_page("projects/budgets.html", rows=queries.waiting(g.region))


def section(project: Project) -> Markup | None:
    """On the project's page: what became of the money, and the way to ask for it."""
    newest = queries.newest(project)
    asks = may(Permission.PROJECT_BUDGET) and project.ended_at is None
    if newest is None and not asks:
        return None
    return rendered("projects/budget_section.html", project=project, newest=newest, asks=asks)


def _page(project_id: int) -> str:
    return url_for("projects.budget", project_id=project_id)
