"""「もういちど」 and いつもの会: one tap makes a draft, and the next page asks for the day."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.series import reuse
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done

blueprint = Blueprint("reuse", __name__)


@blueprint.post("/<tsk>/events/<int:event_id>/copies")
@requires(Permission.EVENT_MANAGE)
def copy(event_id: int) -> Response:
    key, host = Form(request.form).key(), actor().membership
    with transaction():
        draft = reuse.copy(region=g.region, event_id=event_id, host=host, key=key, at=clock.now())
    return _on_to(draft.id)


@blueprint.post("/<tsk>/events/templates/<int:template_id>/drafts")
@requires(Permission.EVENT_CREATE)
def use_template(template_id: int) -> Response:
    key, host = Form(request.form).key(), actor().membership
    with transaction():
        draft = reuse.use_template(region=g.region, template_id=template_id, host=host, key=key, at=clock.now())
    return _on_to(draft.id)


@blueprint.post("/<tsk>/events/<int:event_id>/templates")
@requires(Permission.TEMPLATE_MANAGE)
def keep_template(event_id: int) -> Response:
    with transaction():
        reuse.keep_template(region=g.region, event_id=event_id, at=clock.now())
    return done(url_for("drafts.new"), toast=_("いつもの会に くわえました。つぎからは ここから つくれます。"))


@blueprint.post("/<tsk>/events/templates/<int:template_id>/withdrawal")
@requires(Permission.TEMPLATE_MANAGE)
def withdraw_template(template_id: int) -> Response:
    with transaction():
        reuse.withdraw_template(region=g.region, template_id=template_id, at=clock.now())
    return done(url_for("drafts.new"), toast=_("いつもの会から はずしました。"))


def _on_to(event_id: int) -> Response:
    return done(
        url_for("drafts.when", event_id=event_id), toast=_("前と同じ下書きが できました。日にちを 見てください。")
    )
