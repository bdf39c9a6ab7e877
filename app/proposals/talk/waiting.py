"""What waits for a member in the talk: opinions to answer, an answer that came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.members.models import Membership
from app.members.waiting import Line
from app.proposals.models import Opinion
from app.proposals.roles import WRITES
from app.proposals.talk import queries, rules
from app.regions.models import Region


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line of each kind, the most pressing first."""
    found = [_to_answer(region, membership, roles, at), _answered(membership, at)]
    return [line for line in found if line is not None]


def _to_answer(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> Line | None:
    """Opinions to one's own proposals, or to the office or the city for whoever answers there."""
    waits = queries.to_answer(region, membership, _answers_for(roles))
    if not waits:
        return None
    today = clock.local_day(region, at)
    late = sum(one.due_on is not None and one.due_on < today for one in waits)
    if late:
        text = ngettext(
            "返事が おくれている意見が %(num)s件 あります。みんなに 見えています。",
            "返事が おくれている意見が %(num)s件 あります。みんなに 見えています。",
            late,
        )
    else:
        text = ngettext(
            "返事を 待っている意見が %(num)s件 あります。%(left)s。",
            "返事を 待っている意見が %(num)s件 あります。%(left)s。",
            len(waits),
            left=_left(waits[0], region, at),
        )
    return Line(text, url_for("proposals.opinion", opinion_id=waits[0].id), len(waits))


def _answers_for(roles: Collection[str]) -> set[str]:
    """Whose opinions wait for somebody with these roles: the office helps authors, but is not told of theirs."""
    mine = {"authors"} if not WRITES.isdisjoint(roles) else set()
    duties = {"office", "officer_desk"} & set(roles)
    return mine | {one for one in rules.GENERAL if rules.ANSWERED_BY[one][0] in duties}


def _left(first: Opinion, region: Region, at: datetime) -> str:
    left = rules.days_left(first.due_on, clock.local_day(region, at)) if first.due_on is not None else 0
    return (
        ngettext("いちばん 早いもので あと %(num)s日", "いちばん 早いもので あと %(num)s日", left)
        if left
        else _("きょうまでです")
    )


def _answered(membership: Membership, at: datetime) -> Line | None:
    """What the member said was answered, for two weeks."""
    told = queries.answered_lately(membership, at)
    if not told:
        return None
    text = ngettext("あなたの意見に 返事が きています。", "あなたの意見 %(num)s件に 返事が きています。", len(told))
    return Line(text, url_for("proposals.opinion", opinion_id=told[0].id), len(told))
