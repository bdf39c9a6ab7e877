"""Single-use links: the page has one button, and only the button uses the link up."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, url_for

from app import clock
from app.credentials import cookies, queries, service
from app.db import transaction
from app.errors import Missing, Refused
from app.web.access import actor, public
from app.web.pages import done, render_page
from app.web.security import check_field
from app.web.sentences import sentence

blueprint = Blueprint("links", __name__)


@blueprint.get("/set-up/<key>")
@public
def show_set_up(key: str) -> Response:
    return _page("set_up", key)


@blueprint.post("/set-up/<key>")
@public
def set_up(key: str) -> Response:
    """The first member of an empty instance comes in, and makes a passkey before anything else."""
    return _sign_in("set_up", key)


@blueprint.get("/demo/sign-in/<key>")
@public
def show_demo(key: str) -> Response:
    _only_in_demo()
    return _page("demo", key)


@blueprint.post("/demo/sign-in/<key>")
@public
def demo(key: str) -> Response:
    _only_in_demo()
    return _sign_in("demo", key)


def _only_in_demo() -> None:
    """A sign-in without any proof exists with sample data on this machine, and nowhere else."""
    if not (current_app.extensions["is_demo"]() and current_app.extensions["config"].is_local):
        raise Missing("not_found")


def _page(purpose: str, key: str) -> Response:
    try:
        link = service.find_link(purpose=purpose, key=key, at=clock.now())
    except Refused as error:
        return _gone(error)
    cards = queries.cards(_member_id(link.subject))
    return render_page("links/page.html", purpose=purpose, key=key, name=cards[0][0].name if cards else "")


def _sign_in(purpose: str, key: str) -> Response:
    check_field()
    at = clock.now()
    try:
        with transaction():
            member_id = _member_id(service.use_link(purpose=purpose, key=key, at=at))
            device = {"label": cookies.device(), "replaces": actor().sign_in}
            row, secret = service.sign_in(member_id=member_id, way=purpose, at=at, **device)
    except Refused as error:
        return _gone(error)
    cookies.give_for(row, secret)
    return done(_first_page(purpose, member_id))


def _first_page(purpose: str, member_id: int) -> str:
    if purpose == "set_up":
        return url_for("passkeys.index")
    cards = queries.cards(member_id)
    return f"/{cards[0][1].slug}" if cards else url_for("regions.index")


def _member_id(subject: str) -> int:
    return int(subject.removeprefix("member:"))


def _gone(error: Refused) -> Response:
    return render_page("links/gone.html", status=410, text=sentence(error.code))
