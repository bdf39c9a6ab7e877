"""What waits for a member here: hours of others to confirm, their own that were sent back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from flask import url_for
from flask_babel import ngettext

from app import clock
from app.hours import queries
from app.members.models import Membership
from app.members.waiting import Line
from app.regions.models import Region


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line of each kind, the most pressing first."""
    typed_since = clock.local_day(region, at) - queries.TYPED
    found = (_to_confirm(region, membership, roles), _returned(membership, typed_since))
    return [line for line in found if line is not None]


def _to_confirm(region: Region, membership: Membership, roles: Collection[str]) -> Line | None:
    count = queries.waiting_count(region, membership, roles)
    if not count:
        return None
    text = ngettext("確認まちの 活動が %(n)s件 あります。", "確認まちの 活動が %(n)s件 あります。", count, n=count)
    return Line(text, url_for("hours.to_confirm"), count)


def _returned(membership: Membership, typed_since: date) -> Line | None:
    count = len(queries.returned(membership, typed_since))
    if not count:
        return None
    text = ngettext(
        "さしもどされた 記録が %(n)s件 あります。なおしてください。",
        "さしもどされた 記録が %(n)s件 あります。なおしてください。",
        count,
        n=count,
    )
    return Line(text, url_for("hours.index"), count)
