"""The drawer: what can be done, and the region's own facts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.db import transaction
from app.members import queries as members
from app.members.models import Membership
from app.office import forms, queries, words
from app.regions import queries as regions
from app.regions import service as regions_service
from app.web.access import TABLE, Permission, requires
from app.web.forms import Form
from app.web.pages import done, render_page

blueprint = Blueprint("office", __name__)
REGION = ("about", "about_en", "phone", "opens_before_minutes", "closes_after_minutes", "arrivals_per_step")


@blueprint.get("/<tsk>/office")
@requires(Permission.OFFICE_READ)
def index() -> Response:
    """One list of all that can be done."""
    return render_page("office/index.html", waiting=queries.waiting(g.region))


@blueprint.get("/<tsk>/office/region")
@requires(Permission.OFFICE_MANAGE, fresh=True)
def region() -> Response:
    return form_page("office/region.html", values=words.facts(g.region, REGION))


@blueprint.post("/<tsk>/office/region")
@requires(Permission.OFFICE_MANAGE, fresh=True, field=True)
def change_region() -> Response:
    form, facts = forms.read_region(request.form)
    if not form.ok:
        return form_page("office/region.html", form)
    with transaction():
        regions_service.change_region(region_id=g.region.id, facts=facts)
    return done(url_for("office.index"), toast=_("地域のことを かえました。"))


def form_page(
    template: str, form: Form | None = None, *, values: dict[str, str] | None = None, **context: Any
) -> Response:
    """A form with what was typed and the sentences beside the fields, or as it is first shown."""
    typed = form.values if form is not None else values or {}
    errors = form.sentences if form is not None else {}
    shown = {"values": typed, "errors": errors, "key": typed.get("key")} | context
    return render_page(template, status=422 if errors else 200, **shown)


def has_office(membership: Membership) -> bool:
    """Whether somebody's duties open this drawer, on pages that belong to no region."""
    at = clock.now()
    day = clock.local_day(regions.by_id(membership.region_id), at)
    return any(role in TABLE["office.read"] for role, _shop in members.duties(membership, day))
