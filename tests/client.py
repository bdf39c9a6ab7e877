"""The client of view tests: a browser's habits without a browser."""

from __future__ import annotations

import contextvars
from typing import Any

from flask import got_request_exception, request_started
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db


class Client(FlaskClient):
    """Each request runs as it would on a server: in a context of its own, not in the test's.

    It says that it comes from our own pages (`foreign=True` leaves that out). An error that the app did not
    foresee is raised in the test instead of shown as a page (`raises = False` lets the page through).
    """

    raises = True

    def open(self, *args: Any, foreign: bool = False, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", None) or {})
        if not foreign:
            headers.setdefault("Sec-Fetch-Site", "same-origin")
        db.session.rollback()  # what the test has read ends here, so that it sees afterwards what was done
        errors: list[Exception] = []

        def note(_: Any, exception: Exception) -> None:
            errors.append(exception)

        broken = got_request_exception.connected_to(note, self.application)
        with broken, request_started.connected_to(self._let_errors_out, self.application):
            response = contextvars.Context().run(super().open, *args, headers=headers, **options)
        if errors and self.raises:
            raise errors[0]
        return response

    def _let_errors_out(self, *_: Any, **__: Any) -> None:
        from flask import g

        g.raise_errors = self.raises
