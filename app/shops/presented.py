"""What a customer presents at the counter: sixteen characters inside a QR, or the six digits under it."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from app.codes import service as codes
from app.db import db
from app.errors import DomainError, Refused
from app.shops import rules
from app.shops.models import Redemption, Shop

CODE = 16
REMEMBERED = timedelta(days=1)  # how long digits that were used are not drawn again


def code_for(key: str) -> str:
    """The characters of the redemption with this key; only their digest is stored."""
    return codes.derive(purpose="redemption", of=key, length=CODE)


def draw_digits(*, shop_id: int, at: datetime) -> str:
    """Six digits that this shop has not met today: neither a live code's nor one that was just used."""
    while True:
        digits = f"{secrets.randbelow(10**rules.DIGITS):0{rules.DIGITS}}"
        met = _with_digits(shop_id, digits, at).with_only_columns(Redemption.id).limit(1)
        if db.session.scalar(met) is None:
            return digits


def find(*, shop: Shop, code: str, at: datetime) -> Redemption:
    """The redemption meant, locked: of many tills one goes on, the others find what it did.

    Refused: `code_unknown`, `code_elsewhere` (with the Shop that it belongs to).
    """
    if re.fullmatch(rf"[0-9]{{{rules.DIGITS}}}", code):
        live_first = sa.case((Redemption.state == "requested", 0), else_=1)
        newest = _with_digits(shop.id, code, at).order_by(live_first, Redemption.id.desc()).limit(1)
        found = db.session.scalar(locked(newest))
        if found is None:
            raise _unknown_or_elsewhere(shop, _live_digits(code, at))
        return found
    code_hash = codes.digest(code)
    found = db.session.scalar(_of_code(), {"hash": code_hash, "shop": shop.id})
    if found is None:
        raise _unknown_or_elsewhere(shop, Redemption.code_hash == code_hash)
    return found


@cache
def _of_code() -> sa.Select[Redemption]:
    this_one = Redemption.code_hash == sa.bindparam("hash")
    return locked(sa.select(Redemption).where(this_one, Redemption.shop_id == sa.bindparam("shop")))


def locked(query: sa.Select[Redemption], *, skip: bool = False) -> sa.Select[Redemption]:
    """Lock the rows and read them as they stand now, whatever this request read before."""
    return query.with_for_update(skip_locked=skip).execution_options(populate_existing=True)


def _with_digits(shop_id: int, digits: str, at: datetime) -> sa.Select[Redemption]:
    known = sa.or_(Redemption.state == "requested", Redemption.requested_at > at - REMEMBERED)
    return sa.select(Redemption).where(Redemption.shop_id == shop_id, Redemption.digits == digits, known)


def _live_digits(digits: str, at: datetime) -> sa.ColumnElement[bool]:
    live = sa.and_(Redemption.state == "requested", Redemption.expires_at > at)
    return sa.and_(Redemption.digits == digits, live)


def _unknown_or_elsewhere(shop: Shop, condition: sa.ColumnElement[bool]) -> DomainError:
    """Another shop of this region is told by its name; what belongs to another region is unknown here."""
    query = sa.select(Shop).join(Redemption, Redemption.shop_id == Shop.id).where(condition)
    other = db.session.scalars(query.where(Shop.region_id == shop.region_id, Shop.id != shop.id)).first()
    return Refused("code_unknown") if other is None else Refused("code_elsewhere", shop=other)
