"""Decisions of the counter that need no database: periods, stock, limits, and how long a code lives."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app import clock
from app.errors import Refused

LIFE = timedelta(seconds=120)  # how long a customer's code says that it is good
GRACE = timedelta(seconds=10)  # how much longer the shop may still confirm it
UNDO = timedelta(minutes=10)
DIGITS = 6
FEW = 5  # from here on «あと5» is worth saying
COINS_WITHOUT_PASSKEY = 3  # a day
COINS_BY_CARD = 3  # a day, printed card and paper slips together, until cards have a PIN
CARD_SHOWN = timedelta(minutes=5)  # how long the counter may think about a card that was read
SLIP_DAYS = 14  # how late a paper slip may be entered
SLIP_LINES = 4  # that are entered at once: one sheet of the pad
SENTENCE = 40  # characters of a shop's own sentence


def window_start(region: clock.HasZone, period: str, at: datetime) -> datetime | None:
    """When the period around `at` began, by the region's calendar; None for `total`, which has no beginning.

    Weeks begin on Sunday, as on Japanese calendars; `year` is the fiscal year from 1 April.
    """
    if period == "total":
        return None
    return clock.midnight(region, _first_day(region, period, clock.local_day(region, at)))


def _first_day(region: clock.HasZone, period: str, day: date) -> date:
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=day.isoweekday() % 7)
    if period == "month":
        return day.replace(day=1)
    if period == "year":
        return date(clock.fiscal_year(region, day), clock.FISCAL_YEAR_STARTS, 1)
    raise ValueError(f"no such period: {period}")


def gone_at(expires_at: datetime) -> datetime:
    """From this instant on nobody may confirm the code: coins, unit and use are free again."""
    return expires_at + GRACE


def is_gone(expires_at: datetime, at: datetime) -> bool:
    """Whether a requested code has run out, grace included."""
    return gone_at(expires_at) <= at


def state_at(state: str, expires_at: datetime, reversed_at: datetime | None, at: datetime) -> str:
    """What a redemption is at the instant `at`, whatever has been written so far.

    One of `requested`, `confirmed`, `cancelled`, `expired`, `reversed`.
    """
    if state == "requested" and is_gone(expires_at, at):
        return "expired"
    return "reversed" if reversed_at is not None else state


def left(stock: int | None, taken: int) -> int | None:
    """Units that are still free in this period; None if there are as many as wanted."""
    return None if stock is None else max(0, stock - taken)


def check_stock(stock: int | None, taken: int) -> None:
    """One more unit. Refused: `sold_out`."""
    if left(stock, taken) == 0:
        raise Refused("sold_out")


def check_limit(limit: int | None, used: int) -> None:
    """One more for the same person. Refused: `limit_reached`."""
    if limit is not None and used >= limit:
        raise Refused("limit_reached")


def check_spending(spent: int, price: int, *, strong: bool) -> None:
    """Without a passkey a day's coins are few: a lost phone loses no more. Refused: `passkey_wanted`."""
    if not strong and spent + price > COINS_WITHOUT_PASSKEY:
        raise Refused("passkey_wanted", most=COINS_WITHOUT_PASSKEY)


def check_card_day(spent: int) -> None:
    """What a printed card's number paid on one day, this payment included: whoever finds a card gains little.

    Refused: `card_limit`.
    """
    if spent > COINS_BY_CARD:
        raise Refused("card_limit", most=COINS_BY_CARD)


def fits_card(price: int) -> bool:
    """Whether a printed card can pay it at all."""
    return price <= COINS_BY_CARD


def check_slip_day(noted_on: date, today: date) -> None:
    """The day on a paper slip: not to come, and at most fourteen days ago. Refused: `slip_day`."""
    if not timedelta(0) <= today - noted_on <= timedelta(days=SLIP_DAYS):
        raise Refused("slip_day", most=SLIP_DAYS)


def month_starts(text: str, today: date) -> date:
    """The first day of the month `2026-11`; of the present one for whatever is no month from 2000 to today."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today
    return (first if first.year >= 2000 and first <= today else today).replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def missing(price: int, balance: int) -> int:
    """How many coins are still to be earned for it; 0 if there are enough."""
    return max(0, price - balance)


def undo_until(confirmed_at: datetime) -> datetime:
    return confirmed_at + UNDO


def may_undo(confirmed_at: datetime, at: datetime) -> bool:
    """Whether the shop may still take the redemption back by itself; the tenth minute counts."""
    return at <= undo_until(confirmed_at)
