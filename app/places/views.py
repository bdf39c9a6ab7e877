"""What a place is today, and at its own code's address the one tap that records a visit."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.codes import addresses
from app.codes.rules import read
from app.db import transaction
from app.errors import Conflict, Refused
from app.issuing import queries as issuing
from app.issuing.words import reached
from app.places import queries, rules, service, words
from app.places.models import Place, PlaceVisit
from app.places.service import Visited
from app.web import visits
from app.web.access import Permission, actor, requires
from app.web.filters import coins, moment, plain
from app.web.forms import Form
from app.web.limits import throttle
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("places", __name__)
SIZES = ("a4", "a5")


@blueprint.get("/<tsk>/places")
@requires(Permission.PLACE_READ)
def index() -> Response:
    at = clock.now()
    todays = queries.today(g.region, queries.of_region(g.region), at)
    return render_page("places/index.html", todays=[(one, words.line(one.state)) for one in todays])


@blueprint.get("/<tsk>/places/<int:place_id>")
@requires(Permission.PLACE_READ)
def show(place_id: int) -> Response:
    return _page(queries.by_id(g.region, place_id), clock.now())


def place_of_code(place_id: int) -> Response:
    """The same at the address on its sign: whoever reads it stands before the place."""
    return visits.remember(_page(queries.by_id(g.region, place_id), clock.now(), is_here=True))


@blueprint.post("/<tsk>/places/<int:place_id>/visits")
@requires(Permission.PLACE_VISIT)
def visit(place_id: int) -> Response:
    """One tap, for whoever has read the sign. A second one today is calm."""
    form, at, place = Form(request.form), clock.now(), queries.by_id(g.region, place_id)
    key = form.key()
    try:
        if read(form.text("code", most=20)) != place.code:
            raise Refused("place_code")
        visited = _record(place, key, at)
    except Refused as error:
        return _page(place, at, error=refusal(error), is_here=error.code != "place_code")
    return visits.keep(done(f"/C/{place.code}", toast=_said(visited)))


def _record(place: Place, key: str, at: datetime) -> Visited:
    membership, phone = actor().membership, visits.number()
    who = {"membership": membership, "phone": phone, "by": actor().name}
    try:
        with transaction():
            if membership is None:
                throttle.count_anonymous("place-visit", at=at)
            return service.visit(region=g.region, place_id=place.id, key=key, at=at, **who)
    except Conflict:
        own = queries.visit_of(place.id, clock.local_day(g.region, at), membership, phone)
        if own is None:
            raise
        return Visited(own.id, repeated=True)


def _said(visited: Visited) -> str:
    if visited.repeated:
        return sentence("visited_today")
    if visited.earned is None or not visited.earned.amount:
        return _("記録しました。")
    return _("記録しました。%(coins)sを もらいました。", coins=coins(visited.earned.amount))


def refusal(error: Refused) -> str:
    """The sentence of a refusal, with the day and hour when the place opens."""
    opens_at = error.params.get("opens_at")
    return sentence(error.code, **({"opens": moment(opens_at)} if opens_at is not None else {}))


def _page(place: Place, at: datetime, *, is_here: bool = False, error: str | None = None) -> Response:
    day, membership = clock.local_day(g.region, at), actor().membership
    state = queries.today(g.region, [place], at)[0].state
    own = queries.visit_of(place.id, day, membership, visits.cookie()) if is_here else None
    return render_page(
        "places/show.html",
        status=422 if error else 200,
        place=place,
        state=state,
        line=words.line(state),
        week=words.week(g.region, queries.hours(place)),
        resting=queries.closed_days(place, day),
        desks=queries.desks(g.region, place, at),
        gatherings=queries.gatherings(g.region, place, at),
        is_here=is_here,
        own=own,
        short=_why_less(own),
        error=error,
    )


def _why_less(own: PlaceVisit | None) -> str | None:
    """Why a member's visit gave no coin although the place gives one."""
    if own is None or own.membership_id is None:
        return None
    earned = issuing.earned(own.region_id, own.membership_id, rules.activity(own.place_id, own.day))
    return reached(earned.limited_by) if earned is not None and earned.limited_by else None


# --- the sign -----------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/places/<int:place_id>/sign")
@requires(Permission.OFFICE_READ)
def sign(place_id: int) -> Response:
    """To be printed once and hung beside the door, on a whole sheet or half of one."""
    place = queries.by_id(g.region, place_id)
    size = request.args.get("size") if request.args.get("size") in SIZES else SIZES[0]
    label = _("%(place)sの受付", place=plain(place, "name"))
    qr = addresses.qr(place.code, level="Q", label=label)
    other = url_for("places.sign", place_id=place.id, size=next(one for one in SIZES if one != size))
    week = words.week(g.region, queries.hours(place))
    return render_page("places/sign.html", place=place, qr=qr, size=size, other=other, week=week)
