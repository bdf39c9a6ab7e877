"""What polls say: a day with its hours, a mark with its word."""

from __future__ import annotations

from flask_babel import gettext as _

from app.polls.models import PollOption
from app.web import filters

SIGNS = {"yes": "○", "maybe": "△", "no": "×"}


def day_of(option: PollOption) -> str:
    """12月5日(土) 午前10時から 正午まで."""
    if option.starts_at is None:
        return option.words
    hours = filters.period(option.starts_at, option.ends_at) if option.ends_at else filters.time(option.starts_at)
    return f"{filters.day(option.starts_at)} {hours}"


def mark(value: str) -> str:
    return SIGNS.get(value, "–")


def marks() -> list[tuple[str, str, str]]:
    """Each mark with its sign and what it means; the sign never stands alone."""
    return [("yes", "○", _("行けます")), ("maybe", "△", _("たぶん")), ("no", "×", _("行けません"))]
