"""The board, the form of three fields, a project's page, what it says of itself, its gatherings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import DomainError, Refused
from app.events.words import field_options
from app.projects import forms, gatherings, page, queries, rules, service, words
from app.projects.models import Project
from app.projects.money import queries as money
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form, row_id
from app.web.pages import absolute, done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("projects", __name__)
MEMBERS = {"member", "steward", "office"}  # who reads the names of those who take part


@blueprint.get("/<tsk>/projects")
@requires(Permission.PROJECT_READ)
def board() -> Response:
    """All that run, or those of one filter, fifty a page."""
    asked = request.args.get("show", "")
    show = asked if asked in rules.FILTERS else ""
    after = request.args.get("after", type=row_id)
    cards = queries.board(g.region, show, after, queries.PAGE + 1)
    more = cards[queries.PAGE - 1].project.id if len(cards) > queries.PAGE else None
    shown = [(card, rules.state(card.project, clock.now())) for card in cards[: queries.PAGE]]
    mine = queries.of_member(g.region, actor().membership) if actor().membership and not (show or after) else ()
    context: dict[str, Any] = {"cards": shown, "more": more, "show": show, "filters": words.filters(), "mine": mine}
    return render_page("projects/board.html", **context)


@blueprint.get("/<tsk>/projects/new")
@requires(Permission.PROJECT_START)
def new() -> Response:
    return _new(Form(request.args))


@blueprint.post("/<tsk>/projects")
@requires(Permission.PROJECT_START)
def start() -> Response:
    """Begin at once: no budget, nobody to ask."""
    form, facts = forms.read_start(request.form)
    key = form.key()
    if not form.ok:
        return _new(form, key=key)
    with transaction():
        made = service.start(region=g.region, lead=actor().membership, key=key, at=clock.now(), **facts)
        project_id = made.id
    return done(
        page_of(project_id), toast=_("プロジェクトを はじめました。つぎは、いっしょに やる人を さがしましょう。")
    )


def _new(form: Form, *, key: str | None = None) -> Response:
    errors = form.sentences
    status = 422 if errors else 200
    fields = field_options()
    return render_page("projects/new.html", status=status, values=form.values, errors=errors, key=key, fields=fields)


@blueprint.get("/<tsk>/projects/<int:project_id>")
@requires(Permission.PROJECT_READ)
def show(project_id: int) -> Response:
    return show_page()


def show_page(*, error: str | None = None) -> Response:
    """The page of `g.project` for its reader; `error` is what the last act was refused for."""
    project, status = g.project, 422 if error else 200
    told = {**_stands(project), **_people(project), **_wishes(project), **reader(project)}
    return render_page("projects/show.html", status=status, error=error, project=project, **told)


def _stands(project: Project) -> dict[str, Any]:
    """How it stands, what is wanted, when it meets, and what other rooms say."""
    return {
        "state": rules.state(project, clock.now()),
        "story": words.story(project),
        "wanted": queries.tasks(project),
        "gatherings": queries.gatherings(project),
        "programme": next((one for one in queries.programmes(g.region) if one.id == project.programme_id), None),
        "sections": page.sections(project),
    }


def _people(project: Project) -> dict[str, Any]:
    """Who takes part, and who of them could lead next."""
    people = queries.people(project)
    others = [who for _row, who in people if who.id != project.lead_id and who.standing == "active"]
    return {"people": people, "next_leads": [(who.id, who.name) for who in others]}


def _wishes(project: Project) -> dict[str, Any]:
    """Who waits for an answer: all of them for whoever may answer, for everybody else the own wish."""
    who, manages = actor().membership, may(Permission.PROJECT_MANAGE)
    asks = may(Permission.PROJECT_JOIN) and not manages
    asked, at = queries.asked(project), clock.now()
    return {
        "asked": asked if manages else (),
        "overdue": sum(rules.is_overdue(one.request.created_at, at) for one in asked),
        "own": queries.last_request(project.id, who.id) if asks else None,
    }


def may_ask() -> bool:
    """Whether the reader can ask to join, now or after signing in: not who only reads, nor another region's member."""
    return may(Permission.PROJECT_JOIN) or actor().member is None


def reader(project: Project) -> dict[str, Any]:
    """What the reader may see and do here, for templates."""
    who = actor()
    return {
        "sees_names": bool(who.roles & MEMBERS) or g.in_project,
        "manages": may(Permission.PROJECT_MANAGE),
        "takes_part": g.in_project,
        "is_lead": who.membership is not None and who.membership.id == project.lead_id,
        "may_ask": may_ask(),
        "is_free": queries.is_free,
        "seeks": rules.seeks(project),
    }


# --- what it says of itself -----------------------------------------------------------------------------------


@blueprint.get("/<tsk>/projects/<int:project_id>/edit")
@requires(Permission.PROJECT_MANAGE)
def edit(project_id: int) -> Response:
    project = g.project
    values = {name: getattr(project, name) for name in service.DESCRIBED}
    return _edit(values | {"designated": "1" if project.designated else "", "programme_id": project.programme_id or ""})


@blueprint.post("/<tsk>/projects/<int:project_id>/edit")
@requires(Permission.PROJECT_MANAGE)
def change(project_id: int) -> Response:
    ids = {one.id for one in queries.programmes(g.region)}
    form, facts = forms.read_facts(request.form, ids, may_designate=may(Permission.OFFICE_READ))
    if not form.ok:
        return _edit(form.values, form.sentences)
    with transaction():
        service.change(**whose(project_id), values=facts, at=clock.now())
    return done(page_of(project_id), toast=_("書きなおしました。"))


def _edit(values: dict[str, Any], errors: dict[str, str] | None = None) -> Response:
    errors = errors or {}
    return render_page(
        "projects/edit.html",
        status=422 if errors else 200,
        project=g.project,
        values=values,
        errors=errors,
        fields=field_options(),
        kinds=words.kind_options(),
        decisions=words.decides_options(),
        programmes=[("", ""), *((one.id, one.name) for one in queries.programmes(g.region))],
        unfolded=any(name in errors for name in forms.FOLDED),
    )


@blueprint.post("/<tsk>/projects/<int:project_id>/life")
@requires(Permission.PROJECT_MANAGE)
def decide_life(project_id: int) -> Response:
    """つづけます, おやすみ or おわります: one button each."""
    answer = Form(request.form).raw("answer")
    said = {
        "continue": _("つづけます。ありがとうございます。"),
        "rest": _("おやすみに しました。いつでも もう一度 はじめられます。"),
        "end": _("おわりに しました。おつかれさまでした。"),
    }
    asked = money.live(g.project)
    try:
        with transaction():
            service.decide_life(**whose(project_id), answer=answer, at=clock.now())
    except Refused as error:
        return show_page(error=sentence(error.code))
    if asked is not None and answer == "end":
        said["end"] = _("おわりに しました。おつかれさまでした。予算の 申しこみは とりさげました。")
    return done(page_of(project_id), toast=said[answer])


# --- gatherings -----------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/projects/<int:project_id>/gatherings")
@requires(Permission.PROJECT_MANAGE)
def gatherings_page(project_id: int) -> Response:
    """One's own coming gatherings, to be put under the project; or a new one."""
    return _gatherings()


@blueprint.post("/<tsk>/projects/<int:project_id>/gatherings")
@requires(Permission.PROJECT_MANAGE)
def link(project_id: int) -> Response:
    event_id = Form(request.form).integer("event", least=1, most=10**9)
    if event_id is None:
        return _gatherings(error=sentence("field_choice"))
    try:
        with transaction():
            gatherings.link(**whose(project_id), event_id=event_id, address=_address(project_id), at=clock.now())
    except DomainError as error:
        if error.status == 404:
            raise
        return _gatherings(error=sentence(error.code))
    return done(page_of(project_id), toast=_("このプロジェクトの行事に しました。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/gatherings/<int:event_id>/removal")
@requires(Permission.PROJECT_MANAGE)
def unlink(project_id: int, event_id: int) -> Response:
    try:
        with transaction():
            gatherings.unlink(**whose(project_id), event_id=event_id, address=_address(project_id), at=clock.now())
    except Refused as error:
        return _gatherings(error=sentence(error.code))
    return done(page_of(project_id), toast=_("プロジェクトから はずしました。行事は そのままです。"))


@blueprint.post("/<tsk>/projects/<int:project_id>/gatherings/draft")
@requires(Permission.PROJECT_MANAGE)
def draft(project_id: int) -> Response:
    """行事をつくる: the event form, begun with the project's name; the gathering's page leads back here."""
    key, host = Form(request.form).key(), actor().membership
    facts = {"region": g.region, "project": g.project, "host": host, "key": key, "at": clock.now()}
    try:
        with transaction():
            event_id = gatherings.draft(**facts, address=_address(project_id)).id
    except Refused as error:
        return _gatherings(error=sentence(error.code))
    return done(url_for("drafts.what", event_id=event_id))


def _gatherings(*, error: str | None = None) -> Response:
    at, who = clock.now(), actor().membership
    return render_page(
        "projects/gatherings.html",
        status=422 if error else 200,
        project=g.project,
        linked=queries.gatherings(g.project),
        own=queries.own_gatherings(g.region, who, at) if who else (),
        who=who,
        at=at,
        error=error,
    )


def _address(project_id: int) -> str:
    """The project's page as other pages link to it."""
    return absolute(page_of(project_id))


def page_of(project_id: int) -> str:
    return url_for("projects.show", project_id=project_id)


def whose(project_id: int) -> dict[str, Any]:
    """Region, project and whoever acts, as every verb wants them."""
    who = actor()
    return {"region": g.region, "project_id": project_id, "by": who.membership, "roles": who.roles}
