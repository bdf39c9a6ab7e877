"""Reading the forms of the door."""

from __future__ import annotations

from typing import NamedTuple

from app.checkins.rules import Party
from app.checkins.service import Who
from app.errors import Refused
from app.sign_ups.models import SignUp
from app.web.forms import Form, normalise

TOGETHER = 20  # people who come along with one
NAME = 20  # characters of a nickname


def read_party(form: Form) -> Party:
    """Who came along by a form, whose field `companions` counts the grown-ups; children are never among the names."""
    lines = form.text("companion_names", most=(NAME + 1) * TOGETHER, lines=True).split("\n")
    names = [name for name in map(normalise, lines) if name]
    if any(len(name) > NAME for name in names):
        form.complain("companion_names", "field_long", most=NAME)
    grown = form.integer("companions", least=0, most=TOGETHER, required=False) or 0
    children = form.integer("children", least=0, most=TOGETHER, required=False) or 0
    together = max(grown, len(names)) + children
    if form.ok and together > TOGETHER:
        form.complain("companions", "companions_many", most=TOGETHER)
    return Party(companions=together, children=children, names="\n".join(names))


def read_guest(form: Form) -> Who:
    """How somebody wants to be called, and who came along."""
    return {"nickname": form.text("nickname", most=NAME), "party": read_party(form)}


def refuse_unless_ok(form: Form) -> None:
    """What is wrong with the form, as a Refused: there is one sentence for it on the page."""
    for code, params in form.errors.values():
        raise Refused(code, **params)


class Suggested(NamedTuple):
    """What stands in the form before anybody has typed."""

    companions: str
    children: str
    companion_names: str = ""
    nickname: str = ""


def suggested(held: SignUp | None) -> Suggested:
    """Of whoever has signed up, the party that was told then."""
    grown, children = (held.people - 1 - held.children, held.children) if held else (0, 0)
    return Suggested(str(grown), str(children))
