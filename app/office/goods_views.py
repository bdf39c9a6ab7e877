"""What a shop offers: words, price, stock, limits, and its photo."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app import clock
from app.db import transaction
from app.errors import Missing, Refused
from app.office import forms, words
from app.office.views import blueprint, form_page
from app.shops import queries as shops
from app.shops import service, upkeep
from app.shops.models import Offer
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.limits import throttle
from app.web.pages import done
from app.web.photos import keeping
from app.web.sentences import sentence

NEW = {"kind": "goods", "stock_period": "total", "limit_period": "total"}
PHOTOS, WINDOW = 30, 300  # photos that one person may send within so many seconds


@blueprint.get("/<tsk>/office/shops/<int:shop_id>/offers/new")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def new_offer(shop_id: int) -> Response:
    return _form(shop_id, values=NEW)


@blueprint.post("/<tsk>/office/shops/<int:shop_id>/offers")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def add_offer(shop_id: int) -> Response:
    form, facts = forms.read_offer(request.form)
    form.key()
    if not form.ok:
        return _form(shop_id, form)
    with transaction():
        made = upkeep.add_offer(region_id=g.region.id, shop_id=shop_id, facts=facts, at=clock.now())
        offer_id = made.id
    return done(url_for("office.offer", offer_id=offer_id), toast=_("品ものが できました。つぎは 写真です。"))


@blueprint.get("/<tsk>/office/offers/<int:offer_id>")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def offer(offer_id: int) -> Response:
    found = _offer(offer_id)
    return _form(found.shop_id, values=words.facts(found, upkeep.OFFER_FACTS), offer=found)


@blueprint.post("/<tsk>/office/offers/<int:offer_id>")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def change_offer(offer_id: int) -> Response:
    found = _offer(offer_id)
    form, facts = forms.read_offer(request.form)
    if form.ok:
        try:
            with transaction():
                upkeep.change_offer(region_id=g.region.id, offer_id=offer_id, facts=facts, at=clock.now())
            return done(url_for("office.shop", shop_id=found.shop_id), toast=_("品ものを かえました。"))
        except Refused as error:
            form.complain("name", error.code)
    return _form(found.shop_id, form, offer=found)


@blueprint.post("/<tsk>/office/offers/<int:offer_id>/photo")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def set_photo(offer_id: int) -> Response:
    """A new photo in place of the old one; the old file goes when nothing names it any more."""
    found = _offer(offer_id)
    values = words.facts(found, upkeep.OFFER_FACTS)
    try:
        name = keeping.keep(_sent().stream)
    except Refused as error:
        wrong = sentence(error.code)
        return _form(found.shop_id, values=values, offer=found, wrong_photo=wrong)
    with transaction():
        upkeep.set_photo(region_id=g.region.id, offer_id=offer_id, photo=name)
    return done(url_for("office.offer", offer_id=offer_id), toast=_("写真を かえました。"))


def _sent() -> FileStorage:
    photo = request.files.get("photo")
    if photo is None or not photo.filename:
        raise Refused("photo_missing")
    with transaction():
        throttle.allow(key=f"goods photo:{actor().name}", limit=PHOTOS, seconds=WINDOW, at=clock.now())
    return photo


@blueprint.post("/<tsk>/office/offers/<int:offer_id>/photo/removal")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def remove_photo(offer_id: int) -> Response:
    with transaction():
        upkeep.set_photo(region_id=g.region.id, offer_id=offer_id, photo="")
    return done(url_for("office.offer", offer_id=offer_id), toast=_("写真を はずしました。"))


@blueprint.post("/<tsk>/office/offers/<int:offer_id>/withdrawal")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def withdraw_offer(offer_id: int) -> Response:
    """Off the shelf; whoever shows a code for it still gets it."""
    found = _offer(offer_id)
    with transaction():
        service.withdraw(region_id=g.region.id, offer_id=offer_id, at=clock.now())
    return done(url_for("office.shop", shop_id=found.shop_id), toast=_("品ものを さげました。"))


@blueprint.post("/<tsk>/office/offers/<int:offer_id>/return")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def put_back(offer_id: int) -> Response:
    found = _offer(offer_id)
    with transaction():
        upkeep.put_back(region_id=g.region.id, offer_id=offer_id)
    return done(url_for("office.shop", shop_id=found.shop_id), toast=_("品ものを また 出しました。"))


def _offer(offer_id: int) -> Offer:
    return shops.goods(g.region, offer_id, at=clock.now()).offer


def _form(shop_id: int, form: Form | None = None, *, offer: Offer | None = None, **shown: Any) -> Response:
    shop = shops.shop(g.region, shop_id)
    if offer is None and shop.withdrawn_at is not None and form is None:
        raise Missing("not_found")
    choices: dict[str, Any] = {"kinds": words.kinds(), "periods": words.periods(), "wrong_photo": None}
    page = form_page("office/offer_form.html", form, shop=shop, offer=offer, **choices | shown)
    page.status_code = 422 if "wrong_photo" in shown else page.status_code
    return page
