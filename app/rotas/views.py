"""The list of rotas, one rota by day, the forms that make it and its slots, the sheet for the wall."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app import clock
from app.calendars import rules as months
from app.db import transaction
from app.errors import DomainError, Refused
from app.projects import queries as projects
from app.projects.models import Project
from app.rotas import forms, queries, rules, service
from app.rotas.queries import Line
from app.web.access import Permission, actor, may, requires
from app.web.filters import day
from app.web.forms import Form, row_id
from app.web.pages import done, render_page, rendered
from app.web.sentences import sentence

blueprint = Blueprint("rotas", __name__)
SLOT_FIELD = {"field_past": "day", "slot_far": "day", "field_order": "ends"}  # where its sentence stands
BLANK = 4  # empty lines on the sheet
OWN = 5  # of the reader's next turns, above the list


@blueprint.get("/<tsk>/rotas")
@requires(Permission.ROTA_READ)
def board() -> Response:
    """Those that run, or those that have ended, fifty a page."""
    ended, after = request.args.get("show") == "ended", request.args.get("after", type=row_id)
    cards = queries.board(g.region, clock.now(), ended=ended, after=after, limit=queries.PAGE + 1)
    more = cards[queries.PAGE - 1].rota.id if len(cards) > queries.PAGE else None
    of = projects.titles(g.region, {card.rota.project_id for card in cards if card.rota.project_id is not None})
    own = queries.next_turns(g.region, actor().membership, clock.now(), OWN) if may(Permission.ROTA_TAKE) else ()
    return render_page("rotas/board.html", cards=cards[: queries.PAGE], more=more, ended=ended, of=of, own=own)


def section(project: Project) -> Markup | None:
    """What a project's page shows: its rotas, and for whoever takes part the way to make one."""
    cards = queries.of_project(g.region, project.id, clock.now())
    makes = may(Permission.ROTA_MAKE) and g.in_project and project.ended_at is None
    if not cards and not makes:
        return None
    return rendered("rotas/_section.html", project=project, cards=cards, makes=makes)


@blueprint.get("/<tsk>/rotas/new")
@requires(Permission.ROTA_MAKE)
def new() -> Response:
    return _new(Form(request.args))


@blueprint.post("/<tsk>/rotas")
@requires(Permission.ROTA_MAKE)
def make() -> Response:
    form, facts = forms.read_rota(request.form)
    key = form.key()
    try:
        if form.ok:
            with transaction():
                rota_id = service.make(region=g.region, maker=actor().membership, key=key, at=clock.now(), **facts).id
            return done(
                url_for("rotas.slots", rota_id=rota_id), toast=_("当番を つくりました。つぎは、日にちと時間です。")
            )
    except DomainError as error:
        if error.status in (404, 409):
            raise
        form.complain("project", error.code)
    return _new(form, key=key)


def _new(form: Form, *, key: str | None = None) -> Response:
    mine = projects.of_member(g.region, actor().membership)
    options = [("", _("どのプロジェクトでもない")), *((one.id, one.title) for one in mine)]
    errors = form.sentences
    status = 422 if errors else 200
    return render_page("rotas/new.html", status=status, values=form.values, errors=errors, key=key, options=options)


@blueprint.get("/<tsk>/rotas/<int:rota_id>")
@requires(Permission.ROTA_READ)
def show(rota_id: int) -> Response:
    return show_page()


def show_page(*, error: DomainError | None = None, typed: tuple[int, Form] | None = None) -> Response:
    """`g.rota` by day from today on; what an act was refused for, or the words of a turn's swap that were too many."""
    at, after = clock.now(), request.args.get("after", type=row_id)
    today, who = clock.local_day(g.region, at), actor().membership if may(Permission.ROTA_TAKE) else None
    lines = queries.lines(g.rota, today, after=after, limit=queries.PAGE + 1)
    return render_page(
        "rotas/show.html",
        status=error.status if error else 422 if typed else 200,
        error=refusal(error) if error else None,
        rota=g.rota,
        project=projects.one(g.region, g.rota.project_id),
        days=by_day(lines[: queries.PAGE]),
        more=lines[queries.PAGE - 1].slot.id if len(lines) > queries.PAGE else None,
        relieved=queries.relieved(g.region, who, at, g.rota) if who else (),
        who=who,
        typed=typed,
        today=today,
        wall=clock.local(g.region, at),
        is_over=rules.is_over,
        may_give_up=rules.may_give_up,
        month=f"{today:%Y-%m}",
    )


def by_day(lines: list[Line]) -> list[tuple[Any, list[Line]]]:
    """(day, its slots), in their order."""
    return [(key, list(group)) for key, group in groupby(lines, key=lambda line: line.slot.day)]


def refusal(error: DomainError) -> str:
    """The sentence of a refusal, with the day that it speaks of."""
    return sentence(
        error.code, **{name: day(value) if name == "day" else value for name, value in error.params.items()}
    )


# --- slots ----------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/rotas/<int:rota_id>/slots")
@requires(Permission.ROTA_MANAGE)
def slots(rota_id: int) -> Response:
    """Add slots, take away those that nobody took, end the rota."""
    return _slots()


@blueprint.post("/<tsk>/rotas/<int:rota_id>/slots")
@requires(Permission.ROTA_MANAGE)
def add_slots(rota_id: int) -> Response:
    form, when = forms.read_slots(request.form)
    form.key()
    try:
        if when is not None:
            with transaction():
                made = service.add_slots(region=g.region, rota_id=rota_id, when=when, at=clock.now())
            said = ngettext("当番の日を %(num)s日 のせました。", "当番の日を %(num)s日 のせました。", len(made))
            return done(url_for("rotas.slots", rota_id=rota_id), toast=said)
    except Refused as error:
        if error.code in SLOT_FIELD:
            form.complain(SLOT_FIELD[error.code], error.code)
        return _slots(form.values, form.sentences, error=None if error.code in SLOT_FIELD else refusal(error))
    return _slots(form.values, form.sentences)


@blueprint.post("/<tsk>/rotas/<int:rota_id>/slots/<int:slot_id>/removal")
@requires(Permission.ROTA_MANAGE)
def remove_slot(rota_id: int, slot_id: int) -> Response:
    try:
        with transaction():
            service.remove_slot(region=g.region, rota_id=rota_id, slot_id=slot_id, at=clock.now())
    except Refused as error:
        return _slots(error=refusal(error))
    return done(url_for("rotas.slots", rota_id=rota_id), toast=_("その日を はずしました。"))


@blueprint.post("/<tsk>/rotas/<int:rota_id>/ending")
@requires(Permission.ROTA_MANAGE)
def end(rota_id: int) -> Response:
    try:
        with transaction():
            service.end(region=g.region, rota_id=rota_id, at=clock.now())
    except Refused as error:
        return _slots(error=refusal(error))
    return done(url_for("rotas.show", rota_id=rota_id), toast=_("当番を おわりにしました。おつかれさまでした。"))


def _slots(
    values: dict[str, str] | None = None, errors: dict[str, str] | None = None, *, error: str | None = None
) -> Response:
    today, after = clock.local_day(g.region, clock.now()), request.args.get("after", type=row_id)
    lines = queries.lines(g.rota, today, after=after, limit=queries.PAGE + 1)
    first = {"needed": "1", "weeks": "1", "begins": "10:00", "ends": "11:00"}
    return render_page(
        "rotas/slots.html",
        status=422 if errors or error else 200,
        rota=g.rota,
        days=by_day(lines[: queries.PAGE]),
        more=lines[queries.PAGE - 1].slot.id if len(lines) > queries.PAGE else None,
        values=values or first,
        errors=errors or {},
        error=error,
        today=today,
    )


# --- paper ----------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/rotas/<int:rota_id>/sheet/<month>")
@requires(Permission.ROTA_NAMES)
def sheet(rota_id: int, month: str) -> Response:
    """A month on A4: who comes when, and lines to write on by hand."""
    first, today = months.month_of(month), clock.local_day(g.region, clock.now())
    if first is None or not months.is_shown(first, today):
        abort(404)
    beside = {by: months.neighbour(first, by) for by in (-1, 1)}
    return render_page(
        "rotas/sheet.html",
        rota=g.rota,
        first=first,
        lines=queries.between(g.rota, first, beside[1]),
        neighbours={by: one for by, one in beside.items() if months.is_shown(one, today)},
        blank=BLANK,
    )
