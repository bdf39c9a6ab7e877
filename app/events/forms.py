"""The three steps of the event form: what, when, who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from werkzeug.datastructures import MultiDict

from app.events.models import AUDIENCES, FIELDS
from app.web.forms import Form

PLACES = 500


@dataclass(frozen=True)
class What:
    title: str
    place: str
    field: str


@dataclass(frozen=True)
class When:
    day: date
    begins: time
    ends: time


@dataclass(frozen=True)
class Who:
    audience: str
    capacity: int | None
    coins: int
    award: str


def read_what(data: MultiDict[str, str]) -> tuple[Form, What]:
    form = Form(data)
    title = form.text("title", most=60, required=True)
    place = form.text("place", most=80, required=True)
    return form, What(title=title, place=place, field=form.choice("field", FIELDS))


def read_when(data: MultiDict[str, str]) -> tuple[Form, When | None]:
    """The period, or None with the form's complaints."""
    form = Form(data)
    day, begins, ends = form.day("day"), form.time("begins"), form.time("ends")
    if day is None or begins is None or ends is None:
        return form, None
    return form, When(day=day, begins=begins, ends=ends)


def read_who(data: MultiDict[str, str]) -> tuple[Form, Who]:
    form = Form(data)
    audience = form.choice("audience", AUDIENCES[:2])
    capacity = form.integer("capacity", least=1, most=PLACES, required=False)
    given = form.choice("coins", ("0", "arrival", "1", "2"))
    coins = {"arrival": 1, "1": 1, "2": 2}.get(given, 0)
    return form, Who(
        audience=audience, capacity=capacity, coins=coins, award="arrival" if given == "arrival" else "end"
    )
