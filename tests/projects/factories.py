"""Projects for tests: each call is one committed act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.db import transaction, uuid7
from app.members.models import Membership
from app.projects import service
from app.projects.joining import service as joining
from app.projects.models import JoinRequest, Project, Task
from app.projects.wanted import service as wanted
from app.projects.wanted.service import Wish
from app.regions.models import Region

TITLE = "梅林 百年の木 見守り隊"


def project(region: Region, lead: Membership, *, at: datetime, title: str = TITLE, **facts: Any) -> Project:
    """A project that somebody began freely; facts beyond the form's three are set directly."""
    first = {"wish": "百年の木を のこしたい", "field": "environment"}
    first |= {name: facts.pop(name) for name in tuple(facts) if name in first}
    with transaction():
        made = service.start(region=region, lead=lead, key=uuid7(), title=title, at=at, **first)
        for name, value in facts.items():
            setattr(made, name, value)
    return made


def task(region: Region, of: Project, by: Membership, *, at: datetime, kind: str = "task", **facts: Any) -> Task:
    """Something that the project wants somebody for."""
    wish = Wish(**{"kind": kind, "title": "写真の整理", **facts})
    where = {"region": region, "project_id": of.id, "by": by, "roles": set()}
    with transaction():
        return wanted.add(**where, key=uuid7(), wish=wish, at=at)


def ask(
    region: Region, of: Project, who: Membership, *, at: datetime, task_id: int | None = None, **rest: Any
) -> JoinRequest:
    """A wish to join."""
    told = {"key": uuid7(), "message": "", **rest}
    with transaction():
        return joining.ask(region=region, project_id=of.id, membership=who, task_id=task_id, at=at, **told)


def answer(
    region: Region, request: JoinRequest, by: Membership, said: str, *, at: datetime, **rest: Any
) -> JoinRequest:
    """はい or いいえ."""
    told = {"note": "よろしく おねがいします", "roles": set(), **rest}
    where = {"region": region, "project_id": request.project_id, "request_id": request.id, "by": by}
    with transaction():
        return joining.answer(**where, answer=said, at=at, **told)


def join(region: Region, of: Project, who: Membership, lead: Membership, *, at: datetime, **rest: Any) -> None:
    """Somebody who takes part."""
    answer(region, ask(region, of, who, at=at, **rest), lead, "yes", at=at)
