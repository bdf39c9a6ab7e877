"""The slip that goes home with whoever came: the seal, the coins, what comes next. One A6, for host and guest."""

from __future__ import annotations

from flask import Blueprint, Response, g

from app import clock
from app.checkins import queries, service
from app.checkins.models import CheckIn
from app.db import find
from app.errors import Missing
from app.events import queries as events
from app.members import queries as members
from app.members.models import Membership
from app.web import visits
from app.web.access import Permission, actor, may, requires
from app.web.pages import render_page

blueprint = Blueprint("slips", __name__)


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins/<int:check_in_id>/slip")
@requires(Permission.CHECK_IN_MAKE)
def show(event_id: int, check_in_id: int) -> Response:
    """On paper, 14 points and more. Nobody but the host and whoever came sees it."""
    event = g.event
    row, at = find(CheckIn, g.region.id, check_in_id), clock.now()
    own = queries.mine(event, actor().membership, visits.cookie())
    is_own = own is not None and own.id == row.id
    if row.event_id != event_id or row.undone_at is not None or not (is_own or may(Permission.CHECK_IN_MANAGE)):
        raise Missing("not_found")
    who = find(Membership, g.region.id, row.membership_id) if row.membership_id else None
    return render_page(
        "checkins/slip.html",
        event=event,
        row=row,
        who=who,
        is_own=is_own,
        earning=queries.earning(event, who),
        filled=_is_filled(row, who, queries.closure(event) is not None),
        balance=members.spendable(g.region, who, at),
        claim_code=service.claim_code(row.key) if is_own and who is None and not row.claimed_at else None,
        next_event=events.next_after(g.region, event, at),
    )


def _is_filled(row: CheckIn, who: Membership | None, has_ended: bool) -> bool:
    """The seal is red once the gathering has ended and this arrival counts."""
    return has_ended and not queries.is_unticked(row) and (who is not None or row.claimed_at is not None)
