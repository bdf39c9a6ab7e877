"""The list of a 年度 for the general meeting: on the page, on paper, as a file. Nobody is named on it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from app import clock
from app.errors import Missing
from app.proposals.talk import queries, rules, words
from app.proposals.talk.queries import Shown
from app.proposals.talk.views import blueprint, today
from app.web.access import Permission, requires
from app.web.forms import row_id
from app.web.pages import render_page
from app.web.tables import download

__all__ = ["blueprint"]


@blueprint.get("/<tsk>/opinions/<int:year>")
@requires(Permission.OPINION_READ)
def opinions_year(year: int) -> Response:
    """The sums, and the list fifty a page."""
    rows, after = _of(year), request.args.get("after", type=row_id)
    later = [one for one in rows if one.row.id == after]
    start = rows.index(later[0]) + 1 if later else 0
    shown = rows[start : start + queries.PAGE]
    more = shown[-1].row.id if start + queries.PAGE < len(rows) else None
    return render_page("proposals/talk/year.html", rows=shown, more=more, **_context(year, rows))


@blueprint.get("/<tsk>/opinions/<int:year>/sheet")
@requires(Permission.OPINION_READ)
def opinions_sheet(year: int) -> Response:
    rows = _of(year)
    return render_page("proposals/talk/sheet.html", rows=rows, **_context(year, rows))


@blueprint.get("/<tsk>/opinions/<int:year>.csv")
@requires(Permission.OPINION_READ)
def opinions_file(year: int) -> Response:
    lines = [words.file_row(g.region, year, one) for one in _of(year)]
    return download(f"{g.region.name} みんなの意見と返事 {year}年度", words.HEADER, lines)


def _of(year: int) -> list[Shown]:
    """What was said in that 年度. Raises Missing before the first and after this one."""
    if year not in queries.years(g.region, today()):
        raise Missing("not_found")
    return queries.of_year(g.region, year, today())


def _context(year: int, rows: list[Shown]) -> dict[str, Any]:
    by = {name: rules.count(one.stands for one in rows if one.row.addressee == name) for name in rules.ADDRESSEES}
    return {
        "year": year,
        "years": queries.years(g.region, today()),
        "total": rules.count(one.stands for one in rows),
        "by": by,
        "days": g.region.answer_days,
        "today": today(),
        "at": clock.now(),
    }
