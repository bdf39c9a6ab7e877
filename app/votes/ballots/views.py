"""The list of votes, a vote's page, casting, and the receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.credentials import proving
from app.credentials.queries import has_passkey
from app.db import db, transaction
from app.errors import Conflict, DomainError, Forbidden, Missing, Refused
from app.members.models import Membership
from app.votes import casting, queries, rules
from app.votes.ballots import forms, own, page, phones, words
from app.votes.by_hand import proxies
from app.votes.models import Vote
from app.votes.showing import shown
from app.votes.views import blueprint
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
SHOWS = ("", "over", "draft")


@blueprint.get("/<tsk>/votes")
@requires(Permission.VOTE_READ)
def index() -> Response:
    """Open votes, the next to close first; those that are over; drafts for whoever may write them."""
    names = {"": _("ひらいている"), "over": _("おわった")} | ({"draft": _("下書き")} if may("vote.draft") else {})
    show = request.args.get("show", "")
    show = show if show in names else ""
    found = queries.index(g.region, show or "open", request.args.get("after", type=row_id), queries.PAGE + 1)
    after = found[queries.PAGE - 1].id if len(found) > queries.PAGE else None
    rows = page.rows(found[: queries.PAGE], clock.now())
    told: dict[str, Any] = {"found": rows, "after": after, "shows": list(names.items()), "show": show}
    make = url_for("votes.new") if may("vote.draft") and "votes.new" in current_app.view_functions else None
    return render_page("votes/index.html", words=words, make=make, **told)


@blueprint.get("/<tsk>/votes/<int:vote_id>")
@requires(Permission.VOTE_READ)
def show(vote_id: int) -> Response:
    """The ballot, what one has done with it, the dark hours, or what came out."""
    vote = page.found(vote_id)
    if vote.opened_at is None:
        return done(page.door("votes.edit", vote) or url_for("votes.index", show="draft"))
    return _show(vote)


def by_code(vote_id: int) -> Response:
    """What a printed ballot's code leads to: the vote's own address, where this phone keeps its key."""
    return done(url_for("votes.show", vote_id=page.found(vote_id).id))


def _show(vote: Vote, form: Form | None = None, error: DomainError | None = None, key: str = "") -> Response:
    stand, at = page.now_of(vote)
    facts, mine = page.facts(vote, stand, at), own.find(vote, actor().membership)
    changing = form is not None or error is not None or bool(request.args.get("change"))
    facts |= page.ballot(vote, facts["options"], mine, form=form, key=key) | _later(vote, stand, facts["options"], at)
    return render_page(
        "votes/show.html",
        status=422 if form is not None or error is not None else 200,
        **facts,
        **_here(vote, mine, stand.state == "open", changing),
        action=url_for("votes.cast", vote_id=vote.id),
        chosen=page.chosen(vote, facts["options"], mine),
        error=error and sentence(error.code, **error.params),
        duties=page.duties(vote, stand.state),
    )


def _here(vote: Vote, mine: own.Own, is_open: bool, changing: bool) -> dict[str, Any]:
    """What the reader is asked or told: `asks` for a ballot, or shows the `receipt` of what lies in the box."""
    may_vote = is_open and mine.line is not None and (not mine.used or mine.is_known)
    return {
        "asks": may_vote and (changing or not mine.is_known),
        "receipt": mine.is_known and is_open,
        "changing": changing,
        "line": mine.line,
        "used": mine.used,
        "givers": own.givers(vote, actor().membership) if is_open else [],
    }


def _later(vote: Vote, stand: queries.Stand, options: Any, at: datetime) -> dict[str, Any]:
    """What is known only once the hour has come: the result, or what it waits for."""
    return shown.dark(vote, stand, at) | shown.facts(vote, stand, options, at)


@blueprint.post("/<tsk>/votes/<int:vote_id>/ballot")
@requires(Permission.VOTE_CAST, field=True)
def cast(vote_id: int) -> Response:
    """Put the ballot in, or change it by the key that this phone keeps."""
    vote, me = page.found(vote_id), actor().membership
    form, told = _read(vote, me)
    key = told["key"]
    if not form.ok:
        return _show(vote, form, key=key)
    try:
        with transaction():
            casting.cast(region=g.region, vote_id=vote_id, membership=me, at=clock.now(), **told)
    except (Refused, Conflict) as error:
        db.session.expire_all()
        return _show(vote, error=error, key=key)
    return _received(vote, me, key, url_for("votes.receipt", vote_id=vote_id))


def _read(vote: Vote, voter: Membership) -> tuple[Form, dict[str, Any]]:
    """The form and what it says, with the key: this phone's own, else the one that the form brought."""
    form = Form(request.form)
    key = phones.key_of(vote, voter.id) or phones.given(form.raw("key"))
    if key is None:
        raise Refused("form_stale")
    return form, forms.read_all(form, vote, queries.options(vote)) | {"key": key}


def _received(vote: Vote, voter: Membership, key: str, url: str) -> Response:
    return phones.keep(done(url), vote, voter.id, key, until=rules.extended_until(vote))


@blueprint.get("/<tsk>/votes/<int:vote_id>/receipt")
@requires(Permission.VOTE_CAST)
def receipt(vote_id: int) -> Response:
    """What was received, until when it can be changed, how this phone knows it."""
    vote = page.found(vote_id)
    return _receipt(vote, actor().membership, url_for("votes.show", vote_id=vote.id, change=1))


def _receipt(vote: Vote, voter: Membership, again: str, *, way: str = "phone") -> Response:
    """The receipt of whoever's line was used by this door; the vote's page where it was not."""
    mine = own.find(vote, voter, way=way)
    if mine.used != way:
        return done(url_for("votes.show", vote_id=vote.id))
    stand, at = page.now_of(vote)
    facts = page.facts(vote, stand, at)
    is_open = stand.state == "open"
    return render_page(
        "votes/receipt.html",
        **facts,
        again=again,
        behalf=words.giver_words(voter) if way == "proxy" else None,
        may_change=mine.is_known and is_open,
        chosen=page.chosen(vote, facts["options"], mine) if is_open else [],
        code=phones.receipt_code(mine.key) if mine.key and way == "phone" and vote.secrecy != "open" else None,
        offer_passkey=proving.is_possible() and not has_passkey(actor().member.id),
        host=proving.party().host,
    )


@blueprint.get("/<tsk>/votes/<int:vote_id>/receipt/paper")
@requires(Permission.VOTE_CAST)
def receipt_paper(vote_id: int) -> Response:
    """The receipt on paper, which never says what was chosen."""
    vote = page.found(vote_id)
    mine = own.find(vote, actor().membership)
    if not mine.key or mine.used != "phone":
        return done(url_for("votes.show", vote_id=vote.id))
    stand, at = page.now_of(vote)
    code = phones.receipt_code(mine.key)
    return render_page("votes/receipt_paper.html", **page.facts(vote, stand, at), code=code)


# --- for somebody else --------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/votes/<int:vote_id>/for/<int:giver_id>")
@requires(Permission.VOTE_CAST)
def show_for(vote_id: int, giver_id: int) -> Response:
    """The ballot of somebody who lets the reader vote for them."""
    return _show_for(page.found(vote_id), _giver(vote_id, giver_id))


def _show_for(vote: Vote, giver: Membership, form: Form | None = None, error: Any = None, key: str = "") -> Response:
    stand, at = page.now_of(vote)
    facts, theirs = page.facts(vote, stand, at), own.find(vote, giver, way="proxy")
    if stand.state != "open":
        return done(url_for("votes.show", vote_id=vote.id))
    return render_page(
        "votes/show_for.html",
        status=422 if form is not None or error is not None else 200,
        **facts,
        **page.ballot(vote, facts["options"], theirs, form=form, key=key),
        action=url_for("votes.cast_for", vote_id=vote.id, giver_id=giver.id),
        giver=giver,
        behalf=words.giver_words(giver),
        used=None if theirs.is_known else theirs.used,
        error=error and sentence(error.code, **error.params),
    )


@blueprint.post("/<tsk>/votes/<int:vote_id>/for/<int:giver_id>/ballot")
@requires(Permission.VOTE_CAST, field=True)
def cast_for(vote_id: int, giver_id: int) -> Response:
    """委任: the reader votes on the giver's line."""
    vote, giver, me = page.found(vote_id), _giver(vote_id, giver_id), actor().membership
    form, told = _read(vote, giver)
    key = told["key"]
    if not form.ok:
        return _show_for(vote, giver, form, key=key)
    try:
        with transaction():
            casting.cast_for(region=g.region, vote_id=vote_id, giver_id=giver_id, holder=me, at=clock.now(), **told)
    except (Refused, Conflict, Forbidden) as error:
        db.session.expire_all()
        return _show_for(vote, giver, error=error, key=key)
    return _received(vote, giver, key, url_for("votes.receipt_for", vote_id=vote_id, giver_id=giver_id))


@blueprint.get("/<tsk>/votes/<int:vote_id>/for/<int:giver_id>/receipt")
@requires(Permission.VOTE_CAST)
def receipt_for(vote_id: int, giver_id: int) -> Response:
    """The receipt of a vote for somebody else."""
    again = url_for("votes.show_for", vote_id=vote_id, giver_id=giver_id)
    return _receipt(page.found(vote_id), _giver(vote_id, giver_id), again, way="proxy")


def _giver(vote_id: int, giver_id: int) -> Membership:
    """Whoever lets the reader vote for them here. Raises Missing."""
    vote = page.found(vote_id)
    held = proxies.held_in(vote, actor().membership.id)
    giver = next((one.other for one in held if one.other.id == giver_id), None)
    if giver is None:
        raise Missing("not_found")
    return giver
