"""Shops, and who stands behind their counters."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import DomainError
from app.members import queries as members
from app.office import forms, queries, staffing, words
from app.office.views import blueprint, form_page
from app.shops import queries as shops
from app.shops import upkeep
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

PERSON = 40  # characters of a name or number that is looked for


@blueprint.get("/<tsk>/office/shops")
@requires(Permission.OFFICE_READ)
def shop_list() -> Response:
    return render_page("office/shops.html", shops=queries.shops(g.region))


@blueprint.get("/<tsk>/office/shops/new")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def new_shop() -> Response:
    return form_page("office/shop_form.html", shop=None)


@blueprint.post("/<tsk>/office/shops")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def open_shop() -> Response:
    form, facts = forms.read_shop(request.form)
    key = form.key()
    if not form.ok:
        return form_page("office/shop_form.html", form, shop=None)
    with transaction():
        shop_id = upkeep.open_shop(region=g.region, key=key, words=facts, at=clock.now()).id
    return done(url_for("office.shop", shop_id=shop_id), toast=_("お店が できました。つぎは 品ものです。"))


@blueprint.get("/<tsk>/office/shops/<int:shop_id>")
@requires(Permission.OFFICE_READ)
def shop(shop_id: int) -> Response:
    """What a shop has: facts, goods, people."""
    found, today = shops.shop(g.region, shop_id), clock.local_day(g.region, clock.now())
    context: dict[str, Any] = {"offers": queries.offers(found), "staff": queries.staff(found, today)}
    return render_page("office/shop.html", shop=found, **context)


@blueprint.get("/<tsk>/office/shops/<int:shop_id>/facts")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def edit_shop(shop_id: int) -> Response:
    found = shops.shop(g.region, shop_id)
    values = words.facts(found, upkeep.SHOP_WORDS)
    return form_page("office/shop_form.html", shop=found, values=values)


@blueprint.post("/<tsk>/office/shops/<int:shop_id>/facts")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def change_shop(shop_id: int) -> Response:
    found = shops.shop(g.region, shop_id)
    form, facts = forms.read_shop(request.form)
    if not form.ok:
        return form_page("office/shop_form.html", form, shop=found)
    with transaction():
        upkeep.change_shop(region_id=g.region.id, shop_id=shop_id, words=facts)
    return done(url_for("office.shop", shop_id=shop_id), toast=_("お店のことを かえました。"))


@blueprint.post("/<tsk>/office/shops/<int:shop_id>/withdrawal")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def withdraw_shop(shop_id: int) -> Response:
    with transaction():
        staffing.close_shop(region=g.region, shop_id=shop_id, at=clock.now())
    return done(url_for("office.shop_list"), toast=_("お店を とじました。"))


# --- people -------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/office/shops/<int:shop_id>/staff")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def choose_staff(shop_id: int) -> Response:
    return _staff_page(shop_id, Form(request.args))


@blueprint.post("/<tsk>/office/shops/<int:shop_id>/staff")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def give_staff(shop_id: int) -> Response:
    form = Form(request.form)
    membership_id = form.integer("membership", least=1, most=999_999_999)
    if membership_id is None or not form.ok:
        return _staff_page(shop_id, form, error=sentence("field_choice"))
    who = {"membership_id": membership_id, "by": actor().membership}
    try:
        with transaction():
            staffing.give_staff(region=g.region, shop_id=shop_id, at=clock.now(), **who)
    except DomainError as error:
        return _staff_page(shop_id, form, error=sentence(error.code), status=error.status)
    return done(url_for("office.shop", shop_id=shop_id), toast=_("お店の係に なりました。1年です。"))


@blueprint.post("/<tsk>/office/shops/<int:shop_id>/staff/<int:duty_id>/end")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def end_staff(shop_id: int, duty_id: int) -> Response:
    with transaction():
        staffing.end_staff(region=g.region, shop_id=shop_id, duty_id=duty_id, at=clock.now())
    return done(url_for("office.shop", shop_id=shop_id), toast=_("お店の係を おわりにしました。"))


def _staff_page(shop_id: int, form: Form, *, error: str | None = None, status: int = 422) -> Response:
    found, q = shops.shop(g.region, shop_id), form.text("q", most=PERSON)
    hits = members.search(g.region, q) if q else ()
    nothing = sentence("nobody_found") if q and not hits else None
    shown: dict[str, Any] = {"shop": found, "q": q, "hits": hits, "nothing": nothing, "error": error}
    return render_page("office/staff.html", status=status if error else 200, **shown)
