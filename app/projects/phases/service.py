"""The verbs of a project's phases: try out, say what came of it, last as a service, show the result.

All of them lock the project; the same once more changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from app import clock
from app.errors import Conflict, Refused
from app.members.models import Membership
from app.projects.models import RESULTS, Project
from app.projects.phases import rules
from app.projects.service import alive, end, managed
from app.regions.models import Region


@dataclass(frozen=True)
class Told:
    """«だれの · なにが · どう かわったか», with a resident's voice and whose it is, both as typed or both empty."""

    whose: str
    what: str
    how: str
    voice: str = ""
    voice_of: str = ""


def try_out(
    *,
    region: Region,
    project_id: int,
    by: Membership,
    roles: Collection[str],
    hypothesis: str,
    measure: str,
    ends_on: date,
    at: datetime,
) -> Project:
    """ためしにやってみる, or other words for it while it runs; never a later end once the end has passed.

    Raises Forbidden, Refused `trial_day`, `trial_told`, `trial_overdue`, `project_over`.
    """
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    today = clock.local_day(region, at)
    stands = rules.trial(project, today)
    if stands in ("told", "overdue"):
        raise Refused("trial_told" if stands == "told" else "trial_overdue")
    if project.ended_at is not None:
        raise Refused("project_over")
    fault = rules.end_fault(ends_on, today)
    if fault is not None:
        raise Refused(fault)
    project.trial_hypothesis, project.trial_measure, project.trial_ends_on = hypothesis, measure, ends_on
    alive(project, at)
    return project


def finish_trial(
    *,
    region: Region,
    project_id: int,
    by: Membership,
    roles: Collection[str],
    result: str,
    learned: str,
    at: datetime,
) -> Project:
    """つづける, かえる or やめる, with what was learned; やめる also ends the project.

    Raises Conflict `trial_told` when something else was said before, Forbidden, Refused.
    """
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    if project.trial_ends_on is None:
        raise Refused("trial_none")
    if project.trial_result is not None:
        if (project.trial_result, project.trial_learned) != (result, learned):
            raise Conflict("trial_told")
        return project
    if result not in RESULTS or not learned:
        raise Refused("field_choice" if result not in RESULTS else "field_empty")
    project.trial_result, project.trial_learned = result, learned
    if result == "stop":
        end(project, at)
    alive(project, at)
    return project


def serve(
    *,
    region: Region,
    project_id: int,
    by: Membership,
    roles: Collection[str],
    use: str,
    cost_yen: int,
    review_on: date,
    at: datetime,
) -> Project:
    """It lasts as a service: what it is of use for, its cost a year, when it is looked at again.

    Raises Forbidden, Refused `review_day`.
    """
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    if review_on < clock.local_day(region, at):
        raise Refused("review_day")
    project.kind, project.use, project.cost_yen, project.review_on = "service", use, cost_yen, review_on
    alive(project, at)
    return project


def tell_result(
    *,
    region: Region,
    project_id: int,
    by: Membership,
    roles: Collection[str],
    told: Told,
    agreed: bool,
    at: datetime,
) -> Project:
    """What has changed, for everybody to read; other words for it later keep its day.

    `agreed`: whoever's voice it is said that it may be shown. Raises Forbidden, Refused `voice_agreed`, `field_empty`.
    """
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    fault = rules.voice_fault(told.voice, told.voice_of, agreed=agreed)
    if fault is not None:
        raise Refused(fault[1])
    project.result_whose, project.result_what, project.result_how = told.whose, told.what, told.how
    project.voice, project.voice_of = told.voice, told.voice_of
    project.result_at = project.result_at or at
    alive(project, at)
    return project
