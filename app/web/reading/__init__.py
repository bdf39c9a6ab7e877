"""The reading switch: language, text size, ふりがな, light and dark; kept in cookies, on every page, without
JavaScript.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask_babel import Babel
from markupsafe import Markup

from app.web.access import public
from app.web.pages import local_path
from app.web.reading import furigana
from app.web.security import set_cookie

CHOICES = {
    "language": ("ja", "en"),
    "size": ("m", "l", "xl"),
    "furigana": ("off", "on"),
    "theme": ("auto", "light", "dark", "sun"),  # sun: black on white, for a screen outdoors
}

blueprint = Blueprint("reading", __name__)


def init(app: Flask) -> None:
    Babel(app, locale_selector=language, default_locale="ja", default_domain="messages")
    app.register_blueprint(blueprint)
    app.before_request(_note_furigana)
    app.after_request(furigana.put)
    app.add_template_global(attributes, "reading")


def language() -> str:
    """The reader's choice, else what the browser prefers; Japanese when in doubt."""
    chosen = chosen_or("language", "")
    return chosen or request.accept_languages.best_match(CHOICES["language"], "ja") if request else "ja"


def chosen_or(name: str, default: str) -> str:
    value = request.cookies.get(current_app.extensions["config"].cookie(name), default) if request else default
    return value if value in CHOICES[name] else default


def attributes(accent: str | None = None) -> Markup:
    """Of a page's root element, beside its language: how this reader reads, and the colours of the region."""
    accent = accent or str(getattr(g.get("region"), "accent", "ume"))
    return _attributes(chosen_or("size", "m"), chosen_or("theme", "auto"), accent, bool(g.get("furigana")))


@lru_cache(maxsize=256)
def _attributes(size: str, theme: str, accent: str, has_furigana: bool) -> Markup:
    words = Markup('data-size="{}" data-theme="{}" data-accent="{}"').format(size, theme, accent)
    return words + (furigana.ASKS if has_furigana else "")


def _note_furigana() -> None:
    g.furigana = chosen_or("furigana", "off") == "on" and language() == "ja"


@blueprint.post("/language")
@public
def choose() -> Response:
    """Keep the one choice that was pressed and go back to where it was pressed."""
    response = redirect(local_path(request.form.get("next")), 303)
    for name, options in CHOICES.items():
        if (value := request.form.get(name)) in options:
            set_cookie(response, name, value, days=400)  # type: ignore[arg-type]  # Flask makes it its own
    return response  # type: ignore[return-value]  # Flask makes it its own
