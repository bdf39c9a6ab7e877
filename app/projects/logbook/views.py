"""A project's logbook: read by everybody, written by whoever takes part."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Refused
from app.projects.logbook import queries, service
from app.projects.models import LogEntry, Project
from app.projects.views import blueprint, reader, whose
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form, row_id
from app.web.limits import throttle
from app.web.pages import done, render_page, rendered
from app.web.photos import keeping
from app.web.sentences import sentence

__all__ = ["blueprint"]
WORDS, PHOTO_WORDS = 1000, 120
PHOTOS, WINDOW = 30, 300  # photos that one person may send within so many seconds
SHOWN = 3  # on the project's page


@blueprint.get("/<tsk>/projects/<int:project_id>/log")
@requires(Permission.PROJECT_READ)
def log(project_id: int) -> Response:
    return _log()


@blueprint.post("/<tsk>/projects/<int:project_id>/log")
@requires(Permission.PROJECT_MANAGE)
def write_log(project_id: int) -> Response:
    """One text and at most one photo, which is made anew without the place where it was taken."""
    form = Form(request.form)
    key, words = form.key(), form.text("words", most=WORDS, required=True, lines=True)
    photo_words = form.text("photo_words", most=PHOTO_WORDS)
    photo = _photo(form, photo_words)
    if not form.ok:
        return _log(form, key=key)
    told: dict[str, Any] = {"words": words, "photo": photo, "photo_words": photo_words}
    try:
        with transaction():
            service.write(**whose(project_id), key=key, **told, at=clock.now())
    except Conflict as error:
        return _log(form, key=key, error=error)
    return done(_page(project_id), toast=_("日誌に 書きました。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/log/<int:log_id>/removal")
@requires(Permission.PROJECT_LOG)
def remove_log(project_id: int, log_id: int) -> Response:
    try:
        with transaction():
            service.remove(**whose(project_id), entry_id=log_id, at=clock.now())
    except Refused as error:
        return _log(error=error)
    return done(_page(project_id), toast=_("とりけしました。"))


def _photo(form: Form, photo_words: str) -> str:
    """The name of the photo that was sent, once it is ours; what is wrong with it is said beside its field."""
    sent = request.files.get("photo")
    if sent is None or not sent.filename:
        if photo_words:
            form.complain("photo", "log_photo_missing")
        return ""
    if not photo_words:
        form.complain("photo_words", "log_photo_words")
    if not form.ok:
        form.complain("photo", "log_photo_again")  # browsers never fill in a file again
        return ""
    with transaction():
        throttle.allow(key=f"log photo:{actor().name}", limit=PHOTOS, seconds=WINDOW, at=clock.now())
    try:
        return keeping.keep(sent.stream)
    except Refused as error:
        form.complain("photo", error.code)
        return ""


def _log(form: Form | None = None, *, key: str | None = None, error: DomainError | None = None) -> Response:
    after = request.args.get("after", type=row_id)
    rows = queries.entries(g.project, after, queries.PAGE + 1)
    errors = form.sentences if form else {}
    return render_page(
        "projects/log.html",
        status=error.status if error else 422 if errors else 200,
        project=g.project,
        rows=rows[: queries.PAGE],
        more=rows[queries.PAGE - 1][0].id if len(rows) > queries.PAGE else None,
        values=form.values if form else {},
        errors=errors,
        error=sentence(error.code) if error else None,
        key=key,
        may_remove=_may_remove,
        picture=keeping.address,
        **reader(g.project),
    )


def _may_remove(entry: LogEntry) -> bool:
    """Whether the reader has the button; the verb decides."""
    mine = actor().membership
    if mine is None or entry.removed_at is not None or not may(Permission.PROJECT_LOG):
        return False
    is_own = entry.membership_id == mine.id and clock.now() - entry.at <= service.OWN_FOR
    return is_own or may(Permission.OFFICE_READ)


def section(project: Project) -> Markup | None:
    """On the project's page: the newest entries, and the way to write one."""
    shown = queries.latest(project, SHOWN)
    if not shown and not may(Permission.PROJECT_MANAGE):
        return None
    page = {"project": project, "entries": shown, "picture": keeping.address}
    return rendered("projects/log_section.html", **page)


def _page(project_id: int) -> str:
    return url_for("projects.log", project_id=project_id)
