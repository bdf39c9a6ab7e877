"""`/passkeys`: one's own passkeys and devices, and showing a passkey again before acts that matter."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _

from app import clock
from app.credentials import ceremonies, cookies, proving, queries, rules, service
from app.credentials.me import enter_region
from app.db import transaction
from app.errors import Conflict, Refused
from app.web.access import Permission, actor, requires
from app.web.forms import Form
from app.web.pages import done, local_path, render_page
from app.web.sentences import sentence

blueprint = Blueprint("passkeys", __name__)
HOME = "/passkeys"


@blueprint.get("/passkeys")
@requires(Permission.PASSKEY_MANAGE)
def index() -> Response:
    return _list()


# --- making one ---------------------------------------------------------------------------------------------


@blueprint.post("/passkeys/challenges")
@requires(Permission.PASSKEY_MANAGE, field=True)
def challenge() -> Any:
    """What a new passkey is asked to sign; the second one only after the first was shown."""
    if not _may_change():
        return jsonify(next=url_for("passkeys.confirm", next=HOME)), 401
    member, at = actor().member, clock.now()
    value = proving.ask("register", member_id=member.id, at=at)
    return jsonify(
        rules.creation_options(
            challenge=value,
            relying_party=proving.party().host,
            handle=member.handle,
            name=_name_on_phone(),
            known=queries.passkeys(member.id),
        )
    )


@blueprint.post("/passkeys")
@requires(Permission.PASSKEY_MANAGE, field=True)
def create() -> Response:
    """Keep the passkey; this device has just shown it. Other devices stay signed in, and are listed."""
    if not _may_change():
        return done(url_for("passkeys.confirm", next=HOME))
    form, at, row = Form(request.form), clock.now(), actor().sign_in
    then, response = local_path(form.raw("next"), HOME), form.raw("credential")
    try:
        value = proving.answered("register", member_id=row.member_id, at=at)
        with transaction():
            secret = ceremonies.register(
                response=response, challenge=value, party=proving.party(), sign_in=row, label=cookies.device(), at=at
            )
    except (Refused, Conflict) as error:
        return _list(then=then, refusal=sentence(error.code), status=error.status)
    cookies.give_for(row, secret)
    return done(then, toast=_("パスキーを つくりました。"))


@blueprint.post("/passkeys/<int:id>/removal")
@requires(Permission.PASSKEY_MANAGE, field=True)
def remove(id: int) -> Response:
    """Forget it, and sign out all devices but this one."""
    if not _may_change():
        return done(url_for("passkeys.confirm", next=HOME))
    row = actor().sign_in
    try:
        with transaction():
            secret = ceremonies.remove(credential_id=id, sign_in=row, at=clock.now())
    except Refused as error:
        return _list(refusal=sentence(error.code), status=422)
    cookies.give_for(row, secret)
    return done(HOME, toast=" ".join((_("パスキーを けしました。"), _("ほかの端末を すべて サインアウトしました。"))))


# --- showing it again ---------------------------------------------------------------------------------------


@blueprint.get("/passkeys/confirm")
@requires(Permission.PASSKEY_MANAGE)
def confirm() -> Response:
    """Before an act that asks for a passkey; whoever has none yet makes the first here."""
    return _confirm_page(local_path(request.args.get("next")))


@blueprint.post("/passkeys/confirmation/challenges")
@requires(Permission.PASSKEY_MANAGE, field=True)
def confirmation_challenge() -> Response:
    member, at = actor().member, clock.now()
    value = proving.ask("confirm", member_id=member.id, at=at)
    known = queries.passkeys(member.id)
    return jsonify(rules.request_options(challenge=value, relying_party=proving.party().host, known=known))


@blueprint.post("/passkeys/confirmation")
@requires(Permission.PASSKEY_MANAGE, field=True)
def create_confirmation() -> Response:
    """The device is fresh from now on, under a new id."""
    form, at, me = Form(request.form), clock.now(), actor()
    then = local_path(form.raw("next"))
    try:
        proof = proving.proof("confirm", form.raw("credential"), member_id=me.member.id, at=at)
        with transaction():
            secret = ceremonies.confirm(proof=proof, sign_in_id=me.sign_in.id, at=at)
    except Refused as error:
        return _confirm_page(then, refusal=sentence(error.code), status=422)
    cookies.give_for(me.sign_in, secret)
    return done(then, toast=_("パスキーで たしかめました。"))


# --- devices ------------------------------------------------------------------------------------------------


@blueprint.post("/passkeys/devices/<int:id>/removal")
@requires(Permission.PASSKEY_MANAGE, field=True)
def end_device(id: int) -> Response:
    me = actor()
    with transaction():
        service.sign_out_device(member_id=me.member.id, sign_in_id=id, at=clock.now())
    if id == me.sign_in.id:
        cookies.take()
        return done("/", toast=_("サインアウトしました。"))
    return done(HOME, toast=_("その端末を サインアウトしました。"))


@blueprint.post("/passkeys/devices/removal")
@requires(Permission.PASSKEY_MANAGE, field=True)
def end_other_devices() -> Response:
    me = actor()
    with transaction():
        service.sign_out_everywhere(member_id=me.member.id, but=me.sign_in.id, at=clock.now())
    return done(HOME, toast=_("ほかの端末を すべて サインアウトしました。"))


# --- pages --------------------------------------------------------------------------------------------------


def _may_change() -> bool:
    """The first passkey needs only the sign-in, any change after that a passkey shown just now."""
    me = actor()
    return not queries.has_passkey(me.member.id) or queries.is_recently_shown(me.sign_in, clock.now())


def _name_on_phone() -> str:
    """What the phone lists the passkey under: a name and a card number, as far as there are any."""
    card = next(iter(queries.cards(actor().member.id)), None)
    return " ".join(filter(None, (card[0].name, card[0].number))) if card else ""


def _list(*, then: str = HOME, refusal: str | None = None, status: int = 200) -> Response:
    me, at = actor(), clock.now()
    enter_region(queries.cards(me.member.id))
    return render_page(
        "passkeys/page.html",
        status=status,
        refusal=refusal,
        then=then,
        passkeys=queries.passkeys(me.member.id),
        devices=queries.devices(me.member.id, at),
        recent=queries.is_recently_shown(me.sign_in, at),
        possible=proving.is_possible(),
        host=proving.party().host,
    )


def _confirm_page(then: str, *, refusal: str | None = None, status: int = 200) -> Response:
    enter_region(queries.cards(actor().member.id))
    return render_page(
        "passkeys/confirm.html",
        status=status,
        refusal=refusal,
        then=then,
        has_passkey=queries.has_passkey(actor().member.id),
        possible=proving.is_possible(),
        host=proving.party().host,
    )
