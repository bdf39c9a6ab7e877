"""Changes that wait for a second person, and what became of them."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import DomainError
from app.office import queries, rules, service, words
from app.office.queries import Asked
from app.office.views import blueprint
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

REASON = 120


@blueprint.get("/<tsk>/office/changes")
@requires(Permission.OFFICE_READ)
def changes() -> Response:
    """What waits, and what was decided, page by page."""
    before = next(iter(Form(request.args).ids("before")), None)
    waits, decided, more = queries.changes(g.region, before)
    names = queries.names(g.region)
    shown: dict[str, Any] = {"waits": _lines(waits, names), "decided": _lines(decided, names), "more": more}
    return render_page("office/changes.html", before=before, most=queries.SHOWN, **shown)


def _lines(ones: list[Asked], names: dict[str, str]) -> list[tuple[Asked, str, str]]:
    return [(one, _title(one, names), words.state(rules.state(one.change))) for one in ones]


@blueprint.get("/<tsk>/office/changes/<int:change_id>")
@requires(Permission.OFFICE_READ)
def change(change_id: int) -> Response:
    return _page(queries.change(g.region, change_id))


@blueprint.post("/<tsk>/office/changes/<int:change_id>/acceptance")
@requires(Permission.CHANGE_DECIDE, fresh=True, field=True)
def accept(change_id: int) -> Response:
    who = {"change_id": change_id, "membership": actor().membership}
    try:
        with transaction():
            service.accept(region=g.region, at=clock.now(), **who)
    except DomainError as error:
        return _refused(change_id, error)
    return done(url_for("office.change", change_id=change_id), toast=_("みとめました。変わりました。"))


@blueprint.post("/<tsk>/office/changes/<int:change_id>/refusal")
@requires(Permission.CHANGE_DECIDE, fresh=True, field=True)
def refuse(change_id: int) -> Response:
    form = Form(request.form)
    reason = form.text("reason", most=REASON, required=True)
    if not form.ok:
        return _page(queries.change(g.region, change_id), reason=form.values.get("reason", ""), errors=form.sentences)
    who = {"change_id": change_id, "membership": actor().membership, "reason": reason}
    try:
        with transaction():
            service.refuse(region=g.region, at=clock.now(), **who)
    except DomainError as error:
        return _refused(change_id, error)
    return done(url_for("office.change", change_id=change_id), toast=_("ことわりました。"))


@blueprint.post("/<tsk>/office/changes/<int:change_id>/withdrawal")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def withdraw_change(change_id: int) -> Response:
    who = {"change_id": change_id, "membership": actor().membership}
    try:
        with transaction():
            service.withdraw(region=g.region, at=clock.now(), **who)
    except DomainError as error:
        return _refused(change_id, error)
    return done(url_for("office.change", change_id=change_id), toast=_("とりさげました。"))


def _refused(change_id: int, error: DomainError) -> Response:
    return _page(queries.change(g.region, change_id), error=error)


def _title(asked: Asked, names: dict[str, str]) -> str:
    """`names`: of what is there already."""
    return words.title(asked, names.get(asked.subject) or asked.body["wish"]["name"])


def _page(
    asked: Asked, *, error: DomainError | None = None, reason: str = "", errors: dict[str, str] | None = None
) -> Response:
    state, me = rules.state(asked.change), actor().membership
    is_open = state == "open"
    trouble = service.trouble(region=g.region, change=asked.change, at=clock.now()) if is_open else None
    return render_page(
        "office/change.html",
        status=error.status if error else 422 if errors else 200,
        asked=asked,
        title=_title(asked, queries.names(g.region)),
        lines=words.lines(asked),
        state=words.state(state),
        is_open=is_open,
        is_own=rules.is_same(asked.by, me),
        hindrance=sentence(code) if is_open and (code := rules.refusal(asked.by, me)) else None,
        trouble=sentence(trouble.code) if trouble else None,
        error=sentence(error.code) if error else None,
        reason=reason,
        errors=errors or {},
        most=REASON,
    )
