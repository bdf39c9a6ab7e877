"""A challenge works once, soon, for one browser and one purpose; and whoever fails too often waits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app.credentials import ceremonies
from app.credentials.models import Challenge
from app.db import db, transaction
from app.members.models import Membership
from tests.credentials import authenticator
from tests.credentials.authenticator import Authenticator, Browser, refused


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Challenge))


# --- challenges ---------------------------------------------------------------------------------------------


def test_a_challenge_works_once(phone: Browser, passkey: Authenticator) -> None:
    other = phone.another()
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"))
    assert other.post("/sign-in", "/sign-in", credential=answer).status_code == 303
    other.client.delete_cookie("yui")
    assert refused(other.post("/sign-in", "/sign-in", credential=answer), "challenge_expired")


def test_a_failed_answer_uses_the_challenge_up_too(phone: Browser, passkey: Authenticator) -> None:
    other = phone.another()
    options = other.options("/sign-in", "/sign-in/challenges")
    assert refused(other.post("/sign-in", "/sign-in", credential=passkey.get(options, signature=b"nonsense")))
    again = other.post("/sign-in", "/sign-in", credential=passkey.get(options))
    assert refused(again, "challenge_expired")


def test_a_challenge_lives_five_minutes(clock, phone: Browser, passkey: Authenticator) -> None:
    other = phone.another()
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"))
    clock.move(minutes=5)
    assert refused(other.post("/sign-in", "/sign-in", credential=answer), "challenge_expired")


def test_a_challenge_is_for_the_browser_that_asked(phone: Browser, passkey: Authenticator) -> None:
    thief, other = phone.another(), phone.another()
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"))
    assert refused(thief.post("/sign-in", "/sign-in", credential=answer), "challenge_expired")


def test_a_challenge_is_for_one_purpose(phone: Browser, passkey: Authenticator) -> None:
    """What was signed to confirm does not sign anybody in."""
    answer = passkey.get(phone.options("/passkeys/confirm", "/passkeys/confirmation/challenges"))
    phone.client.delete_cookie("yui")
    assert refused(phone.post("/sign-in", "/sign-in", credential=answer), "challenge_expired")


def test_purpose_and_member_must_both_be_the_same(person: Membership, at: datetime) -> None:
    me = person.member_id
    for purpose, member_id, taken in (("register", me, True), ("confirm", me, False), ("register", None, False)):
        with transaction():
            ceremonies.open_challenge(cookie="a", purpose="register", member_id=me, at=at)
            answer = ceremonies.take_challenge(cookie="a", purpose=purpose, member_id=member_id, at=at)
        assert (answer is not None) is taken
        assert waiting() == 0


def test_a_new_challenge_forgets_the_old_ones(app, at: datetime, clock) -> None:
    with transaction():
        first = ceremonies.open_challenge(cookie="a", purpose="sign_in", at=at)
        assert first != ceremonies.open_challenge(cookie="a", purpose="sign_in", at=at)
        ceremonies.open_challenge(cookie="b", purpose="sign_in", at=at)
    assert waiting() == 2
    with transaction():
        ceremonies.open_challenge(cookie="c", purpose="sign_in", at=clock.move(minutes=6))
    assert waiting() == 1


# --- how often ----------------------------------------------------------------------------------------------


def test_ten_failures_of_one_device_wait(clock, phone: Browser, passkey: Authenticator) -> None:
    other = phone.another()
    for _ in range(10):
        answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"), signature=b"nonsense")
        passkey.id = authenticator.secrets.token_bytes(16)  # each time another passkey
        assert refused(other.post("/sign-in", "/sign-in", credential=answer))
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"))
    other.client.raises = False
    assert other.post("/sign-in", "/sign-in", credential=answer).status_code == 429
    clock.move(minutes=5)
    other.client.raises = True
    assert refused(other.sign_in(passkey))


def test_ten_failures_of_one_passkey_wait_on_every_device(clock, phone: Browser, passkey: Authenticator) -> None:
    for _ in range(10):
        other = phone.another()
        answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"), signature=b"nonsense")
        assert refused(other.post("/sign-in", "/sign-in", credential=answer))
    assert phone.another().sign_in(passkey).status_code == 429
    clock.move(minutes=5)
    assert phone.another().sign_in(passkey).status_code == 303
