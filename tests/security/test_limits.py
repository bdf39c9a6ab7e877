"""Guessing is held back, with a sentence and a time to wait; a village behind one address is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.checkins.models import CheckIn
from app.db import db, uuid7
from app.web.sentences import sentence
from tests.house.asking import Asker, proof
from tests.house.markup import Page, faults

WINDOW = 300  # seconds
PLENTY = 70

pytestmark = pytest.mark.once


def guess_number(village, number: int) -> TestResponse:
    return village.enter("visitor").post("/n", data={"number": f"ZZZZ {number:04}"})


def guess_slip(village, number: int) -> TestResponse:
    return village.enter("visitor").get(f"/claim/ZZZZZZZZ{number:04}")


def guess_claim(village, number: int) -> TestResponse:
    asker = Asker(village, "visitor")
    return asker.send("POST", "/claim", data={"key": uuid7(), "proof": asker.proof, "code": f"ZZZZZZZZ{number:04}"})


def guess_till(village, number: int) -> TestResponse:
    asker = Asker(village, "visitor")
    return asker.send("POST", "/till", data={"proof": asker.proof, "code": f"ZZZZ{number:04}"})


def guess_digits(village, number: int) -> TestResponse:
    asker = Asker(village, "till")
    data = {"key": uuid7(), "proof": asker.proof, "code": f"{number:06}"}
    return asker.send("POST", "/till/confirmations", data=data)


def guess_passkey(village, number: int) -> TestResponse:
    """A new browser each time, so that only the address is always the same."""
    asker = Asker(village, "visitor")
    asker.client.set_cookie("challenge", f"browser-{number}")
    given = proof(village.app, {"challenge": f"browser-{number}"})
    credential = f'{{"id": "guess{number}", "type": "public-key", "response": {{}}}}'
    return asker.send("POST", "/sign-in", data={"proof": given, "credential": credential})


GUESSES = [
    (guess_number, 20),
    (guess_slip, 60),
    (guess_claim, 60),
    (guess_till, 10),
    (guess_digits, 10),
    (guess_passkey, 60),
]


@pytest.mark.parametrize(("guess", "most"), GUESSES, ids=lambda value: getattr(value, "__name__", value))
def test_guesses_are_held_back(village, clock, guess, most):
    """No more than `most` in one window, from one address; after it the door opens again."""
    answers = [guess(village, number).status_code for number in range(PLENTY)]
    assert 429 in answers, f"{PLENTY} wrong tries, none held back: {sorted(set(answers))}"
    first = answers.index(429)
    assert first <= most and set(answers[first:]) == {429}
    held = guess(village, PLENTY)
    _says_when(held)
    clock.move(seconds=2 * WINDOW)
    assert guess(village, PLENTY + 1).status_code != 429


def _says_when(answer: TestResponse) -> None:
    """A whole page, a sentence, and a number of seconds in it that is the header's too."""
    seconds = int(answer.headers["Retry-After"])
    assert 0 < seconds <= 2 * WINDOW
    assert sentence("too_many", seconds=seconds) in answer.text
    assert not faults(Page(answer.text), language="ja")


def test_the_right_number_waits_too(village):
    """Else the wait would say which guess was right."""
    for number in range(25):
        guess_number(village, number)
    answer = village.enter("visitor").post("/n", data={"number": village.keys["claim"]})
    assert answer.status_code == 429


def test_one_shops_wait_is_not_anothers(village):
    """Wrong digits at one counter hold up that counter alone."""
    for number in range(12):
        guess_digits(village, number)
    assert guess_digits(village, 99).status_code == 429
    other = Asker(village, "visitor")
    other.send("POST", "/demo/shops/3", data={"proof": other.proof})
    given = proof(village.app, {"yui": other.client.get_cookie("yui").value})
    answer = other.send("POST", "/till/confirmations", data={"key": uuid7(), "proof": given, "code": "000001"})
    assert answer.status_code == 422


def test_a_used_code_at_the_counter_is_no_guess(village):
    """Showing the same QR again, however often, does not close the counter."""
    till = Asker(village, "till")
    data = {"proof": till.proof, "code": village.keys["redemption_code"]}
    answers = [till.send("POST", "/till/confirmations", data=data | {"key": uuid7()}).status_code for _ in range(15)]
    assert answers[0] == 200 and set(answers[1:]) == {409}


def test_a_village_behind_one_address_checks_in(village):
    """150 phones in one minute: nobody waits, everybody has a number."""
    event = village.keys["event_arrival"]
    before = _arrivals(event)
    for _ in range(150):
        phone = village.app.test_client()
        answer = phone.post(f"/tsk/events/{event}/check-ins", data={"key": uuid7(), "nickname": ""})
        assert answer.status_code == 303
    assert _arrivals(event) == before + 150


def _arrivals(event: str) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(CheckIn.event_id == int(event)))


def test_a_flood_of_anonymous_forms_has_a_ceiling(village):
    village.app.config["ANONYMOUS_PER_MINUTE"] = 5
    try:
        answers = [
            village.app.test_client().post(
                f"/tsk/events/{village.keys['event_open']}/check-ins", data={"key": uuid7(), "nickname": ""}
            )
            for _ in range(7)
        ]
    finally:
        del village.app.config["ANONYMOUS_PER_MINUTE"]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 2
    _says_when(answers[-1])
