"""The poster's page: one address, and a face for every moment of a gathering."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.checkins import queries, rules, service, visits
from app.checkins.models import CheckIn
from app.db import find, transaction
from app.errors import Conflict, Missing, Refused
from app.events import queries as events
from app.events.models import Event
from app.events.roles import add_role
from app.events.rules import state
from app.ledger import queries as ledger
from app.members.models import Membership
from app.web import throttle
from app.web.access import Permission, actor, may, requires
from app.web.filters import moment
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("checkins", __name__)
NICKNAME = 20


@blueprint.get("/<tsk>/events/<int:event_id>")
@requires(Permission.EVENT_READ)
def show(event_id: int) -> Response:
    return page_of(event_id)


def page_of(event_id: int) -> Response:
    """The event's page, also at its code's address."""
    event = g.get("event") or find(Event, g.region.id, event_id)
    add_role(actor(), event)
    return visits.remember(_page(event, clock.now()))


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins")
@requires(Permission.CHECK_IN_MAKE)
def check_in(event_id: int) -> Response:
    """One tap: the reader arrives. A second tap leads to the same seal."""
    form, at = Form(request.form), clock.now()
    nickname, key = form.text("nickname", most=NICKNAME), form.key()
    membership = actor().membership
    if not form.ok:
        return _page(g.event, at, nickname=form.values["nickname"], error=form.sentences["nickname"], status=422)
    try:
        with transaction():
            if membership is None:
                throttle.count_anonymous("check-in", at=at)
            service.check_in(
                region=g.region,
                event_id=event_id,
                key=key,
                way="poster",
                by=actor().name,
                at=at,
                membership=membership,
                nickname=nickname,
                visit=visits.number() if membership is None else None,
            )
    except Conflict:
        if queries.mine(g.event, membership, visits.cookie()) is None:
            raise  # not this reader's own second tap
    except Refused as error:
        return _page(g.event, at, nickname=nickname, error=refusal_text(error), status=422)
    return visits.keep(done(f"/C/{g.event.code}"))


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins/<int:check_in_id>/undo")
@requires(Permission.CHECK_IN_MAKE)
def undo(event_id: int, check_in_id: int) -> Response:
    """Within ten minutes by whoever arrived; by the host also later, as a correction."""
    manages = may(Permission.CHECK_IN_MANAGE)
    row = find(CheckIn, g.region.id, check_in_id)
    if row.event_id != event_id or not (manages or _is_mine(row)):
        raise Missing("not_found")
    at = clock.now()
    late = manages and not rules.may_undo(row.at, at)
    with transaction():
        service.undo(region=g.region, check_in_id=check_in_id, by=actor().name, at=at, correction=late)
    toast = _("受付番号 %(number)s を とりけしました。", number=row.number)
    if manages and request.form.get("from") == "list":
        return done(url_for("hosting.index", event_id=event_id), toast=toast)
    return done(f"/C/{g.event.code}", toast=toast)


def refusal_text(error: Refused) -> str:
    """The sentence of a refusal at the door, with the hour from which, or the number up to which."""
    params: dict[str, Any] = {}
    if error.code == "too_early":
        params["opens"] = moment(error.params["opens_at"])
    if error.code == "full":
        params["capacity"] = error.params["capacity"]
    return sentence(error.code, **params)


def _is_mine(row: CheckIn) -> bool:
    own = queries.mine(g.event, actor().membership, visits.cookie())
    return own is not None and own.id == row.id


def _page(event: Event, at: datetime, *, status: int = 200, **typed: Any) -> Response:
    """The face for this reader at this moment. Nobody but its host sees a draft."""
    now = state(event, at)
    if now == "draft" and not may(Permission.EVENT_MANAGE):
        raise Missing("not_published") if typed.get("error") is None else Refused("not_published")
    membership = actor().membership
    own = queries.mine(event, membership, visits.cookie())
    return render_page(
        "checkins/arrived.html" if own else "checkins/show.html",
        status=status,
        event=event,
        state=now,
        own=own,
        unticked=own is not None and queries.is_unticked(own),
        can_undo=own is not None and rules.may_undo(own.at, at),
        earning=queries.earning(event, membership) if own else None,
        balance=_balance(membership, at) if own else None,
        closure=queries.closure(event) if now == "ended" else None,
        sums=queries.sums(event) if now == "ended" else None,
        claim_code=service.claim_code(own.key) if own and own.membership_id is None and not own.claimed_at else None,
        refusal=_why_not(event, at, membership is not None),
        next_event=events.next_after(g.region, event, at) if now in ("ended", "cancelled") else None,
        **{"nickname": "", "error": None} | typed,
    )


def _balance(membership: Membership | None, at: datetime) -> int | None:
    """The reader's coins, once there is an account to have them in."""
    if membership is None or membership.account_id is None:
        return None
    day = clock.local_day(g.region, at)
    return ledger.balance(g.region.id, membership.account_id, day, at=at).available


def _why_not(event: Event, at: datetime, is_member: bool) -> str | None:
    """The sentence that stands where the button would be, or None if one can check in."""
    code = rules.refusal(event, at, is_member=is_member)
    if code is None:
        return None
    return refusal_text(Refused(code, opens_at=event.checkin_from, capacity=event.capacity))
