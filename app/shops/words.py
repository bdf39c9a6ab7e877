"""How often and how many, in words, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.members.models import Membership
from app.shops.models import Offer, Redemption
from app.shops.queries import Goods
from app.web.filters import moment, time

MANY = 10  # from here on the number helps nobody


def limit(offer: Offer) -> str | None:
    """How many of it one person may have; None without a limit."""
    n = offer.limit
    if n is None:
        return None
    return {
        "total": ngettext("おひとり %(num)sつまで", "おひとり %(num)sつまで", n),
        "day": ngettext("おひとり 1日に %(num)sつまで", "おひとり 1日に %(num)sつまで", n),
        "week": ngettext("おひとり 1週間に %(num)sつまで", "おひとり 1週間に %(num)sつまで", n),
        "month": ngettext("おひとり 1か月に %(num)sつまで", "おひとり 1か月に %(num)sつまで", n),
        "year": ngettext("おひとり 1年度に %(num)sつまで", "おひとり 1年度に %(num)sつまで", n),
    }[offer.limit_period]


def stock(goods: Goods) -> str | None:
    """How many there still are, where it is few; None if nobody has to hurry, or comes too late."""
    n = goods.left
    if n is None or not 0 < n < MANY:
        return None
    return {
        "total": ngettext("あと %(num)sつ", "あと %(num)sつ", n),
        "day": ngettext("きょうは あと %(num)sつ", "きょうは あと %(num)sつ", n),
        "week": ngettext("今週は あと %(num)sつ", "今週は あと %(num)sつ", n),
        "month": ngettext("今月は あと %(num)sつ", "今月は あと %(num)sつ", n),
        "year": ngettext("今年度は あと %(num)sつ", "今年度は あと %(num)sつ", n),
    }[goods.offer.stock_period]


def again(period: str) -> str | None:
    """When what is sold out will be there again; None if nobody knows."""
    return {
        "day": _("あした また 出ます。"),
        "week": _("つぎの日曜日に また 出ます。"),
        "month": _("来月 また 出ます。"),
        "year": _("4月に また 出ます。"),
    }.get(period)


def way(redemption: Redemption) -> str:
    """How the counter knew whose coins these were."""
    return {
        "scan": _("スマホのコード"),
        "digits": _("6けたの番号"),
        "card": _("会員証"),
        "sticker": _("お店のシール"),
        "paper": _("紙のひかえ"),
    }.get(redemption.way or "", "")


def customer(membership: Membership) -> str:
    """On lists that stay: the number on the card, never the name."""
    return membership.number or _("お客さま")


def code_label() -> str:
    """What a screen reader says of the customer's QR."""
    return _("お店の人に 見せるコード")


def next_step(code: str) -> str | None:
    """What the counter does after a refusal whose own sentence does not say it."""
    return {
        "code_used": _("お客さまに 新しい番号を 出してもらってください。"),
        "code_elsewhere": _("お客さまに お店の名前を 見てもらってください。"),
        "account_frozen": _("お客さまに 事務局へ 電話してもらってください。"),
    }.get(code)


def spoken(params: dict[str, Any], region: clock.HasZone, at: datetime) -> dict[str, Any]:
    """A refusal's params as its sentence takes them: instants by hour, by day too if not today."""
    said = dict(params)
    for name, value in params.items():
        if isinstance(value, datetime):
            is_today = clock.local_day(region, value) == clock.local_day(region, at)
            said[name] = time(value) if is_today else moment(value)
    return said
