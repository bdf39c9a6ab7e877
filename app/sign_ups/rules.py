"""Who may take a place before a gathering, and who moves up from the waiting list: pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.events.rules import Gathering

PROMOTES_BEFORE = timedelta(hours=12)
MOST = 20  # people in one sign-up


def refusal(event: Gathering, at: datetime, *, is_member: bool, is_invited: bool) -> str | None:
    """The code of the reason why one may not sign up now, or None."""
    code = over(event, at)
    if code is not None:
        return code
    if at >= event.checkin_from:
        return "sign_up_over"
    if event.audience == "members" and not is_member:
        return "sign_up_members"
    if event.audience == "invited" and not is_invited:
        return "invited_only"
    return None


def over(event: Gathering, at: datetime) -> str | None:
    """The code of the reason why nothing about this gathering's sign-ups changes any more, or None."""
    if event.published_at is None:
        return "not_published"
    if event.cancelled_at is not None:
        return "cancelled"
    if event.postponed_to is not None:
        return "postponed"
    if event.ended_at is not None or at >= event.checkin_until:
        return "closed"
    return None


def promotes(starts_at: datetime, at: datetime) -> bool:
    """Whether the waiting still move up by themselves; from then on, free places go to whoever asks first."""
    return at < starts_at - PROMOTES_BEFORE


def moving_up(waiting: Sequence[int], free: int | None) -> int:
    """How many of the waiting parties, in order, find room in `free` places (None: without end).

    Nobody is skipped: a party that is too large for what is free holds the line.
    """
    if free is None:
        return len(waiting)
    for count, people in enumerate(waiting):
        if people > free:
            return count
        free -= people
    return len(waiting)


def left_state(state: str, audience: str) -> str:
    """What a sign-up becomes when its people do not come: an invitation stays known as declined."""
    return "declined" if state == "invited" or audience == "invited" else "cancelled"


def before_arrival(ended_at: datetime | None, arrived_at: datetime) -> str:
    """What a sign-up was before its people arrived, by when it ended: an arrival ends what asked for a place.

    An invitation without an answer never ended, and one that was declined ended at another moment.
    """
    if ended_at is None:
        return "invited"
    return "going" if ended_at == arrived_at else "declined"


def may_enter(audience: str, *, is_member: bool, is_invited: bool) -> bool:
    """Whether the door is open to somebody by the gathering's audience."""
    return audience == "open" or (is_invited if audience == "invited" else is_member)
