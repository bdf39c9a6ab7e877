"""Opening an empty house."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from app import clock
from app.credentials import service as credentials
from app.credentials.models import Credential
from app.db import db
from app.issuing import service as issuing
from app.members import service as members
from app.members.models import Duty, Member, Membership
from app.members.rules import card_number
from app.records import service as records
from app.regions import service as regions
from app.regions.models import Region

FIRST = {"slug": "home", "code": "HOM", "name": "はじめての地域", "name_en": "First region"}
DUTIES = ("steward", "office")
BUDGET = 3000  # coins a 年度: sixty people at the yearly cap


def open_house(*, at: datetime) -> None:
    """The first region with the usual rule, and one member in charge of it; nothing if there is anybody already."""
    if db.session.scalar(sa.select(sa.func.count()).select_from(Member)):
        return
    region = regions.open_region(**FIRST, at=at)
    open_programme(region=region, name="みんなの活動", budget=BUDGET, at=at)
    records.set_ladder(region=region)
    member = members.open_member(at=at)
    membership = members.join(region=region, member=member, kind="resident", at=at, number=card_number(region.code, 1))
    give_duties(region=region, membership=membership, roles=DUTIES, at=at)


def open_programme(*, region: Region, name: str, budget: int, at: datetime) -> None:
    """Coins for activities by the usual rule, with a budget for last, this and next 年度."""
    year = clock.fiscal_year(region, clock.local_day(region, at))
    programme = issuing.open_programme(region_id=region.id, name=name, valid_from=date(year - 1, 4, 1))
    for one in (year - 1, year, year + 1):
        issuing.set_budget(region_id=region.id, programme_id=programme.id, fiscal_year=one, cap=budget)


def give_duties(*, region: Region, membership: Membership, roles: tuple[str, ...], at: datetime) -> None:
    """Duties for a year from today."""
    today = clock.local_day(region, at)
    for role in roles:
        members.give_duty(membership=membership, role=role, starts_on=today)


def set_up_key(*, at: datetime, again: bool = False) -> str | None:
    """The key of a set-up link for whoever is in charge; None once they have a passkey, unless `again`."""
    in_charge = sa.select(Membership.member_id).join(Duty, Duty.membership_id == Membership.id)
    member_id = db.session.scalar(in_charge.where(Duty.role.in_(DUTIES)).order_by(Membership.id).limit(1))
    has_passkey = sa.select(Credential.id).where(Credential.member_id == member_id).limit(1)
    if member_id is None or (db.session.scalar(has_passkey) and not again):
        return None
    return credentials.make_link(purpose="set_up", subject=f"member:{member_id}", at=at)
