"""The card on the phone: 見せる. The page draws its codes itself; without scripts the server draws the present one."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request, url_for
from flask_babel import gettext as _

from app import clock
from app.cards import phone, queries, rules, service
from app.cards.models import Card
from app.codes import addresses
from app.codes.signed import Signed
from app.db import transaction
from app.errors import Missing
from app.members.models import Membership
from app.web.access import Permission, actor, public, requires
from app.web.forms import Form
from app.web.pages import done, render_page

blueprint = Blueprint("cards", __name__)


@blueprint.get("/<tsk>/card")
@requires(Permission.CARD_SHOW)
def show() -> Response:
    """Name, number and the present code; the module turns it every 30 seconds from then on."""
    owner, at = _owner(), clock.now()
    card = queries.live(owner)
    if card is None:
        return render_page("cards/none.html", owner=owner)
    qr = addresses.qr(phone.code(card, rules.step_at(at)), level="M", label=_("会員証のQRコード"))
    left = rules.STEP - int(at.timestamp()) % rules.STEP
    return render_page("cards/show.html", owner=owner, whose=_whose(), qr=qr, left=left, step=rules.STEP)


@blueprint.post("/<tsk>/card")
@requires(Permission.CARD_SHOW)
def open_card() -> Response:
    """The first card, made by its owner. Pressed twice, there is one."""
    Form(request.form).key()
    with transaction():
        service.ensure(region=g.region, membership=_owner(), by=actor().name, at=clock.now())
    return done(url_for("cards.show"))


@blueprint.get("/<tsk>/card/days")
@requires(Permission.CARD_SHOW)
def days() -> Response:
    """The keys of seven days, for a phone of one's own; a shared computer gets the codes of an hour."""
    card, at = _card(), clock.now()
    own = not actor().sign_in.shared
    return jsonify(_face(card) | (phone.days(card, at) if own else phone.codes(card, at)) | {"keep": own})


@blueprint.get("/<tsk>/card/codes")
@requires(Permission.CARD_SHOW)
def codes() -> Response:
    """The codes of the coming hour, for a browser that cannot sign."""
    card = _card()
    return jsonify(_face(card) | phone.codes(card, clock.now()) | {"keep": False})


@blueprint.get("/card")
@public
def shell() -> Response:
    """The same page with nothing in it: the phone keeps it, and fills it with what it was given before."""
    return render_page("cards/shell.html", step=rules.STEP)


def card_of_code(parts: Signed, code: str) -> Response:
    """Somebody's own camera read a card. The page says what it is, and not whose."""
    card = queries.shown(parts)
    if card is None:
        raise Missing("not_found")
    g.region = current_app.extensions["region_by_id"](card.region_id)
    return render_page("cards/seen.html")


def _owner() -> Membership:
    owner: Membership | None = actor().membership
    if owner is None:
        raise Missing("not_found")
    return owner


def _card() -> Card:
    card = queries.live(_owner())
    if card is None:
        raise Missing("not_found")
    return card


def _face(card: Card) -> dict[str, Any]:
    """What stands round the code, and whose it is."""
    return phone.face(g.region, _owner(), card, at=clock.now()) | {"whose": _whose()}


def _whose() -> str:
    """Tells a phone that somebody else has signed in on it since it kept a card."""
    return hashlib.sha256(actor().member.handle).hexdigest()[:16]
