"""Reading the forms of a place: who comes along, how to be called, two answers."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.events.models import Event
from app.members.models import Membership
from app.sign_ups.rules import MOST
from app.sign_ups.service import Party
from app.web.forms import Form

NAME, CONTACT, ANSWER = 40, 40, 120
GROUPS = {
    "kind:resident": _l("住民 みんな"),
    "kind:friend": _l("地域の外から関わる人 みんな"),
    "kind:company": _l("会社や団体 みんな"),
    "kind:municipality": _l("自治体の人 みんな"),
    "kind:shop": _l("お店の会員 みんな"),
    "duty:steward": _l("世話役"),
    "duty:office": _l("事務局"),
    "duty:auditor": _l("監査"),
    "duty:shop": _l("お店で はたらく人"),
}
PHONE = re.compile(r"[+0-9()\- ]{6,}")
DASHES = re.compile(r"[‐‑‒–—―−ー－]")


def wants_name(event: Event, membership: Membership | None) -> bool:
    """A member's name is known, if there is one."""
    return event.name_level != "none" and not (membership and membership.name)


def wants_contact(event: Event) -> bool:
    return event.name_level == "contact"


def group_options() -> list[tuple[str, str]]:
    """(value, words) of each group of members that can be invited at once."""
    return [("", ""), *((value, str(words)) for value, words in GROUPS.items())]


def read_party(data: MultiDict[str, str], event: Event, membership: Membership | None) -> tuple[Form, Party]:
    """The party as the event asks for it; what it does not ask for is not read."""
    form = Form(data)
    adults = form.integer("adults", least=0, most=MOST - 1, required=False) or 0
    children = form.integer("children", least=0, most=MOST - 1, required=False) or 0
    if form.ok and 1 + adults + children > MOST:
        form.complain("adults", "children_too_many")
    return form, Party(
        people=1 + adults + children,
        children=children,
        name=form.text("name", most=NAME, required=True) if wants_name(event, membership) else "",
        contact=_phone(form) if wants_contact(event) else "",
        answer_1=form.text("answer_1", most=ANSWER) if event.question_1 else "",
        answer_2=form.text("answer_2", most=ANSWER) if event.question_2 else "",
    )


def _phone(form: Form) -> str:
    """A telephone number with its dashes, however they were typed."""
    value = DASHES.sub("-", form.text("contact", most=CONTACT, required=True))
    if value and not PHONE.fullmatch(value):
        form.complain("contact", "field_phone")
    return value
