"""The same act by many at the same instant, inside one process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from app.db import db
from app.errors import DomainError

MANY = 8


def all_at_once(app: Any, act: Callable[[], str]) -> list[str]:
    """What each of eight came to, sorted; a refusal by its code. Each has a session of its own."""
    came: list[str] = []
    ready = threading.Barrier(MANY)

    def one() -> None:
        with app.app_context():
            ready.wait()
            try:
                came.append(act())
            except DomainError as error:
                came.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came)
