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
from app.members import queries as members
from app.regions.models import Region
from app.web.access import Actor

OWN_DEVICE = timedelta(days=OWN_DEVICE_DAYS)  # from the last use
SHARED_DEVICE = timedelta(minutes=30)
TILL = timedelta(hours=14)  # from the opening


_OF_COOKIE = select(SignIn).where(SignIn.id_hash == bindparam("hash")).options(joinedload(SignIn.member))
_WITH_STANDING = members.beside(_OF_COOKIE, SignIn.member_id)


def load(request: Request) -> Actor | None:
    """The actor of a valid, unended sign-in; else None, and the request is a visitor's."""
    cookie = request.cookies.get(current_app.extensions["config"].cookie("yui"))
    if not cookie or len(cookie) > 100:
        return None
    at = clock.now()
    sign_in, standings = _read(digest(cookie), at)
    if sign_in is None or not is_valid(sign_in, at):
        return None
    if sign_in.kind == "till":
        return Actor(sign_in=sign_in, roles={"till"})
    return Actor(sign_in=sign_in, member=sign_in.member, standings=standings)


def _read(id_hash: str, at: datetime) -> tuple[SignIn | None, dict[int, members.Standing]]:
    """The sign-in, and in the same statement what its member is in the region of the address, if it names one."""
    region: Region | None = g.get("region")
    if region is None:
        return db.session.scalar(_OF_COOKIE, {"hash": id_hash}), {}
    asked = {"hash": id_hash, "region": region.id, "today": clock.local_day(region, at)}
    rows = db.session.execute(_WITH_STANDING, asked).all()
    return rows[0][0] if rows else None, {region.id: members.standing_in(rows)}


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
