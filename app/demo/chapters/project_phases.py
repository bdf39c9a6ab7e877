"""What the projects of the sample regions asked money for, who decided it, and what they wrote down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app import clock
from app.db import uuid7
from app.demo.sample import told
from app.members import service as members
from app.projects.logbook import service as logbook
from app.projects.money import service as money
from app.projects.money import spending
from app.projects.phases import service as phases
from app.projects.phases.service import Told

if TYPE_CHECKING:
    from app.demo.story import Cast


def add(cast: Cast) -> None:
    """After the projects themselves."""
    data = told("project_phases")
    for one in data["former"]:
        _held(cast, one)
    for one in data["budgets"]:
        _budget(cast, one)
    for one in data["expenses"]:
        _spend(cast, one)
    for one in data["log"]:
        where: dict[str, Any] = _where(cast, one["project"]) | {"by": cast.memberships[one["member"]], "roles": ()}
        logbook.write(**where, key=uuid7(), words=one["words"], at=cast.ago(one["days"]))
    for one in data["results"]:
        _result(cast, one)


def _held(cast: Cast, one: dict[str, Any]) -> None:
    """A duty that has ended since."""
    membership = cast.memberships[one["member"]]
    region = cast.region_of(membership)
    ended = clock.local_day(region, cast.ago(one["ended"]))
    members.give_duty(membership=membership, role=one["role"], starts_on=ended - members.TERM)


def _budget(cast: Cast, one: dict[str, Any]) -> None:
    where = _where(cast, one["project"])
    asked: dict[str, Any] = {"amount_yen": one["amount_yen"], "purpose": one["purpose"], "at": cast.ago(one["days"])}
    row = money.ask(**where, by=cast.memberships[one["asked_by"]], key=uuid7(), **asked)
    for number, role, days in one.get("answers", ()):
        said: dict[str, Any] = {"agrees": True, "reason": "", "at": cast.ago(days)}
        money.answer(**where, budget_id=row.id, by=cast.memberships[number], roles={role}, **said)


def _spend(cast: Cast, one: dict[str, Any]) -> None:
    where, at = _where(cast, one["project"]), cast.ago(one["days"])
    receipt: dict[str, Any] = {name: one[name] for name in ("amount_yen", "what", "document")}
    day = clock.local_day(where["region"], at)
    spending.spend(**where, by=cast.memberships[one["member"]], key=uuid7(), on=day, at=at, **receipt)


def _result(cast: Cast, one: dict[str, Any]) -> None:
    shown = Told(*(one[name] for name in ("whose", "what", "how", "voice", "voice_of")))
    where = _where(cast, one["project"]) | {"by": cast.memberships[one["member"]], "roles": ()}
    phases.tell_result(**where, told=shown, agreed=True, at=cast.ago(one["days"]))


def _where(cast: Cast, name: str) -> dict[str, Any]:
    project = cast.projects[name]
    return {"region": cast.region_of(project), "project_id": project.id}
