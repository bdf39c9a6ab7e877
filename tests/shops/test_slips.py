"""「紙にひかえる」: entered later, line by line, three coins a day at most."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock as app_clock
from app.cards import service as cards
from app.db import db, transaction, uuid7
from app.shops.counter import card_payments, paper_slips
from app.shops.models import Offer, Redemption, Shop
from tests.client import Client
from tests.shops.factories import Valley, proof, refused, text

TODAY = date(2026, 11, 28)


def enter(valley: Valley, shop: Shop, offer: Offer, *, days: int = 3, **rest: Any) -> Any:
    line = {"number": "TSK-0005-9", "offer_id": offer.id, "noted_on": TODAY - timedelta(days=days)}
    line |= {"key": uuid7(), "by": "till:1", "at": valley.at} | rest

    def act() -> Redemption:
        with transaction():
            return paper_slips.enter(region=valley.region, shop=shop, **line)

    return act


def lines(*typed: tuple[str, Offer, str]) -> dict[str, str]:
    data = {"key": uuid7()}
    for n, (number, offer, day) in enumerate(typed, 1):
        data |= {f"number-{n}": number, f"offer-{n}": str(offer.id), f"day-{n}": day}
    return data


def send(till: Client, data: dict[str, str]) -> Any:
    return till.post("/till/paper-slips", data=data | {"proof": proof(till)})


# --- one line -----------------------------------------------------------------------------------------------


def test_a_slip_is_captured_at_its_entry_with_its_own_day(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(5)
    paid = enter(valley, shop, tea)()
    assert (paid.state, paid.way, paid.noted_on) == ("confirmed", "paper", TODAY - timedelta(days=3))
    assert paid.confirmed_at == valley.at and (valley.coins(sora), valley.shop_coins(shop)) == (2, 3)


@pytest.mark.parametrize("days", [-1, 15])
def test_the_day_is_at_most_fourteen_days_ago(valley: Valley, shop: Shop, tea: Offer, days: int) -> None:
    valley.member(5)
    refused("slip_day", enter(valley, shop, tea, days=days))
    assert enter(valley, shop, tea, days=min(max(days, 0), 14))().state == "confirmed"


def test_three_coins_a_day_are_the_slips_and_the_cards_together(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(30)
    sweet = valley.offer(shop, "見本あめ", 1)
    enter(valley, shop, tea)()
    refused("card_limit", enter(valley, shop, sweet))
    for days in (4, 5, 0):  # other days have their own three, also when entered together
        enter(valley, shop, tea, days=days)()
    assert valley.coins(sora) == 30 - 12

    def by_card() -> None:
        with transaction():
            wish = {"region": valley.region, "shop": shop, "offer_id": sweet.id, "membership": sora}
            card_payments.pay(**wish, way="number", key=uuid7(), by="till:1", at=valley.at)

    refused("card_limit", by_card)


def test_a_lost_card_pays_the_slips_of_the_days_before(valley: Valley, shop: Shop, tea: Offer) -> None:
    lost, sora = valley.at - timedelta(days=3), valley.member(10)
    with transaction():
        card = cards.issue(region=valley.region, membership=sora, by="test", at=lost)
        cards.end(region=valley.region, card_id=card.id, reason="lost", at=lost)
    for days in (0, 3):
        refused("card_lost", enter(valley, shop, tea, days=days))
    assert enter(valley, shop, tea, days=4)().state == "confirmed"
    with transaction():
        cards.issue(region=valley.region, membership=sora, by="test", at=valley.at)
    assert enter(valley, shop, tea, days=3)().state == "confirmed"


def test_slips_of_other_days_leave_the_phone_its_three_coins(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(10)
    enter(valley, shop, tea)()
    assert valley.ask(sora, tea, strong=False).state == "requested"


def test_missing_coins_write_nothing_and_say_what_to_do(valley: Valley, shop: Shop, tea: Offer) -> None:
    sora = valley.member(2)
    refused("slip_coins", enter(valley, shop, tea))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Redemption)) == 0
    valley.give(sora, 1)
    assert enter(valley, shop, tea)().state == "confirmed"


def test_dear_goods_and_unknown_numbers(valley: Valley, shop: Shop, tea: Offer) -> None:
    valley.member(20)
    refused("card_limit", enter(valley, shop, valley.offer(shop, "野菜のかご", 8)))
    refused("card_unknown", enter(valley, shop, tea, number="TSK-0005-8"))


# --- the form -----------------------------------------------------------------------------------------------


def test_a_bad_line_keeps_the_others_and_stays(till: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    valley.member(5)
    valley.member(2, number="TSK-0004-5", name="空想 みなと")
    data = lines(
        ("00059", tea, "2026-11-26"),
        ("TSK-0004-5", tea, "2026-11-27"),
        ("TSK-0004-6", tea, "2026-11-27"),
        ("", tea, "2026-11-27"),
    )
    page = send(till, data)
    assert page.status_code == 422
    assert "1枚の紙を 入れました。 00059 · 3枚 · 11月26日(木)" in text(page)
    assert "コインが たりません。この行は 残してあります。" in text(page)
    assert 'value="TSK-0004-5"' in page.text and 'value="TSK-0004-6"' in page.text and 'value="00059"' not in page.text
    assert "会員証の番号を 書いてください。" in text(page)
    assert valley.shop_coins(shop) == 3 and data["key"] not in page.text
    again = send(till, data)
    assert again.status_code == 422 and valley.shop_coins(shop) == 3


def test_all_lines_in_are_told_and_the_sheet_is_empty_again(
    till: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    valley.member(20)
    page = send(till, lines(("00059", tea, "2026-11-26"), ("00059", tea, "2026-11-27")))
    assert page.status_code == 200 and "2枚の紙を 入れました。" in text(page) and 'value="00059"' not in page.text
    assert valley.shop_coins(shop) == 6
    assert "1行は 書いてください。" in text(send(till, {"key": uuid7()}))


def test_staff_enter_slips_on_their_own_phone(client: Client, valley: Valley, shop: Shop, tea: Offer) -> None:
    sora, kanna = valley.member(5), valley.staff(shop)
    address = f"/tsk/shops/{shop.id}/paper-slips"
    valley.sign_in(client, kanna)
    assert client.get(address).location.startswith("/passkeys/confirm?next=")
    valley.sign_in(client, kanna, fresh=True)
    data = lines(("00059", tea, "2026-11-26")) | {"proof": proof(client, address)}
    assert "1枚の紙を 入れました。" in text(client.post(address, data=data))
    assert valley.coins(sora) == 2
    db.session.rollback()
    assert db.session.scalar(sa.select(Redemption.by)) == f"membership:{kanna.id}"


def test_the_pad_has_four_slips_and_the_till_offers_it(till: Client, valley: Valley, shop: Shop) -> None:
    assert till.get("/till/paper-slips/pad").text.count('class="pad-slip"') == 4
    page = till.get("/till")
    assert "電波が ありません" in text(page) and "紙にひかえる" in text(page)
    assert "スマホの番号は いま 使えません。" in text(page)
    assert app_clock.local_day(valley.region, valley.at) == TODAY
