"""The second person: confirming what somebody did, which pays it, and sending it back with a reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.db import db
from app.errors import Conflict, Forbidden, Refused
from app.hours import entries, rules
from app.hours.entries import LIVE, STANDS, Locked, Second
from app.hours.models import HoursEntry
from app.issuing import many
from app.issuing import queries as issued
from app.issuing.models import RuleVersion
from app.issuing.queries import Earned
from app.issuing.rules import coins_for
from app.issuing.service import Due
from app.ledger.service import act_key
from app.members.models import Membership
from app.regions.models import Region


@dataclass(frozen=True)
class Confirmed:
    """What became of one entry. `earned` is None where it earns nothing: paid work, a gathering, too short.

    `skipped` is the code of why it was not confirmed; the entry is then as it was.
    """

    entry: HoursEntry
    earned: Earned | None = None
    skipped: str | None = None


def confirm(
    *, region: Region, entry_ids: Collection[int], confirmer: Membership, roles: Collection[str], at: datetime
) -> list[Confirmed]:
    """Confirm at most fifty entries, by ascending id, and give the coins that they earn.

    Those that this person may not confirm, or that are not waiting, are answered with why (`skipped`): `hours_own`,
    `hours_household`, `hours_typed`, `hours_stranger` (was not there, is not named, has no duty), `hours_numberless`,
    `not_allowed` (an officer), `already_logged` (a gathering has written it down), `hours_confirmed`,
    `hours_returned`, `hours_withdrawn`. What the same person confirmed before is answered as it was then. Refused
    `hours_many`; Missing.
    """
    if len(set(entry_ids)) > rules.BATCH:
        raise Refused("hours_many", most=rules.BATCH)
    batch = entries.lock(region, entry_ids, confirmer)
    before = {one.entry.id for one in batch if _is_repeat(one.entry, confirmer)}
    skipped, accepted = _judge(batch, Second.of(confirmer, roles, [one.entry for one in batch]))
    for one, role in accepted:
        one.entry.state, one.entry.confirmed_at = "confirmed", at
        one.entry.confirmed_by_id, one.entry.confirmed_as = confirmer.id, role
    db.session.flush()  # what the database forbids stops here, before any coin
    earned = _pay(region, [one for one, _role in accepted], f"membership:{confirmer.id}", at)
    earned |= {one.entry.id: _earned_before(region, one.entry) for one in batch if one.entry.id in before}
    answers = [(one.entry, None if one.entry.id in before else skipped.get(one.entry.id)) for one in batch]
    return [Confirmed(entry, earned.get(entry.id), code) for entry, code in answers]


def send_back(*, region: Region, entry_id: int, by: Membership, reason: str, at: datetime) -> HoursEntry:
    """Let whoever wrote it put it right, with a reason; by whoever could confirm it. Twice is once.

    Refused `reason_missing`; Conflict `hours_confirmed`, `hours_returned`, `hours_withdrawn`; Forbidden with the code
    of why not; Missing.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    one = entries.lock_one(region, entry_id, by)
    entry = one.entry
    if entry.state == "returned" and entry.returned_by_id == by.id:
        return entry
    if code := rules.fault_of_state(entry.state):
        raise Conflict(code)
    if code := Second.of(by, entries.duties(region, by, at), [entry]).refusal(entry, one.whose):
        raise Forbidden(code)
    entries.take(region, entry.membership_id, entry.day, -entry.minutes)
    entry.state, entry.reason = "returned", reason.strip()
    entry.returned_by_id, entry.returned_at = by.id, at
    db.session.flush()
    return entry


def _is_repeat(entry: HoursEntry, confirmer: Membership) -> bool:
    """A second tap of whoever confirmed it."""
    return entry.state == "confirmed" and entry.confirmed_by_id == confirmer.id and entry.minutes > 0


def _judge(batch: Sequence[Locked], second: Second) -> tuple[dict[int, str], list[tuple[Locked, str]]]:
    """Why which entries are not confirmed, and the others, each with as what it is."""
    doubles = _doubles([one.entry for one in batch])
    skipped: dict[int, str] = {}
    accepted: list[tuple[Locked, str]] = []
    for one in batch:
        entry, role = one.entry, second.role(one.entry, one.whose)
        code = rules.fault_of_state(entry.state) or second.refusal(entry, one.whose)
        if code is None and entry.id in doubles:
            code = "already_logged"
        if code is None and role is not None:
            accepted.append((one, role))
        else:
            skipped[entry.id] = code or "hours_stranger"
    return skipped, accepted


def _doubles(rows: Sequence[HoursEntry]) -> set[int]:
    """Entries by hand of what a gathering of the same day has written down since."""
    by_hand = [row for row in rows if row.event_id is None and row.state == "waiting"]
    if not by_hand:
        return set()
    query = sa.select(HoursEntry).where(HoursEntry.membership_id.in_({row.membership_id for row in by_hand}))
    query = query.where(HoursEntry.day.in_({row.day for row in by_hand}), HoursEntry.event_id.is_not(None))
    there: dict[tuple[int, date], list[HoursEntry]] = {}
    for one in db.session.scalars(query.where(STANDS, LIVE)):
        there.setdefault((one.membership_id, one.day), []).append(one)
    return {
        row.id for row in by_hand if any(rules.is_of(one, row) for one in there.get((row.membership_id, row.day), ()))
    }


# --- what it earns ------------------------------------------------------------------------------------------


def _pay(region: Region, accepted: Sequence[Locked], actor: str, at: datetime) -> dict[int, Earned | None]:
    """The coins of confirmed work by entry."""
    due = coins_due(region, [one.entry for one in accepted])
    works = {one.entry.id: _work(one, due[one.entry.id]) for one in accepted if one.entry.id in due}
    if not works:
        return {}
    earned = many.earn_each(region=region, works=list(works.values()), actor=actor, at=at)
    return dict(zip(works, earned, strict=True))


def coins_due(region: Region, rows: Sequence[HoursEntry]) -> dict[int, int]:
    """The coins that these entries bring, by id and by the rule of their day, caps and budget aside.

    Left out is what brings none: what never earns, what was too short, and all where the region has no rule.
    """
    free = [row for row in rows if rules.earns(row)]
    rule_of = {day: _rule(region, day) for day in {row.day for row in free}}
    due = {row.id: coins_for(rule, row.minutes) for row in free if (rule := rule_of[row.day]) is not None}
    return {id: coins for id, coins in due.items() if coins}


def _rule(region: Region, day: date) -> RuleVersion | None:
    try:
        return issued.current_rule(region.id, day)
    except Refused:
        return None


def _work(one: Locked, wanted: int) -> many.Work:
    entry, account_id = one.entry, one.whose.account_id
    if account_id is None:
        raise RuntimeError(f"membership {one.whose.id} has no account")
    due = Due(one.whose.id, account_id, wanted, act_key("hours_confirmed", entry.key), entry.activity)
    return many.Work(entry.activity, entry.day, due)


def _earned_before(region: Region, entry: HoursEntry) -> Earned | None:
    if entry.reversed or not rules.earns(entry):
        return None
    return issued.earned(region.id, entry.membership_id, entry.activity)
