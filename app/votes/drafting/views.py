"""A draft in four pages: the question, what can be chosen, the terms, and the last look before it opens."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import db, transaction
from app.errors import Refused
from app.projects import queries as projects
from app.projects.models import BudgetRequest, Project
from app.projects.money import queries as money
from app.proposals import queries as proposals
from app.proposals import words as proposal_words
from app.proposals.models import Proposal
from app.votes import opening, queries, rules, service
from app.votes.ballots import words as told
from app.votes.drafting import forms, words
from app.votes.models import Vote
from app.votes.views import blueprint, me, page_of, whose
from app.web.access import Permission, actor, may, requires
from app.web.filters import plain
from app.web.forms import Form, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
BLANKS, FIRST = 3, 4  # empty lines beside those that are written, and how many lines there are at least
MORE = 5  # with one tap more


@blueprint.get("/<tsk>/votes/new")
@requires(Permission.VOTE_DRAFT)
def new() -> Response:
    """The question and the way; begun with the proposal's title where there is one."""
    proposal = _named(request.args.get("proposal", ""))
    values = {"method": "yes_no"} | ({"question": plain(proposal, "title")} if proposal else {})
    return _question(None, values, proposal=proposal)


@blueprint.post("/<tsk>/votes")
@requires(Permission.VOTE_DRAFT)
def draft() -> Response:
    form, facts = forms.read_question(request.form)
    key, at, proposal = form.key(), clock.now(), _named(form.raw("proposal"))
    if not form.ok:
        return _question(None, form.values, form, key=key, proposal=proposal)
    facts |= forms.usual_times(g.region, at) | _of_proposal(proposal)
    with transaction():
        told_by = {"region": g.region, "by": me(), "roles": actor().roles}
        vote = service.draft(**told_by, key=key, at=at, **facts)
    return _on(vote, toast=_("下書きを しまいました。ひらくまでは だれにも 見えません。"))


@blueprint.get("/<tsk>/votes/<int:vote_id>/edit")
@requires(Permission.VOTE_DRAFT)
def edit(vote_id: int) -> Response:
    vote = queries.by_id(g.region, vote_id)
    return _frozen(vote) or _question(vote, forms.values_of(vote, g.region))


@blueprint.post("/<tsk>/votes/<int:vote_id>/edit")
@requires(Permission.VOTE_DRAFT)
def change(vote_id: int) -> Response:
    vote = queries.by_id(g.region, vote_id)
    form, facts = forms.read_question(request.form)
    if not form.ok:
        return _question(vote, form.values, form)
    with transaction():
        vote = service.change(**whose(vote_id), at=clock.now(), **facts)
    return _on(vote, toast=_("しまいました。"))


def _question(
    vote: Vote | None,
    values: dict[str, Any],
    form: Form | None = None,
    *,
    key: str | None = None,
    proposal: Proposal | None = None,
) -> Response:
    errors = form.sentences if form else {}
    return render_page(
        "votes/drafting/question.html",
        status=422 if errors else 200,
        vote=vote,
        values=values,
        errors=errors,
        key=key,
        proposal=proposal if vote is None else _about(vote),
        ways=words.ways(),
        further=words.further(),
        unfolded=values.get("method") in words.FURTHER or any(name in errors for name in ("question_en", "about_en")),
    )


# --- what can be chosen ---------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/votes/<int:vote_id>/options")
@requires(Permission.VOTE_DRAFT)
def options(vote_id: int) -> Response:
    vote = queries.by_id(g.region, vote_id)
    if vote.method in rules.MOTIONS and vote.opened_at is None:
        return done(url_for("votes.terms", vote_id=vote.id))
    lines = [one for one in queries.options(vote) if one.request_id is None]
    values: dict[str, Any] = {"budget_yen": vote.budget_yen if vote.budget_yen != 1 else ""}
    for number, one in enumerate(lines, 1):
        values |= {f"name_{number}": one.name, f"about_{number}": one.about, f"cost_{number}": one.cost_yen or ""}
    ticked = {one.request_id for one in queries.options(vote) if one.request_id is not None}
    more = MORE if request.args.get("more") else 0
    return _frozen(vote) or _options(vote, values, max(len(lines) + BLANKS, FIRST) + more, ticked)


@blueprint.post("/<tsk>/votes/<int:vote_id>/options")
@requires(Permission.VOTE_DRAFT)
def set_options(vote_id: int) -> Response:
    vote, who = queries.by_id(g.region, vote_id), whose(vote_id)
    form, found, budget = forms.read_options(request.form, vote, money.waiting(g.region))
    if not form.ok:
        lines = len(forms.line_numbers(request.form))
        return _options(vote, form.values, lines, form.ids("requests"), form)
    at = clock.now()
    with transaction():
        service.set_options(**who, options=found, at=at)
        vote = service.change(**who, budget_yen=budget, at=at) if budget else vote
    if form.raw("more"):
        return done(url_for("votes.options", vote_id=vote_id, more=1), toast=_("しまいました。つづけて 書けます。"))
    return done(url_for("votes.terms", vote_id=vote_id), toast=_("しまいました。"))


def _options(vote: Vote, values: dict[str, Any], lines: int, ticked: set[int], form: Form | None = None) -> Response:
    return render_page(
        "votes/drafting/options.html",
        status=200 if form is None else 422,
        vote=vote,
        values=values,
        errors=form.sentences if form else {},
        lines=lines,
        with_money=vote.method in rules.BUDGETS,
        asked=money.waiting(g.region) if vote.method in rules.BUDGETS else [],
        ticked=ticked,
        method=told.method_name(vote.method),
    )


# --- the terms ------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/votes/<int:vote_id>/terms")
@requires(Permission.VOTE_DRAFT)
def terms(vote_id: int) -> Response:
    vote = queries.by_id(g.region, vote_id)
    return _frozen(vote) or _terms(vote, forms.values_of(vote, g.region))


@blueprint.post("/<tsk>/votes/<int:vote_id>/terms")
@requires(Permission.VOTE_DRAFT)
def set_terms(vote_id: int) -> Response:
    vote = queries.by_id(g.region, vote_id)
    form, facts = forms.read_terms(request.form, vote, g.region, money.waiting(g.region))
    if not form.ok:
        return _terms(vote, form.values, form)
    with transaction():
        service.change(**whose(vote_id), at=clock.now(), **facts)
    return done(url_for("votes.check", vote_id=vote_id), toast=_("しまいました。"))


def _terms(vote: Vote, values: dict[str, Any], form: Form | None = None) -> Response:
    errors, gathered = form.sentences if form else {}, opening.is_gathered(vote)
    return render_page(
        "votes/drafting/terms.html",
        status=422 if errors else 200,
        vote=vote,
        values=values,
        errors=errors,
        words=words,
        effects=words.effects(g.region.stage),
        effects_later=words.effects_later(g.region.stage),
        quorums=words.quorums(vote, gathered=gathered),
        asked=[(row.id, _money_words(row, project)) for row, project in money.waiting(g.region)],
        with_seats=vote.method in rules.SEVERAL,
        is_motion=vote.method in rules.MOTIONS,
        unfolded=any(name in errors for name in forms.FOLDED),
        days=g.region.vote_days,
    )


def _money_words(row: BudgetRequest, project: Project) -> str:
    return f"{plain(project, 'title')} {told.yen(row.amount_yen)}"


# --- the last look --------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/votes/<int:vote_id>/check")
@requires(Permission.VOTE_DRAFT)
def check(vote_id: int) -> Response:
    """Everything that will be frozen, and what still hinders it."""
    vote = queries.by_id(g.region, vote_id)
    return _frozen(vote) or _check(vote)


@blueprint.post("/<tsk>/votes/<int:vote_id>/open")
@requires(Permission.VOTE_OPEN, fresh=True, field=True)
def open(vote_id: int) -> Response:
    """Freeze it: the roll is written, and people may vote."""
    try:
        with transaction():
            opening.open(**whose(vote_id), at=clock.now())
    except Refused as error:
        db.session.expire_all()
        return _check(queries.by_id(g.region, vote_id), sentence(error.code))
    return done(page_of(vote_id), toast=_("投票を ひらきました。ここからは だれも かえられません。"))


@blueprint.post("/<tsk>/votes/<int:vote_id>/removal")
@requires(Permission.VOTE_DRAFT)
def drop(vote_id: int) -> Response:
    with transaction():
        service.drop(**whose(vote_id), at=clock.now())
    return done(url_for("votes.index", show="draft"), toast=_("下書きを すてました。"))


def _check(vote: Vote, error: str | None = None) -> Response:
    at = clock.now()
    found, rows = opening.check(g.region, vote, at), queries.options(vote)
    return render_page(
        "votes/drafting/check.html",
        status=422 if error else 200,
        vote=vote,
        options=rows,
        funds=_funded(vote),
        error=error,
        found=found,
        hindrances=words.hindrances(found.hindrances, found.unfinished),
        roll=words.roll_words(found.roll),
        quorum=words.quorum_line(vote, found.roll),
        how=told.how_counted(vote),
        told=told,
        secrecy=words.SECRECIES.get(vote.secrecy, words.SECRECIES["usual"]),
        proposal=_about(vote),
        at=at,
        may_open=may(Permission.VOTE_OPEN),
    )


def _funded(vote: Vote) -> str | None:
    """The money that a motion grants."""
    if vote.request_id is None:
        return None
    row = db.session.get_one(BudgetRequest, vote.request_id)
    return _money_words(row, projects.by_id(g.region, row.project_id))


# --- for all of them ------------------------------------------------------------------------------------------


def _frozen(vote: Vote) -> Response | None:
    """An open vote has no draft any more: its page says how it stands."""
    return done(page_of(vote.id), toast=sentence("vote_frozen")) if vote.opened_at is not None else None


def _on(vote: Vote, toast: str) -> Response:
    """The next page of the draft."""
    follows = "votes.terms" if vote.method in rules.MOTIONS else "votes.options"
    return done(url_for(follows, vote_id=vote.id), toast=toast)


def _about(vote: Vote) -> Proposal | None:
    return proposals.by_id(g.region, vote.proposal_id) if vote.proposal_id is not None else None


def _named(number: str) -> Proposal | None:
    """The proposal that an address or a form names. Raises Missing."""
    named = row_id(number)
    return proposals.by_id(g.region, named) if named is not None else None


def _of_proposal(proposal: Proposal | None) -> dict[str, Any]:
    """What the proposal says already: who decides in the end, and who does what first."""
    if proposal is None:
        return {}
    decider = proposal.decider_note or proposal_words.decider_name(proposal.decider)
    known = {"decider": decider[: forms.LINE], "first_steps": proposal.first_steps[: forms.STEPS]}
    return {"proposal_id": proposal.id} | known
