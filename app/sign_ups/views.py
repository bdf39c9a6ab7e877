"""The reader's side: 申しこむ, やめる, and the page that says what one has."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.codes import service as codes
from app.db import transaction
from app.errors import Conflict, Missing, Refused
from app.events.models import Event
from app.events.rules import state
from app.sign_ups import forms, queries, service
from app.sign_ups.models import SignUp
from app.web import visits
from app.web.access import Permission, actor, may, requires
from app.web.limits import throttle
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("sign_ups", __name__)


@blueprint.post("/<tsk>/events/<int:event_id>/sign-ups")
@requires(Permission.SIGN_UP_MAKE)
def sign_up(event_id: int) -> Response:
    """Places for the reader and whoever comes along, or a place in the queue."""
    membership, at = actor().membership, clock.now()
    form, party = forms.read_party(request.form, g.event, membership)
    key = form.key()
    if not form.ok:
        return _form(typed=form.values, errors=form.sentences, key=key)
    who = {"membership": membership, "visit": visits.cookie() if membership else visits.number()}
    try:
        with transaction():
            if membership is None:
                throttle.count_anonymous("sign-up", at=at)
            service.sign_up(region=g.region, event_id=event_id, key=key, party=party, by=actor().name, at=at, **who)
    except Conflict as error:
        if error.code != "already_signed_up":
            raise
    except Refused as error:
        return _form(typed=form.values, key=key, error=sentence(error.code, **error.params))
    return visits.keep(done(url_for("sign_ups.own", event_id=event_id)))


@blueprint.get("/<tsk>/events/<int:event_id>/sign-ups/own")
@requires(Permission.SIGN_UP_MAKE)
def own(event_id: int) -> Response:
    """In words: what, when, the number or the place in the queue; and やめる."""
    _hide_draft()
    row = _own()
    if row is None or row.state == "invited":
        return done(f"/C/{g.event.code}")
    number, ahead = queries.number(row), queries.ahead(row) if row.state == "waiting" else None
    return _page("sign_ups/own.html", row=row, number=number, ahead=ahead, state=state(g.event, clock.now()))


@blueprint.post("/<tsk>/events/<int:event_id>/sign-ups/own/cancellation")
@requires(Permission.SIGN_UP_MAKE)
def leave(event_id: int) -> Response:
    """やめる, or 行けません to an invitation. A second tap says calmly that it is done."""
    _hide_draft()
    who = {"membership": actor().membership, "visit": visits.cookie()}
    with transaction():
        row = service.leave(region=g.region, event_id=event_id, at=clock.now(), **who)
    declined = row is not None and row.state == "declined"
    text = _("行けないことを 主催の人に 知らせました。") if declined else _("申しこみを やめました。")
    return done(f"/C/{g.event.code}", toast=text)


def place_here(event: Event) -> queries.Place | None:
    """For templates: what the event's page says to its reader about signing up; None if it says nothing."""
    at = clock.now()
    if not may(Permission.SIGN_UP_MAKE) or state(event, at) in ("draft", "ended", "cancelled", "postponed"):
        return None
    found = queries.place(event, actor().membership, visits.cookie(), at)
    has_nothing = found.own is None or found.own.state not in queries.HOLDS_OR_WAITS
    return None if has_nothing and found.refusal == "sign_up_over" else found


def news_here() -> list[tuple[str, Event, SignUp]]:
    """For home: what does not take place, places that came free, invitations that wait for an answer."""
    who, at = (g.region, actor().membership), clock.now()
    off = queries.called_off_for(*who, visits.cookie(), at)
    promoted = queries.promoted_for(*who, visits.cookie(), at)
    invited = queries.invitations_for(*who, at)
    told = [("off", *one) for one in off] + [("promoted", *one) for one in promoted]
    return told + [("invited", *one) for one in invited]


def _own() -> SignUp | None:
    visit = visits.cookie()
    return queries.own(g.event, actor().membership, codes.digest(visit) if visit else None)


def _form(*, error: str | None = None, **party: Any) -> Response:
    """The form on its own page, with what was `typed` and the `errors` beside it."""
    place = queries.place(g.event, actor().membership, visits.cookie(), clock.now())
    return _page("sign_ups/form.html", status=422, place=place, party=party, error=error)


def _page(template: str, **context: Any) -> Response:
    _hide_draft()
    return render_page(template, event=g.event, **context)


def _hide_draft() -> None:
    """Nobody but its host sees a draft, not even the code that stands on its poster."""
    if g.event.published_at is None and not may(Permission.EVENT_MANAGE):
        raise Missing("not_published")
