"""The forms of the office, read: one sentence beside each field that cannot stay."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.office import rules
from app.office.service import TERMS
from app.places import rules as places
from app.places.rules import Hours
from app.shops.models import KINDS, PERIODS
from app.shops.rules import SENTENCE
from app.shops.upkeep import Facts
from app.web.forms import Form

PHONE = re.compile(r"\+?[0-9]+(?:[-() ]+[0-9]+)*")
STRETCHES = (0, 1)  # of one day: with a rest at noon there are two
MOST_COINS = 1_000_000
Data = MultiDict[str, str]


def read_shop(data: Data) -> tuple[Form, dict[str, str]]:
    form = Form(data)
    return form, {
        "name": form.text("name", most=40, required=True),
        "name_en": form.text("name_en", most=60),
        "place": form.text("place", most=60),
        "place_en": form.text("place_en", most=80),
        "phone": _phone(form),
        "thanks": form.text("thanks", most=SENTENCE),
        "thanks_en": form.text("thanks_en", most=SENTENCE),
    }


def read_offer(data: Data) -> tuple[Form, Facts]:
    form = Form(data)
    return form, {
        "name": form.text("name", most=40, required=True),
        "name_en": form.text("name_en", most=60),
        "story": form.text("story", most=200, lines=True),
        "story_en": form.text("story_en", most=300, lines=True),
        "kind": form.choice("kind", KINDS),
        "price": form.integer("price", least=1, most=50),
        "stock": form.integer("stock", least=0, most=99_999, required=False),
        "stock_period": form.choice("stock_period", PERIODS),
        "limit": form.integer("limit", least=1, most=999, required=False),
        "limit_period": form.choice("limit_period", PERIODS),
    }


def read_place(data: Data, shop_ids: set[int]) -> tuple[Form, dict[str, Any]]:
    """`shop_ids`: the counters to choose from."""
    form = Form(data)
    counter = form.choice("shop", {"", *map(str, shop_ids)})
    texts = {"name_en": 60, "about": 200, "about_en": 300, "address": 80, "address_en": 100}
    texts |= {"pickup": 60, "pickup_en": 80}
    return form, {
        "name": form.text("name", most=40, required=True),
        **{name: form.text(name, most=most) for name, most in texts.items()},
        "phone": _phone(form),
        "shop_id": int(counter) if counter and form.ok else None,
    }


def read_visit_coins(data: Data) -> tuple[Form, dict[str, int]]:
    """What a place gives to whoever comes."""
    form = Form(data)
    return form, {"coins": int(form.choice("coins", ("0", "1")) == "1")}


def read_hours(data: Data) -> tuple[Form, list[Hours]]:
    """The week: at most two stretches a day; a day without any is a day of rest."""
    form, week = Form(data), list[Hours]()
    for weekday in range(7):
        day = {number: one for number in STRETCHES if (one := _stretch(form, weekday, number)) is not None}
        if fault := places.fault(list(day.values())):
            form.complain(f"closes_{weekday}_{max(day)}", fault)
        week += day.values()
    return form, week


def _stretch(form: Form, weekday: int, number: int) -> Hours | None:
    names = [f"{part}_{weekday}_{number}" for part in ("opens", "closes")]
    typed = [form.raw(name).strip() for name in names]
    if not any(typed):
        return None
    if not all(typed):
        form.complain(names[typed.index("")], "hours_half")
        return None
    opens, closes = (form.time(name) for name in names)
    if opens is None or closes is None:
        return None
    return Hours(weekday, f"{opens:%H:%M}", f"{closes:%H:%M}")


def read_closed_day(data: Data, today: date) -> tuple[Form, date | None, str]:
    form = Form(data)
    day, reason = form.day("day"), form.text("reason", most=40)
    if day is not None and day < today:
        form.complain("day", "field_past")
    return form, day, reason


def read_region(data: Data) -> tuple[Form, dict[str, Any]]:
    form = Form(data)
    return form, {
        "about": form.text("about", most=200, lines=True),
        "about_en": form.text("about_en", most=300, lines=True),
        "phone": _phone(form),
        "opens_before_minutes": form.integer("opens_before_minutes", least=0, most=1440),
        "closes_after_minutes": form.integer("closes_after_minutes", least=0, most=1440),
        "arrivals_per_step": form.integer("arrivals_per_step", least=1, most=1000),
    }


def read_rule(data: Data) -> tuple[Form, dict[str, Any]]:
    """How many coins for what, and from which day."""
    form = Form(data)
    minutes = {name: form.integer(name, least=1, most=1440) for name in TERMS[:2]}
    caps = {name: form.integer(name, least=1, most=1000) for name in TERMS[2:]}
    day, terms = form.day("valid_from"), minutes | caps
    if form.ok and (fault := rules.fault(**{name: terms[name] or 0 for name in TERMS})):
        form.complain(*fault)
    return form, terms | {"valid_from": day.isoformat() if day else ""}


def read_budget(data: Data, years: tuple[int, ...]) -> tuple[Form, dict[str, Any]]:
    form = Form(data)
    year = form.choice("fiscal_year", [str(one) for one in years])
    return form, {
        "fiscal_year": int(year) if form.ok else 0,
        "cap": form.integer("cap", least=0, most=MOST_COINS),
    }


def read_programme(data: Data, years: tuple[int, ...]) -> tuple[Form, dict[str, Any]]:
    form, terms = read_rule(data)
    money, budget = read_budget(data, years)
    form.errors |= money.errors
    return form, terms | budget | {"name": form.text("name", most=40, required=True)}


def read_why(form: Form) -> str:
    """Why somebody asks, which the second person reads."""
    return form.text("why", most=120, required=True)


def _phone(form: Form) -> str:
    phone = form.text("phone", most=20)
    if phone and not PHONE.fullmatch(phone):
        form.complain("phone", "field_phone")
    return phone
