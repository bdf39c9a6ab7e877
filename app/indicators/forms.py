"""The two forms, read: what is counted, and one number of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.events.models import FIELDS
from app.indicators import rules
from app.indicators.models import Indicator
from app.web.forms import Form, normalise

DECIMALS = ("0", "1", "2", "3")
Data = MultiDict[str, str]


def read_indicator(data: Data, *, decimals: int | None = None) -> tuple[Form, dict[str, Any]]:
    """`decimals`: of an indicator that has them already."""
    form = Form(data)
    facts: dict[str, Any] = {
        "field": form.choice("field", FIELDS),
        "name": form.text("name", most=40, required=True),
        "name_en": form.text("name_en", most=60),
        "about": form.text("about", most=200, lines=True),
        "about_en": form.text("about_en", most=300, lines=True),
        "unit": form.text("unit", most=20, required=True),
        "unit_en": form.text("unit_en", most=30),
    }
    chosen = str(decimals) if decimals is not None else form.choice("decimals", DECIMALS)
    facts["decimals"] = int(chosen) if chosen in DECIMALS else 0
    return form, facts | _target(form, facts["decimals"])


def _target(form: Form, decimals: int) -> dict[str, Any]:
    """A number and a day, or neither."""
    typed = [normalise(form.raw(name)) for name in ("target", "target_on")]
    if not any(typed):
        return {"target": None, "target_on": None}
    return {"target": _number(form, "target", decimals), "target_on": form.day("target_on")}


def read_value(data: Data, indicator: Indicator, today: date) -> tuple[Form, dict[str, Any]]:
    form = Form(data)
    day = form.day("day")
    if day is not None and day > today:
        form.complain("day", "value_future")
    return form, {
        "value": _number(form, "value", indicator.decimals),
        "day": day,
        "source": form.text("source", most=120, required=True),
        "estimated": form.raw("estimated") == "1",
    }


def _number(form: Form, name: str, decimals: int) -> int | None:
    value = rules.whole(normalise(form.raw(name)), decimals)
    if value is None:
        form.complain(name, "value_point" if decimals else "value_whole", decimals=decimals)
    return value
