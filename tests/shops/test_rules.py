"""Periods, stock, limits and the life of a code: no database."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.errors import Refused
from app.shops import rules
from app.shops.models import PERIODS

pytestmark = [pytest.mark.rules, pytest.mark.once]
JST = ZoneInfo("Asia/Tokyo")


class Tsukigase:
    time_zone = "Asia/Tokyo"


HERE = Tsukigase()


def jst(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=JST).astimezone(UTC)


@pytest.mark.parametrize(
    ("period", "at", "began"),
    [
        ("day", jst(2026, 11, 28, 23, 59, 59), jst(2026, 11, 28)),
        ("day", jst(2026, 11, 29, 0, 0), jst(2026, 11, 29)),
        ("week", jst(2026, 11, 28, 23, 59), jst(2026, 11, 22)),  # a Saturday belongs to the week behind it
        ("week", jst(2026, 11, 29, 0, 0), jst(2026, 11, 29)),  # a Sunday opens the next one
        ("week", jst(2026, 11, 30, 12, 0), jst(2026, 11, 29)),
        ("month", jst(2026, 11, 30, 23, 59), jst(2026, 11, 1)),
        ("month", jst(2026, 12, 1, 0, 0), jst(2026, 12, 1)),
        ("year", jst(2027, 3, 31, 23, 59), jst(2026, 4, 1)),
        ("year", jst(2027, 4, 1, 0, 0), jst(2027, 4, 1)),
        ("year", jst(2027, 1, 1, 0, 0), jst(2026, 4, 1)),
    ],
)
def test_a_period_begins_on_the_regions_own_calendar(period: str, at: datetime, began: datetime) -> None:
    assert rules.window_start(HERE, period, at) == began


def test_all_time_has_no_beginning() -> None:
    assert rules.window_start(HERE, "total", jst(2026, 11, 28)) is None


def test_an_unknown_period_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError):
        rules.window_start(HERE, "decade", jst(2026, 11, 28))


instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda wall: wall.replace(tzinfo=UTC))


@given(instants, st.sampled_from([period for period in PERIODS if period != "total"]))
def test_an_instant_lies_in_its_own_period_which_begins_at_midnight(at: datetime, period: str) -> None:
    began = rules.window_start(HERE, period, at)
    assert began is not None and began <= at
    assert rules.window_start(HERE, period, began) == began
    assert clock.local(HERE, began).time().isoformat() == "00:00:00"
    assert rules.window_start(HERE, period, began - timedelta(microseconds=1)) < began  # type: ignore[operator]  # only "total" has no window


def test_a_code_is_gone_ten_seconds_after_its_time() -> None:
    expires = jst(2026, 11, 28, 14, 15)
    assert not rules.is_gone(expires, expires)
    assert not rules.is_gone(expires, expires + timedelta(seconds=9.999))
    assert rules.is_gone(expires, expires + timedelta(seconds=10))


def test_what_a_redemption_is_depends_on_the_time_not_on_what_was_written() -> None:
    expires = jst(2026, 11, 28, 14, 15)
    late = expires + rules.GRACE
    assert rules.state_at("requested", expires, None, expires) == "requested"
    assert rules.state_at("requested", expires, None, late) == "expired"
    assert rules.state_at("confirmed", expires, None, late) == "confirmed"
    assert rules.state_at("confirmed", expires, late, late) == "reversed"
    assert rules.state_at("cancelled", expires, None, late) == "cancelled"


@pytest.mark.parametrize(("stock", "taken", "left"), [(None, 99, None), (3, 0, 3), (3, 3, 0), (3, 4, 0), (0, 0, 0)])
def test_what_is_left(stock: int | None, taken: int, left: int | None) -> None:
    assert rules.left(stock, taken) == left


def test_the_last_unit_can_be_had_once() -> None:
    rules.check_stock(1, 0)
    rules.check_stock(None, 1_000)
    with pytest.raises(Refused, match="sold_out"):
        rules.check_stock(1, 1)


def test_the_limit_counts_what_the_same_person_took() -> None:
    rules.check_limit(2, 1)
    rules.check_limit(None, 50)
    with pytest.raises(Refused, match="limit_reached"):
        rules.check_limit(2, 2)


def test_three_coins_a_day_without_a_passkey() -> None:
    rules.check_spending(1, 2, strong=False)
    rules.check_spending(3, 12, strong=True)
    with pytest.raises(Refused, match="passkey_wanted") as refusal:
        rules.check_spending(2, 2, strong=False)
    assert refusal.value.params == {"most": 3}


def test_a_goal_is_told_in_coins() -> None:
    assert rules.missing(8, 6) == 2
    assert rules.missing(8, 8) == 0
    assert rules.missing(8, 20) == 0


def test_the_tenth_minute_still_undoes() -> None:
    done = jst(2026, 11, 28, 14, 13)
    assert rules.may_undo(done, done + timedelta(minutes=10))
    assert not rules.may_undo(done, done + timedelta(minutes=10, microseconds=1))


# --- cards, slips, months -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("spent", "fits"), [(0, True), (3, True), (4, False)])
def test_a_card_pays_three_coins_a_day(spent: int, fits: bool) -> None:
    assert rules.fits_card(spent) is fits
    with nullcontext() if fits else pytest.raises(Refused, match="^card_limit$"):
        rules.check_card_day(spent)


@given(st.integers(-400, 400))
def test_a_slip_is_fourteen_days_old_at_most(days: int) -> None:
    today = date(2026, 11, 28)
    try:
        rules.check_slip_day(today - timedelta(days=days), today)
    except Refused as error:
        assert not 0 <= days <= 14 and error.params == {"most": 14}
    else:
        assert 0 <= days <= 14


@given(st.text() | st.dates().map(lambda day: f"{day:%Y-%m}"))
def test_a_month_is_one_of_ours_whatever_the_address_says(text: str) -> None:
    today = date(2026, 11, 28)
    first = rules.month_starts(text, today)
    assert first.day == 1 and date(2000, 1, 1) <= first <= today
    assert rules.next_month(first).day == 1 and 28 <= (rules.next_month(first) - first).days <= 31
