"""What the sample people wrote down by hand: confirmed, waiting, sent back, and typed in for somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app import clock
from app.db import uuid7
from app.demo.sample import told
from app.hours import service as hours
from app.hours.models import HoursEntry

if TYPE_CHECKING:
    from app.demo.story import Cast

STATED = ("minutes", "what", "field", "place", "paid", "with_names")
PEOPLE = {"with_membership": "with", "entered_by": "typed"}


def add(cast: Cast) -> None:
    """After the projects. What gatherings brought was written when they ended."""
    for one in told("hours")["hours"]:
        _write(cast, one)


def _write(cast: Cast, one: dict[str, Any]) -> None:
    whose = cast.memberships[one["member"]]
    region, at = cast.region_of(whose), cast.ago(one["days"])
    facts = {name: one[name] for name in STATED if name in one}
    facts |= {name: cast.memberships[one[key]] for name, key in PEOPLE.items() if key in one}
    if "project" in one:
        facts["project_id"] = cast.projects[one["project"]].id
    entry = hours.log(region=region, membership=whose, key=uuid7(), day=clock.local_day(region, at), at=at, **facts)
    if "by" in one:
        _answer(cast, entry, one)


def _answer(cast: Cast, entry: HoursEntry, one: dict[str, Any]) -> None:
    """The second person: yes, or why not."""
    by = cast.memberships[one["by"]]
    region, at = cast.region_of(by), cast.ago(one["days"]) + timedelta(hours=3)
    if "back" in one:
        hours.send_back(region=region, entry_id=entry.id, by=by, reason=one["back"], at=at)
    else:
        hours.confirm(region=region, entry_ids=[entry.id], confirmer=by, roles={"member", "steward"}, at=at)
