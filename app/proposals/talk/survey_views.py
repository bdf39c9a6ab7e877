"""だまっている人の声: the anonymous survey of a proposal."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.db import transaction
from app.errors import Conflict, DomainError, Refused
from app.proposals.models import Proposal
from app.proposals.talk import forms, rules, survey, words
from app.proposals.talk.slips import service as slips
from app.proposals.talk.views import blueprint, reader
from app.proposals.views import published
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form
from app.web.pages import done, render_page, rendered
from app.web.sentences import sentence

__all__ = ["blueprint"]


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/survey")
@requires(Permission.OPINION_SAY)
def survey_form(proposal_id: int) -> Response:
    """Three moods and words if one likes; above them, what is kept and what is not."""
    return _survey(published(), Form(request.args))


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/survey")
@requires(Permission.OPINION_SAY, field=True)
def answer_survey(proposal_id: int) -> Response:
    """Once. A second tap finds the line used: the page that says so is the same."""
    form, said = forms.read_voice(request.form)
    proposal = published()
    if not form.ok:
        return _survey(proposal, form)
    try:
        with transaction():
            survey.answer(region=g.region, proposal_id=proposal_id, membership=actor().membership, **said)
    except Refused as error:
        return _survey(proposal, form, error=error)
    except Conflict:
        return done(_page(proposal_id), toast=_("あなたは もう こたえています。はじめの こたえが のこっています。"))
    return done(_page(proposal_id), toast=_("こたえを うけとりました。だれの こたえかは のこりません。"))


def _survey(proposal: Proposal, form: Form, *, error: DomainError | None = None) -> Response:
    errors, who = form.sentences, actor().membership
    return render_page(
        "proposals/talk/survey.html",
        status=error.status if error else 422 if errors else 200,
        proposal=proposal,
        has_answered=survey.has_answered(proposal, who),
        is_open=proposal.stage in rules.SURVEYED,
        result=survey.result(proposal),
        carried=slips.carried(proposal),
        moods=words.mood_options(),
        from_voices=rules.SHOWN_FROM,
        values=form.values,
        errors=errors,
        error=sentence(error.code) if error else None,
        **reader(),
    )


def section(proposal: Proposal) -> Markup | None:
    """On the proposal's page: what the silent think, once enough have said so, and the way to say it."""
    asks = may(Permission.OPINION_SAY) and proposal.stage in rules.SURVEYED
    result = survey.result(proposal)
    if proposal.stage == "draft" or (result.few and not asks):
        return None
    who = actor().membership
    has_answered = asks and survey.has_answered(proposal, who)
    shown = {"result": result, "asks": asks and not has_answered, "has_answered": has_answered}
    shown["carried"] = slips.carried(proposal)
    return rendered("proposals/talk/survey_section.html", proposal=proposal, **shown, **reader())


def _page(proposal_id: int) -> str:
    return url_for("proposals.survey_form", proposal_id=proposal_id)
