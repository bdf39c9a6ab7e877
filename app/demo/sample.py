"""The sample data as it is told in `data/*.toml`, and the one decision about it: how far its days move. Pure."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

NEXT = "E05"  # the gathering that is always near: the others keep their distance from it
NOTICE = timedelta(days=3)
WEEK = timedelta(weeks=1)


@cache
def told(name: str) -> dict[str, Any]:
    """One file of data: `regions`, `shops` or `events` (which also tells what was bought)."""
    return tomllib.loads((Path(__file__).parent / "data" / f"{name}.toml").read_text())


def shift(today: date) -> timedelta:
    """Whole weeks that put the next gathering on its first Saturday at least three days after `today`."""
    first = next(event["day"] for event in told("events")["events"] if event["id"] == NEXT)
    weeks = -(-(today + NOTICE - first) // WEEK)
    return weeks * WEEK
