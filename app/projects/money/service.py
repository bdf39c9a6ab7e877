"""The verbs of a project's money: ask, withdraw, answer; and what a vote decides.

Locks, always in this order: memberships (shared) by id, the project, the request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

import sqlalchemy as sa

from app.db import db, find
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members import queries as members
from app.members.models import Membership
from app.projects import queries as projects
from app.projects.models import BudgetAnswer, BudgetRequest, Project
from app.projects.money import queries, rules
from app.projects.service import alive
from app.regions.models import Region


def _no_votes(_request_id: int) -> bool:
    return False


_is_in_vote: Callable[[int], bool] = _no_votes


def decide_by_votes(is_in_vote: Callable[[int], bool]) -> None:
    """Votes, a room above this one, say which requests an open vote is about: nobody else decides those."""
    global _is_in_vote
    _is_in_vote = is_in_vote


def ask(
    *,
    region: Region,
    project_id: int,
    by: Membership,
    key: str,
    amount_yen: int,
    purpose: str,
    at: datetime,
) -> BudgetRequest:
    """予算を 申しこむ, by somebody who takes part; one request of a project waits at a time.

    The same form sent twice is one request. Raises Conflict `budget_waiting`, Forbidden, Refused.
    """
    project = _of_member(region, project_id, by)
    again = db.session.scalar(sa.select(BudgetRequest).where(BudgetRequest.key == key))
    if again is not None:
        if (again.project_id, again.asked_by_id) != (project.id, by.id):
            raise Conflict("other_request")
        return again
    if project.ended_at is not None:
        raise Refused("project_over")
    if by.standing != "active":
        raise Refused("budget_provisional")
    if queries.live(project) is not None:
        raise Conflict("budget_waiting")
    told = {"amount_yen": amount_yen, "purpose": purpose, "asked_by_id": by.id, "asked_at": at}
    row = BudgetRequest(region_id=region.id, project_id=project.id, key=key, **told)
    db.session.add(row)
    alive(project, at)
    return row


def withdraw(*, region: Region, project_id: int, budget_id: int, by: Membership, at: datetime) -> BudgetRequest:
    """Take the request back while it waits, by anybody who takes part; twice is once. Raises Conflict, Forbidden."""
    project = _of_member(region, project_id, by)
    row = _locked(region, project.id, budget_id)
    if row.state == "withdrawn":
        return row
    if row.state != "waiting":
        raise Conflict("budget_decided")
    if _is_in_vote(row.id):
        raise Conflict("budget_in_vote")
    row.state, row.decided_at = "withdrawn", at
    db.session.flush()
    return row


def answer(
    *,
    region: Region,
    project_id: int,
    budget_id: int,
    by: Membership,
    roles: Collection[str],
    agrees: bool,
    reason: str,
    at: datetime,
) -> BudgetRequest:
    """よい or ことわる, by a duty holder who neither asked nor lives with whoever did.

    Two different people who agree grant it; one who does not, with a reason, refuses it. The same answer of the
    same person once more changes nothing. Raises Conflict `budget_decided`, `budget_withdrawn`, `budget_answered`,
    Forbidden, Missing, Refused `reason_missing`.
    """
    asked_by_id = find(BudgetRequest, region.id, budget_id).asked_by_id
    people = members.read_again(region, {asked_by_id, by.id})
    row = _locked(region, project_id, budget_id)
    code = rules.refusal(people[asked_by_id], people[by.id], roles)
    if code is not None:
        raise Forbidden(code)
    mine = db.session.get(BudgetAnswer, (row.id, by.id), populate_existing=True)
    if mine is not None and mine.agrees == agrees:
        return row
    if row.state != "waiting":
        raise Conflict("budget_withdrawn" if row.state == "withdrawn" else "budget_decided")
    if _is_in_vote(row.id):
        raise Conflict("budget_in_vote")
    if mine is not None:
        raise Conflict("budget_answered")
    if not agrees and not reason:
        raise Refused("reason_missing")
    said = {"agrees": agrees, "role": rules.duty(roles), "at": at}
    db.session.add(BudgetAnswer(region_id=region.id, request_id=row.id, membership_id=by.id, **said))
    _settle(row, agrees, reason, at)
    return row


def decided_by_vote(*, region: Region, request_id: int, passed: bool, at: datetime) -> BudgetRequest:
    """What a vote made of a request that still waits; one that was decided or withdrawn meanwhile stays as it is."""
    row = find(BudgetRequest, region.id, request_id, lock=True)
    if row.state == "waiting":
        row.state, row.decided_at = "granted" if passed else "refused", at
        db.session.flush()
    return row


def _settle(row: BudgetRequest, agrees: bool, reason: str, at: datetime) -> None:
    """The request as the answers have left it, the newest among them."""
    db.session.flush()
    query = sa.select(BudgetAnswer.agrees).where(BudgetAnswer.request_id == row.id)
    row.state = rules.outcome(db.session.scalars(query))
    if row.state != "waiting":
        row.decided_at, row.reason = at, "" if agrees else reason
    db.session.flush()


def _locked(region: Region, project_id: int, budget_id: int) -> BudgetRequest:
    row = find(BudgetRequest, region.id, budget_id, lock=True)
    if row.project_id != project_id:
        raise Missing("not_found")
    return row


def _of_member(region: Region, project_id: int, by: Membership) -> Project:
    """The project, locked: only who takes part asks for its money, no duty holder from outside."""
    project = find(Project, region.id, project_id, lock=True)
    if not projects.is_in(project.id, by.id):
        raise Forbidden("not_in_project")
    return project
