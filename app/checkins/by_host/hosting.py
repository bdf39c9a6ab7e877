"""The host's side of the door: the list that fills, checking somebody in by name or number, and the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.checkins import closing, forms, queries, service
from app.checkins.by_host import desk
from app.checkins.by_phone import outbox
from app.checkins.rules import pays_at_arrival
from app.checkins.views import refusal_text
from app.db import find, transaction
from app.errors import Conflict, Missing, Refused
from app.events.rules import minutes, state
from app.members import queries as members
from app.members.models import Membership
from app.sign_ups.models import SignUp
from app.web.access import Permission, actor, requires
from app.web.filters import isolated
from app.web.forms import Form, normalise
from app.web.pages import done, render_page, wants_fragment
from app.web.sentences import sentence

blueprint = Blueprint("hosting", __name__)
TYPED = 40  # characters


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins")
@requires(Permission.CHECK_IN_MANAGE)
def index(event_id: int) -> Response:
    """Who is here. With `q` also the members it may mean, by よみ or card number; `who` is the same, being typed."""
    q = typed_name(request.args.get("q", "") or request.args.get("who", ""))
    if wants_fragment():
        return render_page("checkins/_hits.html", **_hits(q), event=g.event, typing=True)
    return _list_page(q)


@blueprint.get("/<tsk>/events/<int:event_id>/check-ins/live")
@requires(Permission.CHECK_IN_MANAGE)
def live(event_id: int) -> Response | tuple[str, int]:
    """The list again if it looks different since it was shown, else 204."""
    at = clock.now()
    roll = queries.roll(g.event, at)
    if request.args.get("seen") == roll.seen:
        return "", 204
    return render_page("checkins/_rows.html", event=g.event, roll=roll)


@blueprint.post("/<tsk>/events/<int:event_id>/arrivals")
@requires(Permission.CHECK_IN_MANAGE)
def arrive(event_id: int) -> Response:
    """The host's tap on a name, or a name typed until it is one person's. A full house grows and says so."""
    form, at, page = Form(request.form), clock.now(), url_for("hosting.index", event_id=event_id)
    key, who = form.key(), _whom(form)
    if who is None:
        return done(url_for("hosting.index", event_id=event_id, q=typed_name(form.raw("who"))))
    way, told = ("outbox", outbox.device_at(form, at)) if outbox.is_replay() else ("name", None)
    try:
        forms.refuse_unless_ok(form)
        with transaction():
            arrival = let_in(key, way, at, device_at=told, **who)
    except Refused as error:
        text = refusal_text(error)
        return outbox.refused(text, page) if outbox.speaks() else _list_page("", error=text, status=422)
    except Conflict as error:
        if error.code != "already_checked_in":
            raise
        return done(page, toast=sentence(error.code))
    text = arrived_text(who, arrival)
    return outbox.answer_host(text, page, repeated=arrival.repeated) if outbox.speaks() else done(page, toast=text)


@blueprint.get("/<tsk>/events/<int:event_id>/closure")
@requires(Permission.EVENT_MANAGE, fresh=True)
def closure(event_id: int) -> Response:
    """The sheet: people × hours, everybody ticked, one button."""
    return _closure_page()


@blueprint.post("/<tsk>/events/<int:event_id>/closure")
@requires(Permission.EVENT_MANAGE, fresh=True, field=True)
def close(event_id: int) -> Response:
    """会を終える. Whoever comes second sees that it has been done."""
    form = Form(request.form)
    left_out = form.ids("shown") - form.ids("ticked")  # whoever came after the sheet was opened is not among them
    try:
        with transaction():
            closing.close(region=g.region, event_id=event_id, left_out=left_out, by=actor().name, at=clock.now())
    except Refused as error:
        return _closure_page(error=sentence(error.code), status=422)
    except Conflict as error:
        if error.code != "already_ended":
            raise
        return _closure_page(error=sentence(error.code), status=409)
    return done(url_for("hosting.closure", event_id=event_id), toast=_("会を おわりにしました。おつかれさまでした。"))


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins/corrections")
@requires(Permission.CHECK_IN_MANAGE)
def correct(event_id: int) -> Response:
    """By 受付番号: another number of people, or the arrival taken back, also later than ten minutes."""
    form, at = Form(request.form), clock.now()
    row = queries.by_number(g.event, form.integer("number", least=1, most=99_999) or 0)
    party, undoes = forms.read_party(form), form.raw("act") == "undo"
    try:
        if row is None:
            raise Refused("number_absent")
        forms.refuse_unless_ok(form)
        with transaction():
            if undoes:
                service.undo(region=g.region, check_in_id=row.id, by=actor().name, at=at, correction=True)
            else:
                desk.change_party(region=g.region, check_in_id=row.id, at=at, by_host=True, party=party)
    except Refused as error:
        return _list_page("", error=refusal_text(error), status=422)
    text = _("受付番号 %(number)s を とりけしました。") if undoes else _("受付番号 %(number)s の人数を なおしました。")
    return done(url_for("hosting.index", event_id=event_id), toast=text % {"number": row.number})


def typed_name(text: str) -> str:
    """A よみ or a card number, as it is looked up."""
    return normalise(text)[:TYPED]


def let_in(key: str, way: str, at: datetime, **who: Any) -> service.Arrival:
    """By the hand of the host who sent this form. Raises Refused, Conflict, Missing."""
    return desk.let_in(region=g.region, event_id=g.event.id, key=key, way=way, by=actor().name, at=at, **who)


def with_party(membership: Membership) -> service.Who:
    """A member with all who signed up together."""
    return {"membership": membership, "party": desk.signed_up_parties(g.event, [membership])[membership.id]}


def arrived_text(who: service.Who, arrival: service.Arrival) -> str:
    """For the toast: whom, which number, and whether the house grew."""
    if arrival.repeated:
        return sentence("already_checked_in")
    membership = who.get("membership")
    named = membership.name if membership else who.get("nickname", "")
    name = isolated(named) if named else _("お客さま")
    text = _("%(name)sさんを 受付しました。受付番号 %(number)s。", name=name, number=arrival.number)
    if arrival.capacity_raised:
        text += " " + ngettext(
            "定員を %(num)s人 ふやしました。", "定員を %(num)s人 ふやしました。", arrival.capacity_raised
        )
    return text


def _whom(form: Form) -> service.Who | None:
    """Whom the host means: a sign-up or a member that was tapped, a guest by name, or what was typed if it is clear."""
    if form.ids("sign_up"):
        return _of_sign_up(find(SignUp, g.region.id, min(form.ids("sign_up"))))
    party = forms.read_party(form)
    if form.raw("who"):
        one = desk.look_up(g.region, typed_name(form.raw("who"))).one
        return None if one is None else with_party(one)
    nickname = form.text("nickname", most=forms.NAME)
    if nickname and not form.ids("membership"):
        return {"nickname": nickname, "party": party}
    return {"membership": find(Membership, g.region.id, min(form.ids("membership"), default=0)), "party": party}


def _of_sign_up(row: SignUp) -> service.Who:
    """The whole party; of a visitor the phone is known, which shows the seal then."""
    if row.event_id != g.event.id:
        raise Missing("not_found")
    party = desk.party_of(row)
    if row.membership_id is not None:
        return {"membership": find(Membership, g.region.id, row.membership_id), "party": party}
    return {"nickname": row.name, "visit_hash": row.visit_hash, "party": party}


def _hits(q: str) -> dict[str, Any]:
    hits = members.search(g.region, q) if q else ()
    found = {"arrived": queries.arrived(g.event, hits), "parties": desk.signed_up_parties(g.event, hits)}
    return {"q": q, "hits": hits, "nothing": sentence("nobody_found"), **found}


def _list_page(q: str, *, error: str | None = None, status: int = 200) -> Response:
    at = clock.now()
    return render_page(
        "checkins/list.html",
        status=status,
        event=g.event,
        roll=queries.roll(g.event, at),
        error=error,
        state=state(g.event, at),
        closed=queries.closure(g.event),
        **_hits(q),
        typing=False,
    )


def _closure_page(*, error: str | None = None, status: int = 200) -> Response:
    at = clock.now()
    rows = queries.rows(g.event, at)
    some_left = any(row.check_in.left_at for row in rows)  # else nobody uses お帰り here
    return render_page(
        "checkins/closure.html",
        status=status,
        event=g.event,
        rows=rows,
        out=sum(1 + row.check_in.companions for row in rows if not row.check_in.left_at) if some_left else 0,
        closure=queries.closure(g.event),
        sums=queries.sums(g.event),
        each=minutes(g.event.starts_at, g.event.ends_at),
        pays=bool(g.event.coins) and not pays_at_arrival(g.event.award, g.event.coins),
        error=error,
    )
