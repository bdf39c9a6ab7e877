"""`/tsk/indicators`: the fields in numbers, the history of one, its goal; forms for the office."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Conflict
from app.indicators import forms, queries, rules, service, words
from app.indicators.models import Indicator
from app.web.access import Permission, actor, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page

blueprint = Blueprint("indicators", __name__)


@blueprint.get("/<tsk>/indicators")
@requires(Permission.INDICATOR_READ)
def index() -> Response:
    return render_page("indicators/index.html", groups=queries.by_field(g.region))


@blueprint.get("/<tsk>/indicators/<int:indicator_id>")
@requires(Permission.INDICATOR_READ)
def show(indicator_id: int) -> Response:
    """The last number, the line since the first one, the goal where there is one, and all that was entered."""
    indicator = queries.by_id(g.region, indicator_id)
    live = queries.live(indicator)
    target = (indicator.target_on, indicator.target or 0) if indicator.target_on is not None else None
    begin = request.args.get("before", type=row_id)
    values, more = queries.history(indicator, before=begin)
    return render_page(
        "indicators/show.html",
        fragment="indicators/_history.html",
        indicator=indicator,
        live=live,
        drawing=rules.drawing([(one.day, one.value) for one in live], target) if live else None,
        values=values,
        more=more,
        begin=begin,
    )


# --- what is counted ----------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/indicators/new")
@requires(Permission.INDICATOR_MANAGE, fresh=True)
def new() -> Response:
    return _form(None, values={"decimals": "0", "field": request.args.get("field", "")})


@blueprint.post("/<tsk>/indicators")
@requires(Permission.INDICATOR_MANAGE, fresh=True, field=True)
def add() -> Response:
    form, facts = forms.read_indicator(request.form)
    form.key()
    if form.ok:
        try:
            with transaction():
                indicator = service.add(region=g.region, facts=facts, at=clock.now())
            return done(_address(indicator), toast=_("数えるものを ふやしました。つぎは はじめの数です。"))
        except Conflict as error:
            form.complain("name", error.code)
    return _form(None, form)


@blueprint.get("/<tsk>/indicators/<int:indicator_id>/facts")
@requires(Permission.INDICATOR_MANAGE, fresh=True)
def edit(indicator_id: int) -> Response:
    indicator = queries.by_id(g.region, indicator_id)
    return _form(indicator, values=_facts(indicator))


@blueprint.post("/<tsk>/indicators/<int:indicator_id>/facts")
@requires(Permission.INDICATOR_MANAGE, fresh=True, field=True)
def change(indicator_id: int) -> Response:
    indicator = queries.by_id(g.region, indicator_id)
    form, facts = forms.read_indicator(request.form, decimals=indicator.decimals)
    if form.ok:
        try:
            with transaction():
                service.change(region=g.region, indicator_id=indicator_id, facts=facts)
            return done(_address(indicator), toast=_("数えるものの 説明を かえました。"))
        except Conflict as error:
            form.complain("name", error.code)
    return _form(indicator, form)


@blueprint.post("/<tsk>/indicators/<int:indicator_id>/withdrawal")
@requires(Permission.INDICATOR_MANAGE, fresh=True, field=True)
def withdraw(indicator_id: int) -> Response:
    with transaction():
        service.withdraw(region=g.region, indicator_id=indicator_id, at=clock.now())
    return done(url_for("indicators.index"), toast=_("数えるのを やめました。"))


def _form(indicator: Indicator | None, form: Form | None = None, *, values: dict[str, str] | None = None) -> Response:
    typed = form.values if form is not None else values or {}
    errors = form.sentences if form is not None else {}
    shown: dict[str, Any] = {"indicator": indicator, "values": typed, "errors": errors, "fields": words.fields()}
    return render_page("indicators/form.html", status=422 if errors else 200, key=typed.get("key"), **shown)


def _facts(indicator: Indicator) -> dict[str, str]:
    """As the form shows them."""
    facts = {name: getattr(indicator, name) for name in service.FACTS}
    if indicator.target is not None:
        facts["target"] = rules.written(indicator.target, indicator.decimals)
    return {name: "" if value is None else str(value) for name, value in facts.items()}


def _address(indicator: Indicator) -> str:
    return url_for("indicators.show", indicator_id=indicator.id)


# --- numbers ------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/indicators/<int:indicator_id>/values/new")
@requires(Permission.INDICATOR_MANAGE, fresh=True)
def new_value(indicator_id: int) -> Response:
    today = clock.local_day(g.region, clock.now())
    return _value_form(queries.by_id(g.region, indicator_id), values={"day": today.isoformat()})


@blueprint.post("/<tsk>/indicators/<int:indicator_id>/values")
@requires(Permission.INDICATOR_MANAGE, fresh=True, field=True)
def record(indicator_id: int) -> Response:
    at, indicator = clock.now(), queries.by_id(g.region, indicator_id)
    form, fact = forms.read_value(request.form, indicator, clock.local_day(g.region, at))
    key = form.key()
    if not form.ok:
        return _value_form(indicator, form)
    with transaction():
        by_id = actor().membership.id
        service.record(region=g.region, indicator_id=indicator_id, key=key, by_id=by_id, at=at, **fact)
    return done(_address(indicator), toast=_("数を 書きました。"))


@blueprint.post("/<tsk>/indicators/<int:indicator_id>/values/<int:value_id>/withdrawal")
@requires(Permission.INDICATOR_MANAGE, fresh=True, field=True)
def withdraw_value(indicator_id: int, value_id: int) -> Response:
    indicator = queries.by_id(g.region, indicator_id)
    with transaction():
        service.withdraw_value(region=g.region, indicator_id=indicator_id, value_id=value_id, at=clock.now())
    return done(_address(indicator), toast=_("その数を とりけしました。とりけしたことは のこります。"))


def _value_form(indicator: Indicator, form: Form | None = None, *, values: dict[str, str] | None = None) -> Response:
    typed = form.values if form is not None else values or {}
    errors = form.sentences if form is not None else {}
    shown: dict[str, Any] = {"indicator": indicator, "values": typed, "errors": errors}
    return render_page("indicators/value.html", status=422 if errors else 200, key=typed.get("key"), **shown)
