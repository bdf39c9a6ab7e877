"""The receipt's key: 32 random hex digits that stay on the phone which voted, so that it may vote anew until the close.

The cookie's name says neither who nor what: it is derived from the membership with the instance's secret, so that
two people on one phone do not take each other's ballot.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from flask import Response, current_app, g, request, url_for

from app import clock
from app.codes.rules import encode
from app.votes.casting import KEY
from app.votes.models import Vote
from app.web.access import actor

KEPT = timedelta(days=1)  # after the close
LENGTH = 12  # of the receipt's code


def cookie(vote: Vote, membership_id: int) -> str:
    """The name of the cookie that holds the key of this vote and this membership."""
    mac = hmac.digest(current_app.extensions["config"].key("ballot"), f"{vote.id}:{membership_id}".encode(), "sha256")
    return f"ballot-{vote.id}-{mac.hex()[:12]}"


def key_of(vote: Vote, membership_id: int) -> str | None:
    """The key that this phone keeps; None if it never voted here for this membership."""
    found = request.cookies.get(cookie(vote, membership_id), "")
    return found if KEY.fullmatch(found) else None


def new_key() -> str:
    """A key that carries no time, for a form that is shown now."""
    return secrets.token_hex(16)


def given(raw: str) -> str | None:
    """The key that a form brought along; None if nobody made it here."""
    return raw if KEY.fullmatch(raw) else None


def keep(response: Response, vote: Vote, membership_id: int, key: str, *, until: datetime) -> Response:
    """Let this phone remember the key, until a day after the latest close; a shared machine remembers nothing."""
    who = actor()
    if who.sign_in is None or not who.sign_in.shared:
        response.set_cookie(
            cookie(vote, membership_id),
            key,
            max_age=max(0, int((until + KEPT - clock.now()).total_seconds())),
            path=url_for("votes.show", tsk=g.region.slug, vote_id=vote.id),
            secure=current_app.extensions["config"].https,
            httponly=True,
            samesite="Lax",
        )
    return response


def receipt_code(key: str) -> str:
    """Twelve characters that stand on the receipt: whoever knows the key can work them out, nobody else."""
    return encode(hmac.digest(bytes.fromhex(key), b"receipt", "sha256"), LENGTH)
