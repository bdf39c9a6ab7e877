"""What a place is today, in the reader's language."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from app import clock
from app.places import rules
from app.places.rules import Hours, Period, State
from app.web.filters import EN_DAYS, WEEKDAYS, english, isolated, moment, period

MONDAY = date(2024, 1, 1)  # of a week like any other


def line(state: State) -> str:
    """One sentence for today: «きょう 午前9時から 午後5時まで あいています。»"""
    if state.is_open:
        return _("きょう %(hours)s あいています。", hours=spans(state.today))
    if state.rest is not None:
        return " ".join(filter(None, (_resting(state.rest), _next(state))))
    if state.opens_at is not None and any(first == state.opens_at for first, _last in state.today):
        return _("きょう %(hours)s あきます。", hours=spans(state.today))
    over = _("きょうは おわりました。") if state.today else _("きょうは お休みです。")
    return " ".join(filter(None, (over, _next(state))))


def _resting(reason: str) -> str:
    if not reason:
        return _("きょうは お休みです。")
    return _("きょうは お休みです（%(reason)s）。", reason=isolated(reason))


def _next(state: State) -> str:
    return _("つぎは %(day)sに あきます。", day=moment(state.opens_at)) if state.opens_at is not None else ""


def spans(periods: tuple[Period, ...]) -> str:
    """The hours of one day, with a rest at noon or without."""
    return _("、").join(period(*one) for one in periods)


def weekday(number: int) -> str:
    """月 / Mon; 0 is Monday."""
    return EN_DAYS[number] if english() else WEEKDAYS[number]


def week(region: clock.HasZone, hours: list[Hours]) -> list[tuple[str, str]]:
    """(weekday, hours) of the week; a day without hours is 休み."""
    days = [MONDAY + timedelta(days=number) for number in range(7)]
    found = [tuple(rules.periods(region, hours, {}, day)) for day in days]
    return [(weekday(number), spans(periods) if periods else _("お休み")) for number, periods in enumerate(found)]
