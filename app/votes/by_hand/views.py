"""The desk of a vote: envelopes that come in, while the doors are open; piles that are counted, once they are shut."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.checkins.by_host.desk import look_up
from app.db import find, transaction
from app.errors import Conflict, Missing, Refused
from app.members.models import Membership
from app.votes import queries as votes
from app.votes.by_hand import envelopes, queries, words
from app.votes.models import Vote
from app.votes.rules import parts
from app.web.access import Permission, requires
from app.web.filters import isolated
from app.web.forms import Form, normalise, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

blueprint = Blueprint("by_hand", __name__)
WHO = 40


@blueprint.get("/<tsk>/votes/<int:vote_id>/paper")
@requires(Permission.VOTE_PAPER)
def desk(vote_id: int) -> Response:
    """Envelopes, or, once the doors are shut, piles."""
    return shown(queries.vote(g.region, vote_id), typed=normalise(request.args.get("who", ""))[:WHO])


@blueprint.post("/<tsk>/votes/<int:vote_id>/paper/envelopes")
@requires(Permission.VOTE_PAPER, fresh=True, field=True)
def take(vote_id: int) -> Response:
    """One envelope: よみ or member number, Enter."""
    form, vote = Form(request.form), queries.vote(g.region, vote_id)
    who = _whom(form)
    if who is None:
        return shown(vote, typed=form.text("who", most=WHO), status=422)
    try:
        with transaction():
            new = envelopes.take(region=g.region, vote_id=vote.id, membership=who, at=clock.now())
    except (Refused, Conflict) as error:
        return shown(vote, error=_why_not(vote, who, error.code), status=error.status)
    return done(url_for("by_hand.desk", vote_id=vote.id), toast=_taken(vote, who, new))


@blueprint.post("/<tsk>/votes/<int:vote_id>/paper/envelopes/<int:membership_id>/undoing")
@requires(Permission.VOTE_PAPER, fresh=True)
def undo(vote_id: int, membership_id: int) -> Response:
    vote, who = queries.vote(g.region, vote_id), find(Membership, g.region.id, membership_id)
    try:
        with transaction():
            envelopes.undo(region=g.region, vote_id=vote.id, membership_id=who.id, at=clock.now())
    except (Refused, Conflict) as error:
        return shown(vote, error=sentence(error.code), status=error.status)
    said = _("%(name)sさんの 封筒を とりけしました。", name=isolated(who.name))
    return done(url_for("by_hand.desk", vote_id=vote.id), toast=said)


def shown(vote: Vote, *, typed: str = "", error: str | None = None, status: int = 200) -> Response:
    """The desk, with whom `typed` may mean and what went wrong."""
    hits = look_up(g.region, typed).hits if typed else []
    after = request.args.get("after", type=row_id)
    found = queries.envelope_rows(vote, after, queries.PAGE + 1)
    stand = votes.stand(vote, clock.now())
    return render_page(
        "votes/by_hand/desk.html",
        fragment="votes/by_hand/_hits.html",
        status=status,
        vote=vote,
        state=stand.state,
        ends_at=stand.ends_at,
        desk=queries.desk(vote),
        parts=parts(vote.electorate),
        by_sums=words.is_counted(vote),
        typed=typed,
        hits=[(one, votes.used(vote, one), votes.line_of(vote, one)) for one in hits],
        used_words=words.USED,
        error=error,
        rows=found[: queries.PAGE],
        more=found[queries.PAGE - 1].membership.id if len(found) > queries.PAGE else None,
        first_names=queries.first_names(vote),
    )


def person_of(text: str) -> Membership | None:
    """Whom a よみ or a member number means, if that is clear."""
    return look_up(g.region, normalise(text)[:WHO]).one if text else None


def _whom(form: Form) -> Membership | None:
    """The member that was tapped, else the one that was typed."""
    if (picked := row_id(form.raw("membership"))) is not None:
        try:
            return find(Membership, g.region.id, picked)
        except Missing:
            return None
    return person_of(form.raw("who"))


def _why_not(vote: Vote, who: Membership, code: str) -> str:
    """What the desk is told, with the name, when an envelope cannot be taken."""
    way = votes.used(vote, who)
    text = str(words.USED[way]) if code.startswith("vote_used_") and way else sentence(code)
    return f"{_('%(name)sさん', name=isolated(who.name))} · {text}"


def _taken(vote: Vote, who: Membership, new: bool) -> str:
    if not new:
        return _("%(name)sさんの 封筒は もう 受けとっています。", name=isolated(who.name))
    number = sum(queries.envelopes(vote).values())
    name = isolated(who.name)
    return ngettext(
        "%(name)sさんの 封筒を 受けとりました。あわせて %(num)s通です。",
        "%(name)sさんの 封筒を 受けとりました。あわせて %(num)s通です。",
        number,
        name=name,
    )
