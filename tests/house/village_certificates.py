"""Certificates in every state: the member's own and one more, hidden; the host's, and one put right since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.certificates import service
from app.certificates.service import Scope
from app.db import db, transaction, uuid7
from app.hours import service as hours
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.regions.models import Region

MEMBER, HOST = "TSK-0005-9", "TSK-0009-2"  # as the village has them played


def fill(region: Region, keys: dict[str, str], *, at: datetime) -> None:
    """After the hours. `certificate` is the host's: whoever holds a duty or an own one finds it."""
    member, host = (_numbered(number) for number in (MEMBER, HOST))
    common: dict[str, Any] = {"region": region, "scope": Scope("year", year=2026), "words": True, "at": at}
    with transaction():
        service.issue(**common, by=member, key=uuid7(), named=False, visibility="public")
        service.issue(**common, by=member, key=uuid7(), named=True, visibility="private")
        own = service.issue(**common, by=host, key=uuid7(), named=True, visibility="link")
    keys |= {"certificate": own.code, "serial": own.serial}
    with transaction():
        entry = db.session.scalars(
            sa.select(HoursEntry).where(HoursEntry.membership_id == member.id, HoursEntry.state == "confirmed")
        ).first()
        hours.correct(
            region=region,
            entry_id=entry.id,
            by=member,
            roles={"member"},
            minutes=None,
            reason="まちがえました",
            key=uuid7(),
            at=at,
        )


def _numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()
