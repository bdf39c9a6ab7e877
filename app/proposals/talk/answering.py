"""One opinion: answering it, taking it back, hiding it with a reason and showing it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Forbidden, Missing
from app.proposals.models import Opinion
from app.proposals.talk import forms, opinions, queries, rules
from app.proposals.talk.views import blueprint, reader, today
from app.web.access import Permission, actor, is_fresh, may, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]


@blueprint.get("/<tsk>/opinions/<int:opinion_id>/answers")
@requires(Permission.OPINION_READ)
def opinion(opinion_id: int) -> Response:
    """One opinion with its answers, and the form for whoever may answer."""
    return _opinion()


@blueprint.post("/<tsk>/opinions/<int:opinion_id>/answers")
@requires(Permission.OPINION_ANSWER, field=True)
def answer_opinion(opinion_id: int) -> Response:
    """By an author, or by a duty, which shows a passkey first."""
    if _role() != "author" and not is_fresh(actor()):
        return done(url_for("passkeys.confirm", next=_page(opinion_id)))
    form, words = forms.read_answer(request.form)
    key = form.key()
    if not form.ok:
        return _opinion(form, key=key)
    try:
        with transaction():
            opinions.answer(**_whose(opinion_id), key=key, words=words, at=clock.now())
    except (Conflict, Forbidden) as error:
        return _opinion(form, key=key, error=error)
    return done(_page(opinion_id), toast=_("返事を 書きました。だれでも 読めます。"))


@blueprint.post("/<tsk>/opinions/<int:opinion_id>/removal")
@requires(Permission.OPINION_SAY)
def take_back_opinion(opinion_id: int) -> Response:
    about = g.opinion.proposal_id
    try:
        with transaction():
            opinions.take_back(region=g.region, opinion_id=opinion_id, membership=actor().membership, at=clock.now())
    except Conflict as error:
        return _opinion(error=error)
    there = url_for("proposals.talk", proposal_id=about) if about else url_for("proposals.opinions_index")
    return done(there, toast=_("とりけしました。あとは のこりません。"))


@blueprint.post("/<tsk>/opinions/<int:opinion_id>/hiding")
@requires(Permission.OPINION_HIDE, fresh=True, field=True)
def hide_opinion(opinion_id: int) -> Response:
    return _with_reason(opinions.hide, opinion_id, _("かくしました。わけは だれでも 読めます。"))


@blueprint.post("/<tsk>/opinions/<int:opinion_id>/hiding/undoing")
@requires(Permission.OPINION_HIDE, fresh=True, field=True)
def show_opinion(opinion_id: int) -> Response:
    return _with_reason(opinions.show_again, opinion_id, _("また 見えるように しました。わけは だれでも 読めます。"))


def _with_reason(act: Callable[..., Opinion], opinion_id: int, toast: str) -> Response:
    form, reason = forms.read_reason(request.form)
    if not form.ok:
        return _opinion(form)
    try:
        with transaction():
            act(**_whose(opinion_id), reason=reason, at=clock.now())
    except (Conflict, Forbidden) as error:
        return _opinion(form, error=error)
    return done(_page(opinion_id), toast=toast)


def _opinion(form: Form | None = None, *, key: str | None = None, error: DomainError | None = None) -> Response:
    row, errors = g.opinion, form.sentences if form else {}
    if row.hidden_at is not None and not row.hidden_why:
        raise error or Missing("not_found")
    shown = queries.one(g.region, row, today())
    return render_page(
        "proposals/talk/one.html",
        status=error.status if error else 422 if errors else 200,
        one=shown,
        hidings=queries.hidings(row),
        values=form.values if form else {},
        errors=errors,
        error=sentence(error.code) if error else None,
        key=key,
        **_acts(shown),
        **reader(),
    )


def _acts(one: queries.Shown) -> dict[str, Any]:
    """What the reader may do with it; the verbs decide."""
    who, row = actor(), one.row
    is_own, stands = who.membership is not None and row.membership_id == who.membership.id, row.hidden_at is None
    answers = stands and may(Permission.OPINION_ANSWER) and not is_own and _role() is not None
    cares = may(Permission.OPINION_HIDE)
    cares = cares and rules.hide_refusal(who.roles, is_own=is_own, is_author=g.writes_proposal) is None
    return {
        "answers": answers,
        "answers_now": answers and (_role() == "author" or is_fresh(who)),
        "hides": cares and stands,
        "shows": cares and not stands,
        "takes_back": stands and is_own and row.answered_at is None and may(Permission.OPINION_SAY),
    }


def _role() -> str | None:
    return rules.answers_as(g.opinion.addressee, actor().roles, is_author=g.writes_proposal)


def _whose(opinion_id: int) -> dict[str, Any]:
    who = actor()
    return {"region": g.region, "opinion_id": opinion_id, "by": who.membership, "roles": who.roles}


def _page(opinion_id: int) -> str:
    return url_for("proposals.opinion", opinion_id=opinion_id)
