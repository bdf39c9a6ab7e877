"""The office of the village: a change in each state, and a day on which a place is closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.issuing.models import Programme
from app.members.models import Membership
from app.office import service as office
from app.places import upkeep
from app.places.models import Place
from app.regions.models import Region

ENDS: dict[str, Any] = {"open": None, "accepted": office.accept, "refused": office.refuse, "withdrawn": office.withdraw}


def fill(region: Region, *, asks: Membership, decides: Membership, at: datetime) -> None:
    """`asks` asks for four budgets; one waits, `decides` accepts and refuses one each, one is taken back."""
    programme = db.session.scalars(sa.select(Programme).where(Programme.region_id == region.id)).first()
    for number, (end, verb) in enumerate(ENDS.items()):
        wish = {"programme_id": programme.id, "fiscal_year": 2026, "cap": 4000 + number}
        words: dict[str, Any] = {"kind": "budget", "wish": wish, "why": "行事が ふえたので", "key": uuid7()}
        with transaction():
            change = office.ask(region=region, membership=asks, at=at, **words)
            who = asks if end == "withdrawn" else decides
            reason = {"reason": "多すぎます"} if end == "refused" else {}
            if verb is not None:
                verb(region=region, change_id=change.id, membership=who, at=at, **reason)
    place = db.session.scalars(sa.select(Place).where(Place.region_id == region.id)).first()
    with transaction():
        upkeep.close_on(region_id=region.id, place_id=place.id, day=at.date() + timedelta(days=30), reason="大そうじ")
