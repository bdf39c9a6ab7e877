"""The doors of this room: the list of general meetings, one of them, its agenda."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.assemblies import queries, rules, service, voting
from app.assemblies.models import KINDS
from app.db import transaction
from app.errors import Conflict, DomainError, Refused
from app.events import queries as events
from app.events.models import Event
from app.votes import opening
from app.votes import queries as votes
from app.votes.ballots.words import quorum_words
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("assemblies", __name__)
TITLE, ABOUT = 80, 400
CHOICE = 20  # gatherings to choose from


@blueprint.get("/<tsk>/assemblies")
@requires(Permission.ASSEMBLY_READ)
def index() -> Response:
    """General meetings, the latest first."""
    return _index()


@blueprint.post("/<tsk>/assemblies")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True, field=True)
def make() -> Response:
    """総会の日に する: a gathering that was made before."""
    form = Form(request.form)
    key, picked = form.key(), row_id(form.raw("event"))
    if picked is None:
        form.complain("event", "field_choice")
        return _index(form)
    who = {"region": g.region, "by": actor().membership, "key": key, "at": clock.now()}
    try:
        with transaction():
            service.make(event_id=picked, **who)
    except Refused as error:
        form.complain("event", error.code)
        return _index(form)
    return done(url_for("assemblies.show", event_id=picked), toast=_("総会の日に しました。議題を ならべてください。"))


@blueprint.post("/<tsk>/assemblies/<int:event_id>/new-day")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True, field=True)
def carry_over(event_id: int) -> Response:
    """新しい日へ うつす: the agenda and the proxies of a meeting that was put off."""
    key = Form(request.form).key()
    try:
        with transaction():
            told = {"by": actor().membership, "key": key, "at": clock.now()}
            new = service.carry_over(region=g.region, event_id=event_id, **told)
    except (Refused, Conflict) as error:
        return shown(event_id, error=error)
    said = _("議題と 委任を 新しい日へ うつしました。")
    return done(url_for("assemblies.show", event_id=new.event_id), toast=said)


@blueprint.get("/<tsk>/assemblies/<int:event_id>")
@requires(Permission.ASSEMBLY_READ)
def show(event_id: int) -> Response:
    """When and where, who is there, what is spoken of; the way to each vote."""
    return shown(event_id)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/items")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True, field=True)
def add_item(event_id: int) -> Response:
    form = Form(request.form)
    kind = form.choice("kind", KINDS)
    what: dict[str, Any] = {
        "title": form.text("title", most=TITLE),
        "about": form.text("about", most=ABOUT, lines=True),
    }
    if kind == "vote":
        what["vote_id"] = form.row("vote")
        if what["vote_id"] is None:
            form.complain("vote", "field_choice")
    elif not what["title"]:
        form.complain("title", "field_empty")
    if not form.ok:
        return shown(event_id, form)
    return _act(event_id, form, _("議題に 入れました。"), service.add_item, kind=kind, **what)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/items/<int:item_id>/place")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True, field=True)
def move_item(event_id: int, item_id: int) -> Response:
    """One place up or down."""
    form = Form(request.form)
    step = rules.STEPS.get(form.choice("step", tuple(rules.STEPS)))
    if step is None:
        return shown(event_id, form)
    return _act(event_id, form, _("順番を かえました。"), service.move, item_id=item_id, step=step)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/items/<int:item_id>/removal")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True)
def remove_item(event_id: int, item_id: int) -> Response:
    return _act(event_id, Form(request.form), _("議題から はずしました。"), service.remove_item, item_id=item_id)


def _act(event_id: int, form: Form, said: str, verb: Any, **what: Any) -> Response:
    try:
        with transaction():
            verb(region=g.region, event_id=event_id, **what)
    except (Refused, Conflict) as error:
        return shown(event_id, form, error=error)
    return done(url_for("assemblies.show", event_id=event_id), toast=said)


def shown(event_id: int, form: Form | None = None, *, error: DomainError | None = None) -> Response:
    """The page of one meeting, with what went wrong."""
    assembly, event = queries.by_event(g.region, event_id)
    manages = may(Permission.ASSEMBLY_MANAGE)
    rows = queries.rows(assembly)
    return render_page(
        "assemblies/show.html",
        status=error.status if error else 422 if form else 200,
        assembly=assembly,
        event=event,
        state=state_of(assembly),
        rows=rows,
        numbers=queries.attendance(assembly),
        free=queries.free_votes(g.region) if manages else [],
        hindrances=_hindrances(rows, event) if manages else {},
        quorums={row.vote.id: quorum_words(row.vote) for row in rows if row.vote is not None},
        turnouts={row.vote.id: votes.turnout(row.vote) for row in rows if row.vote is not None and row.stage == "open"},
        is_off=rules.is_called_off(event.cancelled_at, event.postponed_to),
        is_day=clock.local_day(g.region, clock.now()) >= clock.local_day(g.region, event.starts_at),
        manages=manages,
        values=form.values if form else {},
        errors=form.sentences if form else {},
        error=sentence(error.code, **error.params) if error else None,
    )


def state_of(assembly: Any) -> str:
    return rules.state(assembly.opened_at, assembly.closed_at, assembly.agreed_at)


def _hindrances(rows: list[queries.Row], event: Event) -> dict[int, str]:
    """What is still to be done before a vote of the agenda can be opened, by its id: the first thing only."""
    at = clock.now()
    drafts = [row.vote for row in rows if row.vote is not None and row.stage == "draft"]
    found = {vote.id: [*opening.check(g.region, vote, at).hindrances] for vote in drafts}
    for vote in drafts:
        found[vote.id] += ["agenda_vote_short"] * voting.ends_early(vote, event)
    return {vote_id: sentence(codes[0]) for vote_id, codes in found.items() if codes}


def _index(form: Form | None = None) -> Response:
    after = request.args.get("after", type=row_id)
    found = queries.index(g.region, after, queries.PAGE + 1)
    coming = events.upcoming(g.region, clock.now(), limit=CHOICE) if may(Permission.ASSEMBLY_MANAGE) else []
    coming = [one for one in coming if not rules.is_called_off(one.cancelled_at, one.postponed_to)]
    taken = queries.made(g.region, [one.id for one in coming])
    return render_page(
        "assemblies/index.html",
        status=422 if form else 200,
        rows=[(assembly, event, state_of(assembly)) for assembly, event in found[: queries.PAGE]],
        more=found[queries.PAGE - 1][1].id if len(found) > queries.PAGE else None,
        coming=[one for one in coming if one.id not in taken],
        errors=form.sentences if form else {},
    )
