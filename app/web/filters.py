"""Dates, amounts and names as people of either language read them, always in the region's time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, g
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app import clock

WEEKDAYS = "月火水木金土日"
EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
JAPANESE = re.compile(r"[\u3041-\u30fa\u30fd-\u30ff\u3400-\u9fff\uff66-\uff9f\U00020000-\U0002ffff]")
RUBY = re.compile(r"\{([^|{}]+)\|([^|{}]+)\}")
FSI, PDI = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
OWN = re.compile(f"{FSI}(.*?){PDI}")
WHOLE_DAY = timedelta(hours=23, minutes=59)
REIWA = 2018  # 令和1 is 2019
HOME_ZONE = "Asia/Tokyo"


class _Home:
    time_zone = HOME_ZONE


def init(app: Flask) -> None:
    dates = (day, day_long, local_date, month, month_long, moment, period, seal_day, time)
    words = (code4, coins, digits3, hours, in_language, lang_mark, own_words, plain, ruby, with_own_words)
    for shown in (*dates, *words):
        app.add_template_filter(shown)


def english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


def _local(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.local(g.get("region") or _Home(), value)
    return value


def local_date(value: datetime) -> date:
    """The region's calendar day of an instant."""
    return clock.local_day(g.get("region") or _Home(), value)


def day(value: datetime | date) -> str:
    """12月5日(土) / Sat 5 Dec."""
    d = _local(value)
    if english():
        return f"{EN_DAYS[d.weekday()]} {d.day} {EN_MONTHS[d.month - 1]}"
    return f"{d.month}月{d.day}日({WEEKDAYS[d.weekday()]})"


def day_long(value: datetime | date) -> str:
    """2026年12月5日(土) / Sat 5 Dec 2026."""
    d = _local(value)
    return f"{day(d)} {d.year}" if english() else f"{d.year}年{day(d)}"


def seal_day(value: datetime) -> str:
    """8.11.28: the year of 令和 and the day, as a date stamp prints them."""
    d = local_date(value)
    return f"{d.year - REIWA}.{d.month}.{d.day}"


def month(value: datetime | date) -> str:
    """11月 / Nov."""
    d = _local(value)
    return EN_MONTHS[d.month - 1] if english() else f"{d.month}月"


def month_long(value: datetime | date) -> str:
    """2026年11月 / Nov 2026."""
    year = _local(value).year
    return f"{month(value)} {year}" if english() else f"{year}年{month(value)}"


def time(value: datetime) -> str:
    """午前8時52分, 正午 / 8:52 am, noon."""
    t = _local(value).time()
    if (t.hour, t.minute) == (12, 0):
        return "noon" if english() else "正午"
    half, hour = ("am", "pm")[t.hour >= 12], t.hour % 12
    if english():
        return f"{hour or 12}:{t.minute:02} {half}"
    return f"{'午前' if half == 'am' else '午後'}{hour}時" + (f"{t.minute}分" if t.minute else "")


def moment(value: datetime) -> str:
    """12月5日(土) 午前10時."""
    return f"{day(value)} {time(value)}"


def period(start: datetime, end: datetime) -> str:
    """午前10時から 正午まで; 午前10時から 11時30分まで; 10:00 am to noon; a whole day is 一日中."""
    if end - start >= WHOLE_DAY:
        return _("一日中")
    if english():
        return f"{time(start)} to {time(end)}"
    first, last = time(start), time(end)
    if first[:2] == last[:2] and last != "正午" and first != "正午":
        last = last[2:]
    return f"{first}から {last}まで"


def coins(amount: int) -> str:
    """3枚 / 3 coins."""
    if english():
        return f"{amount:,} coin" if abs(amount) == 1 else f"{amount:,} coins"
    return f"{amount:,}枚"


def code4(code: str) -> str:
    """ABCD EFGH."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def digits3(digits: str) -> str:
    """418 207."""
    return f"{digits[:3]} {digits[3:]}"


def in_language(row: Any, name: str) -> Markup | str:
    """The row's text in the reader's language; Japanese on an English page is marked as such."""
    if english():
        return getattr(row, f"{name}_en", "") or own_words(getattr(row, name))
    return getattr(row, name)


def lang_mark(text: str | None) -> Markup | str:
    """The attribute that marks Japanese on an English page, for elements that hold nothing but `text`."""
    return Markup(' lang="ja"') if english() and JAPANESE.search(text or "") else ""


def own_words(text: str | None) -> Markup | str:
    """Text that a person wrote: never touched by htmx, and marked as Japanese on an English page."""
    return Markup("<span{} data-hx-ignore>{}</span>").format(lang_mark(text), text or "")


def isolated(text: str) -> str:
    """What a person wrote, on its way into one of our sentences: between Unicode's isolating marks (UAX 9)."""
    return f"{FSI}{text}{PDI}"


def with_own_words(sentence: str) -> Markup:
    """A sentence in which what people wrote stands isolated; on pages it is marked as theirs."""
    parts = OWN.split(sentence)
    return Markup("").join(own_words(part) if i % 2 else escape(part) for i, part in enumerate(parts))


def plain(row: Any, name: str) -> str:
    """As `in_language`, for places that hold no markup: titles, attributes, sentences."""
    translated = getattr(row, f"{name}_en", "") if english() else ""
    return str(translated or getattr(row, name))


def ruby(text: str) -> Markup:
    """{受付|うけつけ} with its reading above; on pages without ふりがな the kanji alone."""
    if not g.get("furigana"):
        return escape(RUBY.sub(r"\1", text))
    ruby_of = r"<ruby>\1<rp>(</rp><rt>\2</rt><rp>)</rp></ruby>"
    return Markup(RUBY.sub(ruby_of, str(escape(text))))  # noqa: S704 - escaped one call earlier


def hours(minutes: int) -> str:
    """1時間30分 / 1 h 30 min."""
    whole, rest = divmod(minutes, 60)
    if english():
        return " ".join(filter(None, (f"{whole} h" if whole else "", f"{rest} min" if rest else ""))) or "0 h"
    return ("" if not whole else _("%(n)s時間", n=whole)) + ("" if not rest else _("%(n)s分", n=rest)) or "0時間"
