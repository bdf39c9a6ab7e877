"""How a request for money stands, and in which duty somebody decided."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

STATE_NAMES = {
    "waiting": _l("決まるのを 待っています"),
    "granted": _l("みとめられました"),
    "refused": _l("ことわられました"),
    "withdrawn": _l("とりさげました"),
}
DUTY_NAMES = {"steward": _l("世話役"), "office": _l("事務局")}


def budget_state(state: str) -> str:
    """みとめられました / Granted."""
    return str(STATE_NAMES[state])


def budget_duty(duty: str) -> str:
    """世話役 / Steward."""
    return str(DUTY_NAMES[duty])


def yen(amount: int) -> str:
    """180,000円 / 180,000 yen."""
    return _("%(yen)s円", yen=f"{amount:,}")
