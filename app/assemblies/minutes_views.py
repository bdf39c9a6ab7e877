"""議事録: written matter by matter, signed by those named, printed with a line for each."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app import clock
from app.assemblies import minutes, queries, words
from app.assemblies.room_views import LANGUAGE
from app.assemblies.views import blueprint, state_of
from app.checkins.by_host.desk import look_up
from app.db import db, transaction
from app.errors import DomainError, Refused
from app.members.models import Membership
from app.web.access import Permission, actor, may, requires
from app.web.forms import Form, normalise
from app.web.pages import done, render_page
from app.web.sentences import sentence

__all__ = ["blueprint"]
WORDS, WHO = 2000, 40


@blueprint.get("/<tsk>/assemblies/<int:event_id>/minutes")
@requires(Permission.ASSEMBLY_MINUTES)
def show_minutes(event_id: int) -> Response:
    """The minutes as they read now, who has signed them, and the button for whoever signs."""
    return _minutes(event_id)


@blueprint.get("/<tsk>/assemblies/<int:event_id>/minutes/sheet")
@requires(Permission.ASSEMBLY_MINUTES)
def minutes_sheet(event_id: int) -> Response:
    """A4, with a line for each signature."""
    return render_page("assemblies/minutes_sheet.html", **_facts(event_id))


@blueprint.get("/<tsk>/assemblies/<int:event_id>/minutes/edit")
@requires(Permission.ASSEMBLY_MANAGE)
def edit_minutes(event_id: int) -> Response:
    return _edit(event_id)


@blueprint.post("/<tsk>/assemblies/<int:event_id>/minutes")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True, field=True)
def write_minutes(event_id: int) -> Response:
    """All words at once; whoever signed other words is asked again."""
    form = Form(request.form)
    assembly, _event = queries.by_event(g.region, event_id)
    told = {name: form.text(name, most=WORDS, lines=True) for name in ("opening_words", "closing_words")}
    fields = {row.item.id: f"item_{row.item.id}" for row in queries.rows(assembly)}
    items = {item_id: form.text(name, most=WORDS, lines=True) for item_id, name in fields.items()}
    if not form.ok:
        return _edit(event_id, form)
    with transaction():
        minutes.write(region=g.region, event_id=event_id, items=items, at=clock.now(), **told)
    return done(url_for("assemblies.show_minutes", event_id=event_id), toast=_("議事録を 書きました。"))


@blueprint.post("/<tsk>/assemblies/<int:event_id>/minutes/people")
@requires(Permission.ASSEMBLY_MANAGE, fresh=True, field=True)
def name_people(event_id: int) -> Response:
    """議長, 書記, and who signs: one よみ or member number a line."""
    form = Form(request.form)
    chair, writer = (_person(form, name) for name in ("chair", "writer"))
    signers = [_person(form, f"signer_{at}") for at in range(1, minutes.MOST_SIGNERS + 1)]
    if not form.ok:
        return _edit(event_id, form)
    who: dict[str, Any] = {"chair": chair, "writer": writer, "signers": [one for one in signers if one is not None]}
    try:
        with transaction():
            minutes.name_people(region=g.region, event_id=event_id, at=clock.now(), **who)
    except Refused as error:
        return _edit(event_id, form, error=error)
    return done(url_for("assemblies.show_minutes", event_id=event_id), toast=_("署名する人を きめました。"))


@blueprint.post("/<tsk>/assemblies/<int:event_id>/minutes/signature")
@requires(Permission.ASSEMBLY_SIGN, fresh=True, field=True)
def sign(event_id: int) -> Response:
    """署名する: these words, and no others."""
    told = {"by": actor().membership, "words_hash": request.form.get("words", ""), "at": clock.now()}
    try:
        with transaction():
            minutes.sign(region=g.region, event_id=event_id, **told)
    except DomainError as error:
        db.session.expire_all()
        return _minutes(event_id, error=error)
    return done(url_for("assemblies.show_minutes", event_id=event_id), toast=_("署名しました。"))


def _minutes(event_id: int, *, error: DomainError | None = None) -> Response:
    facts, me = _facts(event_id), actor().membership
    is_dark = any(row.stage in ("open", "closed") for row in facts["rows"])
    mine = next((one.signatory for one in facts["signers"] if me is not None and one.membership.id == me.id), None)
    return render_page(
        "assemblies/minutes.html",
        status=error.status if error else 200,
        **facts,
        mine=mine,
        manages=may(Permission.ASSEMBLY_MANAGE),
        ready=facts["assembly"].closed_at is not None and not is_dark,
        error=sentence(error.code, **error.params) if error else None,
    )


def _facts(event_id: int) -> dict[str, Any]:
    assembly, event = queries.by_event(g.region, event_id)
    rows = queries.rows(assembly)
    return {
        "assembly": assembly,
        "event": event,
        "state": state_of(assembly),
        "rows": rows,
        "outcomes": {row.item.id: words.outcome(row) for row in rows},
        "signers": queries.signers(assembly),
        "chair": queries.person(assembly.chair_id),
        "writer": queries.person(assembly.writer_id),
        "words_hash": minutes.current_hash(assembly, event),
    }


def _edit(event_id: int, form: Form | None = None, *, error: DomainError | None = None) -> Response:
    facts = _facts(event_id)
    named = {"chair": facts["chair"], "writer": facts["writer"]}
    named |= {f"signer_{at}": one.membership for at, one in enumerate(facts["signers"], 1)}
    with force_locale(LANGUAGE):
        drafts = {row.item.id: row.item.minutes or words.drafted(row) for row in facts["rows"]}
    return render_page(
        "assemblies/minutes_edit.html",
        status=error.status if error else 422 if form else 200,
        **facts,
        drafts=drafts,
        named={name: one.number or one.yomi for name, one in named.items() if one is not None},
        most=minutes.MOST_SIGNERS,
        values=form.values if form else {},
        errors=form.sentences if form else {},
        error=sentence(error.code, **error.params) if error else None,
    )


def _person(form: Form, name: str) -> Membership | None:
    """Whom a line names; None for an empty one, a complaint if that is not clear."""
    typed = normalise(form.raw(name))[:WHO]
    found = look_up(g.region, typed).one if typed else None
    if typed and found is None:
        form.complain(name, "person_unclear")
    return found
