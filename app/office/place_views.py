"""Places: what stands about them, hours of the week, closed days."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Conflict
from app.office import forms, queries, words
from app.office.views import blueprint, form_page
from app.places import queries as places
from app.places import upkeep
from app.places import words as places_words
from app.places.models import Place
from app.web.access import Permission, requires
from app.web.forms import Form
from app.web.pages import done, render_page


@blueprint.get("/<tsk>/office/places")
@requires(Permission.OFFICE_READ)
def place_list() -> Response:
    return render_page("office/places.html", places=places.of_region(g.region))


@blueprint.get("/<tsk>/office/places/new")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def new_place() -> Response:
    return _facts_page(None)


@blueprint.post("/<tsk>/office/places")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def open_place() -> Response:
    form, facts = forms.read_place(request.form, _counters())
    key = form.key()
    if not form.ok:
        return _facts_page(None, form)
    with transaction():
        place_id = upkeep.open_by_form(region=g.region, key=key, facts=facts, at=clock.now()).id
    return done(url_for("office.hours", place_id=place_id), toast=_("場所が できました。つぎは あく時間です。"))


@blueprint.get("/<tsk>/office/places/<int:place_id>")
@requires(Permission.OFFICE_READ)
def place(place_id: int) -> Response:
    """What a place has: facts, hours, closed days, visits of today."""
    found = places.by_id(g.region, place_id)
    return _place_page(found, {})


@blueprint.get("/<tsk>/office/places/<int:place_id>/facts")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def edit_place(place_id: int) -> Response:
    found = places.by_id(g.region, place_id)
    values = words.facts(found, upkeep.FACTS)
    return _facts_page(found, values=values | {"shop": values["shop_id"]})


@blueprint.post("/<tsk>/office/places/<int:place_id>/facts")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def change_place(place_id: int) -> Response:
    found = places.by_id(g.region, place_id)
    form, facts = forms.read_place(request.form, _counters() | {found.shop_id or 0})
    if not form.ok:
        return _facts_page(found, form)
    with transaction():
        upkeep.change(region_id=g.region.id, place_id=place_id, values=facts)
    return done(url_for("office.place", place_id=place_id), toast=_("場所のことを かえました。"))


@blueprint.post("/<tsk>/office/places/<int:place_id>/withdrawal")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def withdraw_place(place_id: int) -> Response:
    with transaction():
        upkeep.withdraw(region_id=g.region.id, place_id=place_id, at=clock.now())
    return done(url_for("office.place_list"), toast=_("場所を なくしました。"))


# --- hours and closed days ----------------------------------------------------------------------------------


@blueprint.get("/<tsk>/office/places/<int:place_id>/hours")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def hours(place_id: int) -> Response:
    found = places.by_id(g.region, place_id)
    values: dict[str, str] = {}
    for weekday in range(7):
        for number, one in enumerate(one for one in places.hours(found) if one.weekday == weekday):
            values |= {f"opens_{weekday}_{number}": one.opens, f"closes_{weekday}_{number}": one.closes}
    return _hours_page(found, values=values)


@blueprint.post("/<tsk>/office/places/<int:place_id>/hours")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def set_hours(place_id: int) -> Response:
    found = places.by_id(g.region, place_id)
    form, week = forms.read_hours(request.form)
    if not form.ok:
        return _hours_page(found, form)
    with transaction():
        upkeep.set_hours(region_id=g.region.id, place_id=place_id, hours=week)
    return done(url_for("office.place", place_id=place_id), toast=_("あく時間を かえました。"))


@blueprint.post("/<tsk>/office/places/<int:place_id>/closed-days")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def close_on(place_id: int) -> Response:
    found = places.by_id(g.region, place_id)
    form, day, reason = forms.read_closed_day(request.form, _today())
    if form.ok and day is not None:
        try:
            with transaction():
                upkeep.close_on(region_id=g.region.id, place_id=place_id, day=day, reason=reason)
            return done(url_for("office.place", place_id=place_id), toast=_("お休みの日に しました。"))
        except Conflict as error:
            form.complain("day", error.code)
    return _place_page(found, form.values, form)


@blueprint.post("/<tsk>/office/places/<int:place_id>/closed-days/removal")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def open_on(place_id: int) -> Response:
    found = places.by_id(g.region, place_id)
    form = Form(request.form)
    day = form.day("day")
    if day is None or not form.ok:
        return _place_page(found, form.values, form)
    with transaction():
        upkeep.open_on(region_id=g.region.id, place_id=place_id, day=day)
    return done(url_for("office.place", place_id=place_id), toast=_("お休みを とりけしました。"))


def _today() -> date:
    return clock.local_day(g.region, clock.now())


def _counters() -> set[int]:
    return {shop.id for shop in queries.shops(g.region) if shop.withdrawn_at is None}


def _facts_page(found: Place | None, form: Form | None = None, *, values: dict[str, str] | None = None) -> Response:
    own = found.shop_id if found is not None else None
    known = [shop for shop in queries.shops(g.region) if shop.withdrawn_at is None or shop.id == own]
    return form_page("office/place_form.html", form, values=values, place=found, shops=known)


def _hours_page(found: Place, form: Form | None = None, *, values: dict[str, str] | None = None) -> Response:
    days = [(number, places_words.weekday(number)) for number in range(7)]
    return form_page("office/hours.html", form, values=values, place=found, days=days)


def _place_page(found: Place, values: dict[str, str], form: Form | None = None) -> Response:
    today = _today()
    shown: dict[str, Any] = {"resting": places.closed_days(found, today), "visits": places.visits(found, today)}
    week, shown["gives"] = places_words.week(g.region, places.hours(found)), words.of_visit(found.coins)
    return form_page("office/place.html", form, values=values, place=found, week=week, **shown)
