"""What an entry of the books means to the person whose it is, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from markupsafe import Markup

from app.shops.queries import Sale
from app.web.filters import day, english, in_language

EN_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history, by the operation's `seq`. `amount` is signed; `undone` lines are struck through."""

    seq: int
    at: datetime
    text: str
    what: Markup | str
    amount: int
    undone: bool


def until(day: date) -> str:
    """The last day of a coin: 3月31日 / 31 March."""
    return f"{day.day} {EN_MONTHS[day.month - 1]}" if english() else f"{day.month}月{day.day}日"


def until_long(day: date) -> str:
    """2027年3月31日 / 31 March 2027."""
    return f"{until(day)} {day.year}" if english() else f"{day.year}年{until(day)}"


def meaning(kind: str, reference: str | None, *, is_reversal: bool) -> str:
    """What happened, in a few words; what it happened with is said beside it."""
    room = (reference or "").partition(":")[0]
    if is_reversal:
        return _("とりけしました")
    if kind == "expiry":
        return _("使える日が すぎました")
    if kind == "carried":
        return _("紙のスタンプ帳から うつしました")
    if room == "event":
        return _("行事に来ました")
    if room == "place":
        return _("場所に来ました")
    if room == "redemption":
        return _("つかいました")
    return _("コインが 動きました")


def sold(sale: Sale) -> Markup:
    """What went over which counter; of a paper slip also its own day."""
    what = Markup("{} · {}").format(in_language(sale.offer, "name"), in_language(sale.shop, "name"))
    noted = sale.redemption.noted_on
    return what if noted is None else what + Markup(" · {}").format(_("紙のひかえ %(day)s", day=day(noted)))
