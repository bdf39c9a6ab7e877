"""Signing a device in and out, and single-use links."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.codes.rules import encode
from app.credentials.models import Link, SignIn
from app.db import db, rows_changed
from app.errors import Missing, Refused
from app.members import service as members

OWN_DEVICE_DAYS = 400
LINK_LIFE = timedelta(minutes=30)
TILL_CODE_LIFE = timedelta(minutes=10)


def digest(secret: str) -> str:
    """How a cookie or a link's key is stored: SHA-256; the secrets themselves are random and long."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(
    *,
    member_id: int,
    way: str,
    at: datetime,
    fresh: bool = False,
    shared: bool = False,
    label: str = "",
    replaces: SignIn | None = None,
) -> tuple[SignIn, str]:
    """Sign a member's device in. Returns the row and the cookie's value, which is stored nowhere.

    `replaces` is the sign-in that the same browser had until now: its cookie is overwritten, so it ends.
    """
    if replaces is not None:
        sign_out(sign_in_id=replaces.id, at=at)
    whose = {"kind": "member", "way": way, "member_id": member_id}
    return _open(at, label, **whose, shared=shared, fresh_at=at if fresh else None)


def open_till(*, region_id: int, shop_id: int, at: datetime, label: str = "") -> tuple[SignIn, str]:
    """Sign a device in as the till of one shop. Returns as `sign_in`."""
    return _open(at, label, kind="till", way="till", region_id=region_id, shop_id=shop_id)


def _open(at: datetime, label: str, **facts: Any) -> tuple[SignIn, str]:
    secret = secrets.token_urlsafe(32)
    row = SignIn(id_hash=digest(secret), label=label[:80], created_at=at, last_seen_at=at, **facts)
    db.session.add(row)
    db.session.flush()
    return row, secret


def confirm(*, sign_in_id: int, at: datetime) -> str:
    """A passkey was shown on this device: it is fresh, under a new cookie, which is returned. Raises Refused."""
    return _renew(sign_in_id, fresh_at=at, last_seen_at=at)


def _renew(sign_in_id: int, **changed: datetime) -> str:
    """The old cookie dies, so whoever had planted or copied it gains nothing from the new powers."""
    secret = secrets.token_urlsafe(32)
    live = sa.update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    if rows_changed(live.values(id_hash=digest(secret), **changed)) != 1:
        raise Refused("sign_in_first")
    return secret


def sign_out(*, sign_in_id: int, at: datetime) -> None:
    """End one signed-in device; ending it twice changes nothing."""
    _end(at, SignIn.id == sign_in_id)


def sign_out_device(*, member_id: int, sign_in_id: int, at: datetime) -> None:
    """End one of the member's own devices. Raises Missing for anybody else's."""
    if _end(at, SignIn.id == sign_in_id, SignIn.member_id == member_id) != 1:
        raise Missing("not_found")


def sign_out_everywhere(*, member_id: int, but: int, at: datetime) -> None:
    """End all of a member's devices except `but`."""
    _end(at, SignIn.member_id == member_id, SignIn.id != but)


def _end(at: datetime, *which: sa.ColumnElement[bool]) -> int:
    """How many were not over yet."""
    return rows_changed(sa.update(SignIn).where(*which, SignIn.ended_at.is_(None)).values(ended_at=at))


def begin_anew(*, sign_in: SignIn, at: datetime) -> str:
    """All other sign-ins of the member end; this one goes on under a new cookie, which is returned. Raises Refused.

    The member's mark ends also those that are being made at this very moment and are not yet to be seen.
    """
    assert sign_in.member_id is not None
    sign_out_everywhere(member_id=sign_in.member_id, but=sign_in.id, at=at)
    members.note_changed_credentials(member_id=sign_in.member_id, at=at)
    return _renew(sign_in.id, created_at=at)


def make_link(*, purpose: str, subject: str, at: datetime, life: timedelta = LINK_LIFE, length: int = 26) -> str:
    """A single-use key for `subject`, stored hashed. 26 characters are 130 bits; a till's typed code is 8."""
    key = encode(secrets.token_bytes(20), length)
    db.session.add(Link(key_hash=digest(key), purpose=purpose, subject=subject, created_at=at, expires_at=at + life))
    db.session.flush()
    return key


def find_link(*, purpose: str, key: str, at: datetime) -> Link:
    """The link, unused. Raises Refused (unknown and used read the same)."""
    link = db.session.scalar(sa.select(Link).where(Link.key_hash == digest(key), Link.purpose == purpose))
    if link is None or link.used_at is not None:
        raise Refused("link_used")
    if at >= link.expires_at:
        raise Refused("link_expired")
    return link


def use_link(*, purpose: str, key: str, at: datetime) -> str:
    """Use the link up and return its subject; of two at once one wins. Raises Refused."""
    link = find_link(purpose=purpose, key=key, at=at)
    used = sa.update(Link).where(Link.id == link.id, Link.used_at.is_(None)).values(used_at=at)
    if rows_changed(used) != 1:
        raise Refused("link_used")
    return link.subject
