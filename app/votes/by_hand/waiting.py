"""What waits for a member: somebody's voice that was given to them; a pile that wants a second person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.members.models import Membership
from app.members.waiting import Line
from app.regions.models import Region
from app.votes.by_hand import proxies, queries
from app.web.access import TABLE
from app.web.filters import isolated


def lines(region: Region, membership: Membership, roles: Collection[str], at: datetime) -> list[Line]:
    """At most one line of each kind."""
    found = [_held(region, membership, at), _to_type(region, membership, roles)]
    return [line for line in found if line is not None]


def _held(region: Region, membership: Membership, at: datetime) -> Line | None:
    """委任 that has come: the holder is told."""
    held = proxies.held(region, membership.id, at)
    if not held:
        return None
    first = held[0]
    text = _("%(name)sさんから 委任が とどいています。", name=isolated(first.other.name))
    if first.vote is not None:
        return Line(text, url_for("by_hand.proxy", vote_id=first.vote.id), len(held))
    return Line(text, url_for("assemblies.show", event_id=first.proxy.event_id), len(held))


def _to_type(region: Region, membership: Membership, roles: Collection[str]) -> Line | None:
    """Piles that somebody has typed once."""
    if set(TABLE["vote.paper"]).isdisjoint(roles):
        return None
    waits = queries.to_type(region, membership)
    if not waits:
        return None
    text = ngettext(
        "もう1人を 待っている 紙の束が %(num)sつ あります。",
        "もう1人を 待っている 紙の束が %(num)sつ あります。",
        len(waits),
    )
    return Line(text, url_for("by_hand.desk", vote_id=waits[0][1].id), len(waits))
