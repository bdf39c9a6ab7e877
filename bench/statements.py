"""How many SQL statements one request sends, without those that begin and end a transaction."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from app.db import db


def count(app: Flask, request: bytes) -> int:
    """Send one of the load's requests inside this process."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        client = app.test_client(use_cookies=False)
        builder = EnvironBuilder(
            path=path, method=method, headers=headers, data=body, base_url=app.extensions["config"].origin
        )
        status = client.open(builder).status_code
    finally:
        event.remove(engine, "before_cursor_execute", note)
    if status >= 400:
        raise RuntimeError(f"{method} {path}: {status}")
    return len(seen)
