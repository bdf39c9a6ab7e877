"""The verbs of joining. All of them lock the project first: who asks, answers or leaves comes one after the other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from app.db import db, find
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.projects import queries, rules
from app.projects.models import ANSWERS, JoinRequest, Project, ProjectMember, Task
from app.projects.service import alive, managed
from app.regions.models import Region


def ask(
    *,
    region: Region,
    project_id: int,
    membership: Membership,
    key: str,
    task_id: int | None,
    message: str,
    at: datetime,
) -> JoinRequest:
    """いっしょにやりたい, in general or for one role or task.

    The same form, or the same person while the first wish lives, gets the first one. Raises Refused, Conflict.
    """
    project = find(Project, region.id, project_id, lock=True)
    again = db.session.scalar(sa.select(JoinRequest).where(JoinRequest.key == key))
    if again is not None and (again.project_id, again.membership_id) != (project.id, membership.id):
        raise Conflict("other_request")
    live = again or queries.live_request(project.id, membership.id)
    if live is not None:
        return live
    if queries.is_in(project.id, membership.id):
        raise Refused("already_in_project")
    if not rules.seeks(project):
        raise Refused("project_over" if project.ended_at else "project_resting")
    if task_id is not None:
        free_task(project, task_id)
    who = {"region_id": region.id, "project_id": project.id, "membership_id": membership.id}
    row = JoinRequest(**who, key=key, task_id=task_id, message=message, created_at=at)
    db.session.add(row)
    db.session.flush()
    return row


def withdraw(*, region: Region, project_id: int, membership: Membership, at: datetime) -> JoinRequest | None:
    """Take the own wish back; None if there is none to take back, or it is answered."""
    project = find(Project, region.id, project_id, lock=True)
    row = queries.live_request(project.id, membership.id)
    if row is not None:
        row.withdrawn_at = at
        db.session.flush()
    return row


def answer(
    *,
    region: Region,
    project_id: int,
    request_id: int,
    by: Membership,
    roles: Collection[str],
    answer: str,
    note: str,
    at: datetime,
    without_task: bool = False,
) -> JoinRequest:
    """はい or いいえ, by anybody who takes part, with a sentence; a no needs one.

    A yes for a role or task that somebody else has got meanwhile is Refused `task_gone`, unless `without_task`
    lets them in for the rest. The same answer once more changes nothing. Raises Conflict, Forbidden, Missing.
    """
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    row = find(JoinRequest, region.id, request_id, lock=True)
    if row.project_id != project.id:
        raise Missing("not_found")
    if row.membership_id == by.id:
        raise Forbidden("own_request")
    if row.answer == answer:
        return row
    if row.answered_at is not None or row.withdrawn_at is not None:
        raise Conflict("request_answered" if row.answered_at else "request_withdrawn")
    if answer not in ANSWERS or (answer == "no" and not note):
        raise Refused("reason_missing" if answer in ANSWERS else "field_choice")
    if answer == "yes":
        _let_in(project, row, without_task=without_task, at=at)
    row.answer, row.answer_note, row.answered_by_id, row.answered_at = answer, note, by.id, at
    alive(project, at)
    return row


def see(*, region: Region, project_id: int, membership: Membership, at: datetime) -> None:
    """Whoever asked has read the answers of this project."""
    project = find(Project, region.id, project_id)
    read = sa.update(JoinRequest).where(
        JoinRequest.membership_id == membership.id,
        JoinRequest.project_id == project.id,
        JoinRequest.answered_at.is_not(None),
        JoinRequest.seen_at.is_(None),
    )
    db.session.execute(read.values(seen_at=at).execution_options(synchronize_session="fetch"))


def leave(*, region: Region, project_id: int, membership: Membership, at: datetime) -> ProjectMember | None:
    """Stop taking part; tasks that were not done are free again. None for whoever does not take part.

    Raises Refused for the lead, who hands the lead over first.
    """
    project = find(Project, region.id, project_id, lock=True)
    row = _place(project, membership.id)
    if row is None:
        return None
    if project.lead_id == membership.id:
        raise Refused("lead_leaves")
    row.left_at = at
    mine = Task.project_id == project.id, Task.taken_by_id == membership.id, Task.done_at.is_(None)
    for task in db.session.scalars(sa.select(Task).where(*mine)):
        task.taken_by_id = None
    db.session.flush()
    return row


def hand_over(
    *, region: Region, project_id: int, to_id: int, by: Membership, roles: Collection[str], at: datetime
) -> Project:
    """Another member of the project leads from now on. The lead hands it over, or a duty holder.

    Raises Forbidden, Refused for somebody who does not take part or has no number yet.
    """
    project = find(Project, region.id, project_id, lock=True)
    if by.id != project.lead_id and not rules.has_duty(roles):
        raise Forbidden("not_lead")
    next_lead = find(Membership, region.id, to_id)
    if _place(project, to_id) is None or next_lead.standing != "active":
        raise Refused("lead_unknown")
    project.lead_id = to_id
    alive(project, at)
    return project


def free_task(project: Project, task_id: int) -> Task:
    """The role or task of a locked project that somebody is still wanted for. Raises Refused `task_gone`, Missing."""
    task = find(Task, project.region_id, task_id, lock=True)
    if task.project_id != project.id:
        raise Missing("not_found")
    if not rules.is_free(task, queries.taken(task)):
        raise Refused("task_gone")
    return task


def _let_in(project: Project, row: JoinRequest, *, without_task: bool, at: datetime) -> None:
    """They take part from now on, with the role or task that they asked for."""
    who = find(Membership, project.region_id, row.membership_id)
    if who.standing == "ended":
        raise Refused("asker_gone")
    if without_task:
        row.task_id = None
    task = free_task(project, row.task_id) if row.task_id is not None else None
    if task is not None and task.kind == "task":
        task.taken_by_id = who.id
    if _place(project, who.id) is None:
        role = task.title if task is not None and task.kind == "role" else ""
        place = {"project_id": project.id, "membership_id": who.id, "role": role, "joined_at": at}
        db.session.add(ProjectMember(region_id=project.region_id, **place))


def _place(project: Project, membership_id: int) -> ProjectMember | None:
    query = sa.select(ProjectMember).where(ProjectMember.project_id == project.id, ProjectMember.left_at.is_(None))
    return db.session.scalar(query.where(ProjectMember.membership_id == membership_id))
