"""Changes and rules in words, in the reader's language."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from app.office.queries import Asked
from app.office.service import TERMS
from app.shops.models import KINDS, PERIODS
from app.web.filters import coins, day_long, english, hours, isolated

Line = tuple[str, str, str]  # what, before, after


def term(name: str) -> str:
    """What a rule's number is called."""
    return {
        "one_coin_minutes": _("1枚になる時間"),
        "two_coins_minutes": _("2枚になる時間"),
        "day_cap": _("1日に もらえる数"),
        "year_cap": _("1年度に もらえる数"),
    }[name]


def amount(name: str, value: int) -> str:
    """90 minutes as 1時間30分, a cap as 50枚."""
    return hours(value) if name.endswith("minutes") else coins(value)


def title(asked: Asked, subject: str) -> str:
    """What a change is about, in one line; `subject` is the name of a programme or a place."""
    name = isolated(subject)
    return {
        "rule": _("%(name)sの きまりを 変える", name=name),
        "budget": _("%(name)sの 予算を きめる", name=name),
        "programme": _("コインの しくみ「%(name)s」を つくる", name=name),
        "place": _("%(name)sに 来た人への コインを かえる", name=name),
    }[asked.change.kind]


def lines(asked: Asked) -> list[Line]:
    """What changes, before and after; what stays is left out."""
    wish, before = asked.body["wish"], asked.body["before"]
    found: list[Line] = []
    if "valid_from" in wish:
        found.append((_("はじまる日"), "", day_long(date.fromisoformat(wish["valid_from"]))))
    for name in TERMS:
        if name in wish and wish[name] != before.get(name):
            old = amount(name, before[name]) if name in before else ""
            found.append((term(name), old, amount(name, wish[name])))
    if "cap" in wish:
        old = coins(before["cap"]) if before.get("cap") is not None else ""
        found.append((_("%(year)sの予算", year=fiscal_year(wish["fiscal_year"])), old, coins(wish["cap"])))
    if "coins" in wish:
        found.append((_("来た人に"), of_visit(before["coins"]), of_visit(wish["coins"])))
    return found


def of_visit(given: int) -> str:
    """What a place gives to whoever comes."""
    return _("来たら 1枚") if given else _("コインは なし")


def fiscal_year(year: int) -> str:
    """2026年度 / FY2026."""
    return f"FY{year}" if english() else f"{year}年度"


def state(name: str) -> str:
    return {
        "open": _("もう一人を 待っています"),
        "accepted": _("きまりました"),
        "refused": _("ことわりました"),
        "withdrawn": _("とりさげました"),
    }[name]


def kinds() -> list[tuple[str, str, None]]:
    """Goods or an experience, for the form."""
    names = {"goods": _("品もの"), "experience": _("体験")}
    return [(kind, names[kind], None) for kind in KINDS]


def periods() -> list[tuple[str, str]]:
    """Within what stock and limits count, for the form."""
    names = {
        "total": _("ぜんぶで"),
        "day": _("1日に"),
        "week": _("1週間に"),
        "month": _("1か月に"),
        "year": _("1年度に"),
    }
    return [(period, names[period]) for period in PERIODS]


def facts(row: object, names: tuple[str, ...]) -> dict[str, str]:
    """A row's values as a form shows them: nothing for None."""
    values = {name: getattr(row, name) for name in names}
    return {name: "" if value is None else str(value) for name, value in values.items()}
