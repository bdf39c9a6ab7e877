"""`/claim`: a visitor's coins, now or within thirty days, on this phone or with the slip's code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.checkins.models import CheckIn
from app.claims import service
from app.credentials import cookies
from app.credentials import service as credentials
from app.db import db, transaction
from app.errors import Conflict, Refused
from app.events.models import Event
from app.issuing import queries as issuing
from app.issuing import words
from app.issuing.queries import Earned
from app.regions import queries as regions
from app.regions.models import Region
from app.web import visits
from app.web.access import Permission, actor, requires
from app.web.filters import coins, plain
from app.web.forms import Form
from app.web.limits import throttle
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("claims", __name__)
NAME = 40
WRONG_CODES, WINDOW = 10, 300


@blueprint.get("/claim")
@requires(Permission.VISIT_CLAIM)
def show() -> Response:
    return _page(None)


@blueprint.get("/claim/<code>")
@requires(Permission.VISIT_CLAIM)
def show_slip(code: str) -> Response:
    """The slip's own link: it shows one button, and only the button uses it."""
    _guard_guessing()
    return _page(code)


@blueprint.post("/claim")
@requires(Permission.VISIT_CLAIM, field=True)
def claim() -> Response:
    """Receive the coins of all visits; whoever is not signed in becomes a member on this phone."""
    form, at = Form(request.form), clock.now()
    key, name = form.key(), form.text("name", most=NAME)
    code = form.raw("code") or None
    if code:  # a phone that claims its own visits guesses nothing
        _guard_guessing()
    if not form.ok:
        return _page(code, name=form.values["name"], errors=form.sentences, status=422)
    try:
        with transaction():
            if actor().member is None:
                throttle.count_anonymous("claim", at=at)
            claimed = service.claim(
                key=key,
                visit=visits.cookie(),
                code=code,
                member=actor().member,
                name=name,
                by=actor().name,
                at=at,
            )
            if actor().member is None:
                own = credentials.sign_in(member_id=claimed.member.id, way="claim", at=at, label=cookies.device())
                cookies.give_for(*own)
    except (Refused, Conflict) as error:
        if error.code == "claim_unknown":
            throttle.note_failure(key=_guesses(), seconds=WINDOW, at=at)
        return _page(code, name=name, refusal=sentence(error.code), status=error.status)
    return done(url_for("wallet.show", tsk=claimed.region.slug), toast=_what_came(claimed))


def _guard_guessing() -> None:
    throttle.check(key=_guesses(), limit=WRONG_CODES * 6, seconds=WINDOW, at=clock.now())


def _guesses() -> str:
    return f"slip:{throttle.address()}"


def _page(code: str | None, *, status: int = 200, refusal: str | None = None, **typed: Any) -> Response:
    at = clock.now()
    rows = service.unclaimed(visits.cookie(), code, at)
    if code and not rows and refusal is None:
        refusal, status = _why_nothing(code, at), 404
    if rows:
        g.region = regions.by_id(rows[0].region_id)
    found = [(row, db.session.get_one(Event, row.event_id)) for row in rows]
    return render_page(
        "claims/show.html",
        status=status,
        found=found,
        total=sum(row.promised for row in rows),
        code=code,
        refusal=refusal,
        **{"name": _nickname(rows), "errors": {}} | typed,
    )


def _why_nothing(code: str, at: datetime) -> str:
    """A slip that was used is no guess; one that never was given out counts as one."""
    if service.is_known(code):
        return sentence("already_claimed")
    throttle.note_failure(key=_guesses(), seconds=WINDOW, at=at)
    return sentence("claim_unknown")


def _nickname(rows: list[CheckIn]) -> str:
    return next((row.nickname for row in rows if row.nickname), "")


def _what_came(claimed: service.Claimed) -> str:
    """What was received in each region, in words; the coins of two regions are never added up."""
    if claimed.repeated:
        return _("うけとってあります。")
    by_region: dict[int, list[Earned | None]] = {}
    for event, earned in claimed.visits:
        by_region.setdefault(event.region_id, []).append(earned)
    if len(by_region) == 1:
        return _what_came_in(claimed.region, [earned for _event, earned in claimed.visits])
    parts = [(regions.by_id(region_id), earnings) for region_id, earnings in by_region.items()]
    return " ".join(f"{plain(region, 'name')}: {_what_came_in(region, earnings)}" for region, earnings in parts)


def _what_came_in(region: Region, earnings: list[Earned | None]) -> str:
    """How much, and why less than promised if so."""
    paid = [earned for earned in earnings if earned is not None]
    got, wanted = sum(e.amount for e in paid), sum(e.wanted for e in paid)
    if not paid:
        return _("うけとりました。コインは 会がおわると 入ります。")
    if got == wanted:
        return _("%(coins)sを うけとりました。", coins=coins(got))
    limited_by = next(e.limited_by for e in paid if e.limited_by)
    rule = issuing.current_rule(region.id, clock.local_day(region, clock.now()))
    short = _("%(wanted)sのうち %(got)sを うけとりました。", wanted=coins(wanted), got=coins(got))
    return " ".join((short, words.allowed(limited_by, rule), _("受付の記録は のこっています。")))
