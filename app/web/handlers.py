"""Errors as pages: one sentence, the next step, and never a word about the inside."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Blueprint, Flask, Response, g, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import IntegerConverter

from app.db import db
from app.errors import DomainError
from app.web.access import Actor, actor, public
from app.web.layout import Templates
from app.web.pages import render_page
from app.web.sentences import sentence

log = logging.getLogger("yui")
blueprint = Blueprint("porch", __name__)
BY_STATUS = {
    400: "form_stale",
    401: "sign_in_first",
    403: "not_allowed",
    404: "not_found",
    405: "not_found",
    413: "too_large",
    415: "form_stale",
    429: "busy",
}
RETRY = ("40001", "40P01", "55P03")  # serialisation failure, deadlock, lock not available
ATTEMPTS = 4


class RowId(IntegerConverter):
    """A row's number in an address: so many digits that it always fits the 64 bits of a key."""

    regex = r"\d{1,18}"


def init(app: Flask) -> None:
    app.url_map.converters["int"] = RowId
    app.register_blueprint(blueprint)
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_error)
    app.register_error_handler(PoolTimeout, database_error)
    app.register_error_handler(Exception, broken)


class Yui(Flask):
    """Flask, but a request whose transaction lost against another (a deadlock, a lock) is run once more."""

    jinja_environment = Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook is asynchronous; Flask would look at each of them again with every request."""
        return func

    def dispatch_request(self) -> Any:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return super().dispatch_request()
            except DBAPIError as error:
                db.session.rollback()
                if attempt == ATTEMPTS or getattr(error.orig, "sqlstate", None) not in RETRY:
                    raise
                g.pop("actor", None)
        raise AssertionError("unreachable")


def error_page(code: str, status: int, **params: Any) -> Response:
    """The page of one refusal. Fragments get the sentence alone."""
    fragment = "errors/_error.html"
    with suppress(DomainError):  # the address may name nothing: then it gives nobody a role, and the page still comes
        actor()
    return render_page("errors/page.html", fragment=fragment, status=status, text=sentence(code, **params), code=code)


def domain_error(error: DomainError) -> Response:
    response = error_page(error.code, error.status, **error.params)
    if error.status == 429:
        response.headers["Retry-After"] = str(error.params.get("seconds", 60))
    return response


def http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if getattr(error, "description", "") and "host" in str(error.description).lower() and error.code == 400:
        return Response(sentence("wrong_host"), 400, content_type="text/plain; charset=utf-8")
    response = error_page(BY_STATUS.get(error.code, "not_found"), error.code)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.valid_methods or ())
    return response


def database_error(error: Exception) -> Response:
    """The database hangs or is gone: wait, nothing was done."""
    log.warning("database: %s", type(error).__name__)
    db.session.rollback()
    g.actor = Actor()  # who it was cannot be asked now
    response = error_page("busy", 503)
    response.headers["Retry-After"] = "2"
    return response


def broken(error: Exception) -> Response:
    """The last resort. The log names the place, never what was typed."""
    reference = secrets.token_hex(4).upper()
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    log.error("broken %s %s %s at %s", reference, request.url_rule, type(error).__name__, where)
    if g.get("raise_errors"):
        raise error
    db.session.rollback()
    return error_page("broken", 500, reference=reference)


@blueprint.post("/csp-reports")
@public
def csp_report() -> tuple[str, int]:
    """A browser tells of a blocked script or style; noted by kind only."""
    log.warning("csp report")
    return "", 204


@blueprint.get("/healthz/live")
@public
def live() -> tuple[str, int]:
    return "ok\n", 200


@blueprint.get("/healthz/ready")
@public
def ready() -> tuple[str, int]:
    """Ready means that the database answers."""
    db.session.execute(db.text("SELECT 1"))
    return "ok\n", 200
