"""わたしの活動時間: what somebody has done, writing down more, taking it back or putting it right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app import clock
from app.db import db, transaction
from app.errors import Conflict, DomainError, Forbidden, Missing
from app.events.words import field_options
from app.hours import forms, queries, service, words
from app.hours.confirming import coins_due
from app.hours.forms import Other
from app.hours.models import HoursEntry
from app.members.models import Membership
from app.projects import queries as projects
from app.projects.models import Project
from app.web.access import Permission, actor, may, requires
from app.web.filters import hours, plain
from app.web.forms import Form, normalise, row_id
from app.web.pages import done, render_page, rendered
from app.web.sentences import sentence

blueprint = Blueprint("hours", __name__)
SHOWN = ("waiting", "confirmed", "returned")  # what was withdrawn is nobody's business any more
RECENT = timedelta(days=14)  # within which a gathering is told of, so that nobody writes it down again


class Chip(NamedTuple):
    """A project of mine, and what one tap on it fills in."""

    id: int
    title: str
    what: str
    field: str
    place: str


@blueprint.get("/<tsk>/hours")
@requires(Permission.HOURS_LOG)
def index() -> Response:
    """Mine: this 年度's sum, what was sent back, and all of it, fifty a page."""
    who, after = me(), request.args.get("after", type=row_id)
    today = clock.local_day(g.region, clock.now())
    year = clock.fiscal_year(g.region, today)
    rows = queries.of_membership(who, limit=queries.PAGE + 1, after=after, states=SHOWN)
    shown = rows[: queries.PAGE]
    waiting = [row for row in shown if row.state == "waiting"]
    due, named = coins_due(g.region, waiting), people_of(row.with_id for row in waiting)
    return render_page(
        "hours/index.html",
        rows=[(row, named.get(row.with_id), due.get(row.id, 0)) for row in shown],
        more=shown[-1].id if len(rows) > queries.PAGE else None,
        first=after is None,
        year=year,
        minutes=queries.minutes_by_state(who, *clock.fiscal_year_days(year)),
        returned=queries.returned(who, today - queries.TYPED) if after is None else (),
        to_confirm=queries.waiting_count(g.region, who, actor().roles) if may(Permission.HOURS_CONFIRM) else 0,
        who=who,
    )


@blueprint.get("/<tsk>/hours/new")
@requires(Permission.HOURS_LOG)
def new() -> Response:
    """The form; with `project` filled in as a tap on its chip does."""
    chip = next((one for one in _chips(me()) if str(one.id) == request.args.get("project")), None)
    filled = {"project": chip.id, "what": chip.what, "field": chip.field, "place": chip.place} if chip else {}
    return _new(Form(MultiDict({name: str(value) for name, value in filled.items()})))


@blueprint.get("/<tsk>/hours/people")
@requires(Permission.HOURS_LOG)
def people() -> Response:
    """While だれと is typed: whom it may mean."""
    typed = normalise(request.args.get("with", ""))[: forms.NAMES]
    hits = forms.find(g.region, typed, but=me().id, names=may(Permission.HOURS_CONFIRM)) if typed else []
    return render_page("hours/_hits.html", typed=typed, hits=hits, picked=forms.only(typed, hits), error=None)


@blueprint.post("/<tsk>/hours")
@requires(Permission.HOURS_LOG)
def log() -> Response:
    """Write it down; the next page says what was written, who may confirm it and what it may earn."""
    today = clock.local_day(g.region, clock.now())
    form, facts = forms.read(request.form, today)
    key = form.key()
    other = forms.read_other(form, g.region, but=me().id, names=may(Permission.HOURS_CONFIRM))
    if not form.ok:
        return _new(form, key=key, other=other)
    company: dict[str, Any] = {"with_membership": other.one, "with_names": other.names}
    try:
        with transaction():
            entry_id = service.log(region=g.region, membership=me(), key=key, at=clock.now(), **facts, **company).id
    except DomainError as error:
        return _new(form, key=key, other=other, error=error)
    return done(url_for("hours.show", entry_id=entry_id), toast=_("記録しました。ありがとうございます。"))


def _new(
    form: Form, *, key: str | None = None, other: Other | None = None, error: DomainError | None = None
) -> Response:
    if error is not None:
        forms.complain(form, error)
    errors, today = form.sentences, clock.local_day(g.region, clock.now())
    days = [today - timedelta(days=back) for back in range(forms.DAYS)]
    there = error.params.get("entry_id") if isinstance(error, Conflict) else None
    return render_page(
        "hours/new.html",
        status=error.status if error else 422 if errors else 200,
        values=form.values,
        errors=errors,
        key=key,
        chips=_chips(me()),
        lengths=[(minutes, hours(minutes)) for minutes in forms.lengths()],
        usual=forms.USUAL,
        days=words.day_options(today, days),
        fields=field_options(),
        other=other or Other(),
        there=there,
        known=_recent(me(), today),
        unfolded=any(name in errors for name in ("field", "place", "date")) or bool(form.values.get("date")),
    )


def _chips(who: Membership) -> list[Chip]:
    """My projects, each with the words and the place that I wrote for it last."""
    mine = projects.of_member(g.region, who)
    last: dict[int | None, HoursEntry] = {}
    for row in queries.of_membership(who, states=SHOWN) if mine else ():
        if row.event_id is None and row.minutes > 0:
            last.setdefault(row.project_id, row)
    return [_chip(one, last.get(one.id)) for one in mine]


def _chip(project: Project, last: HoursEntry | None) -> Chip:
    what, place = (last.what, last.place) if last else (project.title, "onsite")
    return Chip(project.id, plain(project, "title"), what, project.field, place)


def _recent(who: Membership, today: date) -> list[HoursEntry]:
    """Gatherings of the last days whose hours stand there already."""
    rows = queries.of_membership(who, today - RECENT, today, states=("waiting", "confirmed"))
    return [row for row in rows if row.event_id is not None and row.minutes > 0 and not row.reversed][:3]


def section(project: Project) -> Markup | None:
    """What a project's page shows: its hours in words, and for whoever takes part the way to write more."""
    done, writes = queries.of_project(g.region, project.id), g.in_project and may(Permission.HOURS_LOG)
    if not done.minutes and not writes:
        return None
    shown = {"project": project, "minutes": done.minutes, "writes": writes and project.ended_at is None}
    return rendered("hours/_project.html", **shown)


# --- taking back, putting right -------------------------------------------------------------------------------


@blueprint.post("/<tsk>/hours/<int:entry_id>/withdrawal")
@requires(Permission.HOURS_LOG)
def withdraw(entry_id: int) -> Response:
    """Nobody has confirmed it yet: it is as if it had never been written."""
    with transaction():
        service.withdraw(region=g.region, entry_id=entry_id, by=me(), at=clock.now())
    return done(url_for("hours.index"), toast=_("とりさげました。時間には 入りません。"))


@blueprint.get("/<tsk>/hours/<int:entry_id>/again")
@requires(Permission.HOURS_LOG)
def again(entry_id: int) -> Response:
    entry = own(entry_id)
    return _again(entry, Form(MultiDict({"what": entry.what, "minutes": str(entry.minutes)})))


@blueprint.post("/<tsk>/hours/<int:entry_id>/again")
@requires(Permission.HOURS_LOG)
def send_again(entry_id: int) -> Response:
    """なおして 送る: what was sent back waits once more."""
    entry, form = own(entry_id), Form(request.form)
    what = form.text("what", most=forms.WHAT, required=True)
    minutes = form.integer("minutes", least=1, most=forms.DAY_LIMIT)
    if not form.ok:
        return _again(entry, form)
    facts: dict[str, Any] = {"region": g.region, "entry_id": entry_id, "by": me(), "at": clock.now()}
    try:
        with transaction():
            service.send_again(**facts, minutes=minutes, what=what)
    except DomainError as error:
        forms.complain(form, error)
        return _again(own(entry_id), form, status=error.status)
    return done(url_for("hours.show", entry_id=entry_id), toast=_("なおして 送りました。また 確認まちです。"))


def _again(entry: HoursEntry, form: Form, *, status: int = 422) -> Response:
    if entry.state != "returned":
        return done(url_for("hours.show", entry_id=entry.id), toast=sentence(_STATE[entry.state]))
    lengths = sorted({entry.minutes, *forms.lengths()})
    return render_page(
        "hours/again.html",
        status=200 if form.ok else status,
        entry=entry,
        by=person(entry.returned_by_id),
        values=form.values,
        errors=form.sentences,
        lengths=[(minutes, hours(minutes)) for minutes in lengths],
    )


_STATE = {"waiting": "hours_sent", "confirmed": "hours_confirmed", "withdrawn": "hours_withdrawn"}


# --- for all views of this room -------------------------------------------------------------------------------


def me() -> Membership:
    """Whoever reads."""
    membership = actor().membership
    if membership is None:
        raise Forbidden("not_allowed")
    return membership


def own(entry_id: int) -> HoursEntry:
    """An entry that the reader has done or typed in. Missing."""
    entry = queries.by_id(g.region, entry_id)
    if me().id not in (entry.membership_id, entry.entered_by_id):
        raise Missing("not_found")
    return entry


def person(membership_id: int | None) -> Membership | None:
    return db.session.get(Membership, membership_id) if membership_id is not None else None


def people_of(ids: Iterable[int | None]) -> dict[int | None, Membership]:
    """Many of them, by id."""
    query = sa.select(Membership).where(Membership.id.in_({id for id in ids if id is not None}))
    return {one.id: one for one in db.session.scalars(query)}
