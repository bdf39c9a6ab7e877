"""お金の きろく: planned and used of each project, with the numbers of the documents. Open to everybody."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Refused
from app.projects.money import books, spending, words
from app.projects.money.forms import read_yen
from app.projects.views import blueprint, reader
from app.web.access import Permission, actor, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence
from app.web.tables import Cell, download

__all__ = ["blueprint"]
WHAT, DOCUMENT = 80, 40


@blueprint.get("/<tsk>/projects/money")
@requires(Permission.PROJECT_READ)
def money() -> Response:
    """All projects that were granted money or have used some."""
    rows = books.books(g.region)
    return render_page("projects/money.html", rows=rows, whole=books.Sums.of(rows))


@blueprint.get("/<tsk>/projects/money.csv")
@requires(Permission.PROJECT_READ)
def money_file() -> Response:
    """Every line of the books, what was granted before what was used; their sums are those of the page."""
    header = [_("日にち"), ngettext("プロジェクト", "プロジェクト", 1), _("予算か 使ったお金か"), _("何に")]
    rows = [*_granted_rows(), *_used_rows()]
    return download(f"{g.region.slug}-{_('お金の きろく')}", [*header, _("円"), _("書類の番号")], rows)


def _granted_rows() -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for grant, project in books.grants(g.region):
        one = grant.request
        assert one.decided_at is not None  # it was granted then
        day = clock.local_day(g.region, one.decided_at).isoformat()
        rows.append([day, project.title, _("予算"), one.purpose, one.amount_yen, words.source(grant)])
    return rows


def _used_rows() -> list[list[Cell]]:
    return [
        [row.on.isoformat(), project.title, _("使った"), row.what, row.amount_yen, row.document]
        for row, project in books.receipts(g.region)
    ]


@blueprint.get("/<tsk>/projects/<int:project_id>/expenses")
@requires(Permission.PROJECT_READ)
def expenses(project_id: int) -> Response:
    return _expenses()


@blueprint.post("/<tsk>/projects/<int:project_id>/expenses")
@requires(Permission.EXPENSE_WRITE)
def spend(project_id: int) -> Response:
    form = Form(request.form)
    key, on = form.key(), form.day("day")
    amount = read_yen(form, "amount")
    what = form.text("what", most=WHAT, required=True)
    document = form.text("document", most=DOCUMENT, required=True)
    if on is None or amount is None or not form.ok:
        return _expenses(form, key=key)
    who: dict[str, Any] = {"region": g.region, "project_id": project_id, "by": actor().membership}
    told: dict[str, Any] = {"on": on, "amount_yen": amount, "what": what, "document": document, "at": clock.now()}
    try:
        with transaction():
            spending.spend(**who, key=key, **told)
    except (Conflict, Refused) as error:
        return _expenses(form, key=key, error=error)
    return done(url_for("projects.expenses", project_id=project_id), toast=_("書きました。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/expenses/<int:expense_id>/reversal")
@requires(Permission.EXPENSE_WRITE)
def take_expense_back(project_id: int, expense_id: int) -> Response:
    key = Form(request.form).key()
    who = {"region": g.region, "project_id": project_id, "by": actor().membership}
    with transaction():
        spending.take_back(**who, expense_id=expense_id, key=key, at=clock.now())
    toast = _("とりけしました。まちがえた行も のこります。")
    return done(url_for("projects.expenses", project_id=project_id), toast=toast)


def _expenses(form: Form | None = None, *, key: str | None = None, error: DomainError | None = None) -> Response:
    lines = books.lines(g.project, request.args.get("after", type=row_id), books.PAGE + 1)
    errors = form.sentences if form else {}
    return render_page(
        "projects/expenses.html",
        status=error.status if error else 422 if errors else 200,
        project=g.project,
        book=books.book(g.project),
        grants=[grant for grant, _project in books.grants(g.region, g.project)],
        lines=lines[: books.PAGE],
        more=lines[books.PAGE - 1].expense.id if len(lines) > books.PAGE else None,
        values=form.values if form else {"day": clock.local_day(g.region, clock.now()).isoformat()},
        errors=errors,
        error=sentence(error.code) if error else None,
        key=key,
        **reader(g.project),
    )
