"""みんなの意見と返事: what was said in the whole region and about one proposal, and saying something."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app import clock
from app.db import transaction
from app.errors import Conflict, DomainError, Refused
from app.proposals.models import Proposal
from app.proposals.talk import forms, opinions, queries, rules, words
from app.proposals.views import blueprint, published, sees_names
from app.web import filters
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form, row_id
from app.web.limits import throttle
from app.web.pages import done, render_page, rendered
from app.web.sentences import sentence

__all__ = ["blueprint"]
MOST, WINDOW = 30, 3600  # opinions of one person within so many seconds
FIRST = 3  # answered ones on the proposal's page


# --- the whole region -----------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/opinions")
@requires(Permission.OPINION_READ)
def opinions_index() -> Response:
    """Everything, with its answers; what is overdue stands before all else."""
    asked = request.args.get("show", "")
    show, after, day = asked if asked in rules.FILTERS else "", request.args.get("after", type=row_id), today()
    rows = queries.of_region(g.region, day, show, after, queries.PAGE + 1)
    late = queries.overdue(g.region, day, None, queries.PAGE + 1) if not (show or after) else []
    return render_page(
        "proposals/talk/index.html",
        rows=rows[: queries.PAGE],
        more=rows[queries.PAGE - 1].row.id if len(rows) > queries.PAGE else None,
        late=late[: queries.PAGE],
        more_late=len(late) > queries.PAGE,
        show=show,
        filters=[(name, str(text)) for name, text in words.FILTER_NAMES.items()],
        year=clock.fiscal_year(g.region, day),
        **reader(),
    )


@blueprint.get("/<tsk>/opinions/new")
@requires(Permission.OPINION_SAY)
def new_opinion() -> Response:
    return _new(None, Form(request.args))


@blueprint.post("/<tsk>/opinions")
@requires(Permission.OPINION_SAY)
def say_opinion() -> Response:
    """To the office or the city, about anything."""
    return _say(None)


# --- one proposal ---------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/opinions")
@requires(Permission.OPINION_READ)
def talk(proposal_id: int) -> Response:
    """All of one talk: what waits, then the rest, fifty a page."""
    after, proposal = request.args.get("after", type=row_id), published()
    rows = queries.of_proposal(g.region, proposal, today(), after, queries.PAGE + 1)
    return render_page(
        "proposals/talk/all.html",
        proposal=proposal,
        waiting=queries.waiting_of(g.region, proposal, today()) if after is None else [],
        rows=rows[: queries.PAGE],
        more=rows[queries.PAGE - 1].row.id if len(rows) > queries.PAGE else None,
        **reader(),
    )


@blueprint.get("/<tsk>/proposals/<int:proposal_id>/opinions/new")
@requires(Permission.OPINION_SAY)
def new_opinion_of(proposal_id: int) -> Response:
    return _new(published(), Form(request.args))


@blueprint.post("/<tsk>/proposals/<int:proposal_id>/opinions")
@requires(Permission.OPINION_SAY)
def say_opinion_of(proposal_id: int) -> Response:
    return _say(published())


def section(proposal: Proposal) -> Markup | None:
    """話し合い on the proposal's page: what waits for an answer, a few of the others, the way to say something."""
    counts = queries.counted(proposal)
    if proposal.stage == "draft" or (proposal.stage not in rules.TALKED_ABOUT and not any(counts.values())):
        return None
    waiting = queries.waiting_of(g.region, proposal, today())
    rows = queries.of_proposal(g.region, proposal, today(), None, FIRST)
    shown: dict[str, Any] = {"counts": counts, "waiting": waiting, "rows": rows}
    return rendered("proposals/talk/section.html", proposal=proposal, **shown, **reader())


# --- saying ---------------------------------------------------------------------------------------------------


def _say(proposal: Proposal | None) -> Response:
    form, said = forms.read_saying(request.form, rules.ADDRESSEES if proposal else rules.GENERAL)
    key, at = form.key(), clock.now()
    if not form.ok:
        return _new(proposal, form, key=key)
    who = {"region": g.region, "membership": actor().membership, "proposal_id": proposal.id if proposal else None}
    try:
        with transaction():
            throttle.allow(key=f"opinion:{actor().name}", limit=MOST, seconds=WINDOW, at=at)
            row = opinions.say(**who, key=key, **said, at=at)
            opinion_id, due_on = row.id, row.due_on
    except (Conflict, Refused) as error:
        return _new(proposal, form, key=key, error=error)
    return done(url_for("proposals.opinion", opinion_id=opinion_id), toast=_told(due_on))


def _told(due_on: date | None) -> str:
    if due_on is None:
        return _("つたえました。ありがとうございます。")
    return _("つたえました。%(day)sまでに 返事が きます。", day=filters.day(due_on))


def _new(
    proposal: Proposal | None, form: Form, *, key: str | None = None, error: DomainError | None = None
) -> Response:
    errors = form.sentences
    over = proposal is not None and proposal.stage not in rules.TALKED_ABOUT
    addressees = rules.GENERAL if proposal is None or g.writes_proposal else rules.ADDRESSEES
    kind = form.values.get("kind", "")
    return render_page(
        "proposals/talk/new.html",
        status=error.status if error else 422 if errors else 200,
        proposal=proposal,
        over=over,
        values={"addressee": addressees[0]} | form.values,
        errors=errors,
        error=sentence(error.code) if error else None,
        key=key,
        kinds=words.kind_options(hints=proposal is not None),
        chosen=kind in rules.KINDS,
        addressees=words.addressee_options(addressees),
        days=g.region.answer_days,
    )


# --- for all pages of the talk --------------------------------------------------------------------------------


def today() -> date:
    """The region's calendar day."""
    return clock.local_day(g.region, clock.now())


def reader() -> dict[str, Any]:
    """What the reader may see, for templates; `today` is the day on which they read."""
    speaks = may(Permission.OPINION_SAY)
    return {"sees_names": sees_names(), "today": today(), "speaks": speaks}
