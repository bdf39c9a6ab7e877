"""The counter, through the client."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.credentials import service as credentials
from app.credentials.models import SignIn
from app.db import db, transaction, uuid7
from app.shops import presented
from app.shops.models import Offer, Redemption, Shop
from tests.client import Client
from tests.shops.factories import Valley, proof, text


def confirm(till: Client, code: str, key: str | None = None) -> Any:
    data = {"code": code, "key": key or uuid7(), "proof": proof(till)}
    return till.post("/till/confirmations", data=data)


# --- confirming ---------------------------------------------------------------------------------------------


def test_the_counter_is_ready_without_javascript(till: Client) -> None:
    page = till.get("/till")
    assert 'inputmode="numeric"' in page.text and "たしかめる" in text(page)
    assert "worker-src 'self' blob:" in page.headers["Content-Security-Policy"]
    assert "紙にひかえる" in text(page)  # what is left without signal


@pytest.mark.parametrize("form", ["{digits}", "{left} {right}", "{left}-{right}", "{wide}", "{code}", "{address}"])
def test_whatever_shape_the_number_has_the_answer_is_green(
    till: Client, valley: Valley, shop: Shop, tea: Offer, form: str
) -> None:
    asked = valley.ask(valley.member(5), tea)
    code = presented.code_for(asked.key)
    shapes = {
        "digits": asked.digits,
        "left": asked.digits[:3],
        "right": asked.digits[3:],
        "wide": "".join(chr(ord(digit) + 0xFEE0) for digit in asked.digits),
        "code": code,
        "address": f"HTTP://LOCALHOST/C/{code}",
    }
    page = confirm(till, form.format(**shapes))
    assert page.status_code == 200
    assert re.search(r"完了 ひげ茶 50g 3枚 TSK-0005-9 · 午前9時30分 つぎの お客さま のこりを見る 2枚", text(page))
    assert 'role="status"' in page.text and "<details" in page.text
    assert valley.shop_coins(shop) == 3


def test_a_second_use_is_red_with_time_and_shop(
    till: Client, valley: Valley, shop: Shop, tea: Offer, clock: Any
) -> None:
    asked = valley.ask(valley.member(5), tea)
    confirm(till, asked.digits)
    clock.move(minutes=1)
    page = confirm(till, asked.digits)
    assert page.status_code == 409 and 'role="alert"' in page.text
    assert "使えません 同じ番号は 午前9時30分に 見本茶屋で 使われました。" in text(page)
    clock.move(hours=20)
    assert "11月28日(土) 午前9時30分に" in text(confirm(till_again(till, valley, shop), presented.code_for(asked.key)))


def till_again(client: Client, valley: Valley, shop: Shop) -> Client:
    with transaction():
        place = {"region_id": shop.region_id, "shop_id": shop.id}
        _, secret = credentials.open_till(**place, at=valley.at + timedelta(hours=20))
    client.set_cookie("yui", secret)
    return client


def test_the_same_form_again_is_green_again(till: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    asked, key = valley.ask(valley.member(5), tea), uuid7()
    assert confirm(till, asked.digits, key).status_code == 200
    assert confirm(till, asked.digits, key).status_code == 200
    assert valley.shop_coins(shop) == 3


def test_every_refusal_has_one_reason_and_one_next_step(
    till: Client, valley: Valley, shop: Shop, tea: Offer, clock: Any
) -> None:
    sora, market = valley.member(20), valley.shop("見本ふれあい市")
    cancelled = valley.ask(sora, tea)
    valley.cancel(sora, cancelled)
    elsewhere = valley.ask(sora, valley.offer(market, "野菜", 5))
    expired = valley.ask(sora, tea)
    told = {
        cancelled.digits: (409, "お客さまが やめました。新しい番号を 出してもらってください。"),
        elsewhere.digits: (422, "これは 見本ふれあい市の番号です。"),
        "999999" if expired.digits != "999999" else "999998": (422, "その番号は ありません。"),
    }
    for digits, (status, sentence) in told.items():
        page = confirm(till, digits)
        assert page.status_code == status and sentence in text(page), sentence
    clock.move(seconds=130)
    page = confirm(till, expired.digits)
    assert page.status_code == 422
    assert "時間が きれました。お客さまに 新しい番号を 出してもらってください。" in text(page)


def test_another_sites_code_is_unknown(till: Client) -> None:
    assert "その番号は ありません。" in text(confirm(till, "https://elsewhere.example/C/ABCDEFGH12345678"))


def test_ten_wrong_numbers_must_wait_and_real_ones_do_not_count(
    till: Client, valley: Valley, shop: Shop, tea: Offer, clock: Any
) -> None:
    used = valley.ask(valley.member(5), tea)
    confirm(till, used.digits)
    for _ in range(12):
        assert confirm(till, used.digits).status_code == 409
    for _ in range(10):
        assert confirm(till, "ABCDEFGH").status_code == 422
    asked = valley.ask(valley.member(5, number="TSK-0004-5"), tea)
    page = confirm(till, asked.digits)
    assert page.status_code == 429 and "待ってから" in text(page) and int(page.headers["Retry-After"]) > 0
    assert valley.state(asked) == "requested"
    clock.move(minutes=5)
    assert confirm(till, asked.digits).status_code == 422  # expired by now, no longer blocked


def test_confirming_wants_the_hidden_field(till: Client, valley: Valley, tea: Offer) -> None:
    asked = valley.ask(valley.member(5), tea)
    page = till.post("/till/confirmations", data={"code": asked.digits, "key": uuid7()})
    assert page.status_code == 403 and "ページが古くなりました。" in text(page)
    assert valley.state(asked) == "requested"


def test_members_cannot_confirm_for_themselves(client: Client, valley: Valley, tea: Offer) -> None:
    sora = valley.member(5)
    valley.sign_in(client, sora)
    asked = valley.ask(sora, tea)
    page = client.post("/till/confirmations", data={"code": asked.digits, "key": uuid7()})
    assert page.status_code == 403
    assert valley.state(asked) == "requested"


def test_somebody_without_a_number_is_told_by_name(till: Client, valley: Valley, tea: Offer) -> None:
    guest = valley.member(5, number=None, name="まめ", standing="provisional")
    assert "まめ · 午前9時30分" in text(confirm(till, valley.ask(guest, tea).digits))


# --- the strip ----------------------------------------------------------------------------------------------


def test_the_strip_shows_the_last_three_and_undoes_for_ten_minutes(
    till: Client, valley: Valley, shop: Shop, tea: Offer, clock: Any
) -> None:
    sora = valley.member(20)
    given = [valley.confirm(shop, valley.ask(sora, tea).digits) for _ in range(4)]
    page = till.get("/till")
    assert page.text.count("/reversal") == 3 and f"/till/redemptions/{given[0].id}/" not in page.text
    assert "午前9時40分まで できます。" in text(page)
    data = {"key": uuid7(), "proof": proof(till)}
    answer = till.post(f"/till/redemptions/{given[3].id}/reversal", data=data)
    assert (answer.status_code, answer.location) == (303, "/till")
    page = till.get("/till")
    assert "とりけしました" in text(page) and page.text.count("/reversal") == 2
    assert valley.coins(sora) == 11
    clock.move(minutes=10, seconds=1)
    assert till.get("/till").text.count("/reversal") == 0
    late = till.post(f"/till/redemptions/{given[2].id}/reversal", data=data | {"key": uuid7()})
    assert late.status_code == 422 and "とりけせるのは 10分までです。" in text(late)


def test_the_strip_is_sent_only_when_it_changed(
    till: Client, valley: Valley, shop: Shop, tea: Offer, clock: Any
) -> None:
    def address() -> str:
        found = re.search(r'data-hx-get="([^"]+)"', till.get("/till").text)
        assert found is not None
        return found[1]

    empty = address()
    assert till.get(empty).status_code == 204
    valley.confirm(shop, valley.ask(valley.member(5), tea).digits)
    fresh = till.get(empty)
    assert fresh.status_code == 200 and fresh.text.lstrip().startswith("<section") and "ひげ茶" in text(fresh)
    assert till.get(address()).status_code == 204
    clock.move(minutes=11)
    assert till.get(address()).status_code == 204


def test_closing_tells_the_day_and_ends_the_till(till: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    valley.confirm(shop, valley.ask(valley.member(20), tea).digits)
    page = till.post("/till/closing", data={"proof": proof(till)})
    assert "きょうは 1回で 3枚 でした。" in text(page)
    assert page.headers["Clear-Site-Data"]
    assert "8文字を 入れてください" in text(till.get("/till"))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).where(SignIn.ended_at.is_(None))) == 0
    assert db.session.scalar(sa.select(Redemption.state)) == "confirmed"
