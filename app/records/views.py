"""`/tsk/record`, «みんなのあゆみ»: a year, a month, the names of those who want to be named."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, request

from app import clock
from app.calendars.rules import month_of
from app.errors import Missing
from app.records import rules, together
from app.thanks import queries as cards
from app.web.access import Permission, may, requires
from app.web.forms import row_id
from app.web.pages import render_page

blueprint = Blueprint("records", __name__)
YEARS = 5  # to choose from


@blueprint.get("/<tsk>/record")
@requires(Permission.RECORD_READ)
def ours() -> Response:
    """A 年度 and this month: sums, months, fields, projects."""
    year, whole = asked_year(), may(Permission.RECORD_WHOLE)
    days, this_month = clock.fiscal_year_days(year), today().replace(day=1)
    months = together.months(g.region, year, whole=whole)
    return render_page(
        "records/ours.html",
        year=year,
        years=years(),
        month=this_month,
        of_year=together.total(g.region, days, whole=whole),
        of_month=next((together.of_bar(one) for one in months if one.first == this_month), None),
        months=months,
        whole=whole,
        fields=together.by_field(g.region, days, whole=whole),
        projects=together.by_project(g.region, days, whole=whole),
        step=together.last_step(g.region),
        cards=cards.count(g.region, *days),
        few=0 if whole else rules.FEW,
    )


@blueprint.get("/<tsk>/record/board")
@requires(Permission.RECORD_NAMES)
def board() -> Response:
    """Names of those who reached the last step and agreed to be named, for members."""
    begin = request.args.get("after", type=row_id)
    names, more = together.board(g.region, after=begin)
    shown: dict[str, Any] = {"names": names, "more": more, "begin": begin}
    return render_page("records/board.html", fragment="records/_names.html", step=together.last_step(g.region), **shown)


@blueprint.get("/<tsk>/record/<month>")
@requires(Permission.RECORD_READ)
def month(month: str) -> Response:
    return render_page("records/month.html", **_month(month))


@blueprint.get("/<tsk>/record/<month>/sheet")
@requires(Permission.RECORD_READ)
def month_sheet(month: str) -> Response:
    """The same report for the binder."""
    return render_page("records/month_sheet.html", **_month(month))


def _month(text: str) -> dict[str, Any]:
    first, whole = month_of(text), may(Permission.RECORD_WHOLE)
    if first is None:
        raise Missing("not_found")
    days = rules.month_days(first)
    return {
        "first": first,
        "year": clock.fiscal_year(g.region, first),
        "whole": whole,
        "total": together.month(g.region, first, whole=whole),
        "fields": together.by_field(g.region, days, whole=True) if whole else [],
        "projects": together.by_project(g.region, days, whole=True) if whole else [],
    }


# --- which year ---------------------------------------------------------------------------------------------


def today() -> date:
    return clock.local_day(g.region, clock.now())


def years() -> list[int]:
    """The 年度 since the region began, the present one first."""
    now = clock.fiscal_year(g.region, today())
    began = clock.fiscal_year(g.region, clock.local_day(g.region, g.region.created_at))
    return list(range(now, max(min(began, now), now - YEARS) - 1, -1))


def asked_year() -> int:
    """`?year=` if it is one of them, else the present one."""
    typed = request.args.get("year", "")
    return next((one for one in years() if str(one) == typed), years()[0])
