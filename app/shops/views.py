"""The shelf, one thing on it, and the code that a customer shows; for a shop's staff, the key to its till."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any

from flask import Blueprint, Response, current_app, g, request, url_for
from markupsafe import Markup

from app import clock
from app.codes import addresses
from app.credentials import service as credentials
from app.credentials.queries import is_strong
from app.db import transaction
from app.errors import Conflict, DomainError, Refused
from app.members import queries as members
from app.shops import presented, queries, redemptions, rules, words
from app.shops.counter.stickers import WAY as STICKER
from app.shops.queries import Goods
from app.web.access import Permission, actor, public, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("shops", __name__)
SHOWS = ("usable", "experience", "shop")
TILL_CODE = 8


# --- the shelf ----------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/shops")
@requires(Permission.OFFER_READ)
def index() -> Response:
    """All goods of the region: what one can afford first, experiences only, or shop by shop."""
    at = clock.now()
    show = request.args.get("show", "")
    show = show if show in SHOWS else SHOWS[0]
    shelf = queries.shelf(g.region, at=at, membership_id=_membership_id())
    return render_page(
        "shops/index.html",
        fragment="shops/_offers.html",
        show=show,
        purse=(purse := _purse(at)),
        groups=_arranged(shelf, show, purse),
        few=rules.FEW,
        staff_of=queries.shops_by_id(g.region, actor().shop_ids),
    )


@blueprint.get("/<tsk>/shops/<int:shop_id>")
@requires(Permission.OFFER_READ)
def shop(shop_id: int) -> Response:
    return _shop_page(shop_id)


def shop_of_code(shop_id: int) -> Response:
    """The same at the address on its sticker: whoever reads it stands in the shop."""
    return _shop_page(shop_id, at_counter=True)


def _shop_page(shop_id: int, *, at_counter: bool = False) -> Response:
    """One shop and its goods."""
    at = clock.now()
    found = queries.shop(g.region, shop_id)
    shelf = queries.shelf(g.region, at=at, membership_id=_membership_id(), shop_id=shop_id)
    groups = _arranged(shelf, "usable", purse := _purse(at))
    shown: dict[str, Any] = {
        "shop": found,
        "purse": purse,
        "groups": groups,
        "few": rules.FEW,
        "at_counter": at_counter,
    }
    return render_page("shops/shop.html", **shown)


@blueprint.get("/<tsk>/shops/offers/<int:offer_id>")
@requires(Permission.OFFER_READ)
def offer(offer_id: int) -> Response:
    return _offer_page(offer_id)


def _offer_page(offer_id: int, refusal: DomainError | None = None) -> Response:
    at, membership_id = clock.now(), _membership_id()
    goods = queries.goods(g.region, offer_id, at=at, membership_id=membership_id)
    live = membership_id and queries.live_code(region=g.region, offer_id=offer_id, membership_id=membership_id, at=at)
    return render_page(
        "shops/offer.html",
        status=refusal.status if refusal else 200,
        goods=goods,
        live=live,
        missing=rules.missing(goods.offer.price, _purse(at) or 0),
        limit=words.limit(goods.offer),
        stock=words.stock(goods),
        again=words.again(goods.offer.stock_period),
        at_counter=request.values.get("from") == STICKER,
        refusal=refusal and sentence(refusal.code, **refusal.params),
        wants_passkey=refusal is not None and refusal.code == "passkey_wanted",
    )


def _arranged(shelf: list[Goods], show: str, purse: int | None) -> list[tuple[object, list[Goods]]]:
    """Groups of goods with their heading, a Shop or None."""
    if show == "shop":
        shops = {goods.shop.id: goods.shop for goods in shelf}
        return [(shops[id], [goods for goods in shelf if goods.shop.id == id]) for id in sorted(shops)]
    if show == "experience":
        shelf = [goods for goods in shelf if goods.offer.kind == "experience"]
    have = purse if purse is not None else max((goods.offer.price for goods in shelf), default=0)
    usable = sorted(shelf, key=lambda goods: goods.left == 0 or goods.used_up or goods.offer.price > have)
    return [(None, usable)] if usable else []


def _purse(at: datetime) -> int | None:
    """Coins that the reader can spend here; None for whoever is no member of this region."""
    return members.spendable(g.region, actor().membership, at)


def _membership_id() -> int | None:
    membership = actor().membership
    return membership.id if membership is not None else None


# --- the code -----------------------------------------------------------------------------------------------


@blueprint.post("/<tsk>/shops/offers/<int:offer_id>/redemptions")
@requires(Permission.REDEMPTION_REQUEST)
def ask(offer_id: int) -> Response:
    """Set the coins aside and lead to the code."""
    key, at, me = Form(request.form).key(), clock.now(), actor()
    wish: dict[str, Any] = {"region": g.region, "offer_id": offer_id, "membership": me.membership}
    wish["way"] = STICKER if request.form.get("from") == STICKER else None
    try:
        with transaction():
            redemption = redemptions.request(**wish, key=key, strong=is_strong(me.sign_in), at=at)
    except (Refused, Conflict) as error:
        return _offer_page(offer_id, error)
    return done(url_for("shops.redemption", redemption_id=redemption.id))


@blueprint.get("/<tsk>/shops/redemptions/<int:redemption_id>")
@requires(Permission.REDEMPTION_REQUEST)
def redemption(redemption_id: int) -> Response:
    """The code while it lives, then what became of it. A page that already shows this is told nothing (204)."""
    at = clock.now()
    sale = queries.sale_of(region=g.region, redemption_id=redemption_id, membership_id=_membership_id() or 0)
    row = sale.redemption
    state = rules.state_at(row.state, row.expires_at, row.reversed_at, at)
    if request.args.get("seen") == state:
        return Response(status=204)
    return render_page(
        "redemptions/page.html",
        fragment="redemptions/_redemption.html",
        sale=sale,
        state=state,
        purse=_purse(at),
        qr=_qr(row.key) if state == "requested" else None,
        seconds=max(0, ceil((row.expires_at - at).total_seconds())),
        life=int(rules.LIFE.total_seconds()),
    )


def _qr(key: str) -> Markup:
    return addresses.qr(presented.code_for(key), level="M", label=words.code_label())


@blueprint.post("/<tsk>/shops/redemptions/<int:redemption_id>/cancellation")
@requires(Permission.REDEMPTION_REQUEST)
def cancel(redemption_id: int) -> Response:
    """«やめる»: the coins are back at once. What was used meanwhile shows as used."""
    which = {"region": g.region, "redemption_id": redemption_id, "membership": actor().membership}
    try:
        with transaction():
            redemptions.cancel(**which, at=clock.now())
    except Conflict as error:
        if error.code not in ("not_cancellable", "hold_resolved"):
            raise
    return done(url_for("shops.redemption", redemption_id=redemption_id))


@blueprint.get("/redemptions")
@public
def presented_elsewhere() -> Response:
    """Where a redemption QR leads whoever reads it with the camera of a phone: nothing happens, in words."""
    if actor().is_till:
        return done(url_for("till.show"))
    return render_page("redemptions/elsewhere.html")


# --- the key to the till ------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/shops/<int:shop_id>/till")
@requires(Permission.TILL_OPEN)
def till(shop_id: int) -> Response:
    return render_page("shops/till.html", shop=queries.shop(g.region, shop_id), code=None)


@blueprint.post("/<tsk>/shops/<int:shop_id>/till-openings")
@requires(Permission.TILL_OPEN, fresh=True, field=True)
def open_till(shop_id: int) -> Response:
    """A code that is typed once at the shop's tablet. It is shown in this answer only: nothing keeps it."""
    at, shop = clock.now(), queries.shop(g.region, shop_id)
    life = credentials.TILL_CODE_LIFE
    with transaction():
        code = credentials.make_link(purpose="till", subject=f"shop:{shop.id}", at=at, life=life, length=TILL_CODE)
    address = f"{current_app.extensions['config'].host}/till"
    return render_page("shops/till.html", shop=shop, code=code, until=at + life, address=address)
