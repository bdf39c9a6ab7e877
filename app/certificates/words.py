"""Certificates in words, in the reader's language: what was done, by whom it was confirmed, who may see it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.certificates.rules import Shown
from app.events.words import field_name
from app.web.filters import day_long, english, month, own_words

ROLES = {
    "resident": _l("住民の会員"),
    "member": _l("会員"),
    "host": _l("主催の人"),
    "steward": _l("世話役"),
    "office": _l("事務局"),
}
SEEN_BY = {
    "public": _l("だれでも"),
    "link": _l("リンクを 知っている人"),
    "private": _l("わたしだけ"),
}


def title(shown: Shown) -> Markup | str:
    """The project or gathering; of other work only its field."""
    own, translated = shown.titles["title"], shown.titles["title_en"]
    if not own:
        return _("%(field)sの 活動", field=field_name(shown.titles["field"]))
    return translated if english() and translated else own_words(own)


def roles(shown: Shown) -> str:
    """住民の会員 · 世話役."""
    return " · ".join(str(ROLES[role]) for role in shown.roles)


def days(shown: Shown) -> str:
    """One day, or from the first to the last."""
    if shown.first == shown.last:
        return day_long(shown.first)
    return _("%(first)s から %(last)s まで", first=day_long(shown.first), last=day_long(shown.last))


def span(shown: Shown) -> str:
    """The same in a column of the sheet: 2026.8.20–2026.11.28 / 20 Aug 2026 – 28 Nov 2026."""
    first, last = (_short(one) for one in (shown.first, shown.last))
    return first if shown.first == shown.last else f"{first} – {last}"


def _short(one: date) -> str:
    return f"{one.day} {month(one)} {one.year}" if english() else f"{one.year}.{one.month}.{one.day}"


def seen_by(visibility: str) -> str:
    """だれでも."""
    return str(SEEN_BY[visibility])


def holder(told: dict[str, Any]) -> Markup | str:
    """The name that was chosen, or the member's number alone."""
    holder = told["holder"]
    return own_words(holder["name"]) if holder["name"] else str(holder["number"])
