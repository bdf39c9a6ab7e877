"""Opening the till of a shop, and what that device may see."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.credentials import service as credentials
from app.credentials.models import SignIn
from app.db import db, transaction, uuid7
from app.shops import upkeep
from app.shops.models import Offer, Shop
from tests.client import Client
from tests.shops.factories import Valley, proof, text


def code_for(shop: Shop, at: datetime, length: int = 8) -> str:
    with transaction():
        subject, life = f"shop:{shop.id}", credentials.TILL_CODE_LIFE
        return credentials.make_link(purpose="till", subject=subject, at=at, life=life, length=length)


def open_till(client: Client, code: str) -> Any:
    return client.post("/till", data={"code": code, "proof": proof(client)})


def test_eight_characters_open_the_till(client: Client, shop: Shop, at: datetime) -> None:
    assert "8文字を 入れてください" in text(client.get("/till"))
    code = code_for(shop, at)
    answer = open_till(client, f" {code[:4].lower()}-{code[4:]} ")
    assert (answer.status_code, answer.location) == (303, "/till")
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie" and value.startswith("yui="))
    assert "Max-Age=50400" in cookie and "HttpOnly" in cookie
    page = client.get("/till")
    assert "見本茶屋" in text(page) and "お店の画面" in text(page)


def test_an_opening_code_works_once_and_for_ten_minutes(
    app: Any, client: Client, shop: Shop, at: datetime, clock: Any
) -> None:
    code = code_for(shop, at)
    open_till(client, code)
    other = app.test_client()
    again = open_till(other, code)
    assert again.status_code == 422 and "その番号は ありません。" in text(again)
    late = code_for(shop, at)
    clock.move(minutes=10)
    assert open_till(other, late).status_code == 422


def test_ten_wrong_opening_codes_must_wait(client: Client, shop: Shop, at: datetime, clock: Any) -> None:
    for _ in range(10):
        assert open_till(client, "ABCDEFGH").status_code == 422
    right = code_for(shop, at)
    page = open_till(client, right)
    assert page.status_code == 429 and "待ってから" in text(page)
    clock.move(minutes=5)
    assert open_till(client, code_for(shop, clock.at)).status_code == 303


def test_a_form_from_elsewhere_opens_nothing(client: Client, shop: Shop, at: datetime) -> None:
    assert client.post("/till", data={"code": code_for(shop, at)}).status_code == 403


def test_a_link_opens_the_till_with_one_button(client: Client, shop: Shop, at: datetime) -> None:
    key = code_for(shop, at, length=26)
    page = client.get(f"/till/{key}")
    assert page.status_code == 200 and "見本茶屋" in text(page)
    assert client.get(f"/till/{key}").status_code == 200  # looking uses nothing up
    found = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert found is not None
    assert client.post(f"/till/{key}", data={"proof": found[1]}).location == "/till"
    used = client.get(f"/till/{key}")
    assert used.status_code == 422 and "もう 使われました" in text(used)


def test_opening_a_till_signs_the_browser_out_of_everything_else(
    client: Client, valley: Valley, shop: Shop, at: datetime
) -> None:
    row = valley.sign_in(client, valley.member())
    open_till(client, code_for(shop, at))
    db.session.rollback()
    assert db.session.scalar(sa.select(SignIn.ended_at).where(SignIn.id == row.id)) == at
    assert client.get("/till").status_code == 200


def test_a_till_sees_nothing_but_its_counter(till: Client, shop: Shop, tea: Offer) -> None:
    for address in ("/tsk/shops", f"/tsk/shops/offers/{tea.id}", f"/tsk/shops/{shop.id}/till", "/me"):
        assert till.get(address).status_code == 403, address
    page = till.get("/till").text
    assert 'class="tabs"' not in page and 'class="head"' not in page


def test_fourteen_hours_later_the_till_is_a_strangers_device(till: Client, clock: Any) -> None:
    field = proof(till)
    clock.move(hours=14)
    assert "8文字を 入れてください" in text(till.get("/till"))
    data = {"code": "123456", "key": uuid7(), "proof": field}
    ended = till.post("/till/confirmations", data=data)
    assert ended.status_code == 401 and "お店の画面は おわりました。" in text(ended)
    polled = till.get("/till/strip", headers={"HX-Request": "true"})
    assert polled.status_code == 401 and polled.headers["HX-Redirect"] == "/till"


def test_a_shop_that_is_withdrawn_has_no_till_any_more(app: Any, valley: Valley, shop: Shop, at: datetime) -> None:
    tablet, elsewhere, phone = (app.test_client() for _ in range(3))
    valley.till(tablet, shop)
    valley.till(elsewhere, valley.shop("見本ふれあい市"))
    typed, link = code_for(shop, at), code_for(shop, at, length=26)
    field = proof(tablet)
    with transaction():
        upkeep.withdraw_shop(region_id=valley.region.id, shop_id=shop.id, at=at)
    assert "8文字を 入れてください" in text(tablet.get("/till")) and "お客さま" in text(elsewhere.get("/till"))
    late = tablet.post("/till/confirmations", data={"code": "123456", "key": uuid7(), "proof": field})
    assert late.status_code in (401, 403)
    refused = open_till(phone, typed)
    assert refused.status_code == 422 and "このお店は もう とじています。" in text(refused)
    refused = phone.post(f"/till/{link}", data={"proof": proof(phone)})
    assert refused.status_code == 422 and "このお店は もう とじています。" in text(refused)
    db.session.rollback()
    live = sa.select(SignIn.shop_id).where(SignIn.kind == "till", SignIn.ended_at.is_(None))
    assert shop.id not in db.session.scalars(live).all()


def test_tills_end_with_the_withdrawal_or_not_at_all(app: Any, valley: Valley, shop: Shop, at: datetime) -> None:
    tablet = app.test_client()
    valley.till(tablet, shop)
    with pytest.raises(RuntimeError), transaction():
        upkeep.withdraw_shop(region_id=valley.region.id, shop_id=shop.id, at=at)
        raise RuntimeError("the transaction breaks")
    assert "お客さま" in text(tablet.get("/till"))
