"""What the office hands on: the list for ふるさと住民登録, the file of hours, the note of what they were worth."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.records import evidence, rules, service, words
from app.records.views import asked_year, blueprint, years
from app.web.access import Permission, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.tables import download

MOST_YEN = 1_000_000


@blueprint.get("/<tsk>/record/evidence")
@requires(Permission.RECORD_MANAGE, fresh=True)
def proof() -> Response:
    return render_page("records/evidence.html", **_proof())


@blueprint.get("/<tsk>/record/evidence/sheet")
@requires(Permission.RECORD_MANAGE, fresh=True)
def proof_sheet() -> Response:
    return render_page("records/evidence_sheet.html", **_proof())


@blueprint.get("/<tsk>/record/evidence.csv")
@requires(Permission.RECORD_MANAGE, fresh=True)
def proof_file() -> Response:
    year = asked_year()
    rows = [
        words.evidence_row(year, one, clock.local_day(g.region, one.agreed_at))
        for one in evidence.list_of_year(g.region, year)
    ]
    return download(f"{g.region.name} 指定の活動 {year}年度", words.EVIDENCE_HEADER, rows)


def _proof() -> dict[str, Any]:
    year = asked_year()
    people = evidence.list_of_year(g.region, year)
    return {"year": year, "years": years(), "people": people, "wanted": rules.DESIGNATED, "at": clock.now()}


# --- hours as a file ----------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/record/hours.csv")
@requires(Permission.RECORD_REPORT)
def hours_file() -> Response:
    """Confirmed hours of a 年度 by month, project, field and kind; their sum is the page's."""
    year = asked_year()
    rows = [words.hours_row(row) for row in evidence.table(g.region, clock.fiscal_year_days(year))]
    return download(f"{g.region.name} 活動時間 {year}年度", words.HOURS_HEADER, rows)


# --- what the hours were worth ------------------------------------------------------------------------------


@blueprint.get("/<tsk>/record/worth")
@requires(Permission.RECORD_REPORT)
def worth() -> Response:
    year = asked_year()
    found = evidence.worth(g.region, clock.fiscal_year_days(year))
    return render_page("records/worth.html", year=year, years=years(), worth=found)


@blueprint.get("/<tsk>/record/worth/value")
@requires(Permission.RECORD_MANAGE, fresh=True)
def hour_value() -> Response:
    yen = g.region.hour_value_yen
    return _value_form({"yen": "" if yen is None else str(yen), "source": g.region.hour_value_source})


@blueprint.post("/<tsk>/record/worth/value")
@requires(Permission.RECORD_MANAGE, fresh=True, field=True)
def set_hour_value() -> Response:
    """Empty takes the number away."""
    form = Form(request.form)
    yen = form.integer("yen", least=1, most=MOST_YEN, required=False)
    source = form.text("source", most=120, required=yen is not None)
    if not form.ok:
        return _value_form(form.values, form.sentences)
    with transaction():
        service.set_hour_value(region=g.region, yen=yen, source=source)
    return done(url_for("records.worth"), toast=_("1時間の金がくを かえました。"))


def _value_form(values: dict[str, str], errors: dict[str, str] | None = None) -> Response:
    shown: dict[str, Any] = {"values": values, "errors": errors or {}}
    return render_page("records/value.html", status=422 if errors else 200, key=values.get("key"), **shown)
