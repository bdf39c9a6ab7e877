"""When a passkey is offered, which counters are believed, how devices are called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.credentials import rules

pytestmark = pytest.mark.rules
AT = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("earned", "spent", "seals", "offered"),
    [
        (0, 0, None, False),
        (1, 0, 1, False),
        (2, 0, 2, False),
        (3, 0, 2, True),
        (3, 0, None, True),
        (3, 0, 1, False),  # never at the first seal
        (1, 1, None, True),  # a first spend
        (1, 1, 1, True),
    ],
)
def test_a_passkey_is_offered_when_there_is_something_to_lose(
    earned: int, spent: int, seals: int | None, offered: bool
) -> None:
    ask = {"coins_earned": earned, "spent": spent, "seals": seals}
    assert rules.should_offer_passkey(has_passkey=False, **ask) is offered
    assert not rules.should_offer_passkey(has_passkey=True, **ask)


@pytest.mark.parametrize(
    ("known", "given", "regress"),
    [(0, 0, False), (0, 1, False), (5, 6, False), (5, 5, True), (5, 4, True), (5, 0, True)],
)
def test_a_counter_that_does_not_grow_is_a_copy(known: int, given: int, regress: bool) -> None:
    assert rules.is_regress(known, given) is regress


def test_recent_is_five_minutes() -> None:
    assert rules.is_recent(AT, AT + timedelta(minutes=5))
    assert not rules.is_recent(AT, AT + timedelta(minutes=5, seconds=1))
    assert not rules.is_recent(None, AT)


@pytest.mark.parametrize(
    ("host", "https", "works"),
    [
        ("yui.example", True, True),
        ("localhost", False, True),
        ("yui.example", False, False),
        ("192.168.1.20", False, False),
        ("192.168.1.20", True, False),
        ("127.0.0.1", False, False),
        ("::1", True, False),
    ],
)
def test_passkeys_need_a_name_and_https_or_this_machine(host: str, https: bool, works: bool) -> None:
    assert rules.works_at(host, https=https) is works


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 9; SO-02L) AppleWebKit/537.36 Chrome/138.0 Mobile Safari/537.36",
            "Android · Chrome",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1 Version/17.4 Mobile Safari/604.1",
            "iPhone · Safari",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1 Mobile Safari Line/14.1",
            "iPhone · LINE",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Windows · Edge"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/17 Safari/605.1",
            "Mac · Safari",
        ),
        ("curl/8.0", ""),
        ("", ""),
        ("<b>Android</b>", "Android"),
    ],
)
def test_devices_have_names_that_people_know(user_agent: str, name: str) -> None:
    assert rules.device_name(user_agent) == name


@pytest.mark.parametrize("junk", ["", "x", "[]", "null", '{"id": 5}', "[" * 20_000, '{"id": "\\ud800"}'])
def test_failures_have_a_name_whatever_was_sent(junk: str) -> None:
    assert len(rules.claimed_passkey(junk)) == 24
