"""確認する: what waits for a second person, twenty in one tap; one entry with its story; putting right what stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from app import clock
from app.db import db, find, transaction
from app.errors import DomainError, Missing
from app.events.models import Event
from app.hours import correcting, forms, queries, rules, service
from app.hours.confirming import Confirmed, coins_due
from app.hours.entries import Second
from app.hours.models import HoursEntry
from app.hours.views import blueprint, me, people_of, person
from app.members import queries as members
from app.projects import queries as projects
from app.web.access import Permission, actor, is_fresh, may, requires
from app.web.filters import coins, hours
from app.web.forms import Form
from app.web.pages import done, render_page
from app.web.sentences import sentence

# --- many -----------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/hours/to-confirm")
@requires(Permission.HOURS_CONFIRM)
def to_confirm() -> Response:
    """Up to fifty, all ticked, one button. Whoever confirms by a duty shows a passkey first."""
    if _acts_by_duty() and not is_fresh(actor()):
        return done(url_for("passkeys.confirm", next=url_for("hours.to_confirm")))
    return _waiting()


@blueprint.post("/<tsk>/hours/to-confirm")
@requires(Permission.HOURS_CONFIRM, field=True)
def confirm() -> Response:
    """Confirm what is ticked, and say what it gave. The same tap again is answered as the first."""
    if _acts_by_duty() and not is_fresh(actor()):
        return done(url_for("passkeys.confirm", next=url_for("hours.to_confirm")))
    form = Form(request.form)
    ids, region, at = form.ids("entry"), g.region, clock.now()
    if not ids:
        return _waiting(error=_("しるしが ありません。確認する人に しるしを つけてください。"))
    with transaction():
        results = service.confirm(region=region, entry_ids=ids, confirmer=me(), roles=actor().roles, at=at)
    return _confirmed(results)


@blueprint.post("/<tsk>/hours/<int:entry_id>/return")
@requires(Permission.HOURS_CONFIRM)
def send_back(entry_id: int) -> Response:
    """さしもどす, with a reason that whoever wrote it will read."""
    find(HoursEntry, g.region.id, entry_id)
    form = Form(request.form)
    reason = form.text("reason", most=forms.REASON, required=True)
    if not form.ok:
        return _waiting(wrong=entry_id, reason=form.raw("reason"), problem=sentence("reason_missing"))
    with transaction():
        service.send_back(region=g.region, entry_id=entry_id, by=me(), reason=reason, at=clock.now())
    return done(url_for("hours.to_confirm"), toast=_("さしもどしました。書いた人が なおすと、また 出ます。"))


def _acts_by_duty() -> bool:
    return not actor().roles.isdisjoint(rules.DUTIES)


def _waiting(*, error: str | None = None, wrong: int | None = None, reason: str = "", problem: str = "") -> Response:
    rows = queries.to_confirm(g.region, me(), actor().roles, rules.BATCH)
    total = queries.waiting_count(g.region, me(), actor().roles) if len(rows) == rules.BATCH else len(rows)
    return render_page(
        "hours/to_confirm.html",
        status=422 if error or problem else 200,
        rows=rows,
        total=total,
        error=error,
        wrong=wrong,
        reason=reason,
        problem=problem,
    )


def _confirmed(results: Sequence[Confirmed]) -> Response:
    """In words: how many, how many coins, which not and why."""
    stood = [one for one in results if one.skipped is None]
    given = sum(one.earned.amount for one in stood if one.earned is not None)
    return render_page(
        "hours/confirmed.html",
        status=200 if stood else 422,
        count=len(stood),
        summed=_sum_words(len(stood), given),
        minutes=sum(one.entry.minutes for one in stood),
        names=people_of(one.entry.membership_id for one in results),
        stood=stood,
        skipped=[(one.entry, sentence(one.skipped)) for one in results if one.skipped is not None],
        left=queries.waiting_count(g.region, me(), actor().roles),
    )


def _sum_words(count: int, given: int) -> str:
    confirmed = ngettext("%(num)s件を 確認しました。", "%(num)s件を 確認しました。", count)
    return f"{confirmed} " + _("%(n)sを わたしました。", n=coins(given)) if given else confirmed


# --- one ------------------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/hours/<int:entry_id>")
@requires(Permission.HOURS_LOG)
def show(entry_id: int) -> Response:
    """One entry with its story, for those whom it concerns."""
    entry, role = _readable(entry_id)
    return render_page(
        "hours/show.html",
        entry=entry,
        amount=coins_due(g.region, [entry]).get(entry.id, 0),
        role=role,
        **_people(entry),
        mine=entry.membership_id == me().id,
        of_reader=me().id in (entry.membership_id, entry.entered_by_id),
        corrected=queries.correction_of(entry) if entry.reversed else None,
        corrects=db.session.get(HoursEntry, entry.reverses_id) if entry.reverses_id is not None else None,
        event=db.session.get(Event, entry.event_id) if entry.event_id is not None else None,
        project=projects.one(g.region, entry.project_id),
        may_correct=_why_not(entry) is None,
    )


@blueprint.get("/<tsk>/hours/<int:entry_id>/slip")
@requires(Permission.HOURS_LOG)
def slip(entry_id: int) -> Response:
    """A quarter of a sheet for somebody without a phone."""
    entry, _role = _readable(entry_id)
    return render_page("hours/slip.html", slips=[on_paper(entry)], back=url_for("hours.show", entry_id=entry_id))


def on_paper(entry: HoursEntry) -> dict[str, Any]:
    """What a slip says: what, when, how long, who, the seal, and what is left to whoever may read that."""
    told = _people(entry)
    sees = me().id in (entry.membership_id, entry.entered_by_id) or may(Permission.HOURS_ENTER_FOR_OTHERS)
    balance = members.spendable(g.region, told["whose"] if sees else None, clock.now())
    return {"entry": entry, **told, "balance": balance}


def _readable(entry_id: int) -> tuple[HoursEntry, str | None]:
    """An entry that concerns the reader, and as what they may confirm it. Missing."""
    entry, who = queries.by_id(g.region, entry_id), me()
    whose = person(entry.membership_id)
    concerned = {entry.membership_id, entry.entered_by_id, entry.confirmed_by_id, entry.returned_by_id, entry.with_id}
    role = Second.of(who, actor().roles, [entry]).role(entry, whose) if whose else None
    if who.id not in concerned and role is None and not _acts_by_duty():
        raise Missing("not_found")
    return entry, role if entry.state == "waiting" else None


def _people(entry: HoursEntry) -> dict[str, Any]:
    return {
        "whose": person(entry.membership_id),
        "named": person(entry.with_id),
        "typist": person(entry.entered_by_id),
        "confirmer": person(entry.confirmed_by_id),
        "returner": person(entry.returned_by_id),
    }


# --- putting right --------------------------------------------------------------------------------------------


@blueprint.get("/<tsk>/hours/<int:entry_id>/correction")
@requires(Permission.HOURS_LOG, fresh=True)
def correction(entry_id: int) -> Response:
    entry, _role = _readable(entry_id)
    return _correction(entry, Form(MultiDict({"minutes": str(entry.minutes)})))


@blueprint.post("/<tsk>/hours/<int:entry_id>/correction")
@requires(Permission.HOURS_LOG, fresh=True, field=True)
def correct(entry_id: int) -> Response:
    """Take it back, and with another length write the right one, which waits for a second person."""
    entry, _role = _readable(entry_id)
    form = Form(request.form)
    key, reason = form.key(), form.text("reason", most=forms.REASON, required=True)
    minutes = form.integer("minutes", least=rules.STEP, most=rules.DAY_LIMIT, required=False)
    if not form.ok:
        return _correction(entry, form, key=key)
    facts: dict[str, Any] = {"region": g.region, "entry_id": entry_id, "by": me(), "roles": actor().roles}
    try:
        with transaction():
            right = service.correct(**facts, minutes=minutes, reason=reason, key=key, at=clock.now())
            shown = right.id if right is not None else entry_id
    except DomainError as error:
        forms.complain(form, error)
        return _correction(queries.by_id(g.region, entry_id), form, key=key)
    return done(url_for("hours.show", entry_id=shown), toast=_corrected(minutes))


def _corrected(minutes: int | None) -> str:
    if minutes is None:
        return _("とりけしました。この時間は もう 数えません。")
    return _("なおしました。%(hours)sが 確認まちです。", hours=hours(minutes))


def _why_not(entry: HoursEntry) -> str | None:
    """The code of why the reader does not put it right, or None."""
    fault = rules.fault_of_correcting(entry)
    return fault or (None if correcting.role(entry, me(), actor().roles) else "not_allowed")


def _correction(entry: HoursEntry, form: Form, *, key: str | None = None) -> Response:
    if code := _why_not(entry):
        return done(url_for("hours.show", entry_id=entry.id), toast=sentence(code))
    return render_page(
        "hours/correction.html",
        status=200 if form.ok else 422,
        entry=entry,
        whose=person(entry.membership_id),
        values=form.values,
        errors=form.sentences,
        key=key,
        lengths=[("", _("とりけすだけ（時間を 0に する）")), *((one, hours(one)) for one in forms.lengths())],
    )
