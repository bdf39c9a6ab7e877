"""How a series' rhythm is said."""

from __future__ import annotations

from typing import Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

WEEKS = (_l("毎週"), _l("毎月 第1"), _l("毎月 第2"), _l("毎月 第3"), _l("毎月 第4"), _l("毎月 さいごの"))
WEEKDAYS = (
    *(_l("月曜日"), _l("火曜日"), _l("水曜日"), _l("木曜日")),
    *(_l("金曜日"), _l("土曜日"), _l("日曜日")),
)


class Rhythm(Protocol):
    @property
    def week(self) -> int: ...
    @property
    def weekday(self) -> int: ...


def rhythm(series: Rhythm) -> str:
    """毎月 第2 土曜日 / every month, 2nd Saturday."""
    return _("%(week)s %(weekday)s", week=str(WEEKS[series.week]), weekday=str(WEEKDAYS[series.weekday]))


def week_options() -> list[tuple[str, str]]:
    return [(str(number), str(name)) for number, name in enumerate(WEEKS)]


def weekday_options() -> list[tuple[str, str]]:
    """From Sunday, as calendars in Japan begin."""
    return [(str(number), str(WEEKDAYS[number])) for number in (6, 0, 1, 2, 3, 4, 5)]
