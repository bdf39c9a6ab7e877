"""The sticker on a shop's wall: what is chosen there waits on that shop's till, and nowhere else."""

from __future__ import annotations

import re
from typing import Any

from app.db import db, uuid7
from app.shops.models import Offer, Redemption, Shop
from tests.client import Client
from tests.shops.factories import Valley, proof, text


def choose(app: Any, valley: Valley, shop: Shop, offer: Offer, *, number: str = "TSK-0005-9") -> Client:
    """A member reads the sticker, opens one thing and takes it; the client stands on the code's page."""
    phone: Client = app.test_client()
    valley.sign_in(phone, valley.member(5, number=number))
    shelf = phone.get(f"/C/{shop.code}")
    link = re.search(rf'href="(/tsk/shops/offers/{offer.id}\?from=sticker)"', shelf.text)
    assert link is not None
    page = phone.get(link[1])
    assert 'name="from" value="sticker"' in page.text
    data = {"key": uuid7(), "from": "sticker", "proof": proof(phone, link[1])}
    answer = phone.post(f"/tsk/shops/offers/{offer.id}/redemptions", data=data)
    assert answer.status_code == 303
    assert "お店の画面にも この番号が 出ています。" in text(phone.get(answer.location))
    return phone


def waiting(till: Client) -> list[str]:
    return re.findall(r"/till/redemptions/(\d+)/confirmation", till.get("/till").text)


def tap(till: Client, redemption: str, **changes: str) -> Any:
    data = {"key": uuid7(), "proof": proof(till)} | changes
    return till.post(f"/till/redemptions/{redemption}/confirmation", data=data)


def test_what_was_chosen_waits_with_its_digits_and_one_tap_confirms(
    app: Any, till: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    choose(app, valley, shop, tea)
    assert re.search(r"おきゃくさま: ひげ茶 50g · 3枚 \d{3} \d{3} わたす", text(till.get("/till")))
    (id,) = waiting(till)
    key = uuid7()
    for _ in range(2):  # the second time by the browser
        page = tap(till, id, key=key)
        assert page.status_code == 200 and "完了 ひげ茶 50g 3枚 TSK-0005-9" in text(page)
    assert valley.shop_coins(shop) == 3 and waiting(till) == []
    db.session.rollback()
    assert db.session.get_one(Redemption, int(id)).way == "sticker"


def test_the_strip_tells_of_it_and_it_goes_when_its_time_is_over(
    app: Any, till: Client, valley: Valley, shop: Shop, tea: Offer, clock: Any
) -> None:
    empty = re.search(r'data-hx-get="([^"]+)"', till.get("/till").text)
    assert empty is not None
    choose(app, valley, shop, tea)
    assert "わたす" in text(till.get(empty[1]))
    id = waiting(till)[0]
    clock.move(seconds=121)
    assert waiting(till) == []
    clock.move(seconds=10)
    assert tap(till, id).status_code == 422


def test_another_shops_sticker_pasted_over_gains_nothing(
    app: Any, till: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    stranger = valley.shop("ほかの店")
    sweet = valley.offer(stranger, "見本あめ", 1)
    phone = choose(app, valley, stranger, sweet)
    assert "ほかの店で 見せてください" in text(phone.get(f"/tsk/shops/redemptions/{1}"))
    assert waiting(till) == []
    assert tap(till, "1").status_code == 404
    assert valley.shop_coins(stranger) == 0 and valley.shop_coins(shop) == 0


def test_a_code_that_was_asked_for_elsewhere_does_not_wait(till: Client, valley: Valley, tea: Offer) -> None:
    asked = valley.ask(valley.member(5), tea)
    assert waiting(till) == []
    assert tap(till, str(asked.id)).status_code == 404
    assert valley.state(asked) == "requested"


def test_whoever_comes_second_is_told_when_it_was_used(
    app: Any, till: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    choose(app, valley, shop, tea)
    (id,) = waiting(till)
    other = app.test_client()
    valley.till(other, shop)
    assert tap(other, id).status_code == 200
    late = tap(till, id)
    assert late.status_code == 409 and "見本茶屋で 使われました。" in text(late)


def test_the_sticker_prints_with_its_typed_twin(client: Client, valley: Valley, shop: Shop) -> None:
    valley.sign_in(client, valley.staff(shop))
    page = client.get(f"/tsk/shops/{shop.id}/sticker")
    assert page.status_code == 200 and 'class="qr"' in page.text
    assert f"{shop.code[:4]} {shop.code[4:]}" in text(page)
