"""`/tsk/wallet`, «わたしのコイン»."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from app import clock
from app.credentials import proving
from app.credentials.queries import cards, offers_passkey
from app.wallet import queries
from app.web.access import Permission, actor, requires
from app.web.forms import row_id
from app.web.pages import render_page

blueprint = Blueprint("wallet", __name__)


def slips_here() -> list[queries.Slips]:
    """For the purse, on whatever page it stands: what shops entered from paper for whoever reads it."""
    return queries.slips(g.region, actor().membership, clock.now())


@blueprint.get("/<tsk>/wallet")
@requires(Permission.WALLET_READ)
def show() -> Response:
    """What is left, until when, and how it came; `?before=` goes back in time."""
    who, at, begin = actor(), clock.now(), request.args.get("before", type=row_id)
    return render_page(
        "wallet/page.html",
        fragment="wallet/_history.html",
        purse=queries.purse(g.region, who.membership, at),
        history=queries.history(g.region, who.membership, before=begin),
        begin=begin,
        several=len(cards(who.member.id)) > 1,
        offer_passkey=proving.is_possible() and offers_passkey(who.member.id),
        host=proving.party().host,
    )
