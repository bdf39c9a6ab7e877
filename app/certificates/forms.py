"""Reading the form of a new certificate, and what it offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.certificates import queries
from app.certificates.rules import VISIBILITIES
from app.certificates.service import Scope
from app.members.models import Membership
from app.records.words import fiscal_year
from app.regions.models import Region
from app.web.filters import hours, own_words, plain
from app.web.forms import Form

Option = tuple[str, str, str | None]


@dataclass(frozen=True)
class Asked:
    """What the form asks for."""

    scope: Scope
    named: bool
    words: bool
    visibility: str


def scopes(region: Region, whose: Membership) -> list[Option]:
    """What may be certified: each 年度, each project, any days. None without confirmed hours."""
    years = [(f"year-{year}", fiscal_year(year), _told(done)) for year, done in queries.years(region, whose)]
    projects = [
        (f"project-{project.id}", plain(project, "title"), _told(done)) for project, done in queries.projects(whose)
    ]
    return [*years, *projects, ("days", _("日にちを きめる"), _("下の らんで えらびます"))] if years else []


def _told(done: queries.Sum) -> str:
    """12時間30分 · 5回."""
    return f"{hours(done.minutes)} · {ngettext('%(num)s回', '%(num)s回', done.times)}"


def names(whose: Membership) -> list[Option]:
    """How somebody may be called on it."""
    both = (("name", own_words(whose.name), None), ("number", whose.number or "", _("名前は のせません")))
    return [one for one in both if one[1]]


def audiences() -> list[Option]:
    """(value, name, what it means) of each."""
    return [
        ("public", _("だれでも"), _("さがす サイトにも のることが あります。")),
        ("link", _("リンクを 知っている人"), _("あなたが QRか アドレスを わたした人だけです。")),
        ("private", _("わたしだけ"), _("わたした紙の QRからも 見えません。事務局の人には 見えます。")),
    ]


def read(form: Form, options: list[Option], today: date) -> Asked:
    """What was asked for; what is wrong stands in `form.errors`."""
    what = form.choice("what", [value for value, *_rest in options])
    kind, _dash, number = what.partition("-")
    chosen = int(number) if number.isdigit() and form.ok else None
    first = last = None
    if what == "days":
        first, last = form.day("first"), form.day("last")
        _compare(form, first, last, today)
    scope = Scope(kind, chosen if kind == "year" else None, chosen if kind == "project" else None, first, last)
    named = form.choice("named", ("name", "number")) == "name"
    visibility = form.choice("visibility", VISIBILITIES)
    return Asked(scope, named, form.raw("words") == "1", visibility)


def _compare(form: Form, first: date | None, last: date | None, today: date) -> None:
    if first is None or last is None:
        return
    if last < first:
        form.complain("last", "field_order")
    elif last > today:
        form.complain("last", "value_future")


def link(code: str) -> str:
    """The address that its QR carries: capitals, so that the code stays small."""
    return url_for("codes.show", code=code, _external=True)


def shown(form: Form | None, options: list[Option]) -> dict[str, Any]:
    """What stands in the form: what was typed, or a start that needs no typing."""
    start = {"what": options[0][0] if options else "", "named": "name", "visibility": "link"}
    return {"values": start | (form.values if form else {}), "errors": form.sentences if form else {}}
