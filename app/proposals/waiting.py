"""What waits for a member here: to write with somebody, what became of what they support, a report to write."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from app.members.models import Membership
from app.members.waiting import Line
from app.proposals import queries, rules, words
from app.proposals.roles import WRITES
from app.proposals.talk import waiting as talk
from app.regions.models import Region
from app.web.filters import isolated, plain


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line of each kind, the most pressing first."""
    if WRITES.isdisjoint(roles):
        return talk.lines(region, membership, roles, at)
    mine = [_asked(region, membership), _news(region, membership), _reports(region, membership, at)]
    found = [mine[0], *talk.lines(region, membership, roles, at), *mine[1:]]
    return [line for line in found if line is not None]


def _asked(region: Region, membership: Membership) -> Line | None:
    """Somebody would like to write a proposal with the member."""
    asked = queries.asked_of(region, membership)
    if not asked:
        return None
    text = _("「%(title)s」を いっしょに 書きませんか。", title=isolated(plain(asked[0], "title")))
    return Line(text, url_for("proposals.show", proposal_id=asked[0].id), len(asked))


def _news(region: Region, membership: Membership) -> Line | None:
    """その後: what became of a proposal that the member wrote, supported or spoke about."""
    found = queries.news(region, membership)
    if not found:
        return None
    title = isolated(plain(found[0], "title"))
    text = _("その後「%(title)s」：%(news)s", title=title, news=words.news(found[0]))
    return Line(text, url_for("proposals.show", proposal_id=found[0].id), len(found))


def _reports(region: Region, membership: Membership, at: datetime) -> Line | None:
    """One of the member's own has been done for a while: what became of it?"""
    mine = queries.of_member(region, membership)
    due = [one for one in mine if rules.wants_report(one.stage, one.decided_at, at)]
    if not due:
        return None
    text = _("「%(title)s」は どうなりましたか。", title=isolated(plain(due[0], "title")))
    return Line(text, url_for("proposals.reporting", proposal_id=due[0].id), len(due))
