"""Who stands behind a request: the sign-in of its cookie."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Request, current_app, g
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app import clock
from app.credentials.models import SignIn
from app.credentials.service import OWN_DEVICE_DAYS, digest
from app.db import db
from app.web.access import Actor

OWN_DEVICE = timedelta(days=OWN_DEVICE_DAYS)  # from the last use
SHARED_DEVICE = timedelta(minutes=30)
TILL = timedelta(hours=14)  # from the opening


_OF_COOKIE = select(SignIn).where(SignIn.id_hash == bindparam("hash")).options(joinedload(SignIn.member))


def load(request: Request) -> Actor | None:
    """The actor of a valid, unended sign-in; else None, and the request is a visitor's."""
    cookie = request.cookies.get(current_app.extensions["config"].cookie("yui"))
    if not cookie or len(cookie) > 100:
        return None
    sign_in = db.session.scalar(_OF_COOKIE, {"hash": digest(cookie)})
    if sign_in is None or not is_valid(sign_in, clock.now()):
        return None
    if sign_in.kind == "till":
        return Actor(sign_in=sign_in, roles={"till"})
    return Actor(sign_in=sign_in, member=sign_in.member)


def add_roles(actor: Actor, view_args: dict[str, Any]) -> None:
    """Pages without a region (passkeys, «わたし») are about oneself: there everybody is at least known."""
    if actor.member is not None and g.get("region") is None:
        actor.roles.add("provisional")


def is_valid(sign_in: SignIn, at: datetime) -> bool:
    """Not ended, not outlived, and not older than the member's last change of passkeys or rights."""
    if sign_in.ended_at is not None or at >= ends_at(sign_in):
        return False
    member = sign_in.member
    if member is None:
        return True
    changed = member.credentials_changed_at
    return member.disabled_at is None and (changed is None or sign_in.created_at >= changed)


def ends_at(sign_in: SignIn) -> datetime:
    if sign_in.kind == "till":
        return sign_in.created_at + TILL
    return sign_in.last_seen_at + (SHARED_DEVICE if sign_in.shared else OWN_DEVICE)
