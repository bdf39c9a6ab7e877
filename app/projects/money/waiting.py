"""What waits for a member about money: a decision to take, a decision that was taken."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.members.models import Membership
from app.members.waiting import Line
from app.projects.money import queries, rules
from app.regions.models import Region
from app.web.filters import isolated, plain


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line of each kind."""
    found = [_to_answer(region, membership, roles), _news(region, membership, at)]
    return [line for line in found if line is not None]


def _to_answer(region: Region, membership: Membership, roles: Collection[str]) -> Line | None:
    """Requests that this duty holder may decide."""
    waits = queries.to_answer(region, membership) if rules.duty(roles) is not None else []
    if not waits:
        return None
    text = ngettext(
        "予算の 申しこみが %(num)s件 待っています。", "予算の 申しこみが %(num)s件 待っています。", len(waits)
    )
    return Line(text, url_for("projects.budgets"), len(waits))


def _news(region: Region, membership: Membership, at: datetime) -> Line | None:
    """What became of the money that the member asked for, for two weeks."""
    told = queries.news(region, membership, at)
    if not told:
        return None
    row, project = told[0]
    title = isolated(plain(project, "title"))
    if row.state == "granted":
        text = _("「%(title)s」の 予算が みとめられました。", title=title)
    else:
        text = _("「%(title)s」の 予算は ことわられました。わけを 見てください。", title=title)
    return Line(text, url_for("projects.budget", project_id=project.id), len(told))
