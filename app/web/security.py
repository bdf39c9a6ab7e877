"""Where a request may come from, and the headers of every answer.

Unsafe requests come from our own pages: Fetch Metadata says so, or the Origin is the configured one. A browser that
sends neither needs the form's hidden field. (OWASP, Cross-Site Request Forgery Prevention: Fetch Metadata.)
"""

from __future__ import annotations

import base64
import hmac
import secrets

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from app.config import Config
from app.errors import Forbidden

SAFE = ("GET", "HEAD", "OPTIONS")
FIELD = "proof"
CHALLENGE = "challenge"  # the cookie that stands in for a sign-in before there is one
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'; report-uri /csp-reports"
)
CAMERA_POLICY = "; worker-src 'self' blob:; media-src 'self' blob:"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), "
    "geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
}


def init(app: Flask) -> None:
    app.before_request(refuse_foreign)
    app.after_request(add_headers)


def refuse_foreign() -> None:
    """Stop an unsafe request that another site may have caused. Raises Forbidden."""
    if request.method in SAFE or request.endpoint == "porch.csp_report":
        return
    config = current_app.extensions["config"]
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if origin == "null":
        origin = None
    if site is not None and site != "same-origin":
        raise Forbidden("foreign_request")
    if origin is not None and origin not in config.origins:
        raise Forbidden("foreign_request")
    if site is None and origin is None:
        check_field()


def check_field() -> None:
    """The hidden field must have been made for this very device. Raises Forbidden."""
    given = request.form.get(FIELD) or request.headers.get("X-Proof") or ""
    if not any(_matches(given, anchor) for anchor in _anchors()):
        raise Forbidden("form_expired")


def field_value() -> str:
    """The hidden field for this device: masked anew each time, so that compression tells nothing."""
    anchors = _anchors()
    if not anchors:
        g.new_challenge = secrets.token_urlsafe(32)
    mac = _mac(anchors[0] if anchors else g.new_challenge)
    mask = secrets.token_bytes(len(mac))
    return base64.urlsafe_b64encode(mask + bytes(a ^ b for a, b in zip(mask, mac, strict=True))).decode()


def csrf_field() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, field_value())


def challenge_cookie() -> str:
    """The challenge cookie's value, made now if the browser has none yet."""
    value = request.cookies.get(_config().cookie(CHALLENGE)) or g.get("new_challenge")
    if value is None:
        g.new_challenge = value = secrets.token_urlsafe(32)
    return value


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def _anchors() -> list[str]:
    """What the field is bound to: the sign-in's cookie, before sign-in the challenge's.

    Both count, so that a second tap on a form which signs one in is not refused after the first.
    """
    cookies, config = request.cookies, _config()
    known = (cookies.get(config.cookie("yui")), cookies.get(config.cookie(CHALLENGE)), g.get("new_challenge"))
    return [anchor for anchor in known if anchor]


def _mac(anchor: str) -> bytes:
    return hmac.digest(_config().key("csrf"), anchor.encode(), "sha256")[:20]


def _matches(given: str, anchor: str) -> bool:
    try:
        raw = base64.urlsafe_b64decode(given.encode())
    except ValueError:
        return False
    mask, masked = raw[:20], raw[20:]
    if len(mask) != len(masked):
        return False
    return hmac.compare_digest(bytes(a ^ b for a, b in zip(mask, masked, strict=True)), _mac(anchor))


def set_cookie(response: Response, name: str, value: str, *, days: float | None) -> None:
    """A cookie as this origin allows it: HttpOnly, Lax (a scanned code is a link from elsewhere), this host only."""
    config = _config()
    age = None if days is None else int(days * 86400)
    response.set_cookie(
        config.cookie(name), value, max_age=age, path="/", secure=config.https, httponly=True, samesite="Lax"
    )


def drop_cookie(response: Response, name: str) -> None:
    config = _config()
    response.delete_cookie(config.cookie(name), path="/", secure=config.https, httponly=True, samesite="Lax")


def add_headers(response: Response) -> Response:
    headers = response.headers
    given = {name.lower() for name in headers.keys()}  # noqa: SIM118 as pairs they would be what `in` looks through
    for name, value in HEADERS.items():
        if name.lower() not in given:
            headers.add(name, value)
    if g.get("uses_camera"):
        headers["Content-Security-Policy"] += CAMERA_POLICY
    if _config().https:
        headers["Strict-Transport-Security"] = "max-age=63072000"
    if "immutable" not in headers["Cache-Control"]:
        headers.add("Vary", "Cookie, HX-Request, Sec-Fetch-Site, Origin")
    if g.get("new_challenge"):
        set_cookie(response, CHALLENGE, g.new_challenge, days=None)
    return response
