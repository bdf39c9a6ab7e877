"""Reading projects: the board, who takes part, what is wanted, who waits for an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import db, find
from app.events.models import Event
from app.events.rules import FIVE
from app.issuing.models import Programme
from app.members.models import Membership
from app.projects import rules
from app.projects.models import JoinRequest, Project, ProjectEvent, ProjectMember, Task
from app.regions.models import Region

PAGE = 50
DONE = 10  # tasks that stay in sight when they are done


@dataclass(frozen=True)
class Card:
    """A project on the board: how many take part, how many roles and tasks want somebody."""

    project: Project
    people: int
    wanted: int
    remote: bool  # something of it can be done from home


@dataclass(frozen=True)
class Wanted:
    """A role or a task with its project. `left`: free places; `taker`: who does the task."""

    task: Task
    project: Project
    left: int
    taker: Membership | None = None


@dataclass(frozen=True)
class Asked:
    """Somebody's wish to join, with who it is and what for."""

    request: JoinRequest
    who: Membership
    task: Task | None
    project: Project


def by_id(region: Region, project_id: int) -> Project:
    """A project of this region. Raises Missing."""
    return find(Project, region.id, project_id)


def titles(region: Region, ids: Collection[int]) -> dict[int, Project]:
    """These projects of the region by id; others are left out."""
    if not ids:
        return {}
    query = sa.select(Project).where(Project.region_id == region.id, Project.id.in_(ids))
    return {project.id: project for project in db.session.scalars(query)}


def one(region: Region, project_id: int | None) -> Project | None:
    """The project that something belongs to or speaks of, if it is one of this region."""
    return None if project_id is None else titles(region, [project_id]).get(project_id)


def of_member(region: Region, membership: Membership) -> list[Project]:
    """The running projects that somebody takes part in, the liveliest first."""
    query = sa.select(Project).join(ProjectMember, ProjectMember.project_id == Project.id)
    query = query.where(Project.region_id == region.id, *_takes_part(membership.id), *_RUNNING)
    return list(db.session.scalars(query.order_by(Project.active_at.desc(), Project.id)))


def _takes_part(membership_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return ProjectMember.membership_id == membership_id, ProjectMember.left_at.is_(None)


_RUNNING = Project.ended_at.is_(None), Project.resting_at.is_(None)


# --- what is wanted -------------------------------------------------------------------------------------------

_in_role = (  # places of a role that are taken: asked for it, heard yes, and has not left since
    sa.select(sa.func.count(JoinRequest.id))
    .join(
        ProjectMember,
        (ProjectMember.project_id == JoinRequest.project_id)
        & (ProjectMember.membership_id == JoinRequest.membership_id)
        & ProjectMember.left_at.is_(None)
        & (JoinRequest.answered_at >= ProjectMember.joined_at),
    )
    .where(JoinRequest.project_id == Task.project_id, JoinRequest.task_id == Task.id, JoinRequest.answer == "yes")
    .correlate(Task)
    .scalar_subquery()
)
_LISTED = Task.withdrawn_at.is_(None)
_FREE = sa.and_(
    _LISTED,
    Task.done_at.is_(None),
    sa.case((Task.kind == "task", Task.taken_by_id.is_(None)), else_=_in_role < Task.places),
)


def wanted(
    region: Region,
    remote: bool = False,
    limit: int = PAGE,
    *,
    words: str = "",
    after: int | None = None,
) -> list[Wanted]:
    """Roles and tasks of running projects that want somebody, the newest first; `remote`: those alone that can be done
    from home; `words`: a skill, or anything that is said of them. `after` is the last one seen.
    """
    query = sa.select(Task, Project, _in_role).join(Project, Project.id == Task.project_id)
    query = query.where(Task.region_id == region.id, *_RUNNING, _FREE)
    if remote:
        query = query.where(Task.remote.is_(sa.true()))
    if words:
        told = (Task.skills, Task.title, Task.title_en, Task.note, Project.title, Project.title_en)
        query = query.where(sa.or_(*(text.icontains(words, autoescape=True) for text in told)))
    if after is not None:
        query = query.where(Task.id < after)
    rows = db.session.execute(query.order_by(Task.id.desc()).limit(limit))
    return [Wanted(task, project, task.places - taken) for task, project, taken in rows]


def tasks(project: Project, done: int = DONE) -> list[Wanted]:
    """A project's roles and tasks that were not withdrawn: free ones first; of those that are done the last few."""
    taker = aliased(Membership)
    over = sa.select(Task.id).where(Task.project_id == project.id, _LISTED, Task.done_at.is_not(None))
    shown = sa.or_(Task.done_at.is_(None), Task.id.in_(over.order_by(Task.done_at.desc(), Task.id.desc()).limit(done)))
    query = sa.select(Task, _in_role, taker).outerjoin(taker, taker.id == Task.taken_by_id)
    rows = db.session.execute(query.where(Task.project_id == project.id, _LISTED, shown).order_by(Task.id))
    found = [Wanted(task, project, task.places - taken, who) for task, taken, who in rows]
    return sorted(found, key=lambda one: (one.task.done_at is not None, not is_free(one)))


def is_free(one: Wanted) -> bool:
    """Whether somebody is still wanted for it."""
    return rules.is_free(one.task, one.task.places - one.left)


def taken(task: Task) -> int:
    """How many have a place of this role."""
    return int(db.session.scalar(sa.select(_in_role).select_from(Task).where(Task.id == task.id)) or 0)


# --- the board ------------------------------------------------------------------------------------------------


def board(region: Region, filter: str = "", after: int | None = None, limit: int = PAGE) -> list[Card]:
    """Projects as the board shows them, the last sign of life first. `filter` is "" or one of rules.FILTERS."""
    free = sa.select(Task.id).where(Task.project_id == Project.id, _FREE)
    query = sa.select(Project).where(Project.region_id == region.id)
    query = query.where(Project.ended_at.is_not(None) if filter == "ended" else Project.ended_at.is_(None))
    if filter in FIVE:
        query = query.where(Project.field == filter)
    if filter in ("wanted", "remote"):
        free = free.where(Task.remote.is_(sa.true())) if filter == "remote" else free
        query = query.where(Project.resting_at.is_(None), free.exists())
    if after is not None:
        last = sa.select(Project.active_at).where(Project.id == after, Project.region_id == region.id).scalar_subquery()
        query = query.where(sa.or_(Project.active_at < last, (Project.active_at == last) & (Project.id < after)))
    found = list(db.session.scalars(query.order_by(Project.active_at.desc(), Project.id.desc()).limit(limit)))
    return _cards(found)


def _cards(projects: Sequence[Project]) -> list[Card]:
    ids = [project.id for project in projects]
    if not ids:
        return []
    people = sa.select(ProjectMember.project_id, sa.func.count()).where(
        ProjectMember.project_id.in_(ids), ProjectMember.left_at.is_(None)
    )
    counted = {row[0]: row[1] for row in db.session.execute(people.group_by(ProjectMember.project_id))}
    home = sa.func.max(sa.case((Task.remote, 1), else_=0))
    free = sa.select(Task.project_id, sa.func.count(), home).where(Task.project_id.in_(ids), _FREE)
    wants = {row[0]: (row[1], bool(row[2])) for row in db.session.execute(free.group_by(Task.project_id))}
    seeking = {project.id: rules.seeks(project) for project in projects}
    return [
        Card(one, counted.get(one.id, 0), *(wants.get(one.id, (0, False)) if seeking[one.id] else (0, False)))
        for one in projects
    ]


# --- who ------------------------------------------------------------------------------------------------------


def is_in(project_id: int, membership_id: int) -> bool:
    """Whether somebody takes part."""
    query = sa.select(ProjectMember.id).where(ProjectMember.project_id == project_id, *_takes_part(membership_id))
    return db.session.scalar(query) is not None


def people(project: Project) -> list[tuple[ProjectMember, Membership]]:
    """Who takes part, in the order in which they came."""
    query = sa.select(ProjectMember, Membership).join(Membership, Membership.id == ProjectMember.membership_id)
    query = query.where(ProjectMember.project_id == project.id, ProjectMember.left_at.is_(None))
    return [(row, who) for row, who in db.session.execute(query.order_by(ProjectMember.joined_at, ProjectMember.id))]


def programmes(region: Region) -> Sequence[Programme]:
    """The programmes that a project may belong to."""
    query = sa.select(Programme).where(Programme.region_id == region.id)
    return db.session.scalars(query.order_by(Programme.id)).all()


# --- wishes to join -------------------------------------------------------------------------------------------

_LIVE = JoinRequest.answered_at.is_(None), JoinRequest.withdrawn_at.is_(None)
_ASKED = (
    sa.select(JoinRequest, Membership, Task, Project)
    .join(Membership, Membership.id == JoinRequest.membership_id)
    .join(Project, Project.id == JoinRequest.project_id)
    .outerjoin(Task, Task.id == JoinRequest.task_id)
    .order_by(JoinRequest.created_at, JoinRequest.id)
)


def live_request(project_id: int, membership_id: int) -> JoinRequest | None:
    """Somebody's wish that is neither answered nor withdrawn."""
    query = sa.select(JoinRequest).where(JoinRequest.project_id == project_id, *_LIVE)
    return db.session.scalar(query.where(JoinRequest.membership_id == membership_id))


def last_request(project_id: int, membership_id: int) -> JoinRequest | None:
    """Somebody's last wish to join, whatever became of it."""
    query = sa.select(JoinRequest).where(JoinRequest.membership_id == membership_id)
    return db.session.scalar(query.where(JoinRequest.project_id == project_id).order_by(JoinRequest.id.desc()).limit(1))


def answered_by(row: JoinRequest) -> Membership | None:
    """Who answered."""
    return db.session.get(Membership, row.answered_by_id) if row.answered_by_id is not None else None


def asked(project: Project) -> list[Asked]:
    """Who waits for an answer of this project, the first to ask first."""
    return [Asked(*row) for row in db.session.execute(_ASKED.where(JoinRequest.project_id == project.id, *_LIVE))]


def asked_of(region: Region, membership: Membership) -> list[Asked]:
    """Who waits for an answer of a project that somebody takes part in."""
    mine = sa.select(ProjectMember.project_id).where(*_takes_part(membership.id))
    query = _ASKED.where(JoinRequest.region_id == region.id, JoinRequest.project_id.in_(mine), *_LIVE)
    return [Asked(*row) for row in db.session.execute(query.where(JoinRequest.membership_id != membership.id))]


def overdue(region: Region, at: datetime, limit: int = PAGE) -> list[Asked]:
    """Who has waited for seven days or longer, anywhere in the region."""
    query = _ASKED.where(JoinRequest.region_id == region.id, *_LIVE)
    query = query.where(JoinRequest.created_at <= at - rules.ANSWER_WITHIN)
    return [Asked(*row) for row in db.session.execute(query.limit(limit))]


def unseen_answers(region: Region, membership: Membership) -> list[tuple[JoinRequest, Project]]:
    """Answers to somebody's wishes that they have not read yet."""
    query = sa.select(JoinRequest, Project).join(Project, Project.id == JoinRequest.project_id)
    query = query.where(JoinRequest.membership_id == membership.id, JoinRequest.region_id == region.id)
    query = query.where(JoinRequest.answered_at.is_not(None), JoinRequest.seen_at.is_(None))
    return [(row, project) for row, project in db.session.execute(query.order_by(JoinRequest.id))]


# --- gatherings -----------------------------------------------------------------------------------------------


def gatherings(project: Project, limit: int = PAGE) -> Sequence[Event]:
    """A project's gatherings that were published, the latest first."""
    query = sa.select(Event).join(ProjectEvent, ProjectEvent.event_id == Event.id)
    query = query.where(ProjectEvent.project_id == project.id, Event.published_at.is_not(None))
    return db.session.scalars(query.order_by(Event.starts_at.desc(), Event.id.desc()).limit(limit)).all()


def own_gatherings(region: Region, membership: Membership, at: datetime) -> Sequence[Event]:
    """Somebody's own coming gatherings that belong to no project yet."""
    query = sa.select(Event).outerjoin(ProjectEvent, ProjectEvent.event_id == Event.id)
    query = query.where(Event.region_id == region.id, Event.host_id == membership.id, ProjectEvent.event_id.is_(None))
    query = query.where(Event.checkin_until > at, Event.ended_at.is_(None), Event.published_at.is_not(None))
    return db.session.scalars(query.order_by(Event.starts_at, Event.id).limit(PAGE)).all()
