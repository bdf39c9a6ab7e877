"""Reading memberships."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.members.models import Membership
from app.members.rules import hiragana, read_number
from app.regions.models import Region

HITS = 8


def by_number(region: Region, text: str) -> Membership | None:
    """The active membership whose card number `text` means, in this region only."""
    number = read_number(text, region.code)
    if number is None:
        return None
    query = select(Membership).where(Membership.region_id == region.id, Membership.number == number)
    return db.session.scalar(query.where(Membership.standing == "active"))


def search(region: Region, text: str) -> Sequence[Membership]:
    """At most eight active memberships by card number or by a part of their よみ (two kana at least)."""
    found = by_number(region, text)
    if found is not None:
        return [found]
    start = hiragana(text)
    if len(start) < 2:
        return []
    query = select(Membership).where(Membership.region_id == region.id, Membership.standing == "active")
    within = Membership.yomi_search.like(f"%{_escaped(start)}%", escape="\\")
    return db.session.scalars(query.where(within).order_by(Membership.yomi_search, Membership.id).limit(HITS)).all()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def of_member(member_id: int) -> Sequence[Membership]:
    """A member's memberships, all regions."""
    query = select(Membership).where(Membership.member_id == member_id, Membership.standing != "ended")
    return db.session.scalars(query.order_by(Membership.region_id)).all()
