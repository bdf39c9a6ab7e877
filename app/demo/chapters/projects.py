"""The projects of the sample regions: who takes part, whom they look for, who waits for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.db import uuid7
from app.demo.sample import told
from app.members.models import Membership
from app.projects import gatherings, queries, service
from app.projects.joining import service as joining
from app.projects.models import Project
from app.projects.wanted import service as wanted
from app.projects.wanted.service import Wish
from app.regions.models import Region

if TYPE_CHECKING:
    from app.demo.story import Cast

FACTS = ("title_en", "wish_en", "kind", "decides", "decides_note", "client", "how_to")
TRIAL = ("trial_hypothesis", "trial_measure")


def add(cast: Cast) -> None:
    """After the gatherings: each project in the order of its own time, and kept by its name for what comes later."""
    for one in told("projects")["projects"]:
        cast.projects[one["id"]] = _project(cast, cast.regions[one["region"]], one)


def _project(cast: Cast, region: Region, one: dict[str, Any]) -> Project:
    lead, *others = (cast.memberships[number] for number in one["people"])
    began, alive = (cast.ago(one[name]) for name in ("began", "alive"))
    facts = {name: one[name] for name in FACTS if name in one}
    named = {name: one[name] for name in ("title", "wish", "field")}
    project = service.start(region=region, lead=lead, key=uuid7(), at=began, values=facts, **named)
    for membership in others:
        _join(region, project, membership, lead, at=began + timedelta(hours=2))
    _try_out(cast, project, one)
    for wish in one.get("wanted", ()):
        manager: dict[str, Any] = {"region": region, "project_id": project.id, "by": lead, "roles": ()}
        wanted.add(**manager, key=uuid7(), wish=Wish(**{"kind": "task", **wish}), at=began + timedelta(days=1))
    for name in one.get("gatherings", ()):
        _gathering(cast, region, project, name, at=alive)
    for ask in one.get("asks", ()):
        _ask(cast, region, project, lead, ask)
    service.touch(project.id, alive)
    return project


def _join(region: Region, project: Project, who: Membership, lead: Membership, *, at: datetime) -> None:
    where: dict[str, Any] = {"region": region, "project_id": project.id}
    row = joining.ask(**where, membership=who, key=uuid7(), task_id=None, message="", at=at)
    answer: dict[str, Any] = {"by": lead, "roles": (), "answer": "yes", "note": ""}
    joining.answer(**where, **answer, request_id=row.id, at=at + timedelta(hours=1))
    joining.see(**where, membership=who, at=at + timedelta(hours=2))


def _try_out(cast: Cast, project: Project, one: dict[str, Any]) -> None:
    """A trial frame, for what is only tried."""
    if "trial_ends_on" in one:
        for name in TRIAL:
            setattr(project, name, one[name])
        project.trial_ends_on = one["trial_ends_on"] + cast.shift


def _gathering(cast: Cast, region: Region, project: Project, name: str, *, at: datetime) -> None:
    event = cast.events[name]
    host = next(one for one in cast.memberships.values() if one.id == event.host_id)
    where: dict[str, Any] = {"region": region, "project_id": project.id, "event_id": event.id}
    gatherings.link(**where, by=host, roles=(), address="", at=at)


def _ask(cast: Cast, region: Region, project: Project, lead: Membership, ask: dict[str, Any]) -> None:
    """A wish that waits, or has its answer."""
    where: dict[str, Any] = {"region": region, "project_id": project.id}
    tasks = {one.task.title: one.task.id for one in queries.tasks(project)}
    asked: dict[str, Any] = {"task_id": tasks.get(ask.get("for", "")), "message": ask.get("message", "")}
    who = cast.memberships[ask["member"]]
    row = joining.ask(**where, **asked, membership=who, key=uuid7(), at=cast.ago(ask["days"]))
    if "answered" in ask:
        answer: dict[str, Any] = {"by": lead, "roles": (), "answer": "yes", "note": ask["note"]}
        joining.answer(**where, **answer, request_id=row.id, at=cast.ago(ask["answered"]))
