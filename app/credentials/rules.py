"""Pure decisions: when a passkey is offered, when it is too long ago, what a browser is asked to sign."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

COINS_WORTH_KEEPING = 3
RECENT = timedelta(minutes=5)  # for changing passkeys; OWASP ASVS 5.0.0, 7.5.1
CEREMONY_LIFE = timedelta(minutes=5)
ALGORITHMS = (-8, -7, -257)  # COSE: EdDSA, ES256, RS256; the last one is Windows Hello's
MOST_CHARACTERS = 16_000  # an attestation is about 1,000 long
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "Chromebook", "Windows": "Windows"}
BROWSERS = {  # the more special name first: most of them call themselves Chrome or Safari too
    r"\bLine/": "LINE",
    r"\bEdg(e|A|iOS)?/": "Edge",
    r"\bSamsungBrowser/": "Samsung",
    r"\b(Firefox|FxiOS)/": "Firefox",
    r"\b(Chrome|CriOS)/": "Chrome",
    r"\bSafari/": "Safari",
}


# --- offering and asking ------------------------------------------------------------------------------------


def should_offer_passkey(*, has_passkey: bool, coins_earned: int, spent: int, seals: int | None = None) -> bool:
    """Whether there is something to lose now: three coins or a first spend. Never at the first seal.

    `coins_earned` and `spent` are totals, `seals` the number of check-ins, None where the page is not a check-in.
    Whoever has voted is offered one on the receipt, whatever they have.
    """
    if has_passkey:
        return False
    if spent > 0:
        return True
    return coins_earned >= COINS_WORTH_KEEPING and seals != 1


def is_recent(fresh_at: datetime | None, at: datetime) -> bool:
    """Whether a passkey was shown in the last five minutes."""
    return fresh_at is not None and at - fresh_at <= RECENT


def is_regress(known: int, given: int) -> bool:
    """Whether a counter stands still or runs backwards, as a copied authenticator's does; 0 and 0 count nothing.

    Web Authentication Level 3, 7.2, step 22. Passkeys that are synchronised always send 0.
    """
    return (known > 0 or given > 0) and given <= known


def works_at(relying_party: str, *, https: bool) -> bool:
    """Whether browsers let an instance under this host use passkeys: a name, over https or on this machine."""
    try:
        ipaddress.ip_address(relying_party.strip("[]"))
    except ValueError:
        return https or relying_party == "localhost"
    return False


# --- what a browser is asked for ----------------------------------------------------------------------------


def plain(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def request_options(*, challenge: bytes, relying_party: str, known: Iterable[Any] = ()) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptions as JSON. Without `known` the passkey itself tells whose it is."""
    return {
        "challenge": plain(challenge),
        "rpId": relying_party,
        "timeout": _milliseconds(),
        "userVerification": "required",
        "allowCredentials": _descriptors(known),
    }


def creation_options(
    *, challenge: bytes, relying_party: str, handle: bytes, name: str, known: Iterable[Any]
) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptions as JSON; `name` is what the phone lists the passkey under."""
    return {
        "challenge": plain(challenge),
        "rp": {"id": relying_party, "name": "結 Yui"},
        "user": {"id": plain(handle), "name": name, "displayName": name},
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
        "timeout": _milliseconds(),
        "attestation": "none",
        "excludeCredentials": _descriptors(known),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
    }


def _descriptors(known: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {"type": "public-key", "id": plain(one.credential_id), "transports": one.transports.split()} for one in known
    ]


def _milliseconds() -> int:
    return int(CEREMONY_LIFE.total_seconds() * 1000)


# --- what a browser says ------------------------------------------------------------------------------------


def claimed_passkey(response: str) -> str:
    """A short name for the passkey that an unproved answer names: failures are counted under it, known or not."""
    try:
        given = json.loads(response)["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        given = ""
    return hashlib.sha256(str(given).encode(errors="replace")).hexdigest()[:24]


def device_name(user_agent: str) -> str:
    """`Android · Chrome`, so that people know their devices apart; empty for what is neither phone nor PC."""
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    if not system:
        system = "Mac" if "Macintosh" in user_agent else "Linux" if "Linux" in user_agent else ""
    browser = next((name for pattern, name in BROWSERS.items() if re.search(pattern, user_agent)), "")
    return " · ".join(filter(None, (system, browser)))
