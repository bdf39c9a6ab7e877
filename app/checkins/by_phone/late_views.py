"""The host's list of those who were heard of too late: in, or not."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.checkins.by_phone import late_desk
from app.db import transaction
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done

blueprint = Blueprint("late_arrivals", __name__)


@blueprint.post("/<tsk>/events/<int:event_id>/late-arrivals/<int:late_id>/admission")
@requires(Permission.CHECK_IN_MANAGE, field=True)
def admit(event_id: int, late_id: int) -> Response:
    """Let in, also after the end: then the coins of the gathering are paid."""
    key = Form(request.form).key()
    with transaction():
        arrival = late_desk.admit(
            region=g.region, event_id=event_id, late_id=late_id, key=key, by=actor().name, at=clock.now()
        )
    return _back(
        event_id, _("受付しました。受付番号 %(number)s。まちがいなら 名ぼで とりけせます。", number=arrival.number)
    )


@blueprint.post("/<tsk>/events/<int:event_id>/late-arrivals/<int:late_id>/dismissal")
@requires(Permission.CHECK_IN_MANAGE, field=True)
def dismiss(event_id: int, late_id: int) -> Response:
    """Turn away; the row stays, and so does the way in."""
    with transaction():
        late_desk.dismiss(region=g.region, event_id=event_id, late_id=late_id, by=actor().name, at=clock.now())
    return _back(event_id, _("受付に しませんでした。まちがいなら 下の「受付する」で もどせます。"))


def _back(event_id: int, toast: str) -> Response:
    return done(url_for("hosting.index", event_id=event_id), toast=toast)
