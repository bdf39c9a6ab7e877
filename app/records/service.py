"""A region's ladder and what an hour is worth there; consent, part by part."""

from __future__ import annotations

from datetime import datetime

from app.db import db, insert
from app.errors import Refused
from app.members.models import Membership
from app.records.models import PARTS, Consent, LadderStep
from app.regions import service as regions
from app.regions.models import Region

LADDER = (  # confirmed activities, and the right that comes with them; data of the region from then on
    (1, "はじめの印", "The first seal"),
    (3, "ふるさと住民の 証明に のれる", "May be on the list for furusato residents"),
    (5, "行事を ひらける", "May hold a gathering"),
    (10, "名前を のせられる", "May have a name on the board"),
)


def set_ladder(*, region: Region) -> None:
    """Give a new region the usual ladder."""
    steps = [{"activities": number, "name": name, "name_en": name_en} for number, name, name_en in LADDER]
    db.session.add_all(LadderStep(region_id=region.id, **step) for step in steps)
    db.session.flush()


def agree(*, membership: Membership, part: str, at: datetime) -> None:
    """Let others see `part` (one of PARTS) from now on. Doing it twice changes nothing. Refused: `field_choice`."""
    _check(part)
    facts = {"membership_id": membership.id, "part": part, "region_id": membership.region_id, "given_at": at}
    db.session.execute(insert(Consent).values(**facts).on_conflict_do_nothing())
    row = _locked(membership, part)
    if row.withdrawn_at is not None:
        row.given_at, row.withdrawn_at = at, None
        db.session.flush()


def withdraw(*, membership: Membership, part: str, at: datetime) -> None:
    """Let nobody see `part` from now on. Doing it twice changes nothing. Refused: `field_choice`."""
    _check(part)
    row = db.session.get(Consent, (membership.id, part), with_for_update=True, populate_existing=True)
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = at
        db.session.flush()


def _check(part: str) -> None:
    if part not in PARTS:
        raise Refused("field_choice")


def _locked(membership: Membership, part: str) -> Consent:
    return db.session.get_one(Consent, (membership.id, part), with_for_update=True, populate_existing=True)


def set_hour_value(*, region: Region, yen: int | None, source: str) -> None:
    """What an hour given freely would have cost, in yen, and who says so; None while the region has no such number."""
    facts = {"hour_value_yen": yen, "hour_value_source": source if yen is not None else ""}
    regions.change_region(region_id=region.id, facts=facts)
