"""The host's side: who signed up, the list for the insurance, whom to call, inviting, and a new day."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.db import transaction
from app.errors import Refused
from app.events.rules import state
from app.members import queries as members
from app.members.models import Membership
from app.sign_ups import forms, invitations, queries, service
from app.sign_ups.views import blueprint
from app.web.access import Permission, actor, requires
from app.web.forms import Form, normalise
from app.web.pages import done, render_page
from app.web.sentences import sentence

LISTED = ("going", "waiting", "invited", "declined", "arrived")
PLACES = 500
TAPPED = 100  # members invited by name in one go


@blueprint.get("/<tsk>/events/<int:event_id>/sign-ups")
@requires(Permission.EVENT_MANAGE)
def index(event_id: int) -> Response:
    return _list()


@blueprint.get("/<tsk>/events/<int:event_id>/sign-ups/paper")
@requires(Permission.EVENT_MANAGE)
def paper(event_id: int) -> Response:
    """One line a party with a box for the seal: what an insurance asks for. Never kept by any cache."""
    return render_page("sign_ups/paper.html", event=g.event, rows=queries.rows(g.event, "going", "arrived"))


@blueprint.post("/<tsk>/events/<int:event_id>/sign-ups/capacity")
@requires(Permission.EVENT_MANAGE)
def set_capacity(event_id: int) -> Response:
    form = Form(request.form)
    capacity = form.integer("capacity", least=1, most=PLACES, required=False)
    error = form.sentences.get("capacity")
    if error is None:
        try:
            with transaction():
                service.set_capacity(region=g.region, event_id=event_id, capacity=capacity, at=clock.now())
            return done(url_for("sign_ups.index", event_id=event_id), toast=_("定員を かえました。"))
        except Refused as refused:
            error = sentence(refused.code, **refused.params)
    return _list(capacity=form.values.get("capacity", ""), error=error, status=422)


@blueprint.post("/<tsk>/events/<int:event_id>/sign-ups/absent")
@requires(Permission.EVENT_MANAGE)
def free_absent(event_id: int) -> Response:
    """Give up the places of those who have not come, for whoever stands at the door."""
    try:
        with transaction():
            freed = service.free_absent(region=g.region, event_id=event_id, at=clock.now())
    except Refused as refused:
        return _list(error=sentence(refused.code), status=422)
    text = ngettext("%(num)s人分の席を あけました。", "%(num)s人分の席を あけました。", freed)
    return done(url_for("sign_ups.index", event_id=event_id), toast=text)


# --- whom to call ---------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/events/<int:event_id>/sign-ups/calls")
@requires(Permission.EVENT_MANAGE)
def calls(event_id: int) -> Response:
    return _calls("sign_ups/calls.html")


@blueprint.get("/<tsk>/events/<int:event_id>/sign-ups/calls/paper")
@requires(Permission.EVENT_MANAGE)
def calls_paper(event_id: int) -> Response:
    return _calls("sign_ups/calls_paper.html")


@blueprint.post("/<tsk>/events/<int:event_id>/sign-ups/<int:sign_up_id>/call")
@requires(Permission.EVENT_MANAGE)
def call(event_id: int, sign_up_id: int) -> Response:
    """Tick somebody off, or take the tick away."""
    called = Form(request.form).raw("called") != "0"
    with transaction():
        invitations.call(region=g.region, event_id=event_id, sign_up_id=sign_up_id, called=called, at=clock.now())
    return done(url_for("sign_ups.calls", event_id=event_id))


# --- inviting -------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/events/<int:event_id>/sign-ups/invitations")
@requires(Permission.EVENT_MANAGE)
def invitations_page(event_id: int) -> Response:
    """Find members by よみ or number, or choose all of one kind or duty."""
    return _invite(normalise(request.args.get("q", ""))[:40])


@blueprint.post("/<tsk>/events/<int:event_id>/sign-ups/invitations")
@requires(Permission.EVENT_MANAGE)
def invite(event_id: int) -> Response:
    """The members that were tapped, or a whole group."""
    at, chosen = clock.now(), _chosen()
    if not chosen:
        return _invite("", error=sentence("nobody_chosen"), status=422)
    try:
        with transaction():
            new = invitations.invite(region=g.region, event_id=event_id, members=chosen, by=actor().name, at=at)
    except Refused as refused:
        return _invite("", error=sentence(refused.code), status=422)
    text = (
        ngettext("%(num)s人を よびました。", "%(num)s人を よびました。", new)
        if new
        else _("もう みんな よんであります。")
    )
    return done(url_for("sign_ups.invitations_page", event_id=event_id), toast=text)


# --- a new day ------------------------------------------------------------------------------------------------


@blueprint.post("/<tsk>/events/<int:event_id>/postponement/event")
@requires(Permission.EVENT_MANAGE)
def open_new_day(event_id: int) -> Response:
    """The postponed gathering on its new day, with everybody who signed up."""
    with transaction():
        fresh = invitations.open_new_day(region=g.region, event_id=event_id, at=clock.now())
        new_id = fresh.id
    text = _("新しい日の行事を つくりました。申しこんだ人も うつしました。時間と場所を たしかめてください。")
    return done(url_for("checkins.show", event_id=new_id), toast=text)


def _list(*, capacity: str | None = None, error: str | None = None, status: int = 200) -> Response:
    at, event = clock.now(), g.event
    rows = queries.rows(event, *LISTED)
    return render_page(
        "sign_ups/list.html",
        status=status,
        event=event,
        groups={name: [row for row in rows if row.sign_up.state == name] for name in LISTED},
        capacity=event.capacity if capacity is None else capacity,
        error=error,
        state=state(event, at),
        may_free=event.starts_at <= at and bool(event.booked) and state(event, at) != "ended",
    )


def _calls(template: str) -> Response:
    rows, unnamed = queries.to_call(g.event)
    left = sum(row.sign_up.called_at is None for row in rows)
    now = state(g.event, clock.now())
    return render_page(template, event=g.event, rows=rows, unnamed=unnamed, left=left, state=now)


def _invite(q: str, *, error: str | None = None, status: int = 200) -> Response:
    hits = members.search(g.region, q) if q else ()
    rows = queries.rows(g.event, *LISTED)
    return render_page(
        "sign_ups/invitations.html",
        status=status,
        event=g.event,
        q=q,
        hits=hits,
        nothing=sentence("nobody_found") if q and not hits else None,
        known={row.sign_up.membership_id for row in rows},
        rows=[row for row in rows if row.sign_up.membership_id],
        groups=forms.group_options(),
        error=error,
    )


def _chosen() -> list[Membership]:
    """The members of the form: those tapped, and the group."""
    form = Form(request.form)
    group = form.raw("group")
    ids = sorted(form.ids("membership"))[:TAPPED]
    found = list(queries.members_by_id(g.region, ids)) if ids else []
    if group in forms.GROUPS:
        found += queries.group(g.region, group, clock.local_day(g.region, clock.now()))
    return found
