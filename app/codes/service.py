"""Making codes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

import sqlalchemy as sa

from app.codes.models import PublicCode
from app.codes.rules import PUBLIC, encode
from app.db import after_commit, db
from app.web.keeping.rows import forget

_key: Callable[[str], bytes] | None = None


def install(key: Callable[[str], bytes]) -> None:
    """Give this room its keys, one per purpose, from the instance's secret."""
    global _key
    _key = key


def draw_public() -> str:
    """Eight random characters that no other poster has; `publish` says what they lead to."""
    while True:
        code = encode(secrets.token_bytes(8), PUBLIC)
        if db.session.get(PublicCode, code) is None:
            return code


def publish(*, code: str, region_id: int, purpose: str, subject_id: int) -> None:
    """From now on `/C/<code>` opens this subject."""
    db.session.execute(
        sa.insert(PublicCode).values(code=code, region_id=region_id, purpose=purpose, subject_id=subject_id)
    )


def derive(*, purpose: str, of: str, length: int) -> str:
    """The secret code of a row: the same for the same row, useless without the instance's secret."""
    if _key is None:
        raise RuntimeError("codes were not given their keys")
    return encode(hmac.digest(_key(f"code:{purpose}"), of.encode(), "sha256"), length)


def digest(code: str) -> str:
    """How a secret code is stored."""
    return hashlib.sha256(code.encode()).hexdigest()


def withdraw(*, code: str) -> None:
    """`/C/<code>` opens nothing any more."""
    db.session.execute(sa.delete(PublicCode).where(PublicCode.code == code))
    after_commit(lambda: forget("codes", code))
