"""`/sign-in` and `/sign-out`."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _

from app import clock
from app.credentials import ceremonies, cookies, proving, rules, service
from app.db import transaction
from app.errors import Refused
from app.regions import queries as regions
from app.web.access import actor, public
from app.web.forms import Form
from app.web.pages import done, local_path, render_page
from app.web.security import check_field
from app.web.sentences import sentence

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@public
def show() -> Response:
    """One button; whoever is signed in already goes on to where they wanted."""
    then = local_path(request.args.get("next"))
    if actor().member is not None:
        return done(then)
    return _page(then)


@blueprint.post("/sign-in/challenges")
@public
def challenge() -> Response:
    """What the phone is asked to sign; it does not say who may."""
    check_field()
    value = proving.ask("sign_in", at=clock.now())
    return jsonify(rules.request_options(challenge=value, relying_party=proving.party().host))


@blueprint.post("/sign-in")
@public
def create() -> Response:
    """Sign the browser in under a new id, whatever it had before."""
    check_field()
    form, at, before = Form(request.form), clock.now(), actor().sign_in
    then, shared = local_path(form.raw("next")), form.raw("shared") == "1"
    try:
        proof = proving.proof("sign_in", form.raw("credential"), at=at)
        with transaction():
            device = {"shared": shared, "label": cookies.device(), "replaces": before}
            row, secret = ceremonies.sign_in(proof=proof, at=at, **device)
    except Refused as error:
        return _page(then, shared=shared, refusal=sentence(error.code), status=422)
    cookies.give_for(row, secret)
    return done(then, toast=_("サインインしました。"))


@blueprint.post("/sign-out")
@public
def end() -> Response:
    """The id is dead from now on, whoever still has the cookie."""
    row = actor().sign_in
    if row is not None:
        with transaction():
            service.sign_out(sign_in_id=row.id, at=clock.now())
    cookies.take()
    return done("/", toast=_("サインアウトしました。"))


def _page(then: str, *, shared: bool = False, refusal: str | None = None, status: int = 200) -> Response:
    return render_page(
        "sign_in/page.html",
        status=status,
        then=then,
        shared=shared,
        refusal=refusal,
        possible=proving.is_possible(),
        host=proving.party().host,
        offices=[one for one in regions.everywhere() if one.phone],
    )
