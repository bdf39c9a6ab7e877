"""Joining a region, and duties in it."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from app.db import db, find
from app.errors import Missing
from app.ledger import service as ledger
from app.members.models import Duty, Member, Membership
from app.members.rules import hiragana
from app.regions.models import Region

TERM = timedelta(days=365)  # for which a duty is given


def open_member(*, at: datetime, language: str | None = None) -> Member:
    """A new human, known by a random handle only."""
    member = Member(handle=secrets.token_bytes(32), language=language, created_at=at)
    db.session.add(member)
    db.session.flush()
    return member


def note_changed_credentials(*, member_id: int, at: datetime) -> None:
    """From now on no sign-in counts that began before `at`."""
    db.session.execute(update(Member).where(Member.id == member_id).values(credentials_changed_at=at))


def join(
    *,
    region: Region,
    member: Member,
    kind: str,
    at: datetime,
    name: str = "",
    yomi: str = "",
    number: str | None = None,
    standing: str = "active",
) -> Membership:
    """A membership with its coin account. `number` is a card number, None while provisional."""
    membership = Membership(
        region_id=region.id,
        member_id=member.id,
        kind=kind,
        standing=standing,
        name=name,
        yomi=yomi,
        yomi_search=hiragana(yomi),
        number=number,
        joined_at=at,
    )
    db.session.add(membership)
    db.session.flush()
    membership.account_id = ledger.open_account(region_id=region.id, kind="member", owner=f"membership:{membership.id}")
    db.session.flush()
    return membership


def membership_of(*, region: Region, member: Member, at: datetime, name: str = "") -> Membership:
    """The member's membership here; a provisional one, as a friend of the region, if there is none yet."""
    query = select(Membership).where(Membership.region_id == region.id, Membership.member_id == member.id)
    found = db.session.scalar(query)
    return found or join(region=region, member=member, kind="friend", at=at, name=name, standing="provisional")


def give_duty(
    *, membership: Membership, role: str, starts_on: date, ends_on: date | None = None, shop_id: int | None = None
) -> Duty:
    """A duty for a year, unless another end is named; shop staff name their shop."""
    duty = Duty(
        region_id=membership.region_id,
        membership_id=membership.id,
        role=role,
        shop_id=shop_id,
        starts_on=starts_on,
        ends_on=ends_on or starts_on + TERM,
    )
    db.session.add(duty)
    db.session.flush()
    return duty


def end_duty(*, region_id: int, duty_id: int, shop_id: int | None, on: date) -> None:
    """A duty (at a shop, if one is named) ends on a day; one that began that day never was. Raises Missing."""
    duty = find(Duty, region_id, duty_id, lock=True)
    if duty.shop_id != shop_id:
        raise Missing("not_found")
    if duty.starts_on >= on:
        db.session.delete(duty)
    elif duty.ends_on > on:
        duty.ends_on = on
    db.session.flush()
