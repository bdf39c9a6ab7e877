"""Passkeys over HTTP, signed by a passkey made of code: what is accepted, and each thing that is not."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
import sqlalchemy as sa

from app.credentials import ceremonies
from app.credentials.models import Challenge, Credential, SignIn
from app.db import db, transaction
from app.errors import Missing, Refused
from app.members.models import Member, Membership
from app.web.sentences import sentence
from tests import factories
from tests.credentials import authenticator
from tests.credentials.authenticator import Authenticator, Browser

PRESENT, VERIFIED = authenticator.PRESENT, authenticator.VERIFIED


def rows(model: type) -> list:
    db.session.rollback()
    return list(db.session.scalars(sa.select(model).order_by(model.id).execution_options(populate_existing=True)))


def fresh(app, browser: Browser) -> Browser:
    """Another browser, without cookies."""
    return Browser(app.test_client())


# --- the good way -------------------------------------------------------------------------------------------


def test_a_passkey_signs_in_on_another_device(app, phone: Browser, passkey: Authenticator, person: Membership) -> None:
    other = fresh(app, phone)
    answer = other.sign_in(passkey, next="/tsk/wallet")
    assert (answer.status_code, answer.location) == (303, "/tsk/wallet")
    assert other.is_signed_in
    row = rows(SignIn)[-1]
    assert (row.member_id, row.way, row.shared, row.fresh_at) == (person.member_id, "passkey", False, row.created_at)


def test_the_phone_is_asked_for_a_passkey_that_says_whose_it_is(phone: Browser) -> None:
    options = phone.options("/passkeys", "/passkeys/challenges")
    assert len(authenticator._bytes(options["challenge"])) == 32
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert [one["alg"] for one in options["pubKeyCredParams"]] == [-8, -7, -257]


def test_the_sign_in_names_no_passkeys(app, passkey: Authenticator, phone: Browser) -> None:
    options = fresh(app, phone).options("/sign-in", "/sign-in/challenges")
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


def test_what_is_kept_of_a_passkey(passkey: Authenticator, person: Membership) -> None:
    (kept,) = rows(Credential)
    assert (kept.member_id, kept.credential_id, kept.transports) == (person.member_id, passkey.id, "internal hybrid")
    assert kept.backed_up
    assert kept.device_type == "multi_device"


def test_a_second_passkey_excludes_the_first(phone: Browser, passkey: Authenticator) -> None:
    options = phone.options("/passkeys", "/passkeys/challenges")
    assert [authenticator._bytes(one["id"]) for one in options["excludeCredentials"]] == [passkey.id]


def test_counting_authenticators_count_on(app, phone: Browser, passkey: Authenticator) -> None:
    for count in (1, 2, 7):
        passkey.count = count
        assert fresh(app, phone).sign_in(passkey).status_code == 303
        assert rows(Credential)[0].sign_count == count


# --- each check ---------------------------------------------------------------------------------------------


def refused(answer, code: str = "passkey_failed") -> bool:
    return answer.status_code == 422 and sentence(code) in answer.text and "yui=" not in str(answer.headers)


@pytest.mark.parametrize(
    "wrong",
    [
        {"flags": PRESENT},  # not verified: no finger, no face, no PIN
        {"flags": VERIFIED},  # nobody there
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost"},
        {"origin": "http://evil.example"},
        {"host": "evil.example"},
    ],
)
def test_a_wrong_answer_signs_nobody_in(app, phone: Browser, passkey: Authenticator, wrong: dict) -> None:
    for name, value in wrong.items():
        setattr(passkey, name, value)
    other = fresh(app, phone)
    assert refused(other.sign_in(passkey))
    assert not other.is_signed_in


@pytest.mark.parametrize("wrong", [{"flags": PRESENT}, {"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_a_wrong_answer_registers_nothing(phone: Browser, wrong: dict) -> None:
    with pytest.raises(AssertionError):
        assert phone.register(Authenticator(**wrong)).status_code == 303
    assert rows(Credential) == []


def test_the_handle_must_be_the_owners(app, phone: Browser, passkey: Authenticator) -> None:
    other = fresh(app, phone)
    for handle in (b"", b"somebody else", None):
        changed = {"userHandle": handle}
        answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"), **changed)
        assert refused(other.post("/sign-in", "/sign-in", credential=answer))


def test_a_wrong_signature(app, phone: Browser, passkey: Authenticator) -> None:
    other = fresh(app, phone)
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"), signature=b"nonsense")
    assert refused(other.post("/sign-in", "/sign-in", credential=answer))


def test_a_copied_passkey_is_refused(app, phone: Browser, passkey: Authenticator) -> None:
    passkey.count = 5
    assert fresh(app, phone).sign_in(passkey).status_code == 303
    for count in (5, 4, 0):
        passkey.count = count
        assert refused(fresh(app, phone).sign_in(passkey))
    passkey.count = 6
    assert fresh(app, phone).sign_in(passkey).status_code == 303


def test_one_counter_is_good_for_one_of_two_answers_at_once(phone: Browser, passkey: Authenticator, at) -> None:
    (kept,) = rows(Credential)
    proof = ceremonies.Proof(kept.id, kept.member_id, known_count=0, count=1, backed_up=True)
    with transaction():
        ceremonies.sign_in(proof=proof, at=at)
    with pytest.raises(Refused), transaction():
        ceremonies.sign_in(proof=proof, at=at)


def test_a_disabled_member_stays_out(app, phone: Browser, passkey: Authenticator, at) -> None:
    with transaction():
        db.session.execute(sa.update(Member).values(disabled_at=at))
    assert refused(fresh(app, phone).sign_in(passkey))
    assert not phone.is_signed_in


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "null",
        "[]",
        "{}",
        "x" * 20_000,
        "[" * 9_000,
        '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}',
        json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": 1}}),
        json.dumps({"id": "\ud800", "rawId": "%", "type": "x", "response": None}),
    ],
)
def test_junk_is_refused_in_a_sentence(browser: Browser, phone: Browser, junk: str) -> None:
    phone.options("/passkeys", "/passkeys/challenges")
    assert refused(phone.post("/passkeys", "/passkeys", credential=junk))
    phone.client.delete_cookie("yui")
    phone.options("/sign-in", "/sign-in/challenges")
    assert refused(phone.post("/sign-in", "/sign-in", credential=junk))


def test_nobody_learns_which_passkeys_are_known(app, phone: Browser, passkey: Authenticator) -> None:
    """An unknown passkey and a known one with a wrong signature: the same words, status and statements."""
    unknown = Authenticator()
    unknown.handle = passkey.handle
    seen = []
    for one, changed in ((unknown, {}), (passkey, {"signature": b"nonsense"})):
        other = fresh(app, phone)
        answer = one.get(other.options("/sign-in", "/sign-in/challenges"), **changed)
        field, statements = other.proof("/sign-in"), []

        def note(_connection, _cursor, statement, *_, statements=statements) -> None:
            statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        result = other.client.post("/sign-in", data={"proof": field, "credential": answer})
        sa.event.remove(db.engine, "before_cursor_execute", note)
        seen.append((result.status_code, statements, _without_fields(result.text)))
    assert seen[0] == seen[1]


def _without_fields(text: str) -> str:
    return "".join(line for line in text.splitlines() if 'type="hidden"' not in line)


def test_the_hidden_field_is_required(app, phone: Browser, passkey: Authenticator) -> None:
    other = fresh(app, phone)
    other.client.raises = False
    with pytest.raises(AssertionError):
        assert other.client.post("/sign-in/challenges").status_code == 200
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"))
    assert other.client.post("/sign-in", data={"credential": answer}).status_code == 403
    for address in (
        "/passkeys",
        "/passkeys/challenges",
        "/passkeys/confirmation",
        "/passkeys/confirmation/challenges",
        "/passkeys/1/removal",
        "/passkeys/devices/1/removal",
        "/passkeys/devices/removal",
    ):
        assert phone.client.post(address).status_code == 403, address


# --- challenges ---------------------------------------------------------------------------------------------


def test_a_challenge_works_once(app, phone: Browser, passkey: Authenticator) -> None:
    other = fresh(app, phone)
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"))
    assert other.post("/sign-in", "/sign-in", credential=answer).status_code == 303
    other.client.delete_cookie("yui")
    assert refused(other.post("/sign-in", "/sign-in", credential=answer), "challenge_expired")


def test_a_failed_answer_uses_the_challenge_up_too(app, phone: Browser, passkey: Authenticator) -> None:
    other = fresh(app, phone)
    options = other.options("/sign-in", "/sign-in/challenges")
    assert refused(other.post("/sign-in", "/sign-in", credential=passkey.get(options, signature=b"nonsense")))
    again = other.post("/sign-in", "/sign-in", credential=passkey.get(options))
    assert refused(again, "challenge_expired")


def test_a_challenge_lives_five_minutes(app, clock, phone: Browser, passkey: Authenticator) -> None:
    other = fresh(app, phone)
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"))
    clock.move(minutes=5)
    assert refused(other.post("/sign-in", "/sign-in", credential=answer), "challenge_expired")


def test_a_challenge_is_for_the_browser_that_asked(app, phone: Browser, passkey: Authenticator) -> None:
    thief, other = fresh(app, phone), fresh(app, phone)
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"))
    assert refused(thief.post("/sign-in", "/sign-in", credential=answer), "challenge_expired")


def test_a_challenge_is_for_one_purpose(phone: Browser, passkey: Authenticator) -> None:
    """What was signed to confirm does not sign anybody in."""
    answer = passkey.get(phone.options("/passkeys/confirm", "/passkeys/confirmation/challenges"))
    phone.client.delete_cookie("yui")
    assert refused(phone.post("/sign-in", "/sign-in", credential=answer), "challenge_expired")


def test_a_new_challenge_forgets_the_old_ones(browser: Browser, app, at: datetime, clock) -> None:
    with transaction():
        first = ceremonies.open_challenge(cookie="a", purpose="sign_in", at=at)
        assert first != ceremonies.open_challenge(cookie="a", purpose="sign_in", at=at)
        ceremonies.open_challenge(cookie="b", purpose="sign_in", at=at)
    assert len(rows(Challenge)) == 2
    with transaction():
        ceremonies.open_challenge(cookie="c", purpose="sign_in", at=clock.move(minutes=6))
    assert len(rows(Challenge)) == 1


# --- changing passkeys --------------------------------------------------------------------------------------


def test_a_second_passkey_needs_the_first_shown_within_five_minutes(
    clock, phone: Browser, passkey: Authenticator
) -> None:
    second = Authenticator()
    clock.move(minutes=6)
    field = phone.proof("/passkeys/confirm?next=/passkeys")
    answer = phone.client.post("/passkeys/challenges", headers={"X-Proof": field})
    assert (answer.status_code, answer.get_json()) == (401, {"next": "/passkeys/confirm?next=/passkeys"})
    assert phone.post("/passkeys/confirm", "/passkeys", credential="{}").location.startswith("/passkeys/confirm")
    assert phone.confirm(passkey, next="/passkeys").location == "/passkeys"
    assert phone.register(second).status_code == 303
    assert len(rows(Credential)) == 2


def test_the_same_passkey_cannot_be_kept_twice(app, phone: Browser, passkey: Authenticator, at) -> None:
    answer = phone.register(passkey)
    assert answer.status_code == 409
    assert sentence("already_passkey") in answer.text


def test_removing_a_passkey(clock, phone: Browser, passkey: Authenticator) -> None:
    phone.register(Authenticator())
    first, second = rows(Credential)
    clock.move(minutes=6)
    stale = phone.post("/passkeys/confirm", f"/passkeys/{first.id}/removal")
    assert stale.location == "/passkeys/confirm?next=/passkeys"
    assert phone.confirm(passkey).status_code == 303
    assert phone.post("/passkeys", f"/passkeys/{first.id}/removal").location == "/passkeys"
    assert [one.id for one in rows(Credential)] == [second.id]
    last = phone.post("/passkeys", f"/passkeys/{second.id}/removal")
    assert last.status_code == 422
    assert sentence("last_passkey") in last.text


def test_nobody_removes_anothers_passkey(phone: Browser, passkey: Authenticator, person: Membership, at) -> None:
    other = factories.membership(factories.world("ows", at=at).region, at=at)
    with pytest.raises(Missing), transaction():
        ceremonies.remove(member_id=other.member_id, credential_id=rows(Credential)[0].id)


# --- how often ----------------------------------------------------------------------------------------------


def test_ten_failures_of_one_device_wait(app, clock, phone: Browser, passkey: Authenticator) -> None:
    other = fresh(app, phone)
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


def test_ten_failures_of_one_passkey_wait_on_every_device(app, clock, phone: Browser, passkey: Authenticator) -> None:
    for _ in range(10):
        other = fresh(app, phone)
        answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"), signature=b"nonsense")
        assert refused(other.post("/sign-in", "/sign-in", credential=answer))
    assert fresh(app, phone).sign_in(passkey).status_code == 429
    clock.move(minutes=5)
    assert fresh(app, phone).sign_in(passkey).status_code == 303
