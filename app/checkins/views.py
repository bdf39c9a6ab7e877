"""The poster's page: one address, and a face for every moment of a gathering."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.checkins import forms, queries, rules, service
from app.checkins.by_phone import carried, late, outbox
from app.checkins.models import CheckIn
from app.codes import service as codes
from app.db import find, transaction
from app.errors import Conflict, Missing, Refused
from app.events import queries as events
from app.events.models import Event
from app.events.roles import add_role
from app.events.rules import places_left, state
from app.members import queries as members
from app.members.models import Membership
from app.sign_ups import queries as places
from app.sign_ups.models import SignUp
from app.web import visits
from app.web.access import Permission, actor, may, requires
from app.web.filters import moment
from app.web.forms import Form
from app.web.limits import throttle
from app.web.pages import done, render_page
from app.web.sentences import SENTENCES, sentence

blueprint = Blueprint("checkins", __name__)


@blueprint.get("/<tsk>/events/<int:event_id>")
@requires(Permission.EVENT_READ)
def show(event_id: int) -> Response:
    return page_of(event_id)


def page_of(event_id: int) -> Response:
    """The event's page, also at its code's address."""
    event = g.get("event") or events.by_id(g.region, event_id)
    add_role(actor(), event)
    return visits.remember(_page(event, clock.now()))


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins")
@requires(Permission.CHECK_IN_MAKE)
def check_in(event_id: int) -> Response:
    """One tap: the reader arrives. A second tap leads to the same seal."""
    form, at = Form(request.form), clock.now()
    guest, brought = forms.read_guest(form), outbox.brought(form, at)
    try:
        forms.refuse_unless_ok(form)
        received, code = _receive(event_id, form.key(), at, guest, brought)
    except Refused as error:
        return _refused(event_id, at, form, error)
    if outbox.speaks():
        return outbox.answer(received, f"/C/{code}")
    toast = outbox.late_text(received.reason) if received.reason else None
    return visits.keep(done(f"/C/{code}", toast=toast))


def _receive(
    event_id: int, key: str, at: datetime, guest: service.Who, brought: dict[str, Any]
) -> tuple[late.Received, str]:
    """The tap of this reader, whoever it is, and the event's code. A second tap is the first one again."""
    reader = actor()
    membership = reader.membership
    try:
        with transaction():
            if membership is None:
                throttle.count_anonymous("check-in", at=at)
            who = guest | _reader(membership)
            event = service.at_the_door(g.region, event_id, key, who)
            knock = late.Knock(g.region, event, key=key, by=reader.name, at=at, who=who, **brought)
            return late.receive(knock), event.code
    except Conflict:
        event = events.by_id(g.region, event_id)
        own = queries.mine(event, membership, visits.cookie())
        if own is None:
            raise  # not this reader's own second tap
        return late.Received("repeated", own.number), event.code


def _refused(event_id: int, at: datetime, form: Form, error: Refused) -> Response:
    """The sentence why not, for whoever reads the answer; on the page with what was typed."""
    event = events.by_id(g.region, event_id)
    if outbox.speaks():
        return outbox.refused(refusal_text(error), f"/C/{event.code}")
    add_role(actor(), event)
    return _page(event, at, values=form.values, error=refusal_text(error), status=422)


def _reader(membership: Membership | None) -> service.Who:
    """A guest is known by the phone; a member's may hold a place that was taken before there was a membership."""
    if membership is None:
        return {"visit": visits.number()}
    phone = visits.cookie()
    return {"membership": membership, "visit_hash": codes.digest(phone) if phone else None}


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
    back = {"list": "hosting.index", "scan": "hosting.scan"}.get(request.form.get("from", ""))
    if manages and back:
        return done(url_for(back, event_id=event_id), toast=toast)
    return done(f"/C/{g.event.code}", toast=toast)


def refusal_text(error: Refused) -> str:
    """The sentence of a refusal at the door, with the hour from which, or the number up to which."""
    params: dict[str, Any] = {}
    if error.code == "too_early":
        params["opens"] = moment(error.params["opens_at"])
    for name in ("capacity", "left", "most", "least", "region"):
        if name in error.params and f"%({name})s" in str(SENTENCES[error.code]):
            params[name] = error.params[name]
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
    held = _held(event, membership) if own is None else None
    code = carried.carried(event, at)
    is_asking = own is None and (now == "ended" or event.door == "rotating")
    return render_page(
        "checkins/arrived.html" if own else "checkins/show.html",
        status=status,
        event=event,
        told=events.told(event),
        state=now,
        own=own,
        unticked=own is not None and queries.is_unticked(own),
        can_undo=own is not None and rules.may_undo(own.at, at),
        earning=queries.earning(event, membership) if own else None,
        balance=members.spendable(g.region, membership, at) if own else None,
        closure=queries.closure(event) if now == "ended" else None,
        sums=queries.sums(event) if now == "ended" else None,
        claim_code=service.claim_code(own.key) if own and own.membership_id is None and not own.claimed_at else None,
        refusal=_why_not(event, at, membership, held) or code.text,
        held=held,
        carried=code,
        waiting=late.waiting(event, membership, visits.cookie()) if is_asking else None,
        next_event=events.next_after(g.region, event, at) if now in ("ended", "cancelled") else None,
        **{"values": forms.suggested(held), "error": None} | typed,
    )


def _held(event: Event, membership: Membership | None) -> SignUp | None:
    """The places that wait here for the reader."""
    if not event.booked:
        return None
    phone = visits.cookie()
    own = places.own(event, membership, codes.digest(phone) if phone else None)
    return own if own is not None and own.state == "going" else None


def _why_not(event: Event, at: datetime, membership: Membership | None, held: SignUp | None) -> str | None:
    """The sentence that stands where the button would be, or None if one can check in."""
    code = service.refusal(event, at, membership)
    if code is None and held is None and places_left(event) == 0:
        code = rules.no_room(event)
    if code is None:
        return None
    return refusal_text(Refused(code, opens_at=event.checkin_from, capacity=event.capacity))
