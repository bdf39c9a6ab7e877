"""お帰り: who has gone home, and who is still out. Forgotten taps harm nothing: no coin hangs on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.checkins import queries, rules, service
from app.checkins.by_host.hosting import blueprint
from app.checkins.models import CheckIn
from app.db import db, find, transaction
from app.errors import Conflict, Missing
from app.events.models import Event
from app.regions.models import Region
from app.web.access import Permission, requires
from app.web.pages import done, render_page

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def leave(*, region: Region, check_in_id: int, at: datetime | None) -> CheckIn:
    """Somebody went home at `at`, or with None is here after all. Pressed twice, the first time stays."""
    _event, row = service.lock_with_event(region, check_in_id)
    if row.undone_at is not None:
        raise Conflict("already_undone")
    if at is None or row.left_at is None:
        row.left_at = at
        db.session.flush()
    return row


def all_leave(*, region: Region, event_id: int, at: datetime) -> int:
    """Everybody still here has gone; how many check-ins."""
    find(Event, region.id, event_id, lock=True)
    here = sa.update(CheckIn).where(
        CheckIn.event_id == event_id, CheckIn.undone_at.is_(None), CheckIn.left_at.is_(None)
    )
    return len(db.session.execute(here.values(left_at=at).returning(CheckIn.id)).all())


def all_come_back(*, region: Region, event_id: int, left_at: datetime) -> int:
    """That was too early: all who left at that very instant are here again."""
    find(Event, region.id, event_id, lock=True)
    gone = sa.update(CheckIn).where(CheckIn.event_id == event_id, CheckIn.left_at == left_at)
    return len(db.session.execute(gone.values(left_at=None).returning(CheckIn.id)).all())


def tap_to_undo(rows: list[queries.Row], at: datetime) -> int | None:
    """The instant, in microseconds since 1970, at which several left in one tap within the last ten minutes."""
    moments = [row.check_in.left_at for row in rows if row.check_in.left_at is not None]
    last = max(moments, default=None)
    if last is None or moments.count(last) < 2 or not rules.may_undo(last, at):
        return None
    return (last - EPOCH) // MICROSECOND


@blueprint.get("/<tsk>/events/<int:event_id>/leavings")
@requires(Permission.CHECK_IN_MANAGE)
def still_out(event_id: int) -> Response:
    """Who has not come back, in large letters: on a mountain nobody goes home before this page is empty."""
    rows, at = queries.rows(g.event, clock.now()), clock.now()
    out = [row for row in rows if row.check_in.left_at is None]
    people = sum(1 + row.check_in.companions for row in out)
    undo = tap_to_undo(rows, at)
    return render_page("checkins/still_out.html", event=g.event, rows=out, people=people, came=len(rows), undo=undo)


@blueprint.post("/<tsk>/events/<int:event_id>/check-ins/<int:check_in_id>/leaving")
@requires(Permission.CHECK_IN_MANAGE)
def leave_one(event_id: int, check_in_id: int) -> Response:
    """お帰り with one tap; `left` 0 takes it back."""
    at = None if request.form.get("left") == "0" else clock.now()
    if find(CheckIn, g.region.id, check_in_id).event_id != event_id:
        raise Missing("not_found")
    with transaction():
        row = leave(region=g.region, check_in_id=check_in_id, at=at)
        number = row.number
    text = _("受付番号 %(number)s、お帰りなさい。", number=number)
    return _back(event_id, text if at else _("受付番号 %(number)s を もどしました。", number=number))


@blueprint.post("/<tsk>/events/<int:event_id>/leavings")
@requires(Permission.CHECK_IN_MANAGE)
def leave_all(event_id: int) -> Response:
    """Everybody is back."""
    with transaction():
        count = all_leave(region=g.region, event_id=event_id, at=clock.now())
    return _back(event_id, ngettext("%(num)s組が お帰りに なりました。", "%(num)s組が お帰りに なりました。", count))


@blueprint.post("/<tsk>/events/<int:event_id>/leavings/undo")
@requires(Permission.CHECK_IN_MANAGE)
def undo_leavings(event_id: int) -> Response:
    """Not everybody yet."""
    moment = request.form.get("moment", "")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 17):
        raise Missing("not_found")
    with transaction():
        count = all_come_back(region=g.region, event_id=event_id, left_at=EPOCH + int(moment) * MICROSECOND)
    return _back(event_id, ngettext("%(num)s組を もどしました。", "%(num)s組を もどしました。", count))


def _back(event_id: int, toast: str) -> Response:
    page = "hosting.still_out" if request.form.get("from") == "out" else "hosting.index"
    return done(url_for(page, event_id=event_id), toast=toast)
