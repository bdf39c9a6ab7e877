"""委任 for a whole meeting: on one's own phone, or typed by the office from paper."""

from __future__ import annotations

from flask import Response, g, request, url_for

from app import clock
from app.assemblies import queries
from app.assemblies.rules import is_called_off
from app.assemblies.views import blueprint, state_of
from app.db import transaction
from app.errors import Conflict, DomainError, Refused
from app.votes.by_hand import proxies
from app.votes.by_hand.proxy_views import entered, given_words, holder_of, paper_rows
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]


@blueprint.get("/<tsk>/assemblies/<int:event_id>/proxy")
@requires(Permission.VOTE_PROXY)
def proxy(event_id: int) -> Response:
    """Whom one lets vote in one's place in every vote of the meeting."""
    return _proxy(event_id)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/proxy")
@requires(Permission.VOTE_PROXY, field=True)
def give_proxy(event_id: int) -> Response:
    form, me = Form(request.form), actor().membership
    queries.by_event(g.region, event_id)
    key, holder = form.key(), holder_of(form)
    if holder is None:
        return _proxy(event_id, form, key=key)
    told = {"giver_id": me.id, "holder_id": holder.id, "event_id": event_id}
    try:
        with transaction():
            proxies.give(region=g.region, key=key, at=clock.now(), **told)
    except (Refused, Conflict) as error:
        return _proxy(event_id, form, key=key, error=error)
    return done(url_for("assemblies.proxy", event_id=event_id), toast=given_words(holder))


@blueprint.get("/<tsk>/assemblies/<int:event_id>/proxies")
@requires(Permission.VOTE_PAPER)
def proxies_on_paper(event_id: int) -> Response:
    """委任の紙 that came to the office for this meeting."""
    return _paper(event_id)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/proxies")
@requires(Permission.VOTE_PAPER, fresh=True, field=True)
def enter_proxy(event_id: int) -> Response:
    form = Form(request.form)
    queries.by_event(g.region, event_id)
    key = form.key()
    row, error = entered(form, key, event_id=event_id)
    if row is None:
        return _paper(event_id, form, key=key, error=error)
    return done(url_for("by_hand.proxy_slip", proxy_id=row.id))


def _proxy(
    event_id: int, form: Form | None = None, *, key: str | None = None, error: DomainError | None = None
) -> Response:
    assembly, event = queries.by_event(g.region, event_id)
    is_off = is_called_off(event.cancelled_at, event.postponed_to)
    return render_page(
        "assemblies/proxy.html",
        status=error.status if error else 422 if form else 200,
        assembly=assembly,
        event=event,
        state="off" if is_off else state_of(assembly),
        given=proxies.of_giver_at(g.region.id, event_id, actor().membership.id),
        values=form.values if form else {},
        errors=form.sentences if form else {},
        error=sentence(error.code, **error.params) if error else None,
        key=key,
    )


def _paper(
    event_id: int, form: Form | None = None, *, key: str | None = None, error: DomainError | None = None
) -> Response:
    _assembly, event = queries.by_event(g.region, event_id)
    return render_page(
        "votes/by_hand/paper_proxies.html",
        status=error.status if error else 422 if form else 200,
        title=event,
        action=url_for("assemblies.enter_proxy", event_id=event_id),
        back=url_for("assemblies.show", event_id=event_id),
        here=url_for("assemblies.proxies_on_paper", event_id=event_id),
        **paper_rows(event_id=event_id),
        values=form.values if form else {},
        errors=form.sentences if form else {},
        error=sentence(error.code, **error.params) if error else None,
        key=key,
    )
