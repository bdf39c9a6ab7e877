"""A project's gatherings: a host puts their own coming one under it, or makes one for it.

Whatever gathering is made with the address of a project's page (a draft begun there, the next of a series, last
month's once more) is the project's from the start, if its host takes part in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app

from app.db import connection, db, find, insert
from app.errors import Conflict, Forbidden, Refused
from app.events import service as events
from app.events.models import Event
from app.members.models import Membership
from app.projects.models import Project, ProjectEvent, ProjectMember
from app.projects.service import NAME, alive, managed
from app.regions.models import Region

link_table = cast(sa.Table, ProjectEvent.__table__)


def link(
    *,
    region: Region,
    project_id: int,
    event_id: int,
    by: Membership,
    roles: Collection[str],
    address: str,
    at: datetime,
) -> ProjectEvent:
    """Put one's own coming gathering under the project; its page then names the project, at `address`.

    Linking twice is one. Raises Conflict if it belongs to another project, Forbidden, Refused when it is over.
    """
    event = find(Event, region.id, event_id, lock=True)  # first, as whoever ends it does
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    if event.host_id != by.id:
        raise Forbidden("not_host")
    if event.ended_at is not None or at >= event.checkin_until or event.published_at is None:
        raise Refused("has_ended" if event.published_at else "not_published")
    facts = {"event_id": event.id, "region_id": region.id, "project_id": project.id}
    connection().execute(insert(link_table).values(**facts).on_conflict_do_nothing(index_elements=["event_id"]))
    row = db.session.get_one(ProjectEvent, event.id)
    if row.project_id != project.id:
        raise Conflict("gathering_linked")
    if not event.project and not event.project_link:
        event.project, event.project_link = project.title[:NAME], address
    alive(project, at)
    return row


def unlink(
    *,
    region: Region,
    project_id: int,
    event_id: int,
    by: Membership,
    roles: Collection[str],
    address: str,
    at: datetime,
) -> None:
    """Take a coming gathering away from the project again. Raises Forbidden, Refused when it is over."""
    event = find(Event, region.id, event_id, lock=True)
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    if event.ended_at is not None or at >= event.checkin_until:
        raise Refused("has_ended")
    db.session.execute(
        sa.delete(ProjectEvent).where(ProjectEvent.event_id == event.id, ProjectEvent.project_id == project.id)
    )
    if event.project_link == address:
        event.project, event.project_link = "", ""


def draft(*, region: Region, project: Project, host: Membership, key: str, address: str, at: datetime) -> Event:
    """A gathering of this project, begun: the event form goes on from here, and its page leads back to `address`."""
    words: dict[str, Any] = {"project": project.title[:NAME], "project_link": address}
    facts = {"title": project.title[:60], "place": "", "field": project.field}
    return events.draft(region=region, host=host, key=key, at=at, values=words, **facts)


@sa.event.listens_for(Event, "after_insert")
def _belong(_mapper: Any, connection: sa.Connection, event: Event) -> None:
    origin = re.escape(current_app.extensions["config"].origin)
    found = re.fullmatch(f"{origin}/[^/]+/projects/([0-9]{{1,18}})", event.project_link or "")
    if found is None:
        return
    member = sa.select(sa.literal(event.id), ProjectMember.region_id, ProjectMember.project_id)
    member = member.where(ProjectMember.project_id == int(found[1]), ProjectMember.region_id == event.region_id)
    member = member.where(ProjectMember.membership_id == event.host_id, ProjectMember.left_at.is_(None))
    connection.execute(sa.insert(link_table).from_select(["event_id", "region_id", "project_id"], member))


@sa.event.listens_for(Event, "before_delete")
def _go_along(_mapper: Any, connection: sa.Connection, event: Event) -> None:
    connection.execute(sa.delete(link_table).where(link_table.c.event_id == event.id))
