"""Cards on paper: who has none yet, the sheet of ten, and what becomes of a card that was lost."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.cards import queries, rules, service
from app.cards.models import Card
from app.codes import addresses, signed
from app.db import find, transaction
from app.errors import Missing, Refused
from app.members.models import Membership
from app.web.access import Permission, actor, requires
from app.web.forms import Form, normalise, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("card_office", __name__)


@blueprint.get("/<tsk>/cards")
@requires(Permission.CARD_MANAGE, fresh=True)
def index() -> Response:
    """Whoever has none on paper comes first, ticked; the others by name or number."""
    return _list()


@blueprint.post("/<tsk>/cards")
@requires(Permission.CARD_MANAGE, fresh=True, field=True)
def issue() -> Response:
    """Cards for the chosen, where they have none yet, and on to the sheet."""
    chosen = sorted(Form(request.form).ids("membership"))[: rules.ONCE]
    if not chosen:
        return _list(error=sentence("cards_none_chosen"))
    by, at = actor().name, clock.now()
    with transaction():
        people = [find(Membership, g.region.id, one) for one in chosen]
        cards = [service.ensure(region=g.region, membership=who, by=by, at=at).id for who in people]
    return done(url_for("card_office.sheet", card=cards))


@blueprint.get("/<tsk>/cards/sheet")
@requires(Permission.CARD_MANAGE, fresh=True)
def sheet() -> Response:
    """Ten on each A4."""
    asked = Form(request.args).ids("card")
    held = queries.of_cards(g.region, sorted(asked)[: rules.ONCE])
    if not held:
        raise Missing("not_found")
    drawn = [(one, code_of(one.card)) for one in held if one.card is not None]
    return render_page("cards/sheet.html", sheets=list(rules.sheets(drawn)), cards=[one.card for one in held])


@blueprint.post("/<tsk>/cards/printed")
@requires(Permission.CARD_MANAGE, fresh=True, field=True)
def mark() -> Response:
    """The office has them in its hand."""
    cards = sorted(Form(request.form).ids("card"))[: rules.ONCE]
    with transaction():
        fresh = service.mark_printed(region=g.region, card_ids=cards, at=clock.now())
    toast = ngettext("%(num)s枚を 印刷ずみに しました。", "%(num)s枚を 印刷ずみに しました。", fresh)
    return done(url_for("card_office.index"), toast=toast)


@blueprint.get("/<tsk>/cards/<int:card_id>")
@requires(Permission.CARD_MANAGE, fresh=True)
def show(card_id: int) -> Response:
    """One card: since when, and what to do when it is lost."""
    card = find(Card, g.region.id, card_id)
    owner = find(Membership, g.region.id, card.membership_id)
    return render_page("cards/card.html", card=card, owner=owner, cards=queries.history(owner.id))


@blueprint.post("/<tsk>/cards/<int:card_id>/end")
@requires(Permission.CARD_MANAGE, fresh=True, field=True)
def end(card_id: int) -> Response:
    """Lost: from this moment it opens nothing, on paper and on the phone."""
    with transaction():
        service.end(region=g.region, card_id=card_id, reason="lost", at=clock.now())
    return done(url_for("card_office.show", card_id=card_id), toast=_("この会員証を 使えなくしました。"))


@blueprint.post("/<tsk>/cards/<int:card_id>/replacement")
@requires(Permission.CARD_MANAGE, fresh=True, field=True)
def replace(card_id: int) -> Response:
    """A new card; the old one ends with it."""
    try:
        with transaction():
            card = service.replace(region=g.region, card_id=card_id, by=actor().name, at=clock.now())
    except Refused as error:
        toast = sentence(error.code)
        return done(url_for("card_office.show", card_id=card_id), toast=toast)
    toast = _("新しい会員証が できました。印刷して わたしてください。")
    return done(url_for("card_office.show", card_id=card.id), toast=toast)


def code_of(card: Card) -> Any:
    """The printed card's QR, at the level that survives scratches and pockets."""
    code = signed.sign("card", region_id=card.region_id, body=signed.body(card.id), key_id=key_id(card))
    return addresses.qr(code, level="H", label=_("会員証のQRコード"))


def key_id(card: Card) -> int:
    """A card's own year: printed again, it is the same card."""
    return card.issued_at.year % signed.KEY_IDS


def _list(*, error: str | None = None) -> Response:
    q = normalise(request.args.get("q", ""))[:40]
    hits = queries.found(g.region, q) if q else []
    after = {name: request.args.get(name, type=row_id) for name in ("waiting", "printed")}
    return render_page(
        "cards/list.html",
        status=422 if error else 200,
        q=q,
        hits=hits,
        after=after,
        waiting=queries.unprinted(g.region, after["waiting"]),
        printed=queries.printed(g.region, after["printed"]),
        most=queries.MOST,
        nothing=sentence("nobody_found") if q and not hits else None,
        error=error,
    )
