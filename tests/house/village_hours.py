"""What people have written down, as it stands in every state, for the member, the host and those with a duty."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.clock import local_day
from app.db import db, transaction, uuid7
from app.hours import service
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.regions.models import Region

HOST, MEMBER, STEWARD, OFFICE = "TSK-0009-2", "TSK-0005-9", "TSK-0002-1", "TSK-0007-6"  # as the village has them played


def fill(region: Region, keys: dict[str, str], *, at: datetime) -> None:
    """The member waits, was sent back, was confirmed, withdrew and was corrected; others wait for the member."""
    host, member, steward, office = (_numbered(number) for number in (HOST, MEMBER, STEWARD, OFFICE))
    with transaction():
        waits = _log(region, member, "待っている", at, with_membership=steward)
        back, sure, gone, old = (
            _log(region, member, f"{name}仕事", at - timedelta(days=back), with_membership=steward)
            for back, name in enumerate(("もどった", "たしかな", "やめた", "なおした"), 20)
        )
        _log(region, host, "主催の人の仕事", at, with_membership=member)
        _log(region, steward, "代わりに 入れた仕事", at, entered_by=office, with_membership=member)
        service.send_back(region=region, entry_id=back.id, by=steward, reason="時間を 見てください", at=at)
        roles = {"member", "steward"}
        service.confirm(region=region, entry_ids=[sure.id, old.id], confirmer=steward, roles=roles, at=at)
        service.withdraw(region=region, entry_id=gone.id, by=member, at=at)
        told = {"by": steward, "roles": roles, "reason": "1時間でした", "key": uuid7()}
        service.correct(region=region, entry_id=old.id, minutes=60, at=at, **told)
    keys["entry"] = str(waits.id)


def _numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()


def _log(region: Region, who: Membership, what: str, at: datetime, **more: Membership) -> HoursEntry:
    day = local_day(region, at)
    return service.log(region=region, membership=who, key=uuid7(), day=day, minutes=90, what=what, at=at, **more)
