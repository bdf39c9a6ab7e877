"""Reading memberships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from app import clock
from app.db import db
from app.errors import Missing
from app.ledger import queries as ledger
from app.members.models import Duty, Membership
from app.members.rules import hiragana, read_number
from app.regions.models import Region

HITS = 8
OFFICERS = ("officer", "officer_desk")


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


_ON_DAY = (Duty.starts_on <= bindparam("today")) & (Duty.ends_on > bindparam("today"))
_DUTIES = select(Duty.role, Duty.shop_id).where(Duty.membership_id == bindparam("membership"), _ON_DAY)
_WITH_DUTIES = (
    select(Membership, Duty.role, Duty.shop_id)
    .outerjoin(Duty, (Duty.membership_id == Membership.id) & _ON_DAY)
    .where(Membership.region_id == bindparam("region"), Membership.member_id == bindparam("member"))
)
Standing = tuple[Membership | None, list[tuple[str, int | None]]]  # a membership and its duties, as (role, shop)


def duties(membership: Membership, on: date) -> list[tuple[str, int | None]]:
    """The duties a membership has on a day, as (role, shop)."""
    rows = db.session.execute(_DUTIES, {"membership": membership.id, "today": on})
    return [(role, shop_id) for role, shop_id in rows]


def with_duties(region_id: int, member_id: int, on: date) -> Standing:
    """A member's membership in a region, if there is one, and the duties it has on a day."""
    asked = {"region": region_id, "member": member_id, "today": on}
    return standing_in(db.session.execute(_WITH_DUTIES, asked).all())


def beside(query: Select[Any], member_id: Any) -> Select[Any]:
    """`query` with the same beside it, for the member of its one row; asks for `region` and `today`.

    Its rows end in what `standing_in` reads.
    """
    here = (Membership.member_id == member_id) & (Membership.region_id == bindparam("region"))
    query = query.add_columns(Membership, Duty.role, Duty.shop_id).outerjoin(Membership, here)
    return query.outerjoin(Duty, (Duty.membership_id == Membership.id) & _ON_DAY)


def standing_in(rows: Sequence[Any]) -> Standing:
    """The membership and the duties in rows of which each holds one duty."""
    return rows[0][-3] if rows else None, [(row[-2], row[-1]) for row in rows if row[-2] is not None]


def reads_only(membership: Membership, on: date) -> bool:
    """Whether this is a municipality's officer, who takes part in nothing."""
    return any(role in OFFICERS for role, _shop in duties(membership, on))


def spendable(region: Region, membership: Membership | None, at: datetime) -> int | None:
    """Coins that somebody can spend now, by the region's calendar; None for whoever has no account here."""
    if membership is None or membership.account_id is None:
        return None
    return ledger.balance(region.id, membership.account_id, clock.local_day(region, at), at=at).available


def of_member(member_id: int) -> Sequence[Membership]:
    """A member's memberships, all regions."""
    query = select(Membership).where(Membership.member_id == member_id, Membership.standing != "ended")
    return db.session.scalars(query.order_by(Membership.region_id)).all()


def read_again(region: Region, ids: set[int]) -> dict[int, Membership]:
    """Memberships as they are now, by id; they stay under their roofs until it is decided. Raises Missing.

    One at a time for each of them, so that a second tap sees what the first has done.
    """
    query = select(Membership).where(Membership.region_id == region.id, Membership.id.in_(ids))
    query = query.order_by(Membership.id).with_for_update(key_share=True)
    found = {one.id: one for one in db.session.scalars(query.execution_options(populate_existing=True))}
    if ids - found.keys():
        raise Missing("not_found")
    return found
