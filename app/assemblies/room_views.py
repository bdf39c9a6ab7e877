"""In the room: the meeting begins and ends, matters are taken up, votes are opened and shut, three numbers live."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app import clock
from app.assemblies import queries, rules, service, voting, words
from app.assemblies.views import blueprint, shown, state_of
from app.db import db, transaction
from app.errors import Conflict, Forbidden, Refused
from app.votes.ballots.words import quorum_words
from app.web.access import Permission, actor, requires
from app.web.pages import done, render_page, wants_fragment

__all__ = ["blueprint"]
LANGUAGE = "ja"  # of the minutes: what is signed does not change with the reader's language


@blueprint.get("/<tsk>/assemblies/<int:event_id>/numbers")
@requires(Permission.ASSEMBLY_READ)
def numbers(event_id: int) -> Any:
    """出席, 書面 and 委任 again if they look different since they were shown, else 204."""
    assembly, _event = queries.by_event(g.region, event_id)
    found = queries.attendance(assembly)
    if request.args.get("seen") == found.seen:
        return "", 204
    return render_page("assemblies/_numbers.html", assembly=assembly, numbers=found)


@blueprint.get("/<tsk>/assemblies/<int:event_id>/screen")
@requires(Permission.ASSEMBLY_READ)
def screen(event_id: int) -> Any:
    """For the projector: the numbers large, and the matter that is spoken of; 204 if they look as they did."""
    assembly, event = queries.by_event(g.region, event_id)
    state, row = state_of(assembly), queries.spoken_of(assembly)
    vote = row.vote if row is not None and row.stage == "open" else None
    found = queries.attendance_of_vote(assembly, vote.id) if vote else queries.attendance(assembly)
    is_off = rules.is_called_off(event.cancelled_at, event.postponed_to)
    seen = f"{found.seen}-{state}-{is_off}" + (f"-{row.place}-{row.item.id}-{row.stage}" if row else "")
    if wants_fragment() and request.args.get("seen") == seen:
        return "", 204
    shown_now: dict[str, Any] = {
        "assembly": assembly,
        "event": event,
        "state": state,
        "row": row,
        "numbers": found,
        "outcome": words.outcome(row) if row else "",
        "quorum": quorum_words(vote) if vote else None,
        "is_off": is_off,
        "seen": seen,
    }
    return render_page("assemblies/screen.html", fragment="assemblies/_screen.html", **shown_now)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/opening")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True)
def open_assembly(event_id: int) -> Response:
    """総会を はじめる; the minutes begin with the numbers of this moment."""
    assembly, event = queries.by_event(g.region, event_id)
    with force_locale(LANGUAGE):
        first = words.opening(event, clock.now(), queries.attendance(assembly))
    return _act(event_id, _("総会を はじめました。"), service.open_, opening_words=first)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/items/<int:item_id>/beginning")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True)
def take_up(event_id: int, item_id: int) -> Response:
    """この 議題に うつる."""
    return _act(event_id, _("つぎの議題に うつりました。"), service.take_up, item_id=item_id)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/items/<int:item_id>/vote/opening")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True)
def open_vote(event_id: int, item_id: int) -> Response:
    who = {"by": actor().membership, "roles": actor().roles}
    return _act(event_id, _("投票を ひらきました。"), voting.open_vote, item_id=item_id, **who)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/items/<int:item_id>/vote/closing")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True)
def close_vote(event_id: int, item_id: int) -> Response:
    """しめきって 開票する: everything that is in is counted at once; envelopes first."""
    said = _("投票を しめきりました。")
    return _act(event_id, said, voting.close_vote, item_id=item_id, by=actor().membership)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/closing")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True)
def close_assembly(event_id: int) -> Response:
    """総会を おわる: the minutes say to each matter what became of it."""
    assembly, _event = queries.by_event(g.region, event_id)
    with force_locale(LANGUAGE):
        closing = words.closing(clock.now())
        drafts = {row.item.id: words.drafted(row) for row in queries.rows(assembly) if row.stage != "closed"}
    texts: dict[str, Any] = {"closing_words": closing, "items": drafts}
    return _act(event_id, _("総会を おわりました。議事録の 下書きが できています。"), service.close, **texts)


def _act(event_id: int, said: str, verb: Any, **what: Any) -> Response:
    try:
        with transaction():
            verb(region=g.region, event_id=event_id, at=clock.now(), **what)
    except (Refused, Conflict, Forbidden) as error:
        db.session.expire_all()
        return shown(event_id, error=error)
    return done(url_for("assemblies.show", event_id=event_id), toast=said)
