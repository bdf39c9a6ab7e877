"""The board, a proposal's page, 応援, rest, the project it becomes, and the report."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import DomainError, Forbidden, Missing, Refused
from app.projects import queries as projects
from app.proposals import forms, page, queries, roles, rules, service, words
from app.proposals.models import Proposal
from app.proposals.talk import queries as talk
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("proposals", __name__)
MEMBERS = {"member", "steward", "office", "host"}  # who reads the names of those who support it
SHOWN = 5  # of the 応援 on the page itself


@blueprint.get("/<tsk>/proposals")
@requires(Permission.PROPOSAL_READ)
def board() -> Response:
    """What is proposed, or what stands at one stage, fifty a page."""
    asked = request.args.get("show", "")
    knows, after = may(Permission.PROPOSAL_WRITE), request.args.get("after", type=row_id)
    show = asked if asked in rules.FILTERS or (asked == "mine" and knows) else ""
    cards = queries.board(g.region, show, after, queries.PAGE + 1) if show != "mine" else []
    more = cards[queries.PAGE - 1].proposal.id if len(cards) > queries.PAGE else None
    is_own = knows and show in ("", "mine") and after is None
    mine = queries.of_member(g.region, actor().membership) if is_own else ()
    context: dict[str, Any] = {"cards": cards[: queries.PAGE], "more": more, "show": show, "mine": mine}
    return render_page("proposals/board.html", filters=words.filters(), **context)


@blueprint.get("/<tsk>/proposals/<int:proposal_id>")
@requires(Permission.PROPOSAL_READ)
def show(proposal_id: int) -> Response:
    return show_page()


def by_code(proposal_id: int) -> Response:
    """The same page, from the code on the printed sheet."""
    roles.add_author(actor(), {"proposal_id": proposal_id})
    return show_page()


def show_page(*, error: str | None = None, values: dict[str, str] | None = None) -> Response:
    """The page of `g.proposal` for its reader; `error` is what the last act was refused for."""
    proposal: Proposal = g.proposal
    told = {**_stands(proposal), **_reader(proposal), "error": error, "values": values or {}}
    template = "proposals/draft.html" if proposal.stage == "draft" else "proposals/show.html"
    return render_page(template, status=422 if error else 200, proposal=proposal, **told)


def _stands(proposal: Proposal) -> dict[str, Any]:
    """How it stands, who writes it, and what other rooms say."""
    above, below = page.sections(proposal) if proposal.stage != "draft" else ([], [])
    return {
        "dots": words.dots(proposal),
        "authors": queries.authors(proposal),
        "asked": queries.asked_authors(proposal) if g.writes_proposal else (),
        "support": queries.points(proposal),
        "supports": queries.supports(proposal, limit=SHOWN),
        "until": page.until(proposal),
        "effect": rules.effect(proposal.decider, g.region.stage),
        "project": projects.one(g.region, proposal.project_id),
        "above": above,
        "sections": below,
    }


def _reader(proposal: Proposal) -> dict[str, Any]:
    """What the reader may see and do here, for templates."""
    who, is_open = actor().membership, proposal.stage in rules.OPEN
    knows = who is not None and may(Permission.PROPOSAL_WRITE)
    return {
        "sees_names": sees_names(),
        "writes": g.writes_proposal,
        "cares": may(Permission.PROPOSAL_CARE),
        "is_asked": knows and is_open and queries.is_asked(proposal, who),
        "own": queries.support_of(proposal, who) if knows else None,
        "may_support": (knows or actor().member is None) and not g.writes_proposal,
        "news": words.news(proposal) if knows and queries.has_news(proposal, who) else None,
        "missing": missing(proposal) if g.writes_proposal and is_open else (),
    }


def missing(proposal: Proposal) -> list[tuple[str, str]]:
    """(name, address of its field) of each part that a vote still waits for."""
    names = rules.missing_for_vote(proposal, len(talk.unanswered(proposal)))
    return [(words.text_name(name), _field_of(proposal, name)) for name in names]


def _field_of(proposal: Proposal, name: str) -> str:
    if name == "answers":
        return url_for("proposals.show", proposal_id=proposal.id, _anchor=f"proposals-talk-{proposal.id}")
    anchor = f"field-{name}"
    if proposal.stage != "draft":
        return url_for("proposals.edit", proposal_id=proposal.id, _anchor=anchor)
    step = next(step for step, names in words.STEP_FIELDS.items() if name in names)
    return url_for("proposals.step", proposal_id=proposal.id, step=step, _anchor=anchor)


def sees_names() -> bool:
    """Whether the reader may know who it is that supports something: members and their duty holders."""
    return not MEMBERS.isdisjoint(actor().roles)


# --- 応援 -----------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/supports")
@requires(Permission.PROPOSAL_READ)
def supports(proposal_id: int) -> Response:
    """All of them, fifty a page."""
    found = queries.supports(published(), request.args.get("after", type=row_id), queries.PAGE + 1)
    more = found[queries.PAGE - 1].row.id if len(found) > queries.PAGE else None
    context: dict[str, Any] = {"supports": found[: queries.PAGE], "more": more, "sees_names": sees_names()}
    return render_page("proposals/supports.html", proposal=g.proposal, support=queries.points(g.proposal), **context)


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/supports")
@requires(Permission.PROPOSAL_WRITE)
def support(proposal_id: int) -> Response:
    form = Form(request.form)
    why = form.text("why", most=forms.LINE)
    if not form.ok:
        return show_page(error=form.sentences["why"], values=form.values)
    try:
        with transaction():
            given = service.support(**_where(proposal_id), why=why, at=clock.now())
    except Refused as error:
        return show_page(error=sentence(error.code), values=form.values)
    thanks = _("応援しました。ありがとうございます。")
    begun = _("応援が そろいました。話し合いが はじまります。")
    return done(page_of(proposal_id), toast=begun if given.opens_talk else thanks)


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/supports/withdrawal")
@requires(Permission.PROPOSAL_WRITE)
def withdraw_support(proposal_id: int) -> Response:
    try:
        with transaction():
            service.withdraw_support(**_where(proposal_id), at=clock.now())
    except Refused as error:
        return show_page(error=sentence(error.code))
    return done(page_of(proposal_id), toast=_("応援を とりけしました。"))


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/seen")
@requires(Permission.PROPOSAL_WRITE)
def see(proposal_id: int) -> Response:
    """わかりました, to what became of it."""
    published()
    with transaction():
        service.saw(g.proposal, actor().membership, clock.now())
    return done(page_of(proposal_id), toast=_("読みました。つぎに かわったら、また お知らせします。"))


# --- やすむ ---------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/rest")
@requires(Permission.PROPOSAL_CARE)
def resting(proposal_id: int) -> Response:
    published()
    return _rest({})


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/rest")
@requires(Permission.PROPOSAL_CARE)
def rest(proposal_id: int) -> Response:
    published()
    form = Form(request.form)
    why = form.text("why", most=forms.NOTE, required=True)
    if not form.ok:
        return _rest(form.values, form.sentences)
    try:
        with transaction():
            service.rest(**_where(proposal_id), roles=actor().roles, why=why, at=clock.now())
    except DomainError as error:
        return _rest(form.values, error=_told(error))
    return done(page_of(proposal_id), toast=_("おやすみに しました。いつでも つづきから はじめられます。"))


def _rest(values: dict[str, str], errors: dict[str, str] | None = None, *, error: str | None = None) -> Response:
    context: dict[str, Any] = {"values": values, "errors": errors or {}, "error": error}
    status = 422 if errors or error else 200
    return render_page("proposals/rest.html", status=status, proposal=g.proposal, **context)


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/waking")
@requires(Permission.PROPOSAL_CARE)
def wake(proposal_id: int) -> Response:
    """Go on where it rested."""
    published()
    with transaction():
        service.wake(**_where(proposal_id), roles=actor().roles, at=clock.now())
    return done(page_of(proposal_id), toast=_("つづきから はじめます。"))


# --- what became of it ----------------------------------------------------------------------------------------


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/project")
@requires(Permission.PROPOSAL_EDIT)
def start_project(proposal_id: int) -> Response:
    """A project from one that passed; its page is the next."""
    key = Form(request.form).key()
    try:
        with transaction():
            project_id = service.start_project(**_where(proposal_id), key=key, at=clock.now()).id
    except Refused as error:
        return show_page(error=sentence(error.code))
    return done(
        url_for("projects.show", project_id=project_id),
        toast=_("プロジェクトを はじめました。つぎは、いっしょに やる人を さがしましょう。"),
    )


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/report")
@requires(Permission.PROPOSAL_CARE)
def reporting(proposal_id: int) -> Response:
    published()
    return _report({"report": g.proposal.report, "next": g.proposal.report_next})


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/report")
@requires(Permission.PROPOSAL_CARE)
def report(proposal_id: int) -> Response:
    published()
    form, told = forms.read_report(request.form)
    if not form.ok:
        return _report(form.values, form.sentences)
    try:
        with transaction():
            service.report(**_where(proposal_id), roles=actor().roles, **told, at=clock.now())
    except DomainError as error:
        return _report(form.values, error=_told(error))
    return done(page_of(proposal_id), toast=_("どうなったかを のせました。応援した人に お知らせします。"))


def _report(values: dict[str, str], errors: dict[str, str] | None = None, *, error: str | None = None) -> Response:
    context: dict[str, Any] = {"values": values, "errors": errors or {}, "error": error}
    status = 422 if errors or error else 200
    return render_page("proposals/report.html", status=status, proposal=g.proposal, **context)


def _told(error: DomainError) -> str:
    """The sentence of a refusal; what is not there, or not allowed, is said by its own page."""
    if isinstance(error, Missing | Forbidden):
        raise error
    return sentence(error.code)


def published() -> Proposal:
    """The proposal of the address, once everybody sees it. Raises Missing."""
    if g.proposal.stage == "draft":
        raise Missing("not_found")
    proposal: Proposal = g.proposal
    return proposal


def page_of(proposal_id: int) -> str:
    return url_for("proposals.show", proposal_id=proposal_id)


def _where(proposal_id: int) -> dict[str, Any]:
    """Region, proposal and whoever acts, as every verb wants them."""
    return {"region": g.region, "proposal_id": proposal_id, "by": actor().membership}
