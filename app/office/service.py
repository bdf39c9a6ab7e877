"""Changes of what coins are given for: asked for by one person, accepted by another.

A change holds what is to be done and what was there when it was asked for. It is checked when asked and again
when accepted, behind the programme's lock, so that nobody accepts what has become impossible or has moved.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import db, find
from app.errors import Conflict, DomainError, Refused
from app.issuing import service as issuing
from app.issuing.models import Budget, Programme, RuleVersion
from app.members import queries as members
from app.members.models import Membership
from app.office import rules
from app.office.models import Change
from app.places import upkeep as places
from app.places.models import Place
from app.regions import service as regions
from app.regions.models import Region

TERMS = ("one_coin_minutes", "two_coins_minutes", "day_cap", "year_cap")
Body = dict[str, Any]


def ask(*, region: Region, membership: Membership, kind: str, wish: Body, why: str, key: str, at: datetime) -> Change:
    """Ask for a change. The same form again is answered by the first one.

    `wish`: for `rule` programme_id, valid_from (ISO) and TERMS; for `budget` programme_id, fiscal_year and cap; for
    `programme` name, valid_from, TERMS, fiscal_year and cap; for `place` place_id and coins. Refused: `change_past`,
    `rule_order`, `change_same`, `change_outdated`, `budget_granted`; Conflict: `programme_exists`, `other_request`;
    Missing.
    """
    body = {"wish": wish, "why": why}
    regions.one_at_a_time(region)
    first = db.session.scalar(sa.select(Change).where(Change.key == key))
    if first is not None:
        if (first.region_id, first.kind, first.asked_by) != (region.id, kind, membership.id):
            raise Conflict("other_request")
        return first
    before = _check(region, kind, wish, at)
    text = json.dumps(body | {"before": before}, ensure_ascii=False, sort_keys=True)
    asked = {"kind": kind, "body": text, "asked_by": membership.id, "asked_at": at}
    change = Change(region_id=region.id, key=key, **asked)
    db.session.add(change)
    db.session.flush()
    return change


def accept(*, region: Region, change_id: int, membership: Membership, at: datetime) -> Change:
    """The second person agrees, and it is done.

    Refused: `change_own`, `change_household`, `change_asker` (whose duty has ended), `change_outdated`, and what `ask`
    refuses; Conflict: `change_decided`, `programme_exists`; Missing.
    """
    change = _open(region, change_id)
    _check_second(region, change, membership)
    _do(region, change.kind, _check_again(region, change, at))
    change.decided_by, change.decided_at, change.accepted = membership.id, at, True
    db.session.flush()
    return change


def refuse(*, region: Region, change_id: int, membership: Membership, reason: str, at: datetime) -> Change:
    """The second person does not agree, and says why. Refused and Conflict as `accept`; `reason_missing`."""
    change = _open(region, change_id)
    _check_second(region, change, membership)
    if not reason:
        raise Refused("reason_missing")
    change.decided_by, change.decided_at, change.accepted, change.reason = membership.id, at, False, reason
    db.session.flush()
    return change


def withdraw(*, region: Region, change_id: int, membership: Membership, at: datetime) -> Change:
    """Whoever asked takes it back. Refused: `not_asker`; Conflict: `change_decided`; Missing."""
    change = _open(region, change_id)
    if not rules.is_same(find(Membership, region.id, change.asked_by), membership):
        raise Refused("not_asker")
    change.withdrawn_at = at
    db.session.flush()
    return change


def trouble(*, region: Region, change: Change, at: datetime) -> DomainError | None:
    """Why a waiting change could not be accepted now, whoever tried; None if it could. For reading: nothing waits."""
    try:
        _check_again(region, change, at, lock=False)
    except DomainError as error:
        return error
    return None


def _open(region: Region, change_id: int) -> Change:
    change = find(Change, region.id, change_id, lock=True)
    if rules.state(change) != "open":
        raise Conflict("change_decided")
    return change


def _check_second(region: Region, change: Change, membership: Membership) -> None:
    code = rules.refusal(find(Membership, region.id, change.asked_by), membership)
    if code is not None:
        raise Refused(code)


def _check_again(region: Region, change: Change, at: datetime, *, lock: bool = True) -> Body:
    """What is to be done, if it still can be: as it was asked for, by somebody who still has the duty."""
    asker = find(Membership, region.id, change.asked_by)
    duties = {role for role, _shop in members.duties(asker, clock.local_day(region, at))}
    if asker.standing != "active" or rules.ASKERS.isdisjoint(duties):
        raise Refused("change_asker")
    body: Body = json.loads(change.body)
    if _check(region, change.kind, body["wish"], at, lock=lock) != body["before"]:
        raise Refused("change_outdated")
    wish: Body = body["wish"]
    return wish


# --- what may be asked for, and what is there before --------------------------------------------------------


def _check(region: Region, kind: str, wish: Body, at: datetime, *, lock: bool = True) -> Body:
    """What the change would change, as it is now. Raises what stands against it."""
    today = clock.local_day(region, at)
    if kind == "programme":
        return _check_programme(region, wish, today)
    if kind == "place":
        return _check_place(region, wish, lock=lock)
    find(Programme, region.id, wish["programme_id"], lock=lock)
    return _check_rule(wish, today) if kind == "rule" else _check_budget(region, wish, today)


def _check_rule(wish: Body, today: date) -> Body:
    query = sa.select(RuleVersion).where(RuleVersion.programme_id == wish["programme_id"])
    latest = db.session.scalar(query.order_by(RuleVersion.version.desc()).limit(1))
    fault = rules.day_fault(date.fromisoformat(wish["valid_from"]), today, latest.valid_from if latest else None)
    if fault is not None:
        raise Refused(fault)
    before = {name: getattr(latest, name) for name in ("version", *TERMS)} if latest else {}
    if latest and all(before[name] == wish[name] for name in TERMS):
        raise Refused("change_same")
    return before


def _check_budget(region: Region, wish: Body, today: date) -> Body:
    query = sa.select(Budget).where(Budget.programme_id == wish["programme_id"])
    query = query.where(Budget.fiscal_year == wish["fiscal_year"]).execution_options(populate_existing=True)
    budget = db.session.scalar(query)
    if wish["fiscal_year"] < clock.fiscal_year(region, today):
        raise Refused("change_past")
    if budget is not None and budget.cap == wish["cap"]:
        raise Refused("change_same")
    if budget is not None and budget.granted > wish["cap"]:
        raise Refused("budget_granted")
    return {"cap": budget.cap if budget is not None else None}


def _check_programme(region: Region, wish: Body, today: date) -> Body:
    fault = rules.day_fault(date.fromisoformat(wish["valid_from"]), today, None)
    if fault is not None or wish["fiscal_year"] < clock.fiscal_year(region, today):
        raise Refused("change_past")
    query = sa.select(Programme.id).where(Programme.region_id == region.id, Programme.name == wish["name"])
    if db.session.scalar(query) is not None:
        raise Conflict("programme_exists")
    return {}


def _check_place(region: Region, wish: Body, *, lock: bool) -> Body:
    place = find(Place, region.id, wish["place_id"], lock=lock)
    if place.withdrawn_at is not None:
        raise Refused("change_outdated")
    if place.coins == wish["coins"]:
        raise Refused("change_same")
    return {"coins": place.coins}


# --- doing it -----------------------------------------------------------------------------------------------


def _do(region: Region, kind: str, wish: Body) -> None:
    terms = {name: wish[name] for name in TERMS if name in wish}
    if kind == "budget":
        which = {"programme_id": wish["programme_id"], "fiscal_year": wish["fiscal_year"]}
        issuing.set_budget(region_id=region.id, cap=wish["cap"], **which)
        return
    if kind == "place":
        places.set_coins(region_id=region.id, place_id=wish["place_id"], coins=wish["coins"])
        return
    begins = date.fromisoformat(wish["valid_from"])
    if kind == "rule":
        issuing.change_rule(region_id=region.id, programme_id=wish["programme_id"], valid_from=begins, **terms)
        return
    opened = issuing.open_programme(region_id=region.id, name=wish["name"], valid_from=begins, **terms)
    year = {"fiscal_year": wish["fiscal_year"], "cap": wish["cap"]}
    issuing.set_budget(region_id=region.id, programme_id=opened.id, **year)
