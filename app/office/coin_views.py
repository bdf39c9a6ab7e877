"""How many coins for what: rules, budgets, programmes, visits. All is asked for here; another person accepts."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import DomainError
from app.office import forms, queries, service, words
from app.office.views import blueprint, form_page
from app.places import queries as places
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page

BESIDE = {"budget_granted": "cap", "programme_exists": "name", "change_same": "why"}  # where a sentence stands


@blueprint.get("/<tsk>/office/coins")
@requires(Permission.OFFICE_READ)
def coins() -> Response:
    """The rules in force and to come, and what is left of each budget."""
    today = clock.local_day(g.region, clock.now())
    shown = [(one, queries.in_force(one.versions, today)) for one in queries.programmes(g.region)]
    context: dict[str, Any] = {"term": words.term, "amount": words.amount, "terms": service.TERMS}
    return render_page("office/coins.html", shown=shown, today=today, **context)


# --- a rule -------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/office/programmes/<int:programme_id>/rule")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def rule(programme_id: int) -> Response:
    found = queries.programme(g.region, programme_id)
    latest = found.versions[0] if found.versions else None
    values = words.facts(latest, service.TERMS) if latest else {}
    return form_page("office/rule_form.html", values=values, found=found, latest=latest)


@blueprint.post("/<tsk>/office/programmes/<int:programme_id>/rule")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def ask_rule(programme_id: int) -> Response:
    found = queries.programme(g.region, programme_id)
    form, wish = forms.read_rule(request.form)
    asked = _ask("rule", form, wish | {"programme_id": programme_id})
    return asked or form_page("office/rule_form.html", form, found=found, latest=None)


# --- a budget -----------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/office/programmes/<int:programme_id>/budget")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def budget(programme_id: int) -> Response:
    return _budget_page(programme_id)


@blueprint.post("/<tsk>/office/programmes/<int:programme_id>/budget")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def ask_budget(programme_id: int) -> Response:
    found = queries.programme(g.region, programme_id)
    form, wish = forms.read_budget(request.form, _years())
    asked = _ask("budget", form, wish | {"programme_id": found.programme.id})
    return asked or _budget_page(programme_id, form)


def _budget_page(programme_id: int, form: Form | None = None) -> Response:
    found, years = queries.programme(g.region, programme_id), _years()
    choices = [(str(year), words.fiscal_year(year), None) for year in years]
    shown = {"found": found, "years": choices, "year_name": words.fiscal_year}
    return form_page("office/budget_form.html", form, values={"fiscal_year": str(years[0])}, **shown)


# --- a programme --------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/office/programmes/new")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def new_programme() -> Response:
    return _programme_page()


@blueprint.post("/<tsk>/office/programmes")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def ask_programme() -> Response:
    form, wish = forms.read_programme(request.form, _years())
    return _ask("programme", form, wish) or _programme_page(form)


def _programme_page(form: Form | None = None) -> Response:
    years = [(str(year), words.fiscal_year(year), None) for year in _years()]
    usual = {"one_coin_minutes": "60", "two_coins_minutes": "120", "day_cap": "2", "year_cap": "50"}
    return form_page("office/programme_form.html", form, values=usual | {"fiscal_year": years[0][0]}, years=years)


# --- a place ------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/office/places/<int:place_id>/coins")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def visit_coins(place_id: int) -> Response:
    found = places.by_id(g.region, place_id)
    return form_page("office/visit_coins.html", values={"coins": str(found.coins)}, place=found)


@blueprint.post("/<tsk>/office/places/<int:place_id>/coins")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def ask_visit_coins(place_id: int) -> Response:
    found = places.by_id(g.region, place_id)
    form, wish = forms.read_visit_coins(request.form)
    return _ask("place", form, wish | {"place_id": place_id}) or form_page("office/visit_coins.html", form, place=found)


def _years() -> tuple[int, int]:
    return queries.years(g.region, clock.local_day(g.region, clock.now()))


def _ask(kind: str, form: Form, wish: dict[str, Any]) -> Response | None:
    """The change is asked for and waits; None if something stands against it, which the form then says."""
    key, why = form.key(), forms.read_why(form)
    if not form.ok:
        return None
    asked: dict[str, Any] = {"kind": kind, "wish": wish, "why": why, "key": key}
    try:
        with transaction():
            change = service.ask(region=g.region, membership=actor().membership, at=clock.now(), **asked)
            change_id = change.id
    except DomainError as error:
        if error.status == 404:
            raise
        form.complain(BESIDE.get(error.code, "valid_from" if "valid_from" in wish else "why"), error.code)
        return None
    return done(
        url_for("office.change", change_id=change_id), toast=_("たのみました。もう一人が みとめると 変わります。")
    )
