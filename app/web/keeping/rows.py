"""Rows as this worker read them a moment ago: those that every request asks for, and that change by hand, if ever.

Nothing that belongs to one person is kept. What is kept belongs to no database session, so that the threads of a
worker may share it; nobody changes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import current_app

SECONDS = 5.0
MOST = 1000  # rows of one kind
Kept = TypeVar("Kept")


def kept(kind: str, name: Hashable, read: Callable[[], Kept]) -> Kept:
    """What `read()` answers, or answered in the last five seconds; what it raises is not kept.

    Tests change databases under one app, so for them it is read each time.
    """
    known, now = _known(kind), time.monotonic()
    read_at, value = known.get(name, (now - SECONDS, None))
    if now - read_at < SECONDS and not current_app.extensions["config"].testing:
        return value
    value = read()
    if len(known) >= MOST:
        known.clear()
    known[name] = now, value
    return value


def forget(kind: str, name: Hashable) -> None:
    """This worker has changed it; the others notice within five seconds."""
    _known(kind).pop(name, None)


def _known(kind: str) -> dict[Any, tuple[float, Any]]:
    found: dict[Any, tuple[float, Any]] = current_app.extensions.setdefault(f"kept_{kind}", {})
    return found
