"""The form for paper slips, as the till and the staff's phone both show it: one sheet of the pad at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app import clock
from app.db import transaction
from app.errors import DomainError
from app.ledger.service import act_key
from app.regions.models import Region
from app.shops import queries, rules, words
from app.shops.counter import paper_slips
from app.shops.models import Offer, Redemption, Shop
from app.web.filters import coins, day, plain
from app.web.forms import Form
from app.web.sentences import sentence

MOST = 40  # characters of a card number as people write it


@dataclass
class Line:
    """One slip as it was typed; `error` says what is wrong with it, `paid` what it became."""

    n: int
    number: str = ""
    offer: str = ""
    day: str = ""
    error: str | None = None
    paid: Redemption | None = None

    @property
    def is_empty(self) -> bool:
        return not self.number and not self.offer


def empty(*, region: Region, shop: Shop, at: datetime) -> dict[str, Any]:
    """What the page shows before anything was typed."""
    return _shown([], region=region, shop=shop, at=at)


def enter(*, region: Region, shop: Shop, form: Form, by: str, at: datetime) -> dict[str, Any]:
    """Enter what was typed, line by line; the page then shows what went in and what is left."""
    key, typed = form.key(), [_line(form, n) for n in range(1, rules.SLIP_LINES + 1)]
    for line in typed:
        _enter(line, region=region, shop=shop, key=key, by=by, at=at)
    shown = _shown(typed, region=region, shop=shop, at=at)
    if all(line.is_empty for line in typed):
        shown |= {"wrong": True, "nothing": sentence("slip_empty")}
    return shown


def _shown(typed: list[Line], *, region: Region, shop: Shop, at: datetime) -> dict[str, Any]:
    today = clock.local_day(region, at)
    left = [line for line in typed if line.error]
    for n, line in enumerate(left, 1):
        line.n = n
    fresh = [Line(n, day=today.isoformat()) for n in range(len(left) + 1, rules.SLIP_LINES + 1)]
    shelf = [goods for goods in queries.shelf(region, at=at, shop_id=shop.id) if rules.fits_card(goods.offer.price)]
    return {
        "shop": shop,
        "offers": [("", _("えらぶ")), *(_option(goods.offer) for goods in shelf)],
        "lines": left + fresh,
        "entered": [told(line) for line in typed if line.paid],
        "wrong": bool(left),
        "nothing": None,
        "most": rules.COINS_BY_CARD,
        "days": rules.SLIP_DAYS,
        "today": today,
    }


def _option(offer: Offer) -> tuple[int, str]:
    return offer.id, f"{plain(offer, 'name')} · {coins(offer.price)}"


def _line(form: Form, n: int) -> Line:
    text = {name: form.text("-".join((name, str(n))), most=MOST) for name in ("number", "offer", "day")}
    return Line(n, text["number"], text["offer"], text["day"])


def _enter(line: Line, *, region: Region, shop: Shop, key: str, by: str, at: datetime) -> None:
    """A transaction for each line: what is wrong with one leaves the others alone."""
    if line.is_empty:
        return
    values, line.error = _values(line)
    if line.error:
        return
    try:
        with transaction():
            own = act_key("slip", f"{key} {line.n}")
            line.paid = paper_slips.enter(region=region, shop=shop, key=own, by=by, at=at, **values)
    except DomainError as error:
        line.error = sentence(error.code, **words.spoken(error.params, region, at))


def _values(line: Line) -> tuple[dict[str, Any], str | None]:
    """What the service takes, or the first sentence of complaint."""
    form = Form(MultiDict({"number": line.number, "offer": line.offer, "day": line.day}))
    number = form.text("number", most=MOST, required=True)
    offer_id = form.integer("offer", least=1, most=999_999_999)
    noted_on = form.day("day")
    if not form.ok:
        return {}, _complaint(form)
    return {"number": number, "offer_id": offer_id, "noted_on": noted_on}, None


def _complaint(form: Form) -> str:
    """Which of the three boxes is to be filled in."""
    return {
        "number": _("会員証の番号を 書いてください。"),
        "offer": _("品ものを えらんでください。"),
        "day": _("日にちを えらんでください。"),
    }[next(iter(form.errors))]


def told(line: Line) -> str:
    """A line that went in: TSK-0005-9 · 3枚 · 11月20日(金)."""
    paid = line.paid
    if paid is None or paid.noted_on is None:
        return ""
    return f"{line.number} · {coins(paid.price)} · {day(paid.noted_on)}"
