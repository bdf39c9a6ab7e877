"""委任: given on one's phone, or typed by the office from paper; taken back; confirmed on paper."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Forbidden, Refused
from app.members import queries as members
from app.members.models import Membership
from app.votes import queries as votes
from app.votes.by_hand import proxies, queries
from app.votes.by_hand.views import WHO, blueprint, person_of
from app.votes.models import Vote
from app.web.access import Permission, actor, may, requires
from app.web.filters import isolated
from app.web.forms import Form, row_id
from app.web.pages import done, local_path, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]


@blueprint.get("/<tsk>/votes/<int:vote_id>/proxy")
@requires(Permission.VOTE_PROXY)
def proxy(vote_id: int) -> Response:
    """Whom one lets vote in one's place here."""
    return _proxy(queries.vote(g.region, vote_id))


@blueprint.post("/<tsk>/votes/<int:vote_id>/proxy")
@requires(Permission.VOTE_PROXY, field=True)
def give_proxy(vote_id: int) -> Response:
    """By the member number of whoever shall vote: names are found by nobody but duty holders."""
    form, vote, me = Form(request.form), queries.vote(g.region, vote_id), actor().membership
    key, holder = form.key(), holder_of(form)
    if holder is None:
        return _proxy(vote, form, key=key)
    try:
        with transaction():
            told = {"giver_id": me.id, "holder_id": holder.id, "vote_id": vote.id}
            proxies.give(region=g.region, key=key, at=clock.now(), **told)
    except (Refused, Conflict) as error:
        return _proxy(vote, form, key=key, error=error)
    return done(url_for("by_hand.proxy", vote_id=vote.id), toast=given_words(holder))


@blueprint.post("/<tsk>/votes/proxies/<int:proxy_id>/revocation")
@requires(Permission.VOTE_PROXY)
def revoke_proxy(proxy_id: int) -> Response:
    """委任を やめる; the desk does it on the giver's word."""
    back = local_path(request.form.get("back"), url_for("votes.index"))
    told: dict[str, Any] = {"proxy_id": proxy_id, "by": actor().membership, "desk": may(Permission.VOTE_PAPER)}
    try:
        with transaction():
            proxies.revoke(region=g.region, at=clock.now(), **told)
    except (Refused, Conflict) as error:
        return done(back, toast=sentence(error.code))
    return done(back, toast=_("委任を やめました。自分で 投票できます。"))


@blueprint.get("/<tsk>/votes/<int:vote_id>/paper/proxies")
@requires(Permission.VOTE_PAPER)
def paper_proxies(vote_id: int) -> Response:
    """委任の紙 that came to the office."""
    return _paper(queries.vote(g.region, vote_id))


@blueprint.post("/<tsk>/votes/<int:vote_id>/paper/proxies")
@requires(Permission.VOTE_PAPER, fresh=True, field=True)
def enter_proxy(vote_id: int) -> Response:
    form, vote = Form(request.form), queries.vote(g.region, vote_id)
    key = form.key()
    row, error = entered(form, key, vote_id=vote.id)
    if row is None:
        return _paper(vote, form, key=key, error=error)
    return done(url_for("by_hand.proxy_slip", proxy_id=row.id), toast=_("委任を 記録しました。紙を わたしてください。"))


@blueprint.get("/<tsk>/votes/proxies/<int:proxy_id>/slip")
@requires(Permission.VOTE_PAPER)
def proxy_slip(proxy_id: int) -> Response:
    """The confirmation for whoever gave it: A6, large."""
    held, giver = proxies.shown(g.region, proxy_id)
    return render_page("votes/by_hand/proxy_slip.html", held=held, giver=giver)


# --- shared with the general meeting ------------------------------------------------------------------------


def entered(form: Form, key: str, **what: int) -> tuple[proxies.Proxy | None, DomainError | None]:
    """A proxy typed from paper, for one vote (`vote_id`) or one assembly (`event_id`); complaints stand in the form."""
    giver, holder = (_person(form, name) for name in ("giver", "holder"))
    if giver is None or holder is None:
        return None, None
    told: dict[str, Any] = {"giver_id": giver.id, "holder_id": holder.id, "entered_by": actor().membership, **what}
    try:
        with transaction():
            return proxies.give(region=g.region, key=key, at=clock.now(), **told), None
    except (Refused, Conflict, Forbidden) as error:
        return None, error


def paper_rows(**what: int) -> dict[str, Any]:
    """A page of the proxies that came on paper, and the last one where more follow."""
    after = request.args.get("after", type=row_id)
    found = proxies.on_paper(g.region, **what, after=after, limit=queries.PAGE + 1)
    more = found[queries.PAGE - 1][0].id if len(found) > queries.PAGE else None
    return {"rows": found[: queries.PAGE], "more": more}


def given_words(holder: Membership) -> str:
    return _("%(name)sさんに 委任しました。使われるまでは やめられます。", name=isolated(holder.name))


def holder_of(form: Form) -> Membership | None:
    """Whoever has the member number that was typed; a complaint if nobody has."""
    found = members.by_number(g.region, form.text("holder", most=WHO, required=True))
    if found is None:
        form.complain("holder", "proxy_number")
    return found


def _person(form: Form, name: str) -> Membership | None:
    found = person_of(form.text(name, most=WHO, required=True))
    if found is None:
        form.complain(name, "person_unclear")
    return found


def _proxy(
    vote: Vote, form: Form | None = None, *, key: str | None = None, error: DomainError | None = None
) -> Response:
    me = actor().membership
    return render_page(
        "votes/by_hand/proxy.html",
        status=error.status if error else 422 if form else 200,
        vote=vote,
        state=votes.stand(vote, clock.now()).state,
        line=votes.line_of(vote, me),
        used=votes.used(vote, me),
        given=proxies.of_giver(vote, me.id),
        held=proxies.held_in(vote, me.id),
        values=form.values if form else {},
        errors=form.sentences if form else {},
        error=sentence(error.code, **error.params) if error else None,
        key=key,
    )


def _paper(
    vote: Vote, form: Form | None = None, *, key: str | None = None, error: DomainError | None = None
) -> Response:
    return render_page(
        "votes/by_hand/paper_proxies.html",
        status=error.status if error else 422 if form else 200,
        title=vote,
        action=url_for("by_hand.enter_proxy", vote_id=vote.id),
        back=url_for("by_hand.desk", vote_id=vote.id),
        here=url_for("by_hand.paper_proxies", vote_id=vote.id),
        **paper_rows(vote_id=vote.id),
        values=form.values if form else {},
        errors=form.sentences if form else {},
        error=sentence(error.code, **error.params) if error else None,
        key=key,
    )
