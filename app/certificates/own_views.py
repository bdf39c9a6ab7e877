"""One's own certificates: the list, a new one, who may see it."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.certificates import forms, queries, rules, service, words
from app.certificates.views import at_address, blueprint
from app.db import transaction
from app.errors import Refused
from app.web.access import Permission, actor, requires
from app.web.forms import Form, row_id
from app.web.pages import done, render_page
from app.web.sentences import sentence


@blueprint.get("/<tsk>/certificates")
@requires(Permission.CERTIFICATE_OWN)
def index() -> Response:
    """One's own, the latest first, fifty a page."""
    found, more = queries.page(g.region, whose=actor().membership, before=request.args.get("before", type=row_id))
    return render_page("certificates/index.html", found=found, more=more)


@blueprint.get("/<tsk>/certificates/new")
@requires(Permission.CERTIFICATE_OWN)
def new() -> Response:
    return _form()


@blueprint.post("/<tsk>/certificates")
@requires(Permission.CERTIFICATE_OWN)
def issue() -> Response:
    form, at, by = Form(request.form), clock.now(), actor().membership
    key = form.key()
    asked = forms.read(form, forms.scopes(g.region, by), clock.local_day(g.region, at))
    if not form.ok:
        return _form(form, key=key)
    try:
        with transaction():
            made = service.issue(region=g.region, by=by, key=key, at=at, **vars(asked))
    except Refused as error:
        return _form(form, key=key, error=sentence(error.code, **error.params))
    said = _("活動証明を つくりました。番号は %(serial)s です。", serial=made.serial)
    return done(url_for("codes.show", code=made.code), toast=said)


def _form(form: Form | None = None, *, key: str | None = None, error: str | None = None) -> Response:
    by = actor().membership
    scopes = forms.scopes(g.region, by)
    return render_page(
        "certificates/new.html",
        status=422 if error or (form and form.errors) else 200,
        key=key,
        error=error,
        scopes=scopes,
        names=forms.names(by),
        audiences=forms.audiences(),
        **forms.shown(form, scopes),
    )


@blueprint.post("/<tsk>/certificates/<certificate>/audience")
@requires(Permission.CERTIFICATE_OWN)
def show_to(certificate: str) -> Response:
    """Who may see it from now on."""
    held, form = at_address(certificate), Form(request.form)
    visibility = form.choice("visibility", rules.VISIBILITIES)
    if not form.ok:
        raise Refused("field_choice")
    with transaction():
        service.show_to(
            region=g.region, certificate_id=held.row.id, by=actor().membership, visibility=visibility, at=clock.now()
        )
    said = _("見られる人を かえました。いまは: %(who)s", who=words.seen_by(visibility))
    return done(url_for("codes.show", code=held.row.code), toast=said)
