"""Why somebody was given less than an activity gives, in the reader's language."""

from __future__ import annotations

from typing import Protocol

from flask_babel import gettext as _

from app.issuing.rules import Limit


class Caps(Protocol):
    """The part of a rule version that says how many coins somebody may be given."""

    @property
    def day_cap(self) -> int: ...
    @property
    def year_cap(self) -> int: ...


def reached(limit: Limit) -> str:
    """On the page of the check-in itself: what was reached, and that the check-in stands."""
    return {
        "day": _("1日にもらえる数に なりました。受付の記録は のこっています。"),
        "year": _("1年度にもらえる数に なりました。受付の記録は のこっています。"),
        "budget": _("ことしのコインは もう のこっていません。受付の記録は のこっています。"),
    }[limit]


def allowed(limit: Limit, rule: Caps) -> str:
    """Where several check-ins are paid at once: how many there may be."""
    return {
        "day": _("1日にもらえるのは %(n)s枚までです。", n=rule.day_cap),
        "year": _("1年度にもらえるのは %(n)s枚までです。", n=rule.year_cap),
        "budget": _("ことしのコインは もう のこっていません。"),
    }[limit]
