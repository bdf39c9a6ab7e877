"""What race tests do to the app inside the server's own process, so that they see what they look for."""

from __future__ import annotations

import random
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.config import ROOT

CHILD = Path(__file__).with_name("child")
LONGEST = 0.06  # seconds


def environment(*names: str) -> dict[str, str]:
    """The environment of a server in which these are done."""
    return {"PYTHONPATH": f"{CHILD}:{ROOT}", "RACE_BREAKAGES": " ".join(names)}


def slow_answers() -> None:
    """Answers leave late: a worker that is killed has often done what it never tells."""
    from app.web.handlers import Yui

    dispatch = Yui.dispatch_request

    def slowly(self: Yui) -> Any:
        answer = dispatch(self)
        time.sleep(random.uniform(0, LONGEST))
        return answer

    Yui.dispatch_request = slowly  # type: ignore[method-assign]  # on purpose


def forgets_keys() -> None:
    """Each form is taken for a new one, as if it had no key and nobody looked whether it had come before."""
    from app.checkins import service
    from app.db import uuid7

    check_in, read = service.check_in, service._read_event

    def as_new(**arguments: Any) -> service.Arrival:
        return check_in(**{**arguments, "key": uuid7()})

    service.check_in = as_new
    service._read_event = lambda *asked: SimpleNamespace(**{**read(*asked)._mapping, "same_id": None})
