"""How a request for money stands, and in which duty somebody decided."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.projects.money.books import Grant
from app.web import filters

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


def source(grant: Grant) -> str:
    """投票 ABCD EFGH, or the number of the request that two duty holders granted."""
    if grant.vote is not None:
        return _("投票 %(code)s", code=filters.code4(grant.vote))
    return _("予算の 申しこみ %(number)s", number=grant.request.id)


def yen(amount: int) -> str:
    """180,000円 / 180,000 yen."""
    return _("%(yen)s円", yen=f"{amount:,}")
