"""What waits for a member here: wishes to join, answers to their own, a project that has gone quiet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.members.models import Membership
from app.members.waiting import Line
from app.projects import queries, rules
from app.projects.models import Project
from app.projects.money import waiting as money
from app.projects.phases import waiting as phases
from app.projects.queries import Asked
from app.regions.models import Region
from app.web.filters import isolated, plain


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line of each kind, the most pressing first."""
    asked, mine = queries.asked_of(region, membership), queries.of_member(region, membership)
    found = [_answers(region, membership), _wishes(asked, at), _overdue(region, asked, roles, at)]
    told = [*money.lines(region, membership, roles, at), *phases.lines(region, mine, at)]
    return [line for line in (*found, *told, _quiet(mine, at)) if line is not None]


def _wishes(asked: list[Asked], at: datetime) -> Line | None:
    """Somebody wants to join one of the member's projects; after seven days in other words."""
    if not asked:
        return None
    href = url_for("projects.requests", project_id=asked[0].project.id)
    late = sum(rules.is_overdue(one.request.created_at, at) for one in asked)
    if late:
        return Line(
            ngettext(
                "返事まち：%(num)s人が 1週間より長く 待っています。",
                "返事まち：%(num)s人が 1週間より長く 待っています。",
                late,
            ),
            href,
            len(asked),
        )
    text = ngettext(
        "いっしょに やりたい人が %(num)s人 います。返事を 書いてください。",
        "いっしょに やりたい人が %(num)s人 います。返事を 書いてください。",
        len(asked),
    )
    return Line(text, href, len(asked))


def _answers(region: Region, membership: Membership) -> Line | None:
    """A project has answered the member."""
    unseen = queries.unseen_answers(region, membership)
    if not unseen:
        return None
    _request, project = unseen[0]
    text = _("「%(title)s」から 返事が きました。", title=isolated(plain(project, "title")))
    return Line(text, url_for("projects.join", project_id=project.id), len(unseen))


def _overdue(region: Region, asked: list[Asked], roles: Collection[str], at: datetime) -> Line | None:
    """For a duty holder: projects of others that let somebody wait."""
    if not rules.has_duty(roles):
        return None
    known = {one.request.id for one in asked}
    count = sum(one.request.id not in known for one in queries.overdue(region, at))
    if not count:
        return None
    text = ngettext(
        "プロジェクトの返事まちが %(num)s件 あります。", "プロジェクトの返事まちが %(num)s件 あります。", count
    )
    return Line(text, url_for("projects.overdue"), count)


def _quiet(mine: Sequence[Project], at: datetime) -> Line | None:
    """One of the member's projects has shown no sign of life for 90 days."""
    quiet = [one for one in mine if rules.is_dormant(one, at)]
    if not quiet:
        return None
    text = _("「%(title)s」は しばらく しずかです。つづけますか。", title=isolated(plain(quiet[0], "title")))
    return Line(text, url_for("projects.show", project_id=quiet[0].id), len(quiet))
