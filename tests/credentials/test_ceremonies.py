"""Passkeys over HTTP, signed by a passkey made of code: what is accepted, and each thing that is not."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from app.credentials import ceremonies, service
from app.credentials.models import Credential, SignIn
from app.db import db, transaction
from app.errors import Missing, Refused
from app.members.models import Member, Membership
from app.web.sentences import sentence
from tests import factories
from tests.credentials import authenticator
from tests.credentials.authenticator import Authenticator, Browser, refused

PRESENT, VERIFIED = authenticator.PRESENT, authenticator.VERIFIED


def rows(model: type) -> list:
    db.session.rollback()
    return list(db.session.scalars(sa.select(model).order_by(model.id).execution_options(populate_existing=True)))


# --- the good way -------------------------------------------------------------------------------------------


def test_a_passkey_signs_in_on_another_device(phone: Browser, passkey: Authenticator, person: Membership) -> None:
    other = phone.another()
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


def test_the_sign_in_names_no_passkeys(passkey: Authenticator, phone: Browser) -> None:
    options = phone.another().options("/sign-in", "/sign-in/challenges")
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


def test_counting_authenticators_count_on(phone: Browser, passkey: Authenticator) -> None:
    for count in (1, 2, 7):
        passkey.count = count
        assert phone.another().sign_in(passkey).status_code == 303
        assert rows(Credential)[0].sign_count == count


# --- each check ---------------------------------------------------------------------------------------------


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
def test_a_wrong_answer_signs_nobody_in(phone: Browser, passkey: Authenticator, wrong: dict) -> None:
    for name, value in wrong.items():
        setattr(passkey, name, value)
    other = phone.another()
    assert refused(other.sign_in(passkey))
    assert not other.is_signed_in


@pytest.mark.parametrize("wrong", [{"flags": PRESENT}, {"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_a_wrong_answer_registers_nothing(phone: Browser, wrong: dict) -> None:
    assert refused(phone.register(Authenticator(**wrong)))
    assert rows(Credential) == []


def test_the_handle_must_be_the_owners(phone: Browser, passkey: Authenticator) -> None:
    other = phone.another()
    for handle in (b"", b"somebody else", None):
        changed = {"userHandle": handle}
        answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"), **changed)
        assert refused(other.post("/sign-in", "/sign-in", credential=answer))


def test_a_wrong_signature(phone: Browser, passkey: Authenticator) -> None:
    other = phone.another()
    answer = passkey.get(other.options("/sign-in", "/sign-in/challenges"), signature=b"nonsense")
    assert refused(other.post("/sign-in", "/sign-in", credential=answer))


def test_a_copied_passkey_is_refused(phone: Browser, passkey: Authenticator) -> None:
    passkey.count = 5
    assert phone.another().sign_in(passkey).status_code == 303
    for count in (5, 4, 0):
        passkey.count = count
        assert refused(phone.another().sign_in(passkey))
    passkey.count = 6
    assert phone.another().sign_in(passkey).status_code == 303


def test_one_counter_is_good_for_one_of_two_answers_at_once(phone: Browser, passkey: Authenticator, at) -> None:
    (kept,) = rows(Credential)
    proof = ceremonies.Proof(kept.id, kept.member_id, known_count=0, count=1, backed_up=True)
    with transaction():
        ceremonies.sign_in(proof=proof, at=at)
    with pytest.raises(Refused), transaction():
        ceremonies.sign_in(proof=proof, at=at)


def test_a_disabled_member_stays_out(phone: Browser, passkey: Authenticator, at) -> None:
    with transaction():
        db.session.execute(sa.update(Member).values(disabled_at=at))
    assert refused(phone.another().sign_in(passkey))
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
def test_junk_is_refused_in_a_sentence(phone: Browser, junk: str) -> None:
    phone.options("/passkeys", "/passkeys/challenges")
    assert refused(phone.post("/passkeys", "/passkeys", credential=junk))
    phone.client.delete_cookie("yui")
    phone.options("/sign-in", "/sign-in/challenges")
    assert refused(phone.post("/sign-in", "/sign-in", credential=junk))


def test_nobody_learns_which_passkeys_are_known(phone: Browser, passkey: Authenticator) -> None:
    """An unknown passkey and a known one with a wrong signature: the same words, status and statements."""
    unknown = Authenticator()
    unknown.handle = passkey.handle
    seen = []
    for one, changed in ((unknown, {}), (passkey, {"signature": b"nonsense"})):
        other = phone.another()
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


def test_the_hidden_field_is_required(phone: Browser, passkey: Authenticator) -> None:
    other = phone.another()
    assert other.client.post("/sign-in/challenges").status_code == 403
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


def test_the_same_passkey_cannot_be_kept_twice(phone: Browser, passkey: Authenticator, at) -> None:
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
    with transaction():
        stranger, _ = service.sign_in(member_id=other.member_id, way="claim", at=at)
    with pytest.raises(Missing), transaction():
        ceremonies.remove(credential_id=rows(Credential)[0].id, sign_in=stranger, at=at)
    assert phone.is_signed_in


def test_removing_a_passkey_leaves_only_this_device_signed_in(
    clock, phone: Browser, passkey: Authenticator, person: Membership, at
) -> None:
    phone.register(Authenticator())
    lost, other = phone.another(), phone.another()
    lost.sign_in(passkey)
    stranger = factories.membership(factories.world("ows", at=at).region, at=at)
    with transaction():
        _, other.cookie = service.sign_in(member_id=stranger.member_id, way="claim", at=at)
    first, before = rows(Credential)[0], phone.cookie
    clock.move(seconds=1)
    assert phone.post("/passkeys", f"/passkeys/{first.id}/removal").location == "/passkeys"
    assert [one.is_signed_in for one in (phone, lost, other)] == [True, False, True]
    assert phone.cookie != before
    with transaction():  # begun before the removal, kept after it
        _, lost.cookie = service.sign_in(member_id=person.member_id, way="demo", at=at)
    assert not lost.is_signed_in
    assert refused(lost.sign_in(passkey))
