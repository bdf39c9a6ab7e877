"""The asker's page with at most two fields; the wishes that a project answers; leaving, and handing the lead over."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app import clock
from app.db import db, transaction
from app.errors import Conflict, DomainError, Forbidden, Refused
from app.members.models import Membership
from app.projects import forms, queries, rules
from app.projects.joining import service
from app.projects.models import JoinRequest, Task
from app.projects.views import blueprint, page_of, show_page, whose
from app.web.access import Permission, actor, requires
from app.web.filters import in_language, own_words
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]


# --- whoever asks ---------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/projects/<int:project_id>/join")
@requires(Permission.PROJECT_JOIN)
def join(project_id: int) -> Response:
    """The form; or, once asked, how it stands; or the answer."""
    row = queries.last_request(project_id, actor().membership.id)
    if row is not None and row.withdrawn_at is None and row.seen_at is None:
        return _own(row)
    return done(page_of(project_id)) if g.in_project else _ask({"task": request.args.get("task", "")})


@blueprint.post("/<tsk>/projects/<int:project_id>/join")
@requires(Permission.PROJECT_JOIN)
def ask(project_id: int) -> Response:
    form, task_id, message = forms.read_asking(request.form)
    key = form.key()
    if not form.ok:
        return _ask(form.values, form.sentences, key=key)
    who = {"region": g.region, "project_id": project_id, "membership": actor().membership}
    try:
        with transaction():
            service.ask(**who, key=key, task_id=task_id, message=message, at=clock.now())
    except Conflict as error:
        if error.code != "already_asked":
            raise
    except Refused as error:
        return _ask(form.values, key=key, error=sentence(error.code))
    return done(url_for("projects.join", project_id=project_id), toast=_("つたえました。1週間のうちに 返事が きます。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/join/withdrawal")
@requires(Permission.PROJECT_JOIN)
def withdraw(project_id: int) -> Response:
    with transaction():
        service.withdraw(region=g.region, project_id=project_id, membership=actor().membership, at=clock.now())
    return done(page_of(project_id), toast=_("とりさげました。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/join/seen")
@requires(Permission.PROJECT_JOIN)
def see(project_id: int) -> Response:
    """わかりました, to the answer."""
    with transaction():
        service.see(region=g.region, project_id=project_id, membership=actor().membership, at=clock.now())
    return done(page_of(project_id), toast=_("返事を 読みました。"))


def _ask(
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    *,
    key: str | None = None,
    error: str | None = None,
) -> Response:
    free = [one for one in queries.tasks(g.project) if queries.is_free(one)]
    options = [(one.task.id, in_language(one.task, "title"), _hint(one)) for one in free]
    chosen = next((one for one in free if str(one.task.id) == values.get("task")), None)
    return render_page(
        "projects/join.html",
        status=422 if errors or error else 200,
        project=g.project,
        values=values,
        chosen=chosen.task if chosen and "task" not in (errors or {}) else None,
        hint=_hint(chosen) if chosen else None,
        errors=errors or {},
        error=error,
        key=key,
        options=[*options, ("", _("ほかのこと（話して きめます）"), None)] if options else [],
        seeks=rules.seeks(g.project),
    )


def _hint(one: queries.Wanted) -> Markup | None:
    """Where it can be done, and what helps."""
    words = [_("在宅でできる")] if one.task.remote else []
    return Markup(" · ").join([*words, *([own_words(one.task.skills)] if one.task.skills else [])]) or None


def _own(row: JoinRequest) -> Response:
    return render_page(
        "projects/join_own.html",
        project=g.project,
        row=row,
        task=db.session.get(Task, row.task_id) if row.task_id is not None else None,
        answered_by=queries.answered_by(row),
        due=row.created_at + rules.ANSWER_WITHIN,
        is_overdue=rules.is_overdue(row.created_at, clock.now()),
    )


# --- whoever answers ------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/projects/<int:project_id>/requests")
@requires(Permission.PROJECT_MANAGE)
def requests(project_id: int) -> Response:
    return _requests()


@blueprint.post("/<tsk>/projects/<int:project_id>/requests/<int:request_id>")
@requires(Permission.PROJECT_MANAGE)
def answer(project_id: int, request_id: int) -> Response:
    """はい or いいえ, with a sentence."""
    form, name = Form(request.form), f"note_{request_id}"
    note, said = form.text(name, most=forms.MESSAGE, lines=True), form.raw("answer")
    told: dict[str, Any] = {"note": note, "answer": said, "without_task": form.raw("without_task") == "1"}
    try:
        if form.ok:
            with transaction():
                service.answer(**whose(project_id), request_id=request_id, at=clock.now(), **told)
            text = _("返事を しました。いっしょに やりましょう。") if said == "yes" else _("返事を しました。")
            return done(url_for("projects.requests", project_id=project_id), toast=text)
    except Refused as error:
        form.complain(name, error.code)
    except (Conflict, Forbidden) as error:
        return _requests(error=sentence(error.code))
    return _requests(values=form.values, errors=form.sentences)


def _requests(
    *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None, error: str | None = None
) -> Response:
    at, mine = clock.now(), actor().membership
    asked = [one for one in queries.asked(g.project) if mine is None or one.who.id != mine.id]
    free = {None, *(one.task.id for one in queries.tasks(g.project) if queries.is_free(one))}
    rows = [(one, rules.is_overdue(one.request.created_at, at), one.request.task_id not in free) for one in asked]
    shown: dict[str, Any] = {"rows": rows, "values": values or {}, "errors": errors or {}, "error": error}
    status = 422 if error or errors else 200
    return render_page("projects/join_requests.html", status=status, project=g.project, **shown)


@blueprint.get("/<tsk>/projects/requests")
@requires(Permission.OFFICE_READ)
def overdue() -> Response:
    """For duty holders: who has waited for seven days or longer, in all projects."""
    return render_page("projects/join_overdue.html", rows=queries.overdue(g.region, clock.now()))


# --- whoever takes part ---------------------------------------------------------------------------------------


@blueprint.post("/<tsk>/projects/<int:project_id>/leaving")
@requires(Permission.PROJECT_JOIN)
def leave(project_id: int) -> Response:
    mine: Membership = actor().membership
    try:
        with transaction():
            service.leave(region=g.region, project_id=project_id, membership=mine, at=clock.now())
    except Refused as error:
        return show_page(error=sentence(error.code))
    return done(page_of(project_id), toast=_("プロジェクトから ぬけました。ありがとうございました。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/lead")
@requires(Permission.PROJECT_MANAGE)
def hand_over(project_id: int) -> Response:
    to_id = Form(request.form).integer("membership", least=1, most=10**9)
    if to_id is None:
        return show_page(error=sentence("lead_unknown"))
    try:
        with transaction():
            service.hand_over(**whose(project_id), to_id=to_id, at=clock.now())
    except DomainError as error:
        if error.status == 404:
            raise
        return show_page(error=sentence(error.code))
    return done(page_of(project_id), toast=_("まとめ役を かわりました。"))
