"""紙の アンケート: the desk where slips go out and are typed in, and the A4 with four of them."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app.codes import addresses
from app.db import find, transaction
from app.errors import DomainError, Forbidden, Missing
from app.members import queries as members
from app.members.models import Membership
from app.proposals.models import Proposal
from app.proposals.talk import forms, rules, survey, words
from app.proposals.talk.slips import service
from app.proposals.views import blueprint, published
from app.web.access import Permission, actor, requires
from app.web.filters import isolated
from app.web.forms import Form, normalise
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
WHO = 40


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/survey/slips")
@requires(Permission.SURVEY_PAPER)
def survey_slips(proposal_id: int) -> Response:
    return _desk(published(), Form(request.args))


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/survey/slips/handed")
@requires(Permission.SURVEY_PAPER, fresh=True, field=True)
def hand_out_slip(proposal_id: int) -> Response:
    """To one member, who was looked for by よみ or number."""
    form, proposal = Form(request.form), published()
    chosen = form.row("membership")
    if chosen is None:
        return _desk(proposal, form, error=sentence("field_choice"), status=422)
    who = find(Membership, g.region.id, chosen)
    try:
        with transaction():
            service.hand_out(**_whose(proposal), membership=who)
    except DomainError as error:
        return _refused(proposal, form, error)
    return done(_page(proposal), toast=_("%(name)sさんに 紙を わたします。", name=isolated(who.name)))


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/survey/slips/typed")
@requires(Permission.SURVEY_PAPER, fresh=True, field=True)
def type_slip_in(proposal_id: int) -> Response:
    """One slip out of the box."""
    form, said = forms.read_voice(request.form)
    proposal, key = published(), form.key()
    told: dict[str, Any] = {**_whose(proposal), **said}
    if not form.ok:
        return _desk(proposal, form, key=key, status=422)
    try:
        with transaction():
            service.type_in(key=key, **told)
    except DomainError as error:
        return _refused(proposal, form, error, key)
    return done(_page(proposal), toast=_("1枚 打ちこみました。だれの 紙かは のこりません。"))


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/survey/sheet")
@requires(Permission.SURVEY_PAPER)
def survey_sheet(proposal_id: int) -> Response:
    """Four slips on one A4, to be cut apart."""
    proposal = published()
    qr = addresses.qr(proposal.code, level="M", label=addresses.address(proposal.code))
    context: dict[str, Any] = {"qr": qr, "moods": words.mood_options()}
    return render_page("proposals/talk/slips_sheet.html", proposal=proposal, **context)


def _desk(
    proposal: Proposal, form: Form, *, key: str | None = None, error: str | None = None, status: int = 200
) -> Response:
    q = normalise(request.args.get("q", ""))[:WHO]
    found = members.search(g.region, q) if q else []
    used = survey.lines_of(proposal, found)
    return render_page(
        "proposals/talk/slips.html",
        status=status,
        proposal=proposal,
        is_open=proposal.stage in rules.SURVEYED,
        carried=service.carried(proposal),
        q=q,
        hits=[(who, who.id in used) for who in found],
        moods=words.mood_options(),
        values=form.values,
        errors=form.sentences,
        error=error,
        key=key,
    )


def _refused(proposal: Proposal, form: Form, error: DomainError, key: str | None = None) -> Response:
    if isinstance(error, Missing | Forbidden):
        raise error
    said = (
        _("この人は もう こたえたか、紙を うけとっています。") if error.code == "survey_used" else sentence(error.code)
    )
    return _desk(proposal, form, key=key, error=said, status=error.status)


def _whose(proposal: Proposal) -> dict[str, Any]:
    return {"region": g.region, "proposal_id": proposal.id, "by": actor().membership}


def _page(proposal: Proposal) -> str:
    return url_for("proposals.survey_slips", proposal_id=proposal.id)
