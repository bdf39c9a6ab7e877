"""What a member's projects are to say soon: the result of a trial, the review of a service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from app import clock
from app.members.waiting import Line
from app.projects.models import Project
from app.projects.phases import rules
from app.regions.models import Region
from app.web.filters import isolated, plain


def lines(region: Region, mine: Sequence[Project], at: datetime) -> list[Line]:
    """One line for the most pressing of them."""
    today = clock.local_day(region, at)
    stands = {project.id: rules.trial(project, today) for project in mine}
    late = [one for one in mine if stands[one.id] == "overdue"]
    near = [one for one in mine if stands[one.id] == "due"]
    review = [one for one in mine if rules.is_review_overdue(one.review_on, today)]
    if late:
        title = isolated(plain(late[0], "title"))
        return [_line(late, _("「%(title)s」の ためしの けっかが まだ ありません。", title=title), "projects.trial")]
    if near:
        title = isolated(plain(near[0], "title"))
        text = _("「%(title)s」の ためしが もうすぐ おわります。けっかを 書いてください。", title=title)
        return [_line(near, text, "projects.trial")]
    if review:
        title = isolated(plain(review[0], "title"))
        return [_line(review, _("「%(title)s」を 見なおす日が すぎました。", title=title), "projects.serving")]
    return []


def _line(found: list[Project], text: str, page: str) -> Line:
    return Line(text, url_for(page, project_id=found[0].id), len(found))
