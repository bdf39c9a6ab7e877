"""What a membership lets its member be in the region of the address."""

from __future__ import annotations

from typing import Any

from flask import g

from app import clock
from app.members import queries
from app.regions.models import Region
from app.web.access import Actor

STANDING_ROLE = {"active": "member", "provisional": "provisional"}


def add_roles(actor: Actor, view_args: dict[str, Any]) -> None:
    """Load the membership and today's duties in this region. An officer reads, and is no member besides."""
    region = g.get("region")
    if actor.member is None or region is None:
        return
    membership, duties = actor.standings.get(region.id) or _read(actor, region)
    if membership is None or membership.standing not in STANDING_ROLE:
        return
    actor.membership = membership
    roles = {role for role, _shop in duties} - {"shop"}
    actor.shop_ids = {shop_id for _role, shop_id in duties if shop_id}
    if roles.isdisjoint(queries.OFFICERS):
        roles.add(STANDING_ROLE[membership.standing])
    else:
        actor.roles.discard("visitor")  # what every stranger may do, an officer may read only
    actor.roles |= roles


def _read(actor: Actor, region: Region) -> queries.Standing:
    """Where the address names its region only by a code, so that the sign-in was read before."""
    return queries.with_duties(region.id, actor.member.id, clock.local_day(region, clock.now()))
