"""The first idea, the steps of a draft, showing it to everybody, and changing what everybody sees."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Missing, Refused
from app.events.words import field_options
from app.members import queries as members
from app.projects import queries as projects
from app.proposals import forms, queries, rules, service, words
from app.proposals.models import Proposal
from app.proposals.views import blueprint, page_of
from app.proposals.writing import texts
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
STEPS = tuple(words.STEP_FIELDS)
FIRST = {"field": "other"}


@blueprint.get("/<tsk>/proposals/new")
@requires(Permission.PROPOSAL_WRITE)
def new() -> Response:
    """やってみたい in three fields."""
    return _idea(FIRST)


@blueprint.post("/<tsk>/proposals")
@requires(Permission.PROPOSAL_WRITE)
def begin() -> Response:
    form, idea = forms.read_idea(request.form)
    key = form.key()
    if not form.ok:
        return _idea(form.values, form.sentences, key=key)
    with transaction():
        made = service.draft(region=g.region, by=actor().membership, key=key, at=clock.now(), **idea)
        proposal_id = made.id
    return done(page_of(proposal_id), toast=_("下書きに しまいました。見えるのは あなただけです。"))


def _idea(values: dict[str, str], errors: dict[str, str] | None = None, *, key: str | None = None) -> Response:
    context: dict[str, Any] = {"values": values, "errors": errors or {}, "key": key, "fields": field_options()}
    return render_page("proposals/new.html", status=422 if errors else 200, **context)


# --- the steps of a draft -------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/draft/<any(idea, layers, deciding):step>")
@requires(Permission.PROPOSAL_EDIT)
def step(proposal_id: int, step: str) -> Response:
    """One of the three, as it was kept; once everybody sees the proposal, all of it at once."""
    if g.proposal.stage != "draft":
        return done(url_for("proposals.edit", proposal_id=proposal_id))
    return _step(step, texts.of(g.proposal) | {"project_id": g.proposal.project_id or ""})


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/draft/<any(idea, layers, deciding):step>")
@requires(Permission.PROPOSAL_EDIT)
def keep(proposal_id: int, step: str) -> Response:
    """Kept in the draft, and on to the next; the last one leads to the whole."""
    if g.proposal.stage != "draft":
        return done(url_for("proposals.edit", proposal_id=proposal_id))
    form, told = _read(step)
    if not form.ok:
        return _step(step, form.values, form.sentences)
    with transaction():
        service.change(**_where(proposal_id), values=told, at=clock.now())
    following = dict(zip(STEPS, STEPS[1:], strict=False)).get(step)
    if following is None or form.raw("then") == "rest":
        return done(page_of(proposal_id), toast=_("下書きに しまいました。"))
    return done(url_for("proposals.step", proposal_id=proposal_id, step=following))


def _read(step: str) -> tuple[Form, dict[str, Any]]:
    if step == "idea":
        return forms.read_idea(request.form)
    return forms.read_layers(request.form) if step == "layers" else forms.read_deciding(request.form, _project_ids())


def _step(step: str, values: dict[str, Any], errors: dict[str, str] | None = None) -> Response:
    number = STEPS.index(step)
    context: dict[str, Any] = {"step": step, "number": number + 1, "before": STEPS[number - 1] if number else None}
    return _form("proposals/step.html", values, errors, **context)


# --- showing it, and throwing it away -------------------------------------------------------------------------


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/publication")
@requires(Permission.PROPOSAL_EDIT)
def publish(proposal_id: int) -> Response:
    with transaction():
        service.publish(**_where(proposal_id), at=clock.now())
    return done(page_of(proposal_id), toast=_("みんなに 見せました。つぎは、応援する人を 待ちましょう。"))


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/removal")
@requires(Permission.PROPOSAL_EDIT)
def removing(proposal_id: int) -> Response:
    """Asks once more: a draft that is thrown away does not come back."""
    if g.proposal.stage != "draft":
        return done(page_of(proposal_id))
    return render_page("proposals/removal.html", proposal=g.proposal)


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/removal")
@requires(Permission.PROPOSAL_EDIT)
def drop(proposal_id: int) -> Response:
    with transaction():
        service.drop(**_where(proposal_id))
    return done(url_for("proposals.board"), toast=_("下書きを けしました。"))


# --- changing what everybody sees -----------------------------------------------------------------------------


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/edit")
@requires(Permission.PROPOSAL_EDIT)
def edit(proposal_id: int) -> Response:
    """All of it on one page, with why; once a vote is open the texts stand."""
    if g.proposal.stage not in rules.OPEN:
        return render_page("proposals/frozen.html", proposal=g.proposal)
    return _edit(texts.of(g.proposal) | {"project_id": g.proposal.project_id or "", "base": g.proposal.version})


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/edit")
@requires(Permission.PROPOSAL_EDIT)
def change(proposal_id: int) -> Response:
    form, told = forms.read_all(request.form, _project_ids())
    why, base = told.pop("why"), told.pop("base")
    if not form.ok:
        return _edit(form.values, form.sentences)
    before = g.proposal.version
    try:
        with transaction():
            change = {"values": told, "why": why, "base": base, "at": clock.now()}
            is_new = service.change(**_where(proposal_id), **change).version != before
    except Refused as error:
        form.complain("why", error.code)
        if error.code != "reason_missing":
            return render_page("proposals/frozen.html", status=422, proposal=g.proposal, error=sentence(error.code))
        return _edit(form.values, form.sentences)
    except Conflict as error:
        return _edit(form.values | {"base": base}, error=error)
    kept = _("なおしました。なおしたところは だれでも 見られます。")
    return done(page_of(proposal_id), toast=kept if is_new else _("かわったところは ありません。"))


def _edit(values: dict[str, Any], errors: dict[str, str] | None = None, error: DomainError | None = None) -> Response:
    told = {"error": sentence(error.code) if error else None, "version": g.proposal.version}
    return _form("proposals/edit.html", values, errors, **told)


def _form(template: str, values: dict[str, Any], errors: dict[str, str] | None = None, **more: Any) -> Response:
    """A form of the proposal's texts: as they stand, or as they were typed with a sentence for each bad field."""
    proposal: Proposal = g.proposal
    return render_page(
        template,
        status=422 if errors or more.get("error") else 200,
        proposal=proposal,
        values=values,
        errors=errors or {},
        fields=field_options(),
        deciders=words.decider_options(),
        projects=[("", _("いいえ")), *_projects()],
        **more,
    )


def _projects() -> list[tuple[int, str]]:
    """(id, title) of the projects that the proposal may ask something for: the writer's own, and the one it has."""
    proposal: Proposal = g.proposal
    mine = {one.id: one.title for one in projects.of_member(g.region, actor().membership)}
    if proposal.project_id is not None and proposal.project_id not in mine:
        mine[proposal.project_id] = projects.by_id(g.region, proposal.project_id).title
    return list(mine.items())


def _project_ids() -> set[int]:
    return {project_id for project_id, _title in _projects()}


# --- いっしょに書く人 -----------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/authors")
@requires(Permission.PROPOSAL_EDIT)
def authors(proposal_id: int) -> Response:
    """Whom to ask, looked for by よみ or number."""
    return _authors()


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/authors")
@requires(Permission.PROPOSAL_EDIT)
def ask_author(proposal_id: int) -> Response:
    who = Form(request.form).row("membership")
    if who is None:
        return _authors(error=sentence("field_choice"))
    try:
        with transaction():
            service.ask_author(**_where(proposal_id), membership_id=who, at=clock.now())
    except DomainError as error:
        if isinstance(error, Missing):
            raise
        return _authors(error=sentence(error.code, **error.params))
    return done(url_for("proposals.authors", proposal_id=proposal_id), toast=_("たのみました。返事を 待ちましょう。"))


def _authors(*, error: str | None = None) -> Response:
    q = request.args.get("q", "").strip()[:40]
    proposal: Proposal = g.proposal
    authors, asked = queries.authors(proposal), queries.asked_authors(proposal)
    there = {who.id for who in (*authors, *asked)}
    return render_page(
        "proposals/authors.html",
        status=422 if error else 200,
        proposal=proposal,
        authors=authors,
        asked=asked,
        q=q,
        hits=[who for who in members.search(g.region, q) if who.id not in there] if q else (),
        is_open=proposal.stage in rules.OPEN,
        error=error,
    )


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/authors/acceptance")
@requires(Permission.PROPOSAL_WRITE)
def accept(proposal_id: int) -> Response:
    """いっしょに書きます."""
    with transaction():
        service.accept(**_where(proposal_id), at=clock.now())
    return done(page_of(proposal_id), toast=_("いっしょに 書く人に なりました。"))


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/authors/leaving")
@requires(Permission.PROPOSAL_WRITE)
def leave(proposal_id: int) -> Response:
    """Not this time, or no more."""
    is_draft = g.proposal.stage == "draft"
    with transaction():
        service.leave(**_where(proposal_id), at=clock.now())
    where = url_for("proposals.board") if is_draft else page_of(proposal_id)
    return done(where, toast=_("いっしょに 書く人から ぬけました。"))


def _where(proposal_id: int) -> dict[str, Any]:
    """Region, proposal and whoever acts, as every verb wants them."""
    return {"region": g.region, "proposal_id": proposal_id, "by": actor().membership}
