"""Small worlds for tests: a region with its rule and budget, people, gatherings. Each call is one committed act."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.credentials import service as credentials
from app.credentials.models import SignIn
from app.db import db, transaction, uuid7
from app.events import service as events
from app.events.models import Event
from app.issuing import service as issuing
from app.issuing.models import Programme
from app.ledger import service as ledger
from app.members import service as members
from app.members.models import Membership
from app.members.rules import card_number
from app.regions.models import Region
from app.regions.service import open_region

NAMES = {"tsk": ("月ヶ瀬", "Tsukigase"), "ows": ("尾鷲", "Owase"), "sjr": ("塩尻", "Shiojiri")}
_serial = itertools.count(1)


@dataclass
class World:
    """A region that gives coins."""

    region: Region
    programme: Programme


def world(slug: str = "tsk", *, at: datetime, budget: int = 10_000, **region: Any) -> World:
    """A region with the ordinary rule (1 coin from an hour, 2 from two, ≤ 2 a day, ≤ 50 a year) and a budget."""
    name, name_en = NAMES[slug]
    with transaction():
        opened = open_region(slug=slug, code=slug.upper(), name=name, name_en=name_en, at=at, **region)
        day = clock.local_day(opened, at)
        programme = issuing.open_programme(region_id=opened.id, name="活動", valid_from=date(2020, 4, 1))
        for year in (
            clock.fiscal_year(opened, day) - 1,
            clock.fiscal_year(opened, day),
            clock.fiscal_year(opened, day) + 1,
        ):
            issuing.set_budget(region_id=opened.id, programme_id=programme.id, fiscal_year=year, cap=budget)
    return World(opened, programme)


def membership(region: Region, *, at: datetime, standing: str = "active", **rest: Any) -> Membership:
    """A member of the region, with a card number if active."""
    serial = next(_serial)
    rest = {"kind": "resident", "name": f"見本 {serial}郎", "yomi": f"みほん {serial}ろう"} | rest
    if standing == "active":
        rest.setdefault("number", card_number(region.code, serial))
    with transaction():
        return members.join(region=region, member=members.open_member(at=at), at=at, standing=standing, **rest)


def event(region: Region, host: Membership, *, at: datetime, **changes: Any) -> Event:
    """A published gathering that is open now: it began half an hour ago and lasts two hours, one coin at the end."""
    starts_at = changes.pop("starts_at", at - timedelta(minutes=30))
    ends_at = changes.pop("ends_at", starts_at + timedelta(hours=2))
    values = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "checkin_from": starts_at - timedelta(hours=1),
        "checkin_until": ends_at + timedelta(minutes=30),
        "published_at": at - timedelta(days=1),
        "coins": 1,
        "award": "end",
    } | changes
    with transaction():
        made = events.draft(
            region=region,
            host=host,
            key=uuid7(),
            title="梅林の下草かり",
            place="月ヶ瀬梅林",
            field="environment",
            at=at,
        )
        for name, value in values.items():
            setattr(made, name, value)
        db.session.flush()
    return made


def coins(world: World, member: Membership, amount: int, *, at: datetime, expires_on: date = date(2028, 3, 31)) -> None:
    """Coins in a member's account, issued outside the caps."""
    with transaction():
        ledger.issue(
            key=uuid7(),
            region_id=world.region.id,
            source_id=world.programme.account_id,
            account_id=member.account_id,
            amount=amount,
            expires_on=expires_on,
            actor="test",
            at=at,
        )


def sign_in(client: Any, member_id: int, *, at: datetime, way: str = "passkey", fresh: bool = True) -> SignIn:
    """Sign the client's browser in as a member, as a passkey a moment ago would."""
    with transaction():
        row, secret = credentials.sign_in(member_id=member_id, way=way, at=at, fresh=fresh)
    client.set_cookie("yui", secret)
    return row


def host_of(world: World, client: Any, *, at: datetime) -> Membership:
    """An active member who is signed in on `client`."""
    member = membership(world.region, at=at, name="試田 みのる", yomi="ためしだ みのる")
    sign_in(client, member.member_id, at=at)
    return member
