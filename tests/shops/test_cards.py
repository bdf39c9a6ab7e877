"""Cards at the counter: who it is, what it may pay, and that nothing stays behind where the answer is no."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.cards import service as cards
from app.codes import signed
from app.credentials.models import Credential
from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing
from app.ledger import proof as books
from app.ledger.models import Hold, HoldEnd
from app.shops.counter import card_payments, shown_cards
from app.shops.models import Offer, Redemption, Shop
from tests.client import Client
from tests.shops.factories import Valley, proof, refused, text


def paying(valley: Valley, shop: Shop, offer: Offer, who: Any, **rest: Any) -> Callable[[], Redemption]:
    wish = {"region": valley.region, "shop": shop, "offer_id": offer.id, "membership": who, "way": "number"}
    wish |= {"key": uuid7(), "by": "till:1", "at": valley.at} | rest

    def act() -> Redemption:
        with transaction():
            return card_payments.pay(**wish)

    return act


def passkey(membership: Any) -> None:
    with transaction():
        made = {"credential_id": uuid7().encode(), "public_key": b"k", "sign_count": 0, "device_type": "multi"}
        db.session.add(
            Credential(member_id=membership.member_id, backed_up=True, created_at=membership.joined_at, **made)
        )


# --- the rules ----------------------------------------------------------------------------------------------


def test_a_card_pays_at_once_and_nothing_stays_held(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(5)
    paid = paying(valley, shop, tea, sora)()
    assert (paid.state, paid.way, paid.price) == ("confirmed", "card", 3)
    assert valley.balance(sora).available == 2 and valley.balance(sora).held == 0
    assert valley.shop_coins(shop) == 3
    assert db.session.scalars(sa.select(HoldEnd.kind)).all() == ["captured"] and books.prove()["ok"]


def test_a_card_pays_three_coins_a_day_in_all_shops_together(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora, market = valley.member(20), valley.shop("見本ふれあい市")
    passkey(sora)
    one = valley.offer(market, "見本あめ", 1)
    paying(valley, shop, tea, sora)()
    error = refused("card_limit", paying(valley, market, one, sora))
    assert error.params == {"most": 3}
    assert (valley.coins(sora), valley.shop_coins(market)) == (17, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Hold)) == 1
    tomorrow = {"at": valley.at + timedelta(days=1)}
    assert paying(valley, market, one, sora, **tomorrow)().state == "confirmed"


def test_what_was_taken_back_may_be_paid_again(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(5)
    valley.reverse(shop, paying(valley, shop, tea, sora)())
    assert paying(valley, shop, tea, sora)().state == "confirmed"


def test_with_a_passkey_the_phone_pays_besides_the_card(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(20)
    passkey(sora)
    valley.confirm(shop, valley.ask(sora, tea).digits)
    assert paying(valley, shop, tea, sora)().way == "card"


def test_without_a_passkey_card_and_phone_share_the_three(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(20)
    paying(valley, shop, tea, sora)()
    refused("passkey_wanted", lambda: valley.ask(sora, tea, strong=False))
    minato = valley.member(20, number="TSK-0004-5")
    valley.confirm(shop, valley.ask(minato, tea).digits)
    refused("card_limit", paying(valley, shop, tea, minato))


def test_a_phones_card_counts_like_the_phones_code(valley: Valley, shop: Shop) -> None:
    basket, sora = valley.offer(shop, "野菜のかご", 8), valley.member(20)
    refused("card_limit", paying(valley, shop, basket, sora, way="phone_card"))
    passkey(sora)
    assert paying(valley, shop, basket, sora, way="phone_card")().way == "scan"
    refused("card_limit", paying(valley, shop, basket, sora))


@pytest.mark.parametrize(("changes", "code"), [({"stock": 0}, "sold_out"), ({"limit": 1}, "limit_reached")])
def test_stock_and_limit_are_the_same_as_for_a_code(valley: Valley, shop: Shop, changes: Any, code: str) -> None:
    sora, sweet = valley.member(5), valley.offer(shop, "見本あめ", 1, **changes)
    if code == "limit_reached":
        paying(valley, shop, sweet, sora)()
    refused(code, paying(valley, shop, sweet, sora))


def test_too_few_coins_and_another_shops_goods(valley: Valley, shop: Shop, tea: Offer) -> None:
    refused("not_enough_coins", paying(valley, shop, tea, valley.member(2)))
    market = valley.shop("見本ふれあい市")
    who = valley.member(5, number="TSK-0004-5")
    refused("not_found", paying(valley, market, tea, who), Missing)
    assert valley.coins(who) == 5


def test_the_same_form_again_pays_once(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora, key = valley.member(20), uuid7()
    first, second = (paying(valley, shop, tea, sora, key=key)() for _ in range(2))
    assert first.id == second.id and valley.shop_coins(shop) == 3
    other = valley.offer(shop, "見本あめ", 1)
    refused("other_request", paying(valley, shop, other, sora, key=key), Conflict)


def test_a_live_code_of_the_phone_gives_way(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora, key = valley.member(5), uuid7()
    asked = valley.ask(sora, tea)
    for _ in range(2):
        paying(valley, shop, tea, sora, key=key)()
    assert valley.state(asked) == "cancelled"
    assert (valley.coins(sora), valley.shop_coins(shop)) == (2, 3)


# --- at the till --------------------------------------------------------------------------------------------


def read(till: Client, code: str) -> Any:
    return till.post("/till/confirmations", data={"code": code, "key": uuid7(), "proof": proof(till)})


def pay(till: Client, page: Any, offer: Offer | None, **changes: str) -> Any:
    shown = re.search(r'name="shown" value="([^"]+)"', page.text)
    assert shown is not None
    data = {"shown": shown[1], "offer": str(offer.id) if offer else "", "proof": proof(till)}
    return till.post("/till/card-payments", data=data | changes)


def printed(valley: Valley, who: Any) -> str:
    with transaction():
        card = cards.issue(region=valley.region, membership=who, by="test", at=valley.at)
    return signed.sign("card", region_id=valley.region.id, body=signed.body(card.id))


@pytest.mark.parametrize("shape", ["TSK-0005-9", "tsk 0005 9", "00059", "０００５９", "000 59", "card", "address"])
def test_number_or_code_shows_the_name_and_two_more_taps_pay(
    till: Client, valley: Valley, shop: Shop, tea: Offer, shape: str
) -> None:
    code = printed(valley, sora := valley.member(5))
    shape = {"card": code, "address": f"HTTP://LOCALHOST/C/{code}"}.get(shape, shape)
    page = read(till, shape)
    assert page.status_code == 200 and "空想 そら さん ご本人ですか。品ものを えらんでください。" in text(page)
    assert "ひげ茶 50g 3枚" in text(page) and f'value="{tea.id}"' in page.text and "5枚" not in text(page)
    answer = pay(till, page, tea)
    assert answer.status_code == 200 and "完了 ひげ茶 50g 3枚 TSK-0005-9" in text(answer)
    assert "空想" not in text(answer) and "空想" not in text(till.get("/till"))
    assert (valley.coins(sora), valley.shop_coins(shop)) == (2, 3)


def test_a_phones_card_is_read_once(till: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(5)
    with transaction():
        card = cards.issue(region=valley.region, membership=sora, by="test", at=valley.at)
    step = int(valley.at.timestamp()) // signed.PHONE_STEP
    code = signed.sign("phone_card", region_id=valley.region.id, body=signed.body(card.id, step))
    page = read(till, code)
    assert "ご本人ですか" in text(page)
    assert read(till, code).status_code == 422  # somebody's photo of it
    assert "完了" in text(pay(till, page, tea))


def test_a_refusal_leads_back_to_the_same_card(till: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    valley.member(2)
    sweet = valley.offer(shop, "見本あめ", 1)
    page = read(till, "00059")
    answer = pay(till, page, tea)
    assert answer.status_code == 422 and "使えません コインが たりません。" in text(answer)
    assert "ほかの品ものを えらぶ" in text(answer)
    shown = re.search(r'name="shown" value="([^"]+)"', answer.text)
    assert shown is not None
    again = till.post("/till/cards", data={"shown": shown[1], "key": uuid7(), "proof": proof(till)})
    assert "空想 そら さん" in text(again) and "完了" in text(pay(till, again, sweet))


def test_the_seal_is_for_this_till_and_five_minutes(
    app: Any, till: Client, valley: Valley, shop: Shop, tea: Offer, clock: Any
) -> None:
    valley.member(5)
    page = read(till, "00059")
    other = app.test_client()
    valley.till(other, valley.shop("見本ふれあい市"))
    for client, changes in ((other, {}), (till, {"shown": "x"}), (till, {"shown": ""})):
        answer = pay(client, page, tea, **changes, proof=proof(client))
        assert answer.status_code == 422 and "会員証を もう一度 よんでください。" in text(answer)
    clock.move(minutes=5, seconds=1)
    assert "会員証を もう一度" in text(pay(till, page, tea))
    assert valley.shop_coins(shop) == 0


def test_without_goods_chosen_nothing_happens(till: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    valley.member(5)
    page = read(till, "00059")
    assert pay(till, page, None).status_code == 422 and valley.shop_coins(shop) == 0


def test_wrong_card_numbers_are_counted_like_digits(till: Client, valley: Valley, tea: Offer) -> None:
    valley.member(5)
    for _ in range(10):
        assert read(till, "00058").status_code == 422
    page = read(till, "00059")
    assert page.status_code == 429 and "待ってから" in text(page)


@pytest.mark.parametrize("limit", ["READS", "NUMBERS"])
def test_names_are_not_looked_up_one_after_the_other(
    till: Client, valley: Valley, tea: Offer, monkeypatch: Any, limit: str
) -> None:
    monkeypatch.setattr(shown_cards, limit, 3)
    valley.member(5)
    assert [read(till, "00059").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_an_ended_card_opens_nothing(till: Client, valley: Valley, tea: Offer) -> None:
    code = printed(valley, sora := valley.member(5))
    printed(valley, sora)
    assert read(till, code).status_code == 422


# --- a reading pays once; a lost card pays nothing ----------------------------------------------------------


def test_one_reading_pays_once(till: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    passkey(sora := valley.member(20))
    with transaction():
        card = cards.issue(region=valley.region, membership=sora, by="test", at=valley.at)
    step = int(valley.at.timestamp()) // signed.PHONE_STEP
    basket = valley.offer(shop, "野菜のかご", 8)
    page = read(till, signed.sign("phone_card", region_id=valley.region.id, body=signed.body(card.id, step)))
    assert all("完了" in text(pay(till, page, tea)) for _ in range(2))  # pressed twice
    again = pay(till, page, basket)
    assert again.status_code == 409 and "もう一度 よんでください。" in text(again)
    assert "ほかの品ものを えらぶ" not in text(again)
    assert (valley.coins(sora), valley.shop_coins(shop)) == (17, 3)


def test_the_number_of_a_lost_card_pays_nothing_until_there_is_a_new_one(
    till: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    sora = valley.member(8)
    before = read(till, "00059")
    with transaction():
        card = cards.issue(region=valley.region, membership=sora, by="test", at=valley.at)
        cards.end(region=valley.region, card_id=card.id, reason="lost", at=valley.at)
    for answer in (read(till, "00059"), pay(till, before, tea)):
        assert answer.status_code == 422 and "なくしたと とどけのある会員証です。" in text(answer)
        assert "空想" not in text(answer) and "ほかの品ものを えらぶ" not in text(answer)
    assert valley.shop_coins(shop) == 0
    assert valley.confirm(shop, valley.ask(sora, tea).digits).state == "confirmed"  # her phone is still hers
    code = printed(valley, sora)
    assert "空想 そら さん" in text(read(till, "00059")) and "空想 そら さん" in text(read(till, code))
