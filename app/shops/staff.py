"""What a shop's people see and do from their own phone or PC: lists, the sticker, slips, the sentence, lost tills."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app import clock
from app.codes import addresses
from app.db import transaction
from app.shops import queries, rules, sales, service, words
from app.shops.counter import open_tills, slip_form
from app.shops.models import Shop
from app.shops.views import blueprint
from app.web.access import Permission, actor, requires
from app.web.filters import plain
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.tables import download

# The head of files is always Japanese.
HEADER = ("日づけ", "時刻", "種類", "品もの", "枚", "方法", "会員番号", "紙の日づけ", "記録番号", "うち紙のひかえ")
KIND = {False: "引き換え", True: "とりけし"}


@blueprint.get("/<tsk>/shops/<int:shop_id>/staff")
@requires(Permission.SHOP_MANAGE)
def staff(shop_id: int) -> Response:
    """Everything the shop's people have, on one page."""
    at, shop = clock.now(), _shop(shop_id)
    today = sales.day(region=g.region, on=clock.local_day(g.region, at), shop_id=shop.id)
    return render_page("shops/staff.html", shop=shop, tills=open_tills.of_shop(shop=shop, at=at), today=today)


@blueprint.post("/<tsk>/shops/<int:shop_id>/tills/<int:till_id>/end")
@requires(Permission.SHOP_MANAGE, fresh=True, field=True)
def end_till(shop_id: int, till_id: int) -> Response:
    """A tablet that was left or lost stops being the till at once."""
    shop = _shop(shop_id)
    with transaction():
        open_tills.end(shop=shop, till_id=till_id, at=clock.now())
    return done(url_for("shops.staff", shop_id=shop.id), toast=_("お店の画面を とじました。"))


# --- the sentence and the sticker ---------------------------------------------------------------------------


@blueprint.get("/<tsk>/shops/<int:shop_id>/sentence")
@requires(Permission.SHOP_MANAGE, fresh=True)
def sentence(shop_id: int) -> Response:
    shop = _shop(shop_id)
    return _sentence(shop, {"thanks": shop.thanks, "thanks_en": shop.thanks_en})


@blueprint.post("/<tsk>/shops/<int:shop_id>/sentence")
@requires(Permission.SHOP_MANAGE, fresh=True, field=True)
def save_sentence(shop_id: int) -> Response:
    """What the customer's phone says when the goods go over the counter; empty takes it away."""
    shop, form = _shop(shop_id), Form(request.form)
    said = {name: form.text(name, most=rules.SENTENCE) for name in ("thanks", "thanks_en")}
    if not form.ok:
        return _sentence(shop, form.values, form.sentences)
    with transaction():
        service.say(region_id=g.region.id, shop_id=shop.id, **said)
    return done(url_for("shops.staff", shop_id=shop.id), toast=_("ひとことを かえました。"))


def _sentence(shop: Shop, values: dict[str, str], errors: dict[str, str] | None = None) -> Response:
    shown: dict[str, Any] = {"shop": shop, "values": values, "errors": errors or {}, "most": rules.SENTENCE}
    return render_page("shops/sentence.html", status=422 if errors else 200, **shown)


@blueprint.get("/<tsk>/shops/<int:shop_id>/sticker")
@requires(Permission.SHOP_MANAGE)
def sticker(shop_id: int) -> Response:
    """To be printed once and stuck to the wall: the same for everybody, without an amount."""
    shop = _shop(shop_id)
    qr = addresses.qr(shop.code, level="Q", label=_("%(shop)sの品もの", shop=plain(shop, "name")))
    return render_page("shops/sticker.html", shop=shop, qr=qr)


# --- paper slips --------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/shops/<int:shop_id>/paper-slips")
@requires(Permission.SHOP_MANAGE, fresh=True)
def paper_slips(shop_id: int) -> Response:
    """What was written down while there was no signal. A passkey is asked for before anything is typed."""
    return render_page("shops/slips.html", **slip_form.empty(region=g.region, shop=_shop(shop_id), at=clock.now()))


@blueprint.post("/<tsk>/shops/<int:shop_id>/paper-slips")
@requires(Permission.SHOP_MANAGE, fresh=True, field=True)
def enter_slips(shop_id: int) -> Response:
    """Line by line: what is wrong stays in the form with its sentence, the rest is in the books."""
    typed: dict[str, Any] = {"form": Form(request.form), "by": actor().name, "at": clock.now()}
    shown = slip_form.enter(region=g.region, shop=_shop(shop_id), **typed)
    return render_page("shops/slips.html", status=422 if shown["wrong"] else 200, **shown)


@blueprint.get("/<tsk>/shops/<int:shop_id>/paper-slips/pad")
@requires(Permission.SHOP_MANAGE)
def pad(shop_id: int) -> Response:
    """Four slips on a sheet, to lie beside the till before the signal goes."""
    return render_page("shops/pad.html", shop=_shop(shop_id), slips=rules.SLIP_LINES, most=rules.COINS_BY_CARD)


# --- the month ----------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/shops/<int:shop_id>/sales")
@requires(Permission.SHOP_MANAGE)
def month(shop_id: int) -> Response:
    shop, today = _shop(shop_id), clock.local_day(g.region, clock.now())
    months = sales.months(shop=shop, region=g.region, today=today)
    return render_page("shops/month.html", shop=shop, months=months, **_month(shop))


@blueprint.get("/<tsk>/shops/<int:shop_id>/sales/sheet")
@requires(Permission.SHOP_MANAGE)
def month_sheet(shop_id: int) -> Response:
    """The same list for the binder."""
    shop = _shop(shop_id)
    return render_page("shops/sheet.html", shop=shop, **_month(shop))


@blueprint.get("/<tsk>/shops/<int:shop_id>/sales.csv")
@requires(Permission.SHOP_MANAGE)
def month_file(shop_id: int) -> Response:
    """The same list for a spreadsheet."""
    shop = _shop(shop_id)
    shown = _month(shop)
    with force_locale("ja"):  # a file is kept with others, whoever reads the pages
        rows = [_row(entry) for entry in shown["sheet"].entries]
    return download(f"{shop.name} {shown['first']:%Y-%m}", HEADER, rows)


def _row(entry: sales.Entry) -> tuple[str | int | None, ...]:
    row, local = entry.sale.redemption, clock.local(g.region, entry.at)
    noted = row.noted_on.isoformat() if row.noted_on else ""
    what = (KIND[entry.is_reversal], entry.sale.offer.name, entry.coins, words.way(row), entry.sale.membership.number)
    by_slip = entry.coins if entry.is_slip else 0  # a column that adds up to the slips' part of the sum
    return (local.date().isoformat(), f"{local:%H:%M:%S}", *what, noted, row.id, by_slip)


def _month(shop: Shop) -> dict[str, Any]:
    first = rules.month_starts(request.args.get("month", ""), clock.local_day(g.region, clock.now()))
    return {"first": first, "sheet": sales.month(region=g.region, first=first, shop_id=shop.id)}


def _shop(shop_id: int) -> Shop:
    return queries.shop(g.region, shop_id)
