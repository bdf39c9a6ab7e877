"""The slip of a proposal's sheet, typed in: whose it is, then what is ticked and written on it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import find, transaction
from app.errors import DomainError, Missing
from app.members import queries as members
from app.members.models import Membership
from app.proposals import forms
from app.proposals.models import Proposal
from app.proposals.on_paper import service
from app.proposals.talk import forms as talk_forms
from app.proposals.talk import words
from app.proposals.views import blueprint, published
from app.web.access import Permission, actor, requires
from app.web.filters import isolated
from app.web.forms import Form, normalise, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
WHO = 40


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/slip")
@requires(Permission.PROPOSAL_PAPER)
def slip(proposal_id: int) -> Response:
    """Looks for whoever wrote it by よみ or number; then the form."""
    return _slip(published(), Form(request.args))


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/slip")
@requires(Permission.PROPOSAL_PAPER, fresh=True, field=True)
def type_slip(proposal_id: int) -> Response:
    form, proposal = Form(request.form), published()
    key, kind = form.key(), form.choice("kind", service.KINDS)
    most = forms.LINE if kind == "support" else talk_forms.WORDS
    said = form.text("words", most=most, required=kind != "support", lines=kind != "support")
    who = _whose(form)
    if who is None:
        return _slip(proposal, form, key=key, error=sentence("field_choice"), status=422)
    if not form.ok:
        return _slip(proposal, form, key=key, status=422)
    told: dict[str, Any] = {"key": key, "kind": kind, "words": said, "at": clock.now()}
    try:
        with transaction():
            where = {"region": g.region, "proposal_id": proposal_id, "by": actor().membership}
            service.type_in(**where, membership=who, **told)
    except DomainError as error:
        if isinstance(error, Missing):
            raise
        return _slip(proposal, form, key=key, error=sentence(error.code), status=error.status)
    toast = _("%(name)sさんの 紙を 打ちこみました。", name=isolated(who.name))
    return done(url_for("proposals.slip", proposal_id=proposal_id), toast=toast)


def _whose(form: Form) -> Membership | None:
    chosen = row_id(form.raw("membership"))
    return find(Membership, g.region.id, chosen) if chosen is not None else None


def _slip(
    proposal: Proposal, form: Form, *, key: str | None = None, error: str | None = None, status: int = 200
) -> Response:
    q = normalise(request.args.get("q", ""))[:WHO]
    return render_page(
        "proposals/slip.html",
        status=status,
        proposal=proposal,
        who=_whose(form),
        q=q,
        hits=members.search(g.region, q) if q else (),
        kinds=[("support", _("応援します"), None), *words.kind_options(hints=False)],
        values=form.values,
        errors=form.sentences,
        error=error,
        key=key,
    )
