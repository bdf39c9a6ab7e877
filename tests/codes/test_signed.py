from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app import clock
from app.codes import signed
from app.codes.rules import decode, encode

pytestmark = pytest.mark.rules
KINDS = st.sampled_from(sorted(signed.KINDS))
IDS = st.integers(1, 2**40 - 1)
STEPS = st.integers(0, 2**32 - 1)
REGIONS = st.integers(1, 2**63 - 1)


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setattr(signed, "_key", lambda purpose: purpose.encode().ljust(32, b"\1"))
    in_year(monkeypatch, 2026)


def in_year(monkeypatch, year):
    monkeypatch.setattr(clock, "now", lambda: datetime(year, 6, 1, tzinfo=UTC))


def made(kind, region, subject, step):
    return signed.sign(kind, region_id=region, body=signed.body(subject, None if kind == "card" else step))


@given(KINDS, REGIONS, IDS, STEPS)
def test_a_code_says_what_was_signed(kind, region, subject, step):
    code = made(kind, region, subject, step)
    assert len(code) == (26 if kind == "card" else 32)
    parts = signed.parse(code)
    assert (parts.kind, parts.subject_id) == (kind, subject)
    assert parts.step == (None if kind == "card" else step)
    assert signed.is_genuine(parts, region_id=region)
    assert signed.parse(code.lower()) == parts


@given(KINDS, REGIONS, IDS, STEPS, st.integers(min_value=0))
def test_any_changed_bit_is_refused(kind, region, subject, step, bit):
    code = made(kind, region, subject, step)
    raw = bytearray(decode(code))
    raw[bit // 8 % len(raw)] ^= 1 << bit % 8
    parts = signed.parse(encode(bytes(raw) + b"\0", len(code)))
    assert parts is None or not signed.is_genuine(parts, region_id=region)


@given(REGIONS, IDS, st.integers(1, 3))
def test_bits_that_are_left_over_say_nothing(region, subject, spare):
    code = made("card", region, subject, 0)
    last = signed.decode(code)[-1] & 7
    changed = code[:-1] + encode(bytes([(last << 2 | spare) << 3]), 1)
    assert changed != code and signed.parse(changed) is None


@given(KINDS, REGIONS, REGIONS, IDS, STEPS)
def test_another_regions_code_is_refused(kind, region, other, subject, step):
    assume(region != other)
    assert not signed.is_genuine(signed.parse(made(kind, region, subject, step)), region_id=other)


@given(REGIONS, IDS, STEPS, st.permutations(["rotating", "phone_card"]))
def test_another_kinds_mac_is_refused(region, subject, step, kinds):
    parts = signed.parse(made(kinds[0], region, subject, step))
    lied = signed.Signed(kind=kinds[1], key_id=parts.key_id, body=parts.body, mac=parts.mac)
    assert not signed.is_genuine(lied, region_id=region)


@given(st.text(max_size=40))
def test_what_is_no_code_is_none(text):
    parts = signed.parse(text)
    assert parts is None or len(signed.read(text)) in signed.LENGTHS


@pytest.mark.parametrize(("kind", "years"), [("rotating", 1), ("phone_card", 1), ("card", 15)])
def test_a_living_code_outlives_the_year_once_and_a_card_many(monkeypatch, kind, years):
    parts = signed.parse(made(kind, 1, 7, 5))
    for later in range(16):
        in_year(monkeypatch, 2026 + later)
        assert signed.is_genuine(parts, region_id=1) == (later <= years), later


def test_each_year_kind_and_day_has_a_key_of_its_own(monkeypatch):
    keys = {signed._root(kind, key_id) for kind in signed.KINDS for key_id in range(16)}
    days = {
        signed.day_key(region_id=region, card_id=card, day=day, key_id=10)
        for region in (1, 2)
        for card in (1, 2)
        for day in (1, 2)
    }
    assert len(keys) == 3 * 16 and len(days) == 8 and not keys & days


def test_a_phone_signs_its_own_steps_with_the_days_key():
    import hmac

    step = 5 * signed.PHONE_STEPS_A_DAY + 17
    key = signed.day_key(region_id=1, card_id=7, day=5, key_id=10)
    text = signed.before("phone_card", region_id=1, key_id=10) + signed.body(7, step)
    raw = text[-10:] + hmac.digest(key, text, "sha256")[:10]
    assert encode(raw, 32) == signed.sign("phone_card", region_id=1, body=signed.body(7, step))


def test_a_body_has_its_length():
    with pytest.raises(ValueError):
        signed.sign("card", region_id=1, body=b"1234")
