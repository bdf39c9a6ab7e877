"""At the till beside the phone's code: cards, what waits from the sticker, paper slips, and the end of the day."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for

from app import clock
from app.credentials import cookies
from app.credentials import service as credentials
from app.db import transaction
from app.errors import Conflict, Refused
from app.shops import rules, sales
from app.shops.counter import card_payments, shown_cards, slip_form, stickers
from app.shops.till import blueprint, finished, shop_here
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import render_page

# --- a card -------------------------------------------------------------------------------------------------


@blueprint.post("/till/cards")
@requires(Permission.TILL_USE, field=True)
def choose() -> Response:
    """Back from a refusal to the same card's page: other goods may do."""
    at, shop = clock.now(), shop_here()
    sealed = Form(request.form).raw("shown")
    reading = shown_cards.opened(sealed, shop=shop, at=at)
    return shown_cards.page(reading.membership, sealed, shop=shop, at=at)


@blueprint.post("/till/card-payments")
@requires(Permission.TILL_USE, field=True)
def pay() -> Response:
    """The goods go over the counter and the coins to the shop: no code was shown before. One reading pays once."""
    form, at, shop = Form(request.form), clock.now(), shop_here()
    reading = shown_cards.opened(form.raw("shown"), shop=shop, at=at)
    offer_id = form.integer("offer", least=1, most=999_999_999)
    if offer_id is None or not form.ok:
        raise Refused("field_choice")
    g.card_shown = form.raw("shown")  # a refusal leads back to the same card
    wish: dict[str, Any] = {"offer_id": offer_id, "by": actor().name, "at": at} | reading._asdict()
    try:
        with transaction():
            paid = card_payments.pay(region=g.region, shop=shop, **wish)
    except Conflict as error:
        raise (Conflict("card_paid") if error.code == "other_request" else error) from error
    return finished(paid.id, at)


# --- the sticker --------------------------------------------------------------------------------------------


@blueprint.post("/till/redemptions/<int:redemption_id>/confirmation")
@requires(Permission.TILL_USE, field=True)
def confirm_waiting(redemption_id: int) -> Response:
    """What a customer chose at the sticker: one tap, the digits on both screens are the same."""
    act: dict[str, Any] = {"key": Form(request.form).key(), "by": actor().name, "at": clock.now()}
    with transaction():
        given = stickers.confirm(shop=shop_here(), redemption_id=redemption_id, **act)
    return finished(given.id, act["at"])


# --- paper --------------------------------------------------------------------------------------------------


@blueprint.get("/till/paper-slips")
@requires(Permission.TILL_USE)
def paper_slips() -> Response:
    return render_page("till/slips.html", **slip_form.empty(region=g.region, shop=shop_here(), at=clock.now()))


@blueprint.post("/till/paper-slips")
@requires(Permission.TILL_USE, field=True)
def enter_slips() -> Response:
    """Line by line: what is wrong stays in the form with its sentence, the rest is in the books."""
    typed: dict[str, Any] = {"form": Form(request.form), "by": actor().name, "at": clock.now()}
    shown = slip_form.enter(region=g.region, shop=shop_here(), **typed)
    return render_page("till/slips.html", status=422 if shown["wrong"] else 200, **shown)


@blueprint.get("/till/paper-slips/pad")
@requires(Permission.TILL_USE)
def pad() -> Response:
    shown: dict[str, Any] = {"slips": rules.SLIP_LINES, "most": rules.COINS_BY_CARD, "back": url_for("till.show")}
    return render_page("shops/pad.html", shop=shop_here(), **shown)


# --- the end of the day -------------------------------------------------------------------------------------


@blueprint.get("/till/closing")
@requires(Permission.TILL_USE)
def closing() -> Response:
    """«店じまい»: the day's list to look through before the till is closed."""
    return render_page("till/closing.html", **_day())


@blueprint.get("/till/closing/sheet")
@requires(Permission.TILL_USE)
def closing_sheet() -> Response:
    """The same list on paper."""
    return render_page("till/closing_sheet.html", **_day())


@blueprint.post("/till/closing")
@requires(Permission.TILL_USE, field=True)
def close() -> Response:
    """The day's sum, and the device is nobody's again."""
    day = _day()
    with transaction():
        credentials.sign_out(sign_in_id=actor().sign_in.id, at=clock.now())
    cookies.take()
    return render_page("till/closed.html", **day)


def _day() -> dict[str, Any]:
    at, shop = clock.now(), shop_here()
    on = clock.local_day(g.region, at)
    return {"shop": shop, "day": on, "sheet": sales.day(region=g.region, on=on, shop_id=shop.id)}
