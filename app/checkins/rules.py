"""Who may check in, and what a visit is worth: pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.events.rules import Gathering, is_full

UNDO = timedelta(minutes=10)
CLAIM = timedelta(days=30)


def refusal(event: Gathering, at: datetime, *, is_member: bool, by_host: bool = False) -> str | None:
    """The code of the reason why one may not check in now, or None.

    A host may go on after the window until the gathering is ended, and past a full house (the capacity grows).
    """
    if event.published_at is None:
        return "not_published"
    if event.cancelled_at is not None or event.postponed_to is not None:
        return "cancelled"
    if event.ended_at is not None:
        return "closed"
    if at < event.checkin_from:
        return "too_early"
    if at >= event.checkin_until and not by_host:
        return "too_late"
    if event.audience != "open" and not (is_member or by_host):
        return "members_only"
    if is_full(event) and not by_host:
        return "full"
    return None


def may_undo(checked_in_at: datetime, at: datetime) -> bool:
    return at - checked_in_at <= UNDO


def may_claim(checked_in_at: datetime, at: datetime) -> bool:
    return at - checked_in_at <= CLAIM


def pays_at_arrival(award: str, coins: int) -> bool:
    return award == "arrival" and coins > 0
