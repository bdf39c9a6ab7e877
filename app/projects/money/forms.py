"""Reading an amount of yen as people write it: 12000, １２，０００, 12,000円, ¥12 000."""

from __future__ import annotations

import re

from app.projects.money.rules import MOST_YEN
from app.web.forms import Form, normalise

_YEN = re.compile(r"¥?([0-9]{1,9})円?")


def read_yen(form: Form, name: str, *, least: int = 1, most: int = MOST_YEN, required: bool = True) -> int | None:
    """The amount in a field; None, with a complaint, for what is none, and without where none is required."""
    text = normalise(form.raw(name)).replace(",", "").replace(" ", "")
    if not text and not required:
        return None
    found = _YEN.fullmatch(text)
    if found and least <= int(found[1]) <= most:
        return int(found[1])
    form.complain(name, "field_number", least=least, most=most)
    return None
