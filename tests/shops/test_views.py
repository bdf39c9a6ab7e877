"""The customer's pages, through the client."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from app.db import uuid7
from app.shops import presented
from app.shops.models import Offer, Shop
from tests.client import Client
from tests.shops.factories import Valley, open_valley, text


def ask(client: Client, offer: Offer, **data: Any) -> Any:
    return client.post(f"/tsk/shops/offers/{offer.id}/redemptions", data={"key": uuid7()} | data)


# --- the shelf ----------------------------------------------------------------------------------------------


def test_visitors_see_the_goods_with_price_and_shop(client: Client, tea: Offer) -> None:
    page = client.get("/tsk/shops")
    assert page.status_code == 200
    assert {"ひげ茶 50g", "3枚", "見本茶屋"} <= set(re.findall(r"ひげ茶 50g|3枚|見本茶屋", text(page)))
    assert "のこり" not in text(page)


def test_an_empty_shelf_says_so(client: Client, valley: Valley) -> None:
    assert "お店の人が じゅんびしています。" in text(client.get("/tsk/shops"))


def test_a_member_sees_the_goal_and_what_can_be_had_first(
    client: Client, valley: Valley, shop: Shop, tea: Offer
) -> None:
    valley.offer(shop, "コーヒー", 1, stock=5)
    valley.offer(shop, "1日席", 8)
    valley.offer(shop, "品切れの品", 1, stock=0)
    valley.sign_in(client, valley.member(5))
    page = text(client.get("/tsk/shops"))
    assert "のこり 5枚" in page
    assert re.search(r"1日席 見本茶屋 8枚 あと3枚", page)
    assert re.search(r"コーヒー 見本茶屋 1枚 あと5つ", page)
    assert re.search(r"品切れの品 見本茶屋 1枚 品切れ", page)
    assert page.index("ひげ茶") < page.index("品切れの品") < page.index("1日席")
    assert "あと40" not in page


@pytest.mark.parametrize(("show", "seen", "unseen"), [("experience", "畑をあるく", "ひげ茶"), ("shop", "ひげ茶", "？")])
def test_chips_choose_what_is_shown(
    client: Client, valley: Valley, shop: Shop, tea: Offer, show: str, seen: str, unseen: str
) -> None:
    valley.offer(shop, "畑をあるく", 12, kind="experience")
    page = client.get(f"/tsk/shops?show={show}")
    assert seen in text(page) and unseen not in text(page)
    assert page.text.count('aria-current="true"') == 1


def test_the_sticker_of_a_shop_opens_its_goods(client: Client, shop: Shop, tea: Offer) -> None:
    page = client.get(f"/C/{shop.code}")
    assert page.status_code == 200
    assert "見本茶屋" in text(page) and "ひげ茶" in text(page)
    assert client.get(f"/tsk/shops/{shop.id}").status_code == 200
    assert client.get("/tsk/shops/999").status_code == 404


def test_an_offer_of_another_region_is_not_there(client: Client, valley: Valley, tea: Offer, at: datetime) -> None:
    open_valley(at, "ows", "OWS", "尾鷲")
    assert client.get(f"/ows/shops/offers/{tea.id}").status_code == 404


# --- one offer ----------------------------------------------------------------------------------------------


def test_the_offers_page_has_one_button_with_the_price(client: Client, valley: Valley, shop: Shop) -> None:
    valley.sign_in(client, valley.member(5))
    tea = valley.offer(shop, stock=40, limit=2, limit_period="month")
    page = client.get(f"/tsk/shops/offers/{tea.id}")
    assert "つかう（3枚）" in text(page)
    assert "おひとり 1か月に 2つまで" in text(page) and "あと 40" not in text(page)
    assert page.text.count('class="button main big"') == 1


def test_too_dear_is_a_goal_and_no_button(client: Client, valley: Valley, tea: Offer) -> None:
    valley.sign_in(client, valley.member(1))
    page = client.get(f"/tsk/shops/offers/{tea.id}")
    assert "あと2枚 ためると つかえます。" in text(page)
    assert "disabled" not in page.text and "つかう（" not in text(page)


def test_english_readers_get_english_names(client: Client, valley: Valley, tea: Offer) -> None:
    client.set_cookie("language", "en")
    page = client.get(f"/tsk/shops/offers/{tea.id}")
    assert "Higecha 50 g" in text(page) and 'lang="en"' in page.text


def test_a_refusal_keeps_the_page_and_says_what_to_do(client: Client, valley: Valley, shop: Shop) -> None:
    desk = valley.offer(shop, "1日席", 8)
    valley.sign_in(client, valley.member(20))
    page = ask(client, desk)
    assert page.status_code == 422
    assert "1日に 3枚より多く使うには、パスキーを つくってください。" in text(page)
    assert f"/passkeys/confirm?next=/tsk/shops/offers/{desk.id}" in page.text


def test_what_is_gone_meanwhile_is_told_on_the_same_page(client: Client, valley: Valley, shop: Shop) -> None:
    last = valley.offer(shop, "さいごの1つ", 1, stock=1, stock_period="day")
    valley.sign_in(client, valley.member(3))
    valley.ask(valley.member(1, number="TSK-0004-5"), last)
    page = ask(client, last)
    assert page.status_code == 422
    assert "いま 品切れです。ほかの品ものを えらんでください。" in text(page)
    assert "あした また 出ます。" in text(page)


def test_strangers_are_led_to_the_sign_in(client: Client, tea: Offer) -> None:
    assert ask(client, tea).status_code == 401
    assert "サインインして つかう" in text(client.get(f"/tsk/shops/offers/{tea.id}"))


# --- the code -----------------------------------------------------------------------------------------------


@pytest.fixture
def code_page(client: Client, valley: Valley, tea: Offer) -> str:
    """The address of a live code of the client's member."""
    valley.sign_in(client, valley.member(5))
    answer = ask(client, tea)
    assert answer.status_code == 303
    return answer.location


def test_the_code_page_shows_digits_qr_time_and_the_way_out(client: Client, code_page: str) -> None:
    page = client.get(code_page)
    assert re.search(r"見本茶屋で 見せてください \d{3} \d{3} 午前9時32分まで 使えます たしかめる やめる", text(page))
    assert 'role="status"' in page.text and 'class="qr"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_same_form_twice_leads_to_the_same_code(client: Client, valley: Valley, tea: Offer) -> None:
    valley.sign_in(client, valley.member(9))
    key = uuid7()
    assert ask(client, tea, key=key).location == ask(client, tea, key=key).location


def test_a_page_that_knows_is_told_nothing(client: Client, code_page: str) -> None:
    poll = {"HX-Request": "true"}
    assert client.get(f"{code_page}?seen=requested", headers=poll).status_code == 204
    fragment = client.get(f"{code_page}?seen=other", headers=poll)
    assert fragment.status_code == 200 and "<html" not in fragment.text
    assert fragment.text.lstrip().startswith("<section")


def test_the_customers_page_turns_to_a_receipt(
    client: Client, valley: Valley, shop: Shop, code_page: str, clock: Any
) -> None:
    digits = re.search(r"(\d{3}) (\d{3})", text(client.get(code_page)))
    assert digits is not None
    given = valley.confirm(shop, digits[1] + digits[2])
    page = client.get(f"{code_page}?seen=requested")
    assert re.search(
        r"完了 ひげ茶 50g 3枚 また お茶をのみに来てね。 見本茶屋 · 11月28日\(土\) 午前9時30分 のこり 2枚", text(page)
    )
    clock.move(minutes=3)
    assert "完了" in text(client.get(code_page))
    valley.reverse(shop, given)
    assert "お店の人が とりけしました。 コインは もどりました。" in text(client.get(f"{code_page}?seen=confirmed"))


def test_a_code_that_ran_out_says_that_the_coins_are_back(client: Client, code_page: str, clock: Any) -> None:
    clock.move(seconds=129)
    assert client.get(f"{code_page}?seen=requested").status_code == 204
    clock.move(seconds=1)
    page = client.get(f"{code_page}?seen=requested")
    assert re.search(r"時間が きれました。 コインは もどりました。 .* のこり 5枚 もう一度 出す", text(page))
    again = re.search(r'action="(/tsk/shops/offers/\d+/redemptions)"', page.text)
    assert again is not None
    fresh = client.post(again[1], data={"key": uuid7()})
    assert fresh.status_code == 303 and fresh.location != code_page


def test_stopping_gives_the_coins_back_at_once(client: Client, code_page: str) -> None:
    answer = client.post(f"{code_page}/cancellation", data={"key": uuid7()})
    assert answer.location == code_page
    assert re.search(r"やめました。 コインは もどりました。 .* のこり 5枚", text(client.get(code_page)))
    assert client.post(f"{code_page}/cancellation", data={"key": uuid7()}).status_code == 303


def test_stopping_after_the_shop_was_quicker_shows_the_receipt(
    client: Client, valley: Valley, shop: Shop, code_page: str
) -> None:
    digits = re.search(r"(\d{3}) (\d{3})", text(client.get(code_page)))
    assert digits is not None
    valley.confirm(shop, digits[1] + digits[2])
    assert client.post(f"{code_page}/cancellation", data={"key": uuid7()}).status_code == 303
    assert "完了" in text(client.get(code_page))


def test_nobody_else_sees_the_code(app: Any, valley: Valley, code_page: str) -> None:
    other = app.test_client()
    assert other.get(code_page).status_code == 303  # to the sign-in
    valley.sign_in(other, valley.member(number="TSK-0004-5"))
    assert other.get(code_page).status_code == 404
    assert other.post(f"{code_page}/cancellation", data={"key": uuid7()}).status_code == 404


def test_a_strangers_camera_meets_a_calm_page(app: Any, valley: Valley, tea: Offer) -> None:
    stranger = app.test_client()
    asked = valley.ask(valley.member(3), tea)
    answer = stranger.get(f"/C/{presented.code_for(asked.key)}")
    assert (answer.status_code, answer.location) == (303, "/redemptions")
    page = stranger.get(answer.location)
    assert "お店の人に 見せてください" in text(page)
    assert valley.state(asked) == "requested"


def test_an_offer_with_a_live_code_leads_back_to_it(client: Client, tea: Offer, code_page: str) -> None:
    page = client.get(f"/tsk/shops/offers/{tea.id}")
    assert "番号を 見る" in text(page) and code_page in page.text


# --- the key to the till ------------------------------------------------------------------------------------


def test_staff_get_a_code_for_their_tablet(client: Client, valley: Valley, shop: Shop) -> None:
    valley.sign_in(client, valley.staff(shop), fresh=True)
    door = client.get(f"/tsk/shops/{shop.id}/till")
    assert "お店の画面をひらく" in text(door)
    proof = re.search(r'name="proof" value="([^"]+)"', door.text)
    assert proof is not None
    page = client.post(f"/tsk/shops/{shop.id}/till-openings", data={"key": uuid7(), "proof": proof[1]})
    assert page.status_code == 200
    assert re.search(r"[0-9A-Z]{4} [0-9A-Z]{4} 午前9時40分まで 1回だけ 使えます。", text(page))


def test_opening_a_till_wants_a_recent_passkey_and_the_hidden_field(client: Client, valley: Valley, shop: Shop) -> None:
    staff = valley.staff(shop)
    valley.sign_in(client, staff)
    data = {"key": uuid7(), "back": f"/tsk/shops/{shop.id}/till"}
    sent = client.post(f"/tsk/shops/{shop.id}/till-openings", data=data)
    assert sent.status_code == 303 and "/passkeys/confirm?next=" in sent.location
    valley.sign_in(client, staff, fresh=True)
    assert client.post(f"/tsk/shops/{shop.id}/till-openings", data=data).status_code == 403


def test_only_staff_of_this_very_shop_open_its_till(client: Client, valley: Valley, shop: Shop) -> None:
    market = valley.shop("見本ふれあい市")
    valley.sign_in(client, valley.staff(market), fresh=True)
    assert client.get(f"/tsk/shops/{shop.id}/till").status_code == 403
    assert client.get(f"/tsk/shops/{market.id}/till").status_code == 200
