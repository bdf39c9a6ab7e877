"""The devices that are a shop's till now. Whoever keeps the shop ends a lost one from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.credentials import service as credentials
from app.credentials.loader import ends_at
from app.credentials.models import SignIn
from app.db import db
from app.errors import Missing
from app.shops.models import Shop


def of_shop(*, shop: Shop, at: datetime) -> Sequence[SignIn]:
    """Those that are open, the last opened first."""
    query = _tills(shop).where(SignIn.ended_at.is_(None)).order_by(SignIn.id.desc())
    return [row for row in db.session.scalars(query) if at < ends_at(row)]


def end(*, shop: Shop, till_id: int, at: datetime) -> None:
    """From now on the device is nobody's. Ending it twice changes nothing. Missing: no till of this shop."""
    if db.session.scalar(_tills(shop).where(SignIn.id == till_id)) is None:
        raise Missing("not_found")
    credentials.sign_out(sign_in_id=till_id, at=at)


def end_all(*, shop: Shop, at: datetime) -> None:
    """No device is the shop's till any more. Behind the shop's lock, which also those take that open one."""
    for till_id in db.session.scalars(_tills(shop).where(SignIn.ended_at.is_(None)).with_only_columns(SignIn.id)).all():
        credentials.sign_out(sign_in_id=till_id, at=at)


def _tills(shop: Shop) -> sa.Select[SignIn]:
    mine = sa.select(SignIn).where(SignIn.kind == "till", SignIn.shop_id == shop.id)
    return mine.where(SignIn.region_id == shop.region_id)
