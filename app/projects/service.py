"""The verbs of a project: start, change, go on, rest, end. All of them lock the project before its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.db import connection, db, find, insert
from app.errors import Conflict, Forbidden, Refused
from app.events.models import Event
from app.issuing.models import Programme
from app.members.models import Membership
from app.projects import queries, rules
from app.projects.models import BudgetRequest, Project, ProjectEvent, ProjectMember
from app.regions.models import Region

project_table = cast(sa.Table, Project.__table__)
WORDS = ("title", "title_en", "wish", "wish_en", "decides_note", "client", "how_to")
NAME = 40  # characters of a project's name on a gathering's page
DESCRIBED = (*WORDS, "kind", "field", "decides", "programme_id")


def start(
    *,
    region: Region,
    lead: Membership,
    key: str,
    title: str,
    wish: str,
    field: str,
    at: datetime,
    values: Mapping[str, Any] | None = None,
) -> Project:
    """Begin freely, without a budget; the same form sent twice gives the same project.

    `values` are further columns of DESCRIBED. Raises Refused for a membership without a number, Conflict.
    """
    if lead.standing != "active":
        raise Refused("project_provisional")
    facts = {"title": title, "wish": wish, "field": field, **_known(region, values or {}, DESCRIBED)}
    facts |= {"region_id": region.id, "key": key, "lead_id": lead.id, "created_at": at, "active_at": at}
    new = insert(project_table).values(**facts).on_conflict_do_nothing(index_elements=["key"])
    made = connection().execute(new.returning(project_table.c.id)).scalar()
    project = db.session.scalars(sa.select(Project).where(Project.key == key)).one()
    if project.region_id != region.id:
        raise Conflict("other_request")
    if made is not None:
        who = {"project_id": project.id, "membership_id": lead.id, "joined_at": at}
        db.session.add(ProjectMember(region_id=region.id, **who))
        db.session.flush()
    return project


def change(
    *,
    region: Region,
    project_id: int,
    by: Membership,
    roles: Collection[str],
    values: Mapping[str, Any],
    at: datetime,
) -> Project:
    """Change what a project says of itself: columns of DESCRIBED, and for duty holders `designated`.

    Raises Forbidden, Missing for another region's programme.
    """
    coming = _coming(region, project_id)  # locked before the project, as by whoever ends one
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    if "designated" in values and not rules.has_duty(roles):
        raise Forbidden("not_allowed")
    called = project.title[:NAME]
    for name, value in _known(region, values, (*DESCRIBED, "designated")).items():
        setattr(project, name, value)
    for event in coming:
        event.project = project.title[:NAME] if event.project == called else event.project
    alive(project, at)
    return project


def decide_life(
    *, region: Region, project_id: int, by: Membership, roles: Collection[str], answer: str, at: datetime
) -> Project:
    """つづけます, おやすみ or おわります, by anybody who takes part; the same once more changes nothing.

    Going on also wakes what rests, and begins again what had ended.
    """
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    if answer not in rules.LIVES:
        raise Refused("field_choice")
    project.resting_at = (project.resting_at or at) if answer == "rest" else None
    if answer == "end":
        end(project, at)
        return project
    project.ended_at = None
    if answer == "continue":
        alive(project, at)
    return project


def end(project: Project, at: datetime) -> None:
    """おわります, of a project that is locked: whatever money it still asks for, it needs no more, also where a vote is
    about it.
    """
    project.ended_at = project.ended_at or at
    waiting = sa.update(BudgetRequest).where(BudgetRequest.project_id == project.id, BudgetRequest.state == "waiting")
    db.session.execute(waiting.values(state="withdrawn", decided_at=at))
    db.session.flush()


def touch(project_id: int, at: datetime) -> None:
    """A sign of life: something was logged, done or said at `at`. Never moves backwards."""
    later = sa.update(Project).where(Project.id == project_id, Project.active_at < at).values(active_at=at)
    db.session.execute(later.execution_options(synchronize_session="fetch"))


def alive(project: Project, at: datetime) -> None:
    """The same of a project that is locked already."""
    project.active_at = max(project.active_at, at)
    db.session.flush()


def managed(*, region: Region, project_id: int, by: Membership | None, roles: Collection[str]) -> Project:
    """The project, locked, for whoever takes part in it or holds a duty. Raises Forbidden, Missing."""
    project = find(Project, region.id, project_id, lock=True)
    is_in = by is not None and queries.is_in(project.id, by.id)
    if not rules.may_manage(roles, is_in=is_in):
        raise Forbidden("not_in_project")
    return project


def _coming(region: Region, project_id: int) -> Sequence[Event]:
    """Its gatherings that are not over, locked: their pages name the project."""
    query = sa.select(Event).join(ProjectEvent, ProjectEvent.event_id == Event.id)
    query = query.where(ProjectEvent.project_id == project_id, Event.region_id == region.id, Event.ended_at.is_(None))
    query = query.order_by(Event.id).with_for_update(of=Event).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def _known(region: Region, values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Only what a form may set; a programme is one of this region."""
    for name in values:
        if name not in names:
            raise KeyError(name)
    if values.get("programme_id") is not None:
        find(Programme, region.id, values["programme_id"])
    return dict(values)
