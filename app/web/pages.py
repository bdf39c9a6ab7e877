"""Answering: a page, a fragment of it, or «done»."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Response, current_app, g, make_response, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup

from app.db import uuid7
from app.web.security import drop_cookie, set_cookie

SAID = "said"  # the cookie that carries one sentence over a redirect
PACK_FROM = 1000  # bytes; a packet of the network holds less than that anyway


def render_page(template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """The whole page; only its fragment where htmx asked for a part."""
    name = fragment if fragment and wants_fragment() else template
    response = make_response(render_template(name, **context), status)
    if "said" in g:
        drop_cookie(response, SAID)
    return response


def rendered(template: str, **context: Any) -> Markup:
    """A part of a page that another room's page shows: a template of ours, with its escapes."""
    return Markup(render_template(template, **context))  # noqa: S704 - our own template


def absolute(path: str) -> str:
    """One of our paths as paper, other machines and other people's pages need it."""
    return f"{current_app.extensions['config'].origin}{path}"


def wants_fragment() -> bool:
    """Whether htmx asked for a part of the page (a boosted link or Back wants all of it)."""
    asked = request.headers
    return asked.get("HX-Request") == "true" and asked.get("HX-Request-Type", "partial") == "partial"


def done(url: str, *, toast: str | None = None) -> Response:
    """See other: the act is over, the next page shows it. `toast` is one sentence that is read out there."""
    response = redirect(url, 303)
    if toast:
        set_cookie(response, SAID, _signer().dumps(toast), days=1 / 1440)  # type: ignore[arg-type]  # Flask makes it its own
    return response  # type: ignore[return-value]  # Flask makes it its own


def said() -> str | None:
    """The sentence that the last act left for this page."""
    if "said" not in g:
        cookie = request.cookies.get(current_app.extensions["config"].cookie(SAID))
        if not cookie:
            return None
        try:
            g.said = _signer().loads(cookie, max_age=60)
        except BadSignature:
            g.said = None
    return g.said


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["config"].key("said"))


def local_path(url: str | None, default: str = "/") -> str:
    """`url` if it stays on this site, else `default`: what a link may name as the page to go back to."""
    if not url or len(url) > 500:
        return default
    for form in (url, unquote(url.split("?")[0])):
        if (
            not form.startswith("/")
            or form[1:2] in ("/", "\\")
            or "\\" in form
            or any(c <= " " or c == "\x7f" for c in form)
        ):
            return default
        if "//" in form.split("?")[0] or "/../" in form or "／" in form or "@" in form.split("?")[0]:
            return default
        parts = urlsplit(form)
        if parts.scheme or parts.netloc:
            return default
    return url


def pack(response: Response) -> Response:
    """A page as gzip, where the browser reads it: it has to cross one bar of signal.

    What a page holds secret is masked or drawn anew, and nothing that an address brings is packed together with
    it: lengths tell nothing about it (BREACH, 2013).
    """
    if response.mimetype != "text/html" or response.is_streamed:
        return response
    response.headers["Vary"] = ", ".join(filter(None, (response.headers.get("Vary"), "Accept-Encoding")))
    page = response.get_data()
    if len(page) >= PACK_FROM and not request.query_string and request.accept_encodings.quality("gzip"):
        response.set_data(gzip.compress(page, 4, mtime=0))
        response.content_encoding = "gzip"
    return response


def new_key() -> str:
    """The idempotency key of a form that is shown now."""
    return uuid7()
