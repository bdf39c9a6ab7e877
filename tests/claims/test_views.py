import re

import pytest
from sqlalchemy import func, select

from app.credentials.models import SignIn
from app.db import db, uuid7
from app.members.models import Member
from tests import factories
from tests.checkins.test_views import check_in, field


@pytest.fixture
def place(app, at):
    return factories.world(at=at)


@pytest.fixture
def event(place, at):
    return factories.event(place.region, factories.membership(place.region, at=at), at=at, award="arrival")


def members():
    return db.session.scalar(select(func.count()).select_from(Member))


def test_a_visitor_receives_on_this_phone_and_is_signed_in(client, event):
    check_in(client, event, nickname="そら")
    before = members()
    page = client.get("/claim")
    assert 'value="そら"' in page.text
    data = {"key": field(page, "key"), "proof": field(page, "proof"), "name": "そら"}
    answers = [client.post("/claim", data=data) for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/tsk/wallet")] * 2
    wallet = client.get("/tsk/wallet").text
    assert "うけとってあります" in wallet and "+1枚" in wallet
    assert members() == before + 1
    assert db.session.scalars(select(SignIn.way)).first() == "claim"


def test_the_slip_works_on_another_phone(client, app, event):
    check_in(client, event)
    code = re.search(r'slip-code">([0-9A-Z ]+)<', client.get(f"/C/{event.code}").text)[1]
    other = app.test_client()
    found = other.post("/n", data={"number": code.lower()})
    assert found.status_code == 303 and found.location.startswith("/claim/")
    page = other.get(found.location)
    data = {"key": field(page, "key"), "proof": field(page, "proof"), "code": field(page, "code"), "name": ""}
    assert other.post("/claim", data=data).status_code == 303
    assert "うけとるものは ありません" in client.get("/claim").text


def test_a_claim_needs_the_pages_own_field(client, event):
    check_in(client, event)
    page = client.get("/claim")
    answer = client.post("/claim", data={"key": field(page, "key"), "name": ""})
    assert answer.status_code == 403
    assert members() == 1


@pytest.mark.parametrize("typed", ["", "ZZZZ", "000 000", "12345678", "ABCDEFGHJKMN", "💥"])
def test_a_number_that_leads_nowhere_is_still_in_its_box(client, app, typed):
    answer = client.post("/n", data={"number": typed})
    if answer.status_code == 303:
        answer = client.get(answer.location)
        assert answer.status_code == 404
    else:
        assert answer.status_code == 422
    assert 'role="alert"' in answer.text or "wrong-text" in answer.text


def test_guessing_slips_is_held(client, event):
    proof = field(client.get("/sign-in"), "proof")
    answers = []
    for guess in range(70):
        data = {"key": uuid7(), "proof": proof, "code": f"{guess:012}", "name": ""}
        answers.append(client.post("/claim", data=data).status_code)
    assert 429 in answers and set(answers) <= {422, 429}


def test_the_coins_of_two_regions_are_told_apart(client, event, at):
    other = factories.world("ows", at=at)
    host = factories.membership(other.region, at=at)
    there = factories.event(other.region, host, at=at, award="arrival")
    check_in(client, event)
    page = client.get(f"/C/{there.code}")
    client.post(f"/ows/events/{there.id}/check-ins", data={"key": field(page, "key"), "nickname": ""})
    page = client.get("/claim")
    data = {"key": field(page, "key"), "proof": field(page, "proof"), "name": ""}
    wallet = client.get(client.post("/claim", data=data).location).text
    assert "月ヶ瀬: 1枚を うけとりました。 尾鷲: 1枚を うけとりました。" in wallet
