"""いっしょに来た人: their number on one's own check-in, and a card of their own that is scanned beside it.

A child is a number. A card that somebody else holds up must be read, not typed: numbers are known to many.
"""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask_babel import gettext as _

from app import clock
from app.cards import service as cards
from app.checkins import forms, queries, rules, service
from app.checkins.by_host import desk
from app.checkins.models import CheckIn
from app.checkins.views import blueprint, refusal_text
from app.db import transaction
from app.errors import Missing, Refused
from app.web import visits
from app.web.access import Permission, actor, requires
from app.web.filters import isolated
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

SCANNED = 200  # characters


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins/companions")
@requires(Permission.CHECK_IN_MAKE)
def companions(event_id: int) -> Response:
    """How many came along, and a camera for those who have a card."""
    return _page(_own())


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins/companions")
@requires(Permission.CHECK_IN_MAKE)
def change_companions(event_id: int) -> Response:
    """Another number, until the door is shut."""
    own, form = _own(), Form(request.form)
    party = forms.read_party(form)
    if not form.ok:
        return _page(own, form=form, status=422)
    try:
        with transaction():
            desk.change_party(region=g.region, check_in_id=own.id, party=party, at=clock.now())
    except Refused as error:
        return _page(own, form=form, error=refusal_text(error), status=422)
    return done(f"/C/{g.event.code}", toast=_("いっしょに来た人を かきなおしました。"))


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins/companions/cards")
@requires(Permission.CHECK_IN_MAKE, field=True)
def arrive_beside(event_id: int) -> Response:
    """Somebody beside a member who is here shows a card: an arrival of their own."""
    own, form, at = _own(), Form(request.form), clock.now()
    if own.membership_id is None:
        raise Missing("not_found")
    key, text = form.key(), form.raw("code")[:SCANNED]
    try:
        with transaction():
            shown = cards.read(region=g.region, text=text, purpose=f"event:{event_id}", at=at)
            if shown.way == "number" or (g.event.door == "rotating" and shown.way != "phone_card"):
                raise Refused("card_to_host")
            act: dict[str, Any] = {"region": g.region, "key": key, "by": actor().name, "at": at}
            arrival = service.check_in(event_id=event_id, way="card", membership=shown.membership, **act)
    except Refused as error:
        return _page(own, error=refusal_text(error), status=422)
    name = isolated(shown.membership.name)
    text = _("%(name)sさんを 受付しました。受付番号 %(number)s。", name=name, number=arrival.number)
    return done(request.path.removesuffix("/cards"), toast=sentence("already_checked_in") if arrival.repeated else text)


def _own() -> CheckIn:
    """The reader's arrival. Whoever has none is told of no page."""
    own = queries.mine(g.event, actor().membership, visits.cookie())
    if own is None:
        raise Missing("not_found")
    return own


def _page(own: CheckIn, *, form: Form | None = None, error: str | None = None, status: int = 200) -> Response:
    g.uses_camera = own.membership_id is not None
    return render_page(
        "checkins/companions.html",
        status=status,
        event=g.event,
        own=own,
        values=form.values if form else {},
        errors=form.sentences if form else {},
        over=rules.is_over(g.event, clock.now()),
        error=error,
    )
