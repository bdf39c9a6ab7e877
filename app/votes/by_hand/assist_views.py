"""代わりに おすのでは なく、いっしょに: somebody votes by their own hand on a helper's device."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for

from app import clock
from app.db import find, transaction
from app.errors import Conflict, DomainError, Forbidden, Refused
from app.members import queries as members
from app.members.models import Membership
from app.votes import queries as votes
from app.votes.ballots import forms, page, phones
from app.votes.ballots import words as kinds
from app.votes.ballots.own import Own
from app.votes.by_hand import assisting, queries, rules, words
from app.votes.by_hand.views import WHO, blueprint
from app.votes.models import Vote
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
WHYS = tuple(name for name, _text in words.REASONS)


@blueprint.get("/<tsk>/votes/<int:vote_id>/assist")
@requires(Permission.VOTE_ASSIST)
def assist(vote_id: int) -> Response:
    """Whose card it is, and why they are helped."""
    return _ask(queries.vote(g.region, vote_id))


@blueprint.post("/<tsk>/votes/<int:vote_id>/assist")
@requires(Permission.VOTE_ASSIST, fresh=True, field=True)
def find_voter(vote_id: int) -> Response:
    form, vote = Form(request.form), queries.vote(g.region, vote_id)
    why, number = form.choice("why", WHYS), form.text("card", most=WHO, required=True)
    voter = members.by_number(g.region, number)
    if voter is None:
        form.complain("card", "card_unknown")
    if not form.ok or voter is None:
        return _ask(vote, form)
    hindrance = _hindrance(vote, voter)
    if hindrance is not None:
        return _ask(vote, form, error=hindrance)
    return done(url_for("by_hand.assist_ballot", vote_id=vote.id, membership_id=voter.id, why=why))


@blueprint.get("/<tsk>/votes/<int:vote_id>/assist/<int:membership_id>")
@requires(Permission.VOTE_ASSIST, fresh=True)
def assist_ballot(vote_id: int, membership_id: int) -> Response:
    """「ご本人ですか」 and the ballot: the helper hands the device over here."""
    vote, voter = queries.vote(g.region, vote_id), find(Membership, g.region.id, membership_id)
    if votes.used(vote, voter) == "assisted":
        return done(url_for("by_hand.assist_receipt", vote_id=vote.id, membership_id=voter.id))
    hindrance = _hindrance(vote, voter)
    return _ask(vote, error=hindrance, status=200) if hindrance else _ballot(vote, voter)


@blueprint.post("/<tsk>/votes/<int:vote_id>/assist/<int:membership_id>/ballot")
@requires(Permission.VOTE_ASSIST, fresh=True, field=True)
def cast_assisted(vote_id: int, membership_id: int) -> Response:
    vote, voter = queries.vote(g.region, vote_id), find(Membership, g.region.id, membership_id)
    form, key = Form(request.form), phones.given(request.form.get("key", ""))
    if key is None:
        raise Refused("form_stale")
    told = forms.read_all(form, vote, votes.options(vote))
    if not form.ok:
        return _ballot(vote, voter, form, key=key)
    who = {"voter": voter, "helper": actor().membership, "why": _why()}
    try:
        with transaction():
            assisting.cast(region=g.region, vote_id=vote.id, at=clock.now(), key=key, **who, **told)
    except (Refused, Conflict, Forbidden) as error:
        return _ballot(vote, voter, form, error=error, key=key)
    return done(url_for("by_hand.assist_receipt", vote_id=vote.id, membership_id=voter.id))


@blueprint.get("/<tsk>/votes/<int:vote_id>/assist/<int:membership_id>/receipt")
@requires(Permission.VOTE_ASSIST)
def assist_receipt(vote_id: int, membership_id: int) -> Response:
    """A6 to take home: that one has voted and who helped, never what was chosen."""
    vote = queries.vote(g.region, vote_id)
    trace, voter, helper = queries.assistance(vote, membership_id)
    told: dict[str, Any] = {"vote": vote, "trace": trace, "voter": voter, "helper": helper}
    return render_page("votes/by_hand/receipt.html", reveals_at=votes.stand(vote, clock.now()).reveals_at, **told)


def _why() -> str:
    said = request.args.get("why", "")
    return said if said in WHYS else ""


def _hindrance(vote: Vote, voter: Membership) -> DomainError | None:
    """Why this person cannot vote here with this helper."""
    code = rules.refusal_of_helper(voter, actor().membership)
    if code is not None:
        return Forbidden(code)
    if votes.line_of(vote, voter) is None:
        return Refused("vote_not_on_roll")
    if votes.stand(vote, clock.now()).state != "open":
        return Refused("vote_over")
    way = votes.used(vote, voter)
    return Refused(f"vote_used_{way}") if way else None


def _ask(
    vote: Vote, form: Form | None = None, *, error: DomainError | None = None, status: int | None = None
) -> Response:
    return render_page(
        "votes/by_hand/assist.html",
        status=status or (error.status if error else 422 if form else 200),
        vote=vote,
        state=votes.stand(vote, clock.now()).state,
        reasons=[(name, str(text), None) for name, text in words.REASONS],
        values=form.values if form else {},
        errors=form.sentences if form else {},
        error=sentence(error.code, **error.params) if error else None,
    )


def _ballot(
    vote: Vote, voter: Membership, form: Form | None = None, *, error: DomainError | None = None, key: str = ""
) -> Response:
    at = clock.now()
    facts = page.facts(vote, votes.stand(vote, at), at)
    return render_page(
        "votes/by_hand/assist_ballot.html",
        status=error.status if error else 422 if form else 200,
        **facts | {"words": kinds},
        **page.ballot(vote, facts["options"], Own(), form=form, key=key),
        action=url_for("by_hand.cast_assisted", vote_id=vote.id, membership_id=voter.id, why=_why()),
        voter=voter,
        error=sentence(error.code, **error.params) if error else None,
    )
