"""The verbs of what is wanted: add, take, give back, done, withdraw. All of them lock the project first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.db import db, find
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.projects import queries
from app.projects.models import Project, Task
from app.projects.service import alive, managed
from app.regions.models import Region

ACTS = ("take", "give_back", "finish", "reopen", "withdraw")


@dataclass(frozen=True)
class Wish:
    """What a project asks for. `places` counts for roles; a task is done by one."""

    kind: str
    title: str
    title_en: str = ""
    note: str = ""
    skills: str = ""
    remote: bool = False
    places: int = 1
    due_on: date | None = None


def add(
    *, region: Region, project_id: int, by: Membership, roles: Collection[str], key: str, wish: Wish, at: datetime
) -> Task:
    """Something that somebody is wanted for; the same form sent twice is one. Raises Forbidden, Conflict, Refused."""
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    again = db.session.scalar(sa.select(Task).where(Task.key == key))
    if again is not None:
        if again.project_id != project.id:
            raise Conflict("other_request")
        return again
    if project.ended_at is not None:
        raise Refused("project_over")
    facts = vars(wish) | {"places": wish.places if wish.kind == "role" else 1}
    task = Task(region_id=region.id, project_id=project.id, key=key, created_at=at, **facts)
    db.session.add(task)
    alive(project, at)
    return task


def act(
    *, region: Region, project_id: int, task_id: int, by: Membership, roles: Collection[str], act: str, at: datetime
) -> Task:
    """One of ACTS. Done twice it is done once; of two who take a task at one moment one gets it.

    Raises Conflict `task_taken`, Forbidden, Missing, Refused.
    """
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    task = find(Task, region.id, task_id, lock=True)
    if task.project_id != project.id:
        raise Missing("not_found")
    if act not in ACTS or (task.kind == "role" and act != "withdraw"):
        raise Refused("field_choice")
    if act == "take":
        _take(project, task, by)
    elif act == "give_back":
        _give_back(task)
    elif act == "finish":
        task.done_at = task.done_at or at
    elif act == "reopen":
        task.done_at = None
    else:
        task.withdrawn_at = task.withdrawn_at or at
    alive(project, at)
    return task


def _take(project: Project, task: Task, by: Membership) -> None:
    """わたしがやります, by somebody who takes part."""
    if not queries.is_in(project.id, by.id):
        raise Forbidden("not_in_project")
    if task.taken_by_id is not None and task.taken_by_id != by.id:
        raise Conflict("task_taken")
    if task.done_at is not None or task.withdrawn_at is not None:
        raise Refused("task_gone")
    task.taken_by_id = by.id


def _give_back(task: Task) -> None:
    if task.done_at is not None:
        raise Refused("task_done")
    task.taken_by_id = None
