"""What people do together, as it stands in every state: running, quiet, at rest, over; wishes waiting and answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.events.models import Event
from app.members.models import Membership
from app.projects import gatherings, service
from app.projects.joining import service as joining
from app.projects.models import Project, Task
from app.projects.wanted import service as wanted
from app.projects.wanted.service import Wish
from app.regions.models import Region
from tests.house import village_project_phases

HOST, MEMBER = "TSK-0009-2", "TSK-0005-9"  # as the village has them played
ACTS = {"草かり": ("take",), "札づくり": ("take", "finish"), "さがすのを やめた": ("withdraw",), "あいている": ()}


def fill(region: Region, keys: dict[str, str], *, at: datetime) -> None:
    """The host leads a project in each state; the member waits for an answer of one, has not read that of another."""
    host, member = (_numbered(number) for number in (HOST, MEMBER))
    made = {
        name: _start(region, host, name, at - timedelta(days=100)) for name in ("うごく", "しずか", "休む", "終わる")
    }
    project, quiet, resting, over = made.values()
    where = {"region": region, "project_id": project.id, "by": host, "roles": set()}
    with transaction():
        for title, acts in ACTS.items():
            task = wanted.add(**where, key=uuid7(), wish=Wish("task", title, remote=True, skills="写真"), at=at)
            for act in acts:
                wanted.act(**where, task_id=task.id, act=act, at=at)
        wanted.add(**where, key=uuid7(), wish=Wish("role", "大工さん", note="はしごを 使います", places=2), at=at)
        event = db.session.get_one(Event, int(keys["event_ahead"]))
        gatherings.link(**where, event_id=event.id, address="", at=at)
        for one, answer in ((resting, "rest"), (over, "end")):
            service.decide_life(**where | {"project_id": one.id}, answer=answer, at=at)
    with transaction():
        waits = _ask(region, project, member, at - timedelta(days=8))
        answered = _ask(region, quiet, member, at - timedelta(days=99))
        told = {"by": host, "roles": set(), "answer": "no", "note": "いまは 人が たりています"}
        joining.answer(region=region, project_id=quiet.id, request_id=answered, at=at - timedelta(days=98), **told)
    task_id = db.session.scalars(sa.select(Task.id).where(Task.title == "あいている")).one()
    keys |= {"project": str(project.id), "task": str(task_id), "request": str(waits)}
    village_project_phases.fill(region, keys, at=at)


def _numbered(number: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.number == number)).one()


def _start(region: Region, lead: Membership, name: str, at: datetime) -> Project:
    told = {"title": f"{name}とりくみ", "wish": "のこしたい\nつづけたい", "field": "environment"}
    with transaction():
        return service.start(region=region, lead=lead, key=uuid7(), at=at, values={"how_to": "はしご"}, **told)


def _ask(region: Region, project: Project, who: Membership, at: datetime) -> int:
    told = {"task_id": None, "message": "やってみたいです", "key": uuid7()}
    return joining.ask(region=region, project_id=project.id, membership=who, at=at, **told).id
