"""What waits for a member here: small questions they have not answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.members.models import Membership
from app.members.waiting import Line
from app.polls import queries
from app.regions.models import Region
from app.web.filters import isolated

MAY_ANSWER = {"member", "provisional"}  # an officer reads only


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line; a single question is said itself, and its page opens at once."""
    polls = queries.waiting(region, membership, at) if MAY_ANSWER & set(roles) else []
    if not polls:
        return []
    if len(polls) == 1:
        text = _("ちょっと 聞いています。「%(question)s」", question=isolated(polls[0].question))
        return [Line(text, url_for("polls.show", poll_id=polls[0].id), 1)]
    count = len(polls)
    text = ngettext(
        "こたえを まっている しつもんが %(n)s件 あります。",
        "こたえを まっている しつもんが %(n)s件 あります。",
        count,
        n=count,
    )
    return [Line(text, url_for("polls.index"), count)]
