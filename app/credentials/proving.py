"""What the pages that ask for a passkey share: for whom it signs, whose browser asks, and how often it may fail."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import current_app

from app.credentials import ceremonies, rules
from app.credentials.ceremonies import Party, Proof
from app.credentials.service import digest
from app.db import transaction
from app.errors import Refused
from app.web.limits import throttle
from app.web.security import challenge_cookie

log = logging.getLogger("yui")
WINDOW, PER_DEVICE = 300, 10
ADDRESS_WINDOW, PER_ADDRESS = 600, 60


def party() -> Party:
    config = current_app.extensions["config"]
    return Party(config.rp_id, config.origin)


def is_possible() -> bool:
    """Whether browsers let this instance use passkeys at all."""
    config = current_app.extensions["config"]
    return rules.works_at(config.rp_id, https=config.https)


def ask(purpose: str, *, at: datetime, member_id: int | None = None) -> bytes:
    """A challenge for this browser."""
    with transaction():
        throttle.count_anonymous("challenge", at=at)
        return ceremonies.open_challenge(cookie=challenge_cookie(), purpose=purpose, member_id=member_id, at=at)


def answered(purpose: str, *, at: datetime, member_id: int | None = None) -> bytes | None:
    """The challenge that this browser answers; used up whatever comes of it."""
    with transaction():
        return ceremonies.take_challenge(cookie=challenge_cookie(), purpose=purpose, member_id=member_id, at=at)


def proof(purpose: str, response: str, *, at: datetime, member_id: int | None = None) -> Proof:
    """The passkey that signed. Raises Refused, or TooMany after ten failures of one device or one passkey."""
    with _counted(rules.claimed_passkey(response), at):
        challenge = answered(purpose, at=at, member_id=member_id)
        return ceremonies.prove(response=response, challenge=challenge, party=party(), member_id=member_id)


@contextmanager
def _counted(passkey: str, at: datetime) -> Iterator[None]:
    """Only failures count, by passkey (known here or not), device and address: a village may share the last one."""
    device = digest(challenge_cookie())[:24]
    limits = [(f"passkey:{passkey}", PER_DEVICE, WINDOW), (f"passkey:device:{device}", PER_DEVICE, WINDOW)]
    limits.append((f"passkey:{throttle.address()}", PER_ADDRESS, ADDRESS_WINDOW))
    for key, limit, seconds in limits:
        throttle.check(key=key, limit=limit, seconds=seconds, at=at)
    try:
        yield
    except Refused as error:
        log.info("passkey refused: %s", error.code)
        for key, _, seconds in limits:
            throttle.note_failure(key=key, seconds=seconds, at=at)
        raise
