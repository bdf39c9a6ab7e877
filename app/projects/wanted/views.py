"""What is wanted anywhere in the region, and a project's own list of roles and tasks."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError
from app.projects import forms, queries, rules
from app.projects.views import blueprint, may_ask, page_of, reader, whose
from app.projects.wanted import service
from app.web.access import Permission, requires
from app.web.forms import Form, normalise, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
SKILLS = 8  # links on the page


@blueprint.get("/<tsk>/projects/tasks")
@requires(Permission.PROJECT_READ)
def wanted() -> Response:
    """Everything that can be done from home, or everything; a skill or a word narrows it down."""
    remote = request.args.get("where") != "any"
    skill = normalise(request.args.get("skill", ""))[: forms.LINE]
    after = request.args.get("after", type=row_id)
    rows = queries.wanted(g.region, remote, queries.PAGE + 1, words=skill, after=after)
    more = rows[queries.PAGE - 1].task.id if len(rows) > queries.PAGE else None
    named = rules.skills([one.task.skills for one in queries.wanted(g.region, remote)])
    shown: dict[str, Any] = {
        "rows": rows[: queries.PAGE],
        "more": more,
        "remote": remote,
        "skill": skill,
        "may_ask": may_ask(),
    }
    return render_page("projects/tasks.html", skills=named[:SKILLS], **shown)


@blueprint.get("/<tsk>/projects/<int:project_id>/tasks")
@requires(Permission.PROJECT_MANAGE)
def tasks(project_id: int) -> Response:
    return _tasks({"kind": "task", "places": "1"})


@blueprint.post("/<tsk>/projects/<int:project_id>/tasks")
@requires(Permission.PROJECT_MANAGE)
def add_task(project_id: int) -> Response:
    form, wish = forms.read_wish(request.form)
    key = form.key()
    if not form.ok:
        return _tasks(form.values, form.sentences, key=key)
    try:
        with transaction():
            service.add(**whose(project_id), key=key, wish=wish, at=clock.now())
    except DomainError as error:
        return _tasks(form.values, key=key, error=sentence(error.code))
    return done(url_for("projects.tasks", project_id=project_id), toast=_("のせました。見た人が 手を あげられます。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/tasks/<int:task_id>")
@requires(Permission.PROJECT_MANAGE)
def act(project_id: int, task_id: int) -> Response:
    """わたしがやります, give back, done, not done after all, no longer wanted."""
    name = Form(request.form).raw("act")
    try:
        with transaction():
            service.act(**whose(project_id), task_id=task_id, act=name, at=clock.now())
    except DomainError as error:
        if error.status == 404:
            raise
        return _tasks({"kind": "task", "places": "1"}, error=sentence(error.code), conflict=isinstance(error, Conflict))
    back = url_for("projects.tasks", project_id=project_id) if name == "withdraw" else page_of(project_id)
    return done(back, toast=_said(name))


def _said(act: str) -> str:
    return {
        "take": _("ありがとうございます。おねがいします。"),
        "give_back": _("もどしました。ほかの人が 手を あげられます。"),
        "finish": _("おわりました。おつかれさまでした。"),
        "reopen": _("まだ おわっていないことに しました。"),
        "withdraw": _("さがすのを やめました。"),
    }[act]


def _tasks(
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
    *,
    key: str | None = None,
    error: str | None = None,
    conflict: bool = False,
) -> Response:
    return render_page(
        "projects/tasks_of.html",
        status=409 if conflict else 422 if errors or error else 200,
        project=g.project,
        rows=queries.tasks(g.project),
        **reader(g.project),
        values=values,
        errors=errors or {},
        error=error,
        key=key,
    )
