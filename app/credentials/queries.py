"""Reading: who has passkeys and devices, whom to offer a passkey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.credentials.loader import is_valid
from app.credentials.models import Credential, SignIn
from app.credentials.rules import is_recent, should_offer_passkey
from app.db import db
from app.ledger.models import Account, Transfer
from app.members import queries as members
from app.members.models import Duty, Membership
from app.regions import queries as regions
from app.regions.models import Region
from app.web.access import is_sample


def passkeys(member_id: int) -> Sequence[Credential]:
    """A member's passkeys, oldest first."""
    query = select(Credential).where(Credential.member_id == member_id).order_by(Credential.id)
    return db.session.scalars(query).all()


def has_passkey(member_id: int) -> bool:
    query = select(Credential.id).where(Credential.member_id == member_id).limit(1)
    return db.session.scalar(query) is not None


def devices(member_id: int, at: datetime) -> list[SignIn]:
    """The devices on which the member is signed in now, last used first."""
    query = select(SignIn).where(SignIn.member_id == member_id, SignIn.ended_at.is_(None))
    query = query.options(joinedload(SignIn.member)).order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    return [row for row in db.session.scalars(query) if is_valid(row, at)]


def is_strong(sign_in: SignIn | None) -> bool:
    """Whether more than the low powers are right here: the member has a passkey, or the sign-in is a demo's."""
    if sign_in is None or sign_in.member_id is None:
        return False
    return is_sample(sign_in) or has_passkey(sign_in.member_id)


def is_recently_shown(sign_in: SignIn, at: datetime) -> bool:
    """Whether a passkey was shown on this device in the last five minutes; a demo's sign-in always counts."""
    return is_sample(sign_in) or is_recent(sign_in.fresh_at, at)


def offers_passkey(member_id: int, *, seals: int | None = None) -> bool:
    """Whether this page should offer the member a first passkey; `seals`: how often they have checked in."""
    if has_passkey(member_id):
        return False
    earned, spent = _earned_and_spent(member_id)
    return should_offer_passkey(has_passkey=False, coins_earned=earned, spent=spent, seals=seals)


def _earned_and_spent(member_id: int) -> tuple[int, int]:
    """All coins that came to the member out of a source, and all that went to shops, over all regions."""
    own = select(Membership.account_id).where(Membership.member_id == member_id)
    total = func.coalesce(func.sum(Transfer.amount), 0)
    earned = select(total).join(Account, Account.id == Transfer.from_id)
    earned = earned.where(Transfer.to_id.in_(own), Account.kind == "source")
    spent = select(total).join(Account, Account.id == Transfer.to_id)
    spent = spent.where(Transfer.from_id.in_(own), Account.kind == "shop")
    return db.session.scalar(earned) or 0, db.session.scalar(spent) or 0


def cards(member_id: int) -> list[tuple[Membership, Region]]:
    """A member's memberships with their regions."""
    return [(one, regions.by_id(one.region_id)) for one in members.of_member(member_id)]


def without_coins(member_id: int, at: datetime) -> set[int]:
    """The member's memberships that only read or answer for the municipality: they have no purse."""
    query = select(Duty.membership_id, Duty.starts_on, Duty.ends_on, Region).join(Region, Region.id == Duty.region_id)
    query = query.join(Membership, Membership.id == Duty.membership_id).where(Membership.member_id == member_id)
    rows = db.session.execute(query.where(Duty.role.in_(("officer", "officer_desk"))))
    return {id for id, first, last, region in rows if first <= clock.local_day(region, at) < last}
