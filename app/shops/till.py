"""The counter: a device that is signed in as one shop's till, sees `/till/…` and nothing else."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.codes.rules import read, scanned
from app.credentials import cookies
from app.credentials import service as credentials
from app.db import find, transaction
from app.errors import DomainError, Refused
from app.ledger import queries as ledger
from app.shops import queries, redemptions, rules, words
from app.shops.counter import shown_cards, stickers
from app.shops.models import Shop
from app.shops.queries import Receipt, Sale
from app.web.access import Permission, actor, public, requires
from app.web.filters import digits3
from app.web.forms import Form
from app.web.limits import throttle
from app.web.pages import done, render_page
from app.web.security import check_field
from app.web.sentences import sentence

blueprint = Blueprint("till", __name__)
WRONG_TRIES, WINDOW = 10, 300
# A used or expired code was a real one, and a card that has ended a real card: no guess.
GUESSES = ("code_unknown", "code_elsewhere", "card_unknown", "card_elsewhere")
MOST = 200  # characters of a scanned text that are looked at


@blueprint.before_request
def stand_in_the_shop() -> None:
    """A till's addresses name no region: its sign-in does."""
    if actor().is_till:
        g.shop, g.region = queries.shop_and_region(actor().sign_in.shop_id)


# --- opening ------------------------------------------------------------------------------------------------


@blueprint.get("/till")
@public
def show() -> Response:
    """The counter, ready: camera and keypad at once. Without a till's sign-in, the form for its code."""
    if not actor().is_till:
        return _door()
    g.uses_camera = True
    shop = shop_here()
    return render_page("till/counter.html", shop=shop, **_strip(shop, clock.now()))


@blueprint.post("/till")
@public
def open_by_code() -> Response:
    """The eight characters from the phone of the shop's staff."""
    check_field()
    at, tries = clock.now(), f"till-code:{throttle.address()}"
    throttle.check(key=tries, limit=WRONG_TRIES, seconds=WINDOW, at=at)
    typed = Form(request.form).raw("code")[:MOST]
    try:
        return _begin(read(typed), at)
    except Refused as error:
        throttle.note_failure(key=tries, seconds=WINDOW, at=at)
        code = error.code if error.code == "shop_withdrawn" else "till_unknown"
        return _door(sentence(code), typed=typed, status=422)


@blueprint.get("/till/<string(minlength=20, maxlength=40):key>")
@public
def show_link(key: str) -> Response:
    """A single-use link: one button, and only the button uses it up."""
    link = credentials.find_link(purpose="till", key=key, at=clock.now())
    return render_page("till/link.html", key=key, shop=_shop_of(link.subject))


@blueprint.post("/till/<string(minlength=20, maxlength=40):key>")
@public
def open_by_link(key: str) -> Response:
    check_field()
    return _begin(key, clock.now())


def _begin(key: str, at: datetime) -> Response:
    """From here on this browser is the till; whoever was signed in on it is signed out. Refused: `shop_withdrawn`."""
    with transaction():
        shop = _shop_of(credentials.use_link(purpose="till", key=key, at=at))
        if find(Shop, shop.region_id, shop.id, lock=True).withdrawn_at is not None:
            raise Refused("shop_withdrawn")
        cookies.begin_till(region_id=shop.region_id, shop_id=shop.id, at=at)
    return done(url_for("till.show"))


def _door(refusal: str | None = None, *, typed: str = "", status: int = 200) -> Response:
    return render_page("till/door.html", status=status, refusal=refusal, typed=typed)


# --- the counter --------------------------------------------------------------------------------------------


@blueprint.post("/till/confirmations")
@requires(Permission.TILL_USE, field=True)
def confirm() -> Response:
    """Digits, a scanned code, a card. The answer is the result itself: nothing is fetched before it is seen."""
    form, at, shop = Form(request.form), clock.now(), shop_here()
    tries = f"redeem:{shop.id}"
    throttle.check(key=tries, limit=WRONG_TRIES, seconds=WINDOW, at=at)
    text = form.raw("code")[:MOST]
    try:
        if shown_cards.is_card(text):
            return shown_cards.show(text, shop=shop, at=at)
        code = scanned(text, frozenset(current_app.config["TRUSTED_HOSTS"])) or ""
        with transaction():
            done_ = redemptions.confirm(shop=shop, code=code, key=form.key(), by=actor().name, at=at)
    except Refused as error:
        if error.code in GUESSES:
            throttle.note_failure(key=tries, seconds=WINDOW, at=at)
        raise
    return finished(done_.id, at)


def finished(redemption_id: int, at: datetime) -> Response:
    """The green square of what was confirmed just now."""
    receipt = queries.receipt(shop_id=shop_here().id, redemption_id=redemption_id)
    return render_page("till/done.html", receipt=receipt, left=_left(receipt, at))


@blueprint.get("/till/strip")
@requires(Permission.TILL_USE)
def strip() -> Response:
    """What waits from the sticker, and the last three; 204 if the counter shows them already."""
    shown = _strip(shop_here(), clock.now())
    if request.args.get("seen") == shown["seen"]:
        return Response(status=204)
    return render_page("till/_strip.html", **shown)


@blueprint.post("/till/redemptions/<int:redemption_id>/reversal")
@requires(Permission.TILL_USE, field=True)
def reverse(redemption_id: int) -> Response:
    """«とりけす» within ten minutes."""
    key, by, at = Form(request.form).key(), actor().name, clock.now()
    with transaction():
        taken_back = redemptions.reverse(shop=shop_here(), redemption_id=redemption_id, key=key, by=by, at=at)
    digits = digits3(taken_back.digits)
    toast = _("%(digits)s を とりけしました。コインは お客さまに もどりました。", digits=digits)
    return done(url_for("till.show"), toast=toast)


class Row(NamedTuple):
    """One line of the strip; `until`: when it can no longer be taken back here, None if it cannot now."""

    sale: Sale
    until: datetime | None

    def seconds(self, at: datetime) -> int:
        """How long it can still be taken back here."""
        return ceil((self.until - at).total_seconds()) if self.until else 0

    def minutes(self, at: datetime) -> int:
        """The same in minutes, the begun one counted."""
        return ceil(self.seconds(at) / 60)


def _strip(shop: Shop, at: datetime) -> dict[str, Any]:
    rows = [Row(sale, _undo_until(sale, at)) for sale in queries.last_sales(shop_id=shop.id)]
    waiting = stickers.waiting(shop_id=shop.id, at=at)
    marks = [f"w{one.redemption_id}" for one in waiting] + [_mark(row) for row in rows]
    return {"rows": rows, "waiting": waiting, "seen": ".".join(marks) or "none"}


def _mark(row: Row) -> str:
    """Changes whenever the line would look different."""
    redemption = row.sale.redemption
    return f"{redemption.id}{'r' if redemption.reversed_at else ''}{'u' if row.until else ''}"


def _undo_until(sale: Sale, at: datetime) -> datetime | None:
    confirmed_at, reversed_at = sale.redemption.confirmed_at, sale.redemption.reversed_at
    if confirmed_at is None or reversed_at is not None or not rules.may_undo(confirmed_at, at):
        return None
    return rules.undo_until(confirmed_at)


def _left(receipt: Receipt, at: datetime) -> int:
    """Coins that the customer still has; the page shows them only when asked."""
    today = clock.local_day(g.region, at)
    return ledger.balance(g.region.id, receipt.account_id or 0, today, at=at).available


def shop_here() -> Shop:
    """The shop whose till asks."""
    shop: Shop = g.shop
    return shop


def _shop_of(subject: str) -> Shop:
    return queries.shop_by_id(int(subject.removeprefix("shop:")))


# --- saying no ----------------------------------------------------------------------------------------------


@blueprint.errorhandler(DomainError)
def refused(error: DomainError) -> Response:
    """The red square with one reason and one next step; before the till is open, its door."""
    if not actor().is_till:
        response = _door(sentence(error.code, **error.params), status=error.status)
    else:
        params = words.spoken(error.params, g.region, clock.now())
        text, step = sentence(error.code, **params), words.next_step(error.code)
        shown: dict[str, Any] = {"text": text, "step": step, "code": error.code, "card": g.get("card_shown")}
        response = render_page("till/refused.html", status=error.status, **shown)
    if error.status == 429:
        response.headers["Retry-After"] = str(error.params["seconds"])
    return response


@blueprint.errorhandler(401)
def ended(_error: Exception) -> Response:
    """After fourteen hours, or 店じまい on another tab: the door again, also for the part that polls."""
    response = _door(_("お店の画面は おわりました。新しい番号を 入れてください。"), status=401)
    if request.headers.get("HX-Request"):
        response.headers["HX-Redirect"] = url_for("till.show")
    return response
