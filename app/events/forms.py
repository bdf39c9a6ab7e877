"""The three steps of the event form: what, when, who. Each shows three fields; the rest is folded away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from app.events.models import AUDIENCES, DOORS, FIELDS, NAME_LEVELS
from app.web.forms import Form

PLACES = 500
FOLDED_WHAT = ("bring", "title_en", "place_en", "bring_en", "project", "project_link")
FOLDED_WHO = ("name_level", "door", "question_1", "question_2")
ADDRESS = re.compile(r"https?://[^\s<>\"'\\^`{|}]+", re.IGNORECASE)


@dataclass(frozen=True)
class What:
    title: str
    place: str
    field: str
    bring: str = ""
    title_en: str = ""
    place_en: str = ""
    bring_en: str = ""
    project: str = ""
    project_link: str = ""


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
    name_level: str = "none"
    door: str = "poster"
    question_1: str = ""
    question_2: str = ""


def read_what(data: MultiDict[str, str]) -> tuple[Form, What]:
    form = Form(data)
    return form, What(
        title=form.text("title", most=60, required=True),
        place=form.text("place", most=80, required=True),
        field=form.choice("field", FIELDS),
        bring=form.text("bring", most=80),
        title_en=form.text("title_en", most=80),
        place_en=form.text("place_en", most=100),
        bring_en=form.text("bring_en", most=100),
        project=form.text("project", most=40),
        project_link=_link(form, "project_link"),
    )


def _link(form: Form, name: str) -> str:
    """An address of the web, or nothing: no other scheme, nobody's name and password in it."""
    value = form.text(name, most=200)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        sound = ADDRESS.fullmatch(value) and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        sound = False
    if not sound:
        form.complain(name, "field_link")
    return value


def read_when(data: MultiDict[str, str]) -> tuple[Form, When | None]:
    """The period, or None with the form's complaints."""
    form = Form(data)
    day, begins, ends = form.day("day"), form.time("begins"), form.time("ends")
    if day is None or begins is None or ends is None:
        return form, None
    return form, When(day=day, begins=begins, ends=ends)


def read_who(data: MultiDict[str, str]) -> tuple[Form, Who]:
    """Who may come and for what. Folded choices that were not sent are the ordinary ones."""
    form = Form(data)
    given = form.choice("coins", ("0", "arrival", "1", "2"))
    return form, Who(
        audience=form.choice("audience", AUDIENCES),
        capacity=form.integer("capacity", least=1, most=PLACES, required=False),
        coins={"arrival": 1, "1": 1, "2": 2}.get(given, 0),
        award="arrival" if given == "arrival" else "end",
        name_level=form.choice("name_level", NAME_LEVELS) if "name_level" in data else "none",
        door=form.choice("door", DOORS) if "door" in data else "poster",
        question_1=form.text("question_1", most=60),
        question_2=form.text("question_2", most=60),
    )
