"""One tap each: take a turn, give it back, ask for a swap, take over; a turn for one's own calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import DomainError, Missing
from app.rotas import ics, queries, turns
from app.rotas.views import blueprint, show_page
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done
from app.web.sentences import sentence

__all__ = ["blueprint"]


@blueprint.post("/<tsk>/rotas/<int:rota_id>/slots/<int:slot_id>/turns")
@requires(Permission.ROTA_TAKE)
def take(rota_id: int, slot_id: int) -> Response:
    """わたしが出ます."""
    said = _("ありがとうございます。当番に なりました。前の日に ホームで お知らせします。")
    return _act(turns.take, rota_id, said, slot_id=slot_id, at=clock.now())


@blueprint.post("/<tsk>/rotas/<int:rota_id>/turns/<int:turn_id>/giving-up")
@requires(Permission.ROTA_TAKE)
def give_up(rota_id: int, turn_id: int) -> Response:
    said = _("とりやめました。また 出られる日に おねがいします。")
    return _act(turns.give_up, rota_id, said, turn_id=turn_id, at=clock.now())


@blueprint.post("/<tsk>/rotas/<int:rota_id>/turns/<int:turn_id>/swap")
@requires(Permission.ROTA_TAKE)
def ask_swap(rota_id: int, turn_id: int) -> Response:
    """かわってください, with a word if one likes."""
    form = Form(request.form)
    words = form.text("words", most=turns.WORDS)
    if not form.ok:
        return show_page(typed=(turn_id, form))
    said = _("みんなに つたえました。かわる人が きまるまでは、あなたの当番です。")
    return _act(turns.ask_swap, rota_id, said, turn_id=turn_id, words=words, at=clock.now())


@blueprint.post("/<tsk>/rotas/<int:rota_id>/turns/<int:turn_id>/swap/withdrawal")
@requires(Permission.ROTA_TAKE)
def keep(rota_id: int, turn_id: int) -> Response:
    return _act(turns.keep, rota_id, _("ありがとうございます。あなたの当番の ままです。"), turn_id=turn_id)


@blueprint.post("/<tsk>/rotas/<int:rota_id>/turns/<int:turn_id>/takeover")
@requires(Permission.ROTA_TAKE)
def take_over(rota_id: int, turn_id: int) -> Response:
    said = _("かわりました。ありがとうございます。前の人にも つたわります。")
    return _act(turns.take_over, rota_id, said, turn_id=turn_id, at=clock.now())


def _act(verb: Callable[..., Any], rota_id: int, said: str, **more: Any) -> Response:
    """Do it; the rota again with what happened, or with why not."""
    Form(request.form).key()
    try:
        with transaction():
            verb(region=g.region, rota_id=rota_id, membership=actor().membership, **more)
    except DomainError as error:
        if error.status == 404:
            raise
        if error.code != "turn_known":
            return show_page(error=error)
        said = sentence(error.code)
    return done(url_for("rotas.show", rota_id=rota_id), toast=said)


@blueprint.get("/<tsk>/rotas/<int:rota_id>/turns/<int:turn_id>/calendar.ics")
@requires(Permission.ROTA_TAKE)
def calendar(rota_id: int, turn_id: int) -> Response:
    """One's own turn, for one's own calendar."""
    mine = queries.turn(actor().membership, g.rota, turn_id)
    if mine is None:
        raise Missing("not_found")
    response = Response(ics.written(g.region, mine, clock.now()), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{g.region.slug}-turn-{turn_id}.ics"'
    return response
