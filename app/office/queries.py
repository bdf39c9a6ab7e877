"""What the office's pages list: shops and their people, programmes with rules and budgets, changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from app import clock
from app.db import db, find
from app.issuing.models import Budget, Programme, RuleVersion
from app.members.models import Duty, Membership
from app.office.models import Change
from app.places.models import Place
from app.regions.models import Region
from app.shops.models import Offer, Shop

SHOWN = 30  # decided changes on a page


class Money(NamedTuple):
    """A programme with its versions (the newest first) and its budgets (the newest 年度 first)."""

    programme: Programme
    versions: list[RuleVersion]
    budgets: list[Budget]


class Asked(NamedTuple):
    """A change with who asked for it and who decided."""

    change: Change
    by: Membership
    decided: Membership | None

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.change.body)
        return body

    @property
    def subject(self) -> str:
        """What is to be changed, as `names` knows it; a programme that is not there yet has its name in the wish."""
        room = "place" if self.change.kind == "place" else "programme"
        return f"{room}:{self.body['wish'].get(f'{room}_id', '')}"


def shops(region: Region) -> Sequence[Shop]:
    """All shops, those that closed last."""
    query = sa.select(Shop).where(Shop.region_id == region.id)
    return db.session.scalars(query.order_by(Shop.withdrawn_at.is_not(None), Shop.id)).all()


def offers(shop: Shop) -> Sequence[Offer]:
    """All goods of a shop, those off the shelf last."""
    query = sa.select(Offer).where(Offer.shop_id == shop.id)
    return db.session.scalars(query.order_by(Offer.withdrawn_at.is_not(None), Offer.price, Offer.id)).all()


def staff(shop: Shop, on: date) -> list[tuple[Duty, Membership]]:
    """Who has the duty at a shop on a day."""
    query = sa.select(Duty, Membership).join(Membership, Membership.id == Duty.membership_id)
    query = query.where(Duty.shop_id == shop.id, Duty.starts_on <= on, Duty.ends_on > on)
    return [(duty, one) for duty, one in db.session.execute(query.order_by(Membership.yomi_search, Duty.id))]


def programme(region: Region, programme_id: int) -> Money:
    """Raises Missing."""
    return _money([find(Programme, region.id, programme_id)])[0]


def programmes(region: Region) -> list[Money]:
    query = sa.select(Programme).where(Programme.region_id == region.id).order_by(Programme.id)
    return _money(db.session.scalars(query).all())


def names(region: Region) -> dict[str, str]:
    """What changes are about, by their subject: `programme:1`, `place:2`."""
    found: dict[str, str] = {}
    for room, model in (("programme", Programme), ("place", Place)):
        rows = db.session.execute(sa.select(model.id, model.name).where(model.region_id == region.id))
        found |= {f"{room}:{id}": name for id, name in rows}
    return found


def _money(found: Sequence[Programme]) -> list[Money]:
    ids = [one.id for one in found]
    versions = sa.select(RuleVersion).where(RuleVersion.programme_id.in_(ids)).order_by(RuleVersion.version.desc())
    budgets = sa.select(Budget).where(Budget.programme_id.in_(ids)).order_by(Budget.fiscal_year.desc())
    shown = {one.id: Money(one, [], []) for one in found}
    for version in db.session.scalars(versions):
        shown[version.programme_id].versions.append(version)
    for budget in db.session.scalars(budgets):
        shown[budget.programme_id].budgets.append(budget)
    return list(shown.values())


def in_force(versions: Sequence[RuleVersion], day: date) -> RuleVersion | None:
    """Of the versions that have begun, the newest."""
    return next((one for one in versions if one.valid_from <= day), None)


def years(region: Region, today: date) -> tuple[int, int]:
    """The 年度 whose budgets can be set: this one and the next."""
    year = clock.fiscal_year(region, today)
    return year, year + 1


_WAITS = sa.and_(Change.decided_at.is_(None), Change.withdrawn_at.is_(None))


def changes(region: Region, before: int | None = None) -> tuple[list[Asked], list[Asked], int | None]:
    """What waits, the oldest first; what was decided, the latest first; before which change the next page begins.

    `before`: the last change of the page before.
    """
    rest = _asked(region).where(sa.not_(_WAITS)).order_by(Change.id.desc()).limit(SHOWN + 1)
    if before is not None:
        rest = rest.where(Change.id < before)
    waits = _asked(region).where(_WAITS).order_by(Change.id)
    open_ones, decided = ([Asked(*row) for row in db.session.execute(query)] for query in (waits, rest))
    more = decided[SHOWN - 1].change.id if len(decided) > SHOWN else None
    return open_ones, decided[:SHOWN], more


def change(region: Region, change_id: int) -> Asked:
    """Raises Missing."""
    find(Change, region.id, change_id)
    return Asked(*db.session.execute(_asked(region).where(Change.id == change_id)).one())


def waiting(region: Region) -> int:
    """How many changes wait for a second person."""
    query = sa.select(sa.func.count()).select_from(Change).where(Change.region_id == region.id)
    return db.session.scalar(query.where(_WAITS)) or 0


def _asked(region: Region) -> sa.Select[Change, Membership, Membership]:
    by, decided = sa.orm.aliased(Membership), sa.orm.aliased(Membership)
    query = sa.select(Change, by, decided).join(by, by.id == Change.asked_by)
    return query.outerjoin(decided, decided.id == Change.decided_by).where(Change.region_id == region.id)
