"""Passkeys: what is asked, what comes back, and what is kept of it (Web Authentication Level 3, chapter 7).

Whatever is wrong with an answer, it is refused with the same words after the same statements: nobody learns
whether a passkey is known here.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.credentials import service
from app.credentials.models import Challenge, Credential, SignIn
from app.credentials.rules import ALGORITHMS, CEREMONY_LIFE, MOST_CHARACTERS, is_regress
from app.credentials.service import digest
from app.db import db, insert, rows_changed
from app.errors import Missing, Refused
from app.members.models import Member

log = logging.getLogger("yui")


@dataclass(frozen=True)
class Party:
    """For whom a passkey signs: the relying party's host and the one origin that may ask."""

    host: str
    origin: str


@dataclass(frozen=True)
class Proof:
    """A passkey that has proved itself."""

    credential_id: int
    member_id: int
    known_count: int
    count: int
    backed_up: bool


# --- challenges ---------------------------------------------------------------------------------------------


def open_challenge(*, cookie: str, purpose: str, at: datetime, member_id: int | None = None) -> bytes:
    """32 random bytes for the browser behind this challenge cookie; an earlier one of its own is forgotten."""
    db.session.execute(sa.delete(Challenge).where(Challenge.created_at < at - CEREMONY_LIFE))
    value = secrets.token_bytes(32)
    row = {"purpose": purpose, "value": value, "member_id": member_id, "created_at": at}
    statement = insert(Challenge).values(cookie_hash=digest(cookie), **row)
    db.session.execute(statement.on_conflict_do_update(index_elements=["cookie_hash"], set_=row))
    return value


def take_challenge(*, cookie: str, purpose: str, at: datetime, member_id: int | None = None) -> bytes | None:
    """The challenge of this browser, gone with the first look at it. None if it was for something else, or is old.

    It answers None instead of raising, so that the caller's transaction commits and the challenge stays gone.
    """
    taken = sa.delete(Challenge).where(Challenge.cookie_hash == digest(cookie)).returning(Challenge)
    row = db.session.execute(taken).scalar()
    if row is None or row.purpose != purpose or row.member_id != member_id:
        return None
    return row.value if at - row.created_at < CEREMONY_LIFE else None


# --- signing with a passkey ---------------------------------------------------------------------------------


def prove(*, response: str, challenge: bytes | None, party: Party, member_id: int | None = None) -> Proof:
    """Check an answer of `navigator.credentials.get`. Raises Refused `challenge_expired` or `passkey_failed`.

    With `member_id` the passkey must be that member's; without, the answer's user handle says whose it is.
    """
    if challenge is None:
        raise Refused("challenge_expired")
    given = _parse_assertion(response)
    row = _known(given.raw_id)
    if row is None or not _is_owner(row, given.response.user_handle, member_id):
        raise Refused("passkey_failed")
    verified = _verify_assertion(given, challenge, party, row.public_key)
    if is_regress(row.sign_count, verified.new_sign_count):
        log.warning("passkey %s: its counter ran backwards, it may have been copied", row.id)
        raise Refused("passkey_failed")
    return Proof(row.id, row.member_id, row.sign_count, verified.new_sign_count, verified.credential_backed_up)


def sign_in(
    *, proof: Proof, at: datetime, shared: bool = False, label: str = "", replaces: SignIn | None = None
) -> tuple[SignIn, str]:
    """Sign in the device on which the passkey was shown. Returns the row and the cookie's value. Raises Refused."""
    _note_use(proof, at)
    return service.sign_in(
        member_id=proof.member_id, way="passkey", at=at, fresh=True, shared=shared, label=label, replaces=replaces
    )


def confirm(*, proof: Proof, sign_in_id: int, at: datetime) -> str:
    """The passkey was shown again: the sign-in is fresh. Returns its new cookie. Raises Refused."""
    _note_use(proof, at)
    return service.confirm(sign_in_id=sign_in_id, at=at)


def _note_use(proof: Proof, at: datetime) -> None:
    """Keep the counter; of two answers with one counter only the first is taken."""
    known = sa.update(Credential).where(Credential.id == proof.credential_id)
    used = known.where(Credential.sign_count == proof.known_count).values(
        sign_count=proof.count, backed_up=proof.backed_up, last_used_at=at
    )
    if rows_changed(used) != 1:
        raise Refused("passkey_failed")


def _known(credential_id: bytes) -> Any:
    wanted = Credential.id, Credential.member_id, Credential.public_key, Credential.sign_count
    query = sa.select(*wanted, Member.handle, Member.disabled_at).join(Member, Member.id == Credential.member_id)
    return db.session.execute(query.where(Credential.credential_id == credential_id)).first()


def _is_owner(row: Any, handle: bytes | None, member_id: int | None) -> bool:
    """A handle may be missing only where the browser was told which passkeys are wanted."""
    if row.disabled_at is not None or (handle is None and member_id is None):
        return False
    return handle in (None, row.handle) and member_id in (None, row.member_id)


def _parse_assertion(response: str) -> Any:
    from webauthn.helpers import parse_authentication_credential_json  # loaded by a ceremony, not by every start

    return _or_refuse(parse_authentication_credential_json, _short(response))


def _verify_assertion(given: Any, challenge: bytes, party: Party, public_key: bytes) -> Any:
    from webauthn import verify_authentication_response

    return _or_refuse(
        verify_authentication_response,
        credential=given,
        expected_challenge=challenge,
        expected_rp_id=party.host,
        expected_origin=party.origin,
        credential_public_key=public_key,
        credential_current_sign_count=0,  # `is_regress` decides, and tells the operator
        require_user_verification=True,
    )


def _short(response: str) -> str:
    if len(response) > MOST_CHARACTERS:
        raise Refused("passkey_failed")
    return response


def _or_refuse(check: Any, *values: Any, **named: Any) -> Any:
    """Run a check of the library. It parses what strangers send, so whatever it raises is their mistake."""
    try:
        return check(*values, **named)
    except Exception as error:
        log.info("passkey refused: %s", type(error).__name__)
        raise Refused("passkey_failed") from error


# --- making and removing passkeys ---------------------------------------------------------------------------


def register(*, response: str, challenge: bytes | None, party: Party, sign_in: SignIn, label: str, at: datetime) -> str:
    """Keep a new passkey of whoever is signed in; the device has shown it now. Returns its new cookie.

    Raises Refused `challenge_expired` or `passkey_failed`, Conflict `already_passkey`.
    """
    if challenge is None:
        raise Refused("challenge_expired")
    new, transports = _verify_attestation(response, challenge, party)
    row = Credential(
        member_id=sign_in.member_id,
        credential_id=new.credential_id,
        public_key=new.credential_public_key,
        sign_count=new.sign_count,
        transports=" ".join(transports),
        device_type=new.credential_device_type.value,
        backed_up=new.credential_backed_up,
        label=label[:80],
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return service.confirm(sign_in_id=sign_in.id, at=at)


def _verify_attestation(response: str, challenge: bytes, party: Party) -> tuple[Any, Sequence[str]]:
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_registration_credential_json
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    given = _or_refuse(parse_registration_credential_json, _short(response))
    new = _or_refuse(
        verify_registration_response,
        credential=given,
        expected_challenge=challenge,
        expected_rp_id=party.host,
        expected_origin=party.origin,
        require_user_verification=True,
        supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS],
    )
    return new, [one.value for one in given.response.transports or ()]


def remove(*, credential_id: int, sign_in: SignIn, at: datetime) -> str:
    """Forget a passkey of whoever is signed in; only this device stays so. Returns its new cookie.

    A passkey is mostly removed because the phone that has it is lost, and that phone is signed in, too.
    Raises Missing, Refused `last_passkey`: two at once lose one.
    """
    whose = Credential.member_id == sign_in.member_id
    db.session.execute(sa.select(Member.id).where(Member.id == sign_in.member_id).with_for_update())
    own = db.session.scalars(sa.select(Credential.id).where(whose)).all()
    if credential_id not in own:
        raise Missing("not_found")
    if len(own) == 1:
        raise Refused("last_passkey")
    db.session.execute(sa.delete(Credential).where(Credential.id == credential_id))
    return service.begin_anew(sign_in=sign_in, at=at)
