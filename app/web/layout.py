"""What every template may use without being given it."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g, request
from flask_babel import get_locale, get_translations
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from app import clock
from app.web import access, assets, filters, pages, reading, security


def init(app: Flask) -> None:
    app.context_processor(context)
    app.add_template_global(assets.url, "asset")
    app.add_template_global(access.may, "may")
    app.add_template_global(access.is_fresh, "is_fresh")
    app.add_template_global(security.csrf_field, "csrf_field")
    app.add_template_global(hidden_key, "hidden_key")
    app.add_template_global(translated, "_")
    app.add_template_global(counted, "ngettext")


def translated(text: str, **values: Any) -> Markup:
    """`_()` of templates, without the detours of Jinja's own: a page has dozens of sentences."""
    return _filled(_catalogue(get_locale()).ugettext(text), values)


def counted(one: str, many: str, num: int, **values: Any) -> Markup:
    """`ngettext()` of templates: the sentence for this number, which stands in it as `%(num)s`."""
    return _filled(_catalogue(get_locale()).ungettext(one, many, num), {"num": num, **values})


def _filled(text: str, values: dict[str, Any]) -> Markup:
    words = Markup(text)  # noqa: S704 the catalogue's words are ours
    return words % values if values or "%" in words else words


@cache
def _catalogue(_language: Locale | None) -> NullTranslations:
    return get_translations()


def hidden_key(key: str | None = None) -> Markup:
    """The form's idempotency key; give the old one again when a form is shown with its errors."""
    return Markup('<input type="hidden" name="key" value="{}">').format(key or pages.new_key())


def context() -> dict[str, Any]:
    return {
        "region": g.get("region"),
        "actor": access.actor(),
        "language": "en" if filters.english() else "ja",
        "text_size": reading.chosen_or("size", "m"),
        "theme": reading.chosen_or("theme", "auto"),
        "is_demo": current_app.extensions["is_demo"](),
        "now": clock.now(),
        "said": pages.said(),
        "on_network": current_app.extensions["config"].on_network,
        "origin": current_app.extensions["config"].origin,
        "here": _here(),
    }


def _here() -> str:
    """The page to come back to after a change of language; a form names it, if it can be read at all."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    try:
        return request.form.get("back", "/")
    except HTTPException:  # too large: the page that says so is still to come
        return "/"
