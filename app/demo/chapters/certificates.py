"""A certificate of a friend who lives elsewhere, and one that the office took back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.certificates import service as certificates
from app.certificates.service import Scope
from app.clock import local_day
from app.db import uuid7

if TYPE_CHECKING:
    from app.demo.story import Cast

SORA, MINATO, OFFICE = "TSK-0005-9", "TSK-0004-5", "TSK-0007-6"
MONTHS = timedelta(days=180)  # what was done lies in them on any day of the year
REASON = "同じ活動を べつの証明で 出しなおしたため"


def add(cast: Cast) -> None:
    """After the hours."""
    region = cast.regions["tsk"]
    today = local_day(region, cast.at)
    first, _second = (
        certificates.issue(
            region=region,
            by=cast.memberships[one],
            scope=Scope("days", first=today - MONTHS, last=today),
            words=False,
            named=True,
            visibility="link",
            key=uuid7(),
            at=cast.at,
        )
        for one in (MINATO, SORA)
    )
    certificates.revoke(
        region=region, certificate_id=first.id, by=cast.memberships[OFFICE], key=uuid7(), reason=REASON, at=cast.at
    )
