"""How hours are told: their state, who may confirm them, what confirming them gave."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.hours.confirming import Confirmed
from app.hours.models import HoursEntry
from app.issuing.rules import Limit
from app.members.models import Membership
from app.web.filters import coins, day, hours, isolated, with_own_words

STATES = {
    "waiting": _l("確認まち"),
    "confirmed": _l("確認ずみ"),
    "returned": _l("さしもどされました"),
    "withdrawn": _l("とりさげました"),
}
ROLES = {
    "host": _l("主催の人"),
    "together": _l("その場にいた人"),
    "named": _l("いっしょにいた人"),
    "steward": _l("世話役"),
    "office": _l("事務局"),
    "own": _l("本人"),
    "confirmed": _l("確認した人"),
}
WHY = {
    "host": _l("あなたの行事です"),
    "together": _l("あなたも そこにいました"),
    "named": _l("あなたと いっしょでした"),
    "steward": _l("世話役として"),
    "office": _l("事務局として"),
}
MARKS = {"confirmed": "closed", "returned": "two"}  # the knot of a state; any other is open


def state_words(entry: HoursEntry) -> str:
    """確認まち; what was corrected says so."""
    if entry.minutes < 0:
        return _("なおした記録")
    return _("なおしました") if entry.reversed else str(STATES[entry.state])


def mark(entry: HoursEntry) -> str:
    """The knot that stands before it."""
    return MARKS.get(entry.state, "open")


def role_words(role: str) -> str:
    """As what somebody confirmed or corrected it."""
    return str(ROLES.get(role, ""))


def why_words(role: str) -> str:
    """Why the reader may confirm it."""
    return str(WHY[role])


def length(minutes: int) -> str:
    """1時間30分; what takes hours back with its sign."""
    return hours(minutes) if minutes >= 0 else f"−{hours(-minutes)}"


def waits_for(entry: HoursEntry, named: Membership | None, amount: int) -> Markup:
    """みのるさんが 確認すると 1枚: who confirms it, and what it may earn then."""
    if named is not None and named.name and amount:
        return with_own_words(_("%(name)sさんが 確認すると %(n)s", name=isolated(named.name), n=coins(amount)))
    if named is not None and named.name:
        return with_own_words(_("%(name)sさんの 確認を まっています", name=isolated(named.name)))
    if entry.event_id is not None:
        return with_own_words(_("その場にいた人か 主催の人の 確認を まっています"))
    if amount:
        return with_own_words(_("世話役か 事務局の人が 確認すると %(n)s", n=coins(amount)))
    return with_own_words(_("世話役か 事務局の人の 確認を まっています"))


def no_coins(entry: HoursEntry, amount: int) -> str:
    """Why it brings no coins, or nothing."""
    if entry.event_id is not None:
        return _("コインは 行事のほうで わたします。")
    if entry.paid:
        return _("有償の活動は、時間だけを 記録します。コインは ありません。")
    return "" if amount else _("この活動には コインは ありません。時間は 記録に のこります。")


def capped(limit: Limit) -> str:
    """Why fewer coins came than the work earns."""
    return {
        "day": _("1日にもらえる数に なりました。時間の記録は のこっています。"),
        "year": _("1年度にもらえる数に なりました。時間の記録は のこっています。"),
        "budget": _("ことしのコインは もう のこっていません。時間の記録は のこっています。"),
    }[limit]


def given(done: Confirmed) -> str:
    """What confirming it gave: 1枚を わたしました."""
    if done.earned is None:
        return _("コインの ない活動です。") if done.entry.event_id is None else _("コインは 行事のほうで わたします。")
    said = _("%(n)sを わたしました。", n=coins(done.earned.amount)) if done.earned.amount else ""
    return " ".join(part for part in (said, capped(done.earned.limited_by) if done.earned.limited_by else "") if part)


def day_options(today: date, days: list[date]) -> list[tuple[str, str]]:
    """(value, name) of the days that the form offers: きょう, きのう, and further back by date."""
    told = {0: _("きょう"), 1: _("きのう")}
    return [(one.isoformat(), told.get((today - one).days) or day(one)) for one in days]
