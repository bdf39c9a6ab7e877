"""The office's side: all certificates of the region, and revoking one."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.certificates import queries, service
from app.certificates.queries import Held
from app.certificates.views import at_address, blueprint
from app.db import transaction
from app.errors import Conflict
from app.web.access import Permission, actor, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page

LONGEST = 200  # of a reason


@blueprint.get("/<tsk>/certificates/all")
@requires(Permission.CERTIFICATE_MANAGE, fresh=True)
def every() -> Response:
    """All of the region, the latest first, fifty a page."""
    found, more = queries.page(g.region, before=request.args.get("before", type=row_id))
    return render_page("certificates/every.html", found=found, more=more)


@blueprint.get("/<tsk>/certificates/<certificate>/revocation")
@requires(Permission.CERTIFICATE_MANAGE, fresh=True)
def revocation(certificate: str) -> Response:
    held = at_address(certificate)
    if held.revocation is not None:
        return done(url_for("codes.show", code=held.row.code))
    return _ask(held, Form(request.form))


@blueprint.post("/<tsk>/certificates/<certificate>/revocation")
@requires(Permission.CERTIFICATE_MANAGE, fresh=True, field=True)
def revoke(certificate: str) -> Response:
    """First what will happen, then, `sure`, it happens. Conflict `certificate_revoked`."""
    held, form = at_address(certificate), Form(request.form)
    key, reason = form.key(), form.text("reason", most=LONGEST, required=True)
    if not form.ok or form.raw("sure") != "1":
        if held.revocation is not None:
            raise Conflict("certificate_revoked")
        return _ask(held, form, key=key, is_second=form.ok)
    with transaction():
        told = {"by": actor().membership, "key": key, "reason": reason, "at": clock.now()}
        service.revoke(region=g.region, certificate_id=held.row.id, **told)
    said = _("証明 %(serial)s を とりけしました。", serial=held.row.serial)
    return done(url_for("certificates.every"), toast=said)


def _ask(held: Held, form: Form, *, key: str | None = None, is_second: bool = False) -> Response:
    template = "certificates/sure.html" if is_second else "certificates/revocation.html"
    shown: dict[str, Any] = {"values": form.values, "errors": form.sentences, "longest": LONGEST, "key": key}
    return render_page(template, status=422 if form.errors else 200, held=held, **shown)
