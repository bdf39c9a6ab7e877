"""The verbs of a logbook: write, remove. A photo that is removed is gone at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from app.db import after_commit, db, find
from app.errors import Conflict, Forbidden, Missing, Refused
from app.members.models import Membership
from app.projects import rules
from app.projects.models import LogEntry
from app.projects.service import alive, managed
from app.regions.models import Region
from app.web.photos import keeping

OWN_FOR = timedelta(days=1)  # so long one may take back what one wrote


def write(
    *,
    region: Region,
    project_id: int,
    by: Membership,
    roles: Collection[str],
    key: str,
    words: str,
    at: datetime,
    photo: str = "",
    photo_words: str = "",
) -> LogEntry:
    """One entry, by whoever takes part or holds a duty; `photo` is the name of one that is kept.

    A photo comes with words for those who cannot see it. The same form sent twice is one entry. Raises Conflict,
    Forbidden, Refused.
    """
    project = managed(region=region, project_id=project_id, by=by, roles=roles)
    again = db.session.scalar(sa.select(LogEntry).where(LogEntry.key == key))
    if again is not None:
        if (again.project_id, again.membership_id) != (project.id, by.id):
            raise Conflict("other_request")
        return again
    if photo and not photo_words:
        raise Refused("log_photo_words")
    told = {"words": words, "photo": photo, "photo_words": photo_words if photo else ""}
    who = {"region_id": region.id, "project_id": project.id, "membership_id": by.id}
    entry = LogEntry(**who, **told, key=key, at=at)
    db.session.add(entry)
    alive(project, at)
    return entry


def remove(
    *, region: Region, project_id: int, entry_id: int, by: Membership, roles: Collection[str], at: datetime
) -> LogEntry:
    """Take an entry away: its own writer within a day, who leaves no trace; a duty holder any time, who does.

    Twice is once. Raises Forbidden, Missing, Refused `log_late`.
    """
    entry = find(LogEntry, region.id, entry_id, lock=True)
    if entry.project_id != project_id:
        raise Missing("not_found")
    if entry.removed_at is not None:
        return entry
    is_own = entry.membership_id == by.id
    if is_own and at - entry.at <= OWN_FOR:
        entry.words = ""
    elif not rules.has_duty(roles):
        raise Refused("log_late") if is_own else Forbidden("not_allowed")
    photo, entry.photo, entry.photo_words, entry.removed_at = entry.photo, "", "", at
    db.session.flush()
    if photo:
        after_commit(partial(keeping.forget, photo))
    return entry
